//! Compressed bytes to bytes, member by member: what is damaged costs its member, and reading goes on at the next one.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use flate2::bufread::{DeflateDecoder, GzDecoder};
use liblzma::stream::Stream;

use crate::store::region::Region;

use super::bzip2_blocks::Blocks;
use super::compression::{Compression, MAGIC_BYTES};

/// Bytes read from the file at a time.
const BUFFER_BYTES: usize = 128 << 10;

/// Decompressed bytes above which [`MAX_RATIO`] counts: a small file of one letter is no attack.
pub const RATIO_FREE_BYTES: u64 = 256 << 20;

/// How many times its compressed size a file may grow.
pub const MAX_RATIO: u64 = 1000;

/// Beginnings of members that were searched for and were none, above which the rest of a file is given up: chance makes
/// some eight in a gigabyte, and each costs a decoder.
const MAX_FALSE_STARTS: u32 = 4096;

/// Decompressed bytes that are asked for at a time of a source that cannot go back: what damage costs before it.
const STREAM_BYTES: usize = 4 << 10;

/// What zeros between members round up to, in bytes; more of them stand where a member stood.
const PADDING_BYTES: u64 = 512;

/// Bytes in a record of tape: more zeros behind the last member are what a disk or a transfer left of members.
const MAX_END_PADDING: u64 = 10 << 10;

/// Memory that an xz decoder may take, in bytes.
const MAX_XZ_MEMORY: u64 = 1 << 30;

/// Window of zstd frames: those written with `--long=31` are read.
const MAX_ZSTD_WINDOW_LOG: u32 = 31;

/// What the error says when a file grows beyond [`MAX_RATIO`].
#[derive(Debug, thiserror::Error)]
#[error("{packed} bytes grew to {unpacked}, more than {MAX_RATIO} times")]
pub struct RatioError {
    packed: u64,
    unpacked: u64,
}

impl RatioError {
    /// The error where `unpacked` bytes are too many for `packed`.
    pub fn check(packed: u64, unpacked: u64) -> io::Result<()> {
        if unpacked > RATIO_FREE_BYTES && unpacked / MAX_RATIO > packed {
            return Err(io::Error::other(Self { packed, unpacked }));
        }
        Ok(())
    }
}

/// Compressed bytes with a view ahead, counted.
pub struct Packed {
    source: Source,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// Offset of `buffer[from]`.
    offset: u64,
}

/// Where compressed bytes come from.
pub enum Source {
    /// A file, or a run of one: what was passed can be looked at again.
    Region(Region),
    /// A stream.
    Stream(Box<dyn Read>),
}

impl Packed {
    /// The bytes of `source` from its beginning.
    pub fn new(source: Source) -> Self {
        Self { source, buffer: vec![0; BUFFER_BYTES], from: 0, to: 0, offset: 0 }
    }

    /// At least `bytes` bytes from here on, fewer only at the end.
    fn ahead(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.to - self.from < bytes {
            if self.from > 0 {
                self.buffer.copy_within(self.from..self.to, 0);
                (self.from, self.to) = (0, self.to - self.from);
            }
            let free = &mut self.buffer[self.to..];
            let read = match &mut self.source {
                Source::Region(region) => region.read(free),
                Source::Stream(stream) => stream.read(free),
            };
            match read {
                Ok(0) => break,
                Ok(n) => self.to += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(&self.buffer[self.from..self.to])
    }

    /// Goes to `offset`, mostly back; false where the source does not allow it.
    fn back_to(&mut self, offset: u64) -> bool {
        // Mostly the bytes are still held: what looks like a member without being one ends soon.
        let first = self.offset - self.from as u64;
        if (first..first + self.to as u64).contains(&offset) {
            (self.from, self.offset) = ((offset - first) as usize, offset);
            return true;
        }
        if let Source::Region(region) = &mut self.source
            && region.seek(SeekFrom::Start(offset)).is_ok()
        {
            (self.from, self.to, self.offset) = (0, 0, offset);
            return true;
        }
        false
    }
}

impl Read for Packed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ahead = self.fill_buf()?;
        let n = ahead.len().min(out.len());
        out[..n].copy_from_slice(&ahead[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Packed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.ahead(1)
    }

    fn consume(&mut self, bytes: usize) {
        self.from += bytes;
        self.offset += bytes as u64;
    }
}

/// The decoder of one member.
enum Decoder {
    Gzip(GzDecoder<Packed>),
    Zstd(zstd::stream::read::Decoder<'static, Packed>),
    Bzip2(Blocks<Packed>),
    Xz(liblzma::bufread::XzDecoder<Packed>),
}

impl Decoder {
    fn open(compression: Compression, input: Packed) -> io::Result<Self> {
        Ok(match compression {
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
                decoder.window_log_max(MAX_ZSTD_WINDOW_LOG)?;
                Self::Zstd(decoder.single_frame())
            }
            Compression::Bzip2 => Self::Bzip2(Blocks::new(input)),
            Compression::Xz => {
                let stream = Stream::new_stream_decoder(MAX_XZ_MEMORY, 0)?;
                Self::Xz(liblzma::bufread::XzDecoder::new_stream(input, stream))
            }
            Compression::Gzip | Compression::None => Self::Gzip(GzDecoder::new(input)),
        })
    }

    fn input(&self) -> &Packed {
        match self {
            Self::Gzip(d) => d.get_ref(),
            Self::Zstd(d) => d.get_ref(),
            Self::Bzip2(d) => d.get_ref(),
            Self::Xz(d) => d.get_ref(),
        }
    }

    fn close(self) -> Packed {
        match self {
            Self::Gzip(d) => d.into_inner(),
            Self::Zstd(d) => d.finish(),
            Self::Bzip2(d) => d.into_inner(),
            Self::Xz(d) => d.into_inner(),
        }
    }
}

impl Read for Decoder {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(d) => d.read(out),
            Self::Zstd(d) => d.read(out),
            Self::Bzip2(d) => d.read(out),
            Self::Xz(d) => d.read(out),
        }
    }
}

enum State {
    /// Before a member. `searching` after damage or garbage.
    Between {
        input: Packed,
        searching: bool,
    },
    Within(Member),
    /// The decoder of a member failed, and all that stands before the damage was given.
    Failed(Member, io::Error),
    Ended,
}

/// A member that is being read.
struct Member {
    decoder: Decoder,
    /// Where it begins.
    start: u64,
    /// Bytes that it gave.
    given: u64,
    /// Found by searching.
    found: bool,
}

impl Member {
    /// As much of `out` as is asked for at a time: little where the source cannot go back after damage.
    fn wanted<'o>(&self, out: &'o mut [u8]) -> &'o mut [u8] {
        let most = match self.decoder.input().source {
            Source::Region(_) => out.len(),
            Source::Stream(_) => STREAM_BYTES,
        };
        let end = out.len().min(most);
        &mut out[..end]
    }
}

/// The decompressed bytes of all members. An error is given once for each damage; reading on goes on with the first
/// byte of the next member that is intact at its beginning, or ends.
pub struct Members {
    compression: Compression,
    state: State,
    unpacked: u64,
    false_starts: u32,
}

impl Members {
    /// The members of `source`.
    pub fn new(source: Source, compression: Compression) -> Self {
        let input = Packed::new(source);
        Self { compression, state: State::Between { input, searching: false }, unpacked: 0, false_starts: 0 }
    }

    /// Goes to the next member; gives false at the end.
    fn begin(&mut self, mut input: Packed, searching: bool) -> io::Result<bool> {
        let from = input.offset;
        loop {
            let ahead = input.ahead(MAGIC_BYTES)?;
            let at_end = ahead.is_empty();
            // Blocks of bzip2 are found wherever they begin.
            let begins =
                self.compression.begins(ahead) || searching && !at_end && self.compression == Compression::Bzip2;
            if at_end || begins {
                let zeros = input.offset - from;
                if !searching && is_hole(zeros, input.offset, at_end) {
                    self.state = State::Between { input, searching: false };
                    let what = format!("{zeros} bytes of zeros stand where members were");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                }
                if at_end {
                    return Ok(false);
                }
                break;
            }
            let skip = if searching { next_candidate(self.compression, ahead) } else { padding(ahead) };
            if skip == 0 {
                // Neither a member nor padding: what follows is searched for another member.
                self.state = State::Between { input, searching: true };
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "bytes that are not compressed stand between members",
                ));
            }
            input.consume(skip);
        }
        let start = input.offset;
        let decoder = Decoder::open(self.compression, input)?;
        self.state = State::Within(Member { decoder, start, given: 0, found: searching });
        Ok(true)
    }

    /// Goes on after a member whose decoder failed: whether the error is told.
    fn recover(&mut self, member: Member) -> bool {
        // A beginning that was only searched for and gave nothing was none.
        let is_false = member.found && member.given == 0;
        self.false_starts += u32::from(is_false);
        if self.false_starts > MAX_FALSE_STARTS {
            return true;
        }
        let mut input = member.decoder.close();
        input.back_to(member.start + 1);
        self.state = State::Between { input, searching: true };
        !is_false
    }

    /// Reads up to the damage, byte by byte: a decoder that fails keeps what it wrote in that call for itself. Gives the
    /// member, and how many bytes came; none where the source cannot go back or there is no more.
    fn rescue(&self, member: Member, out: &mut [u8]) -> io::Result<(Member, usize)> {
        let Member { decoder, start, given, found } = member;
        let mut input = decoder.close();
        let again = (!found || given > 0) && input.back_to(start);
        let mut decoder = Decoder::open(self.compression, input)?;
        let mut n = 0;
        if again && io::copy(&mut (&mut decoder).take(given), &mut io::sink()).is_ok_and(|passed| passed == given) {
            while n < out.len() {
                out[n] = 0;
                match decoder.read(&mut out[n..=n]) {
                    Ok(1) => n += 1,
                    read => {
                        // Damage behind the last byte is met in the call that gives it; no text has a zero.
                        n += usize::from(read.is_err() && out[n] != 0);
                        break;
                    }
                }
            }
        }
        Ok((Member { decoder, start, given: given + n as u64, found }, n))
    }
}

impl Read for Members {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between { input, searching } => {
                    if !self.begin(input, searching)? {
                        return Ok(0);
                    }
                }
                State::Failed(member, error) => {
                    if self.recover(member) {
                        return Err(error);
                    }
                }
                State::Within(mut member) => match member.decoder.read(member.wanted(out)) {
                    Ok(0) if !out.is_empty() => {
                        self.state = State::Between { input: member.decoder.close(), searching: false };
                    }
                    Ok(n) => {
                        self.unpacked += n as u64;
                        RatioError::check(member.decoder.input().offset, self.unpacked)?;
                        member.given += n as u64;
                        self.state = State::Within(member);
                        return Ok(n);
                    }
                    // After a damaged block of bzip2 comes the next one.
                    Err(e) if e.kind() == io::ErrorKind::Interrupted || matches!(member.decoder, Decoder::Bzip2(_)) => {
                        self.state = State::Within(member);
                        return Err(e);
                    }
                    // What ends early was given whole.
                    Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => self.state = State::Failed(member, e),
                    Err(e) => {
                        let (member, n) = self.rescue(member, out)?;
                        self.unpacked += n as u64;
                        self.state = State::Failed(member, e);
                        if n > 0 {
                            return Ok(n);
                        }
                    }
                },
            }
        }
    }
}

/// Whether that many zeros, which end at `end`, are more than padding.
fn is_hole(zeros: u64, end: u64, at_end: bool) -> bool {
    let pads = zeros < PADDING_BYTES && end.is_multiple_of(PADDING_BYTES);
    zeros > MAX_END_PADDING || zeros > 0 && !at_end && !pads
}

/// Zero bytes at the beginning of `ahead`: tapes and some tools pad with them.
fn padding(ahead: &[u8]) -> usize {
    ahead.iter().position(|b| *b != 0).unwrap_or(ahead.len())
}

/// How far the next place lies where a member may begin, at least 1.
fn next_candidate(compression: Compression, ahead: &[u8]) -> usize {
    let first = compression.first_byte();
    let next = memchr::memchr_iter(first, &ahead[1..]).map(|i| i + 1).find(|i| {
        let rest = &ahead[*i..];
        rest.len() < MAGIC_BYTES || compression.begins(rest)
    });
    next.unwrap_or(ahead.len())
}

/// The bytes of a member of a zip archive: raw deflate, bounded like [`Members`].
pub struct Deflated {
    decoder: DeflateDecoder<Packed>,
    unpacked: u64,
    failed: Option<io::Error>,
}

impl Deflated {
    /// The decompressed bytes of `packed`.
    pub fn new(packed: Region) -> Self {
        Self { decoder: DeflateDecoder::new(Packed::new(Source::Region(packed))), unpacked: 0, failed: None }
    }
}

impl Read for Deflated {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let n = match self.decoder.read(out) {
            Ok(n) => n,
            // What came before the damage.
            Err(e) if self.decoder.total_out() > self.unpacked => {
                self.failed = Some(e);
                (self.decoder.total_out() - self.unpacked) as usize
            }
            Err(e) => return Err(e),
        };
        self.unpacked += n as u64;
        RatioError::check(self.decoder.total_in(), self.unpacked)?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn bzip2(text: &[u8]) -> Vec<u8> {
        let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(text: &[u8]) -> Vec<u8> {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn pack(compression: Compression, text: &[u8]) -> Vec<u8> {
        match compression {
            Compression::Gzip => gzip(text),
            Compression::Bzip2 => bzip2(text),
            Compression::Xz => xz(text),
            Compression::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
                encoder.include_checksum(true).unwrap();
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Compression::None => text.to_vec(),
        }
    }

    const ALL: [Compression; 4] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

    /// What is read, with `!` for each error.
    fn read_all(bytes: &[u8], compression: Compression, seekable: bool) -> String {
        read_in_chunks(bytes, compression, seekable, 7)
    }

    fn read_in_chunks(bytes: &[u8], compression: Compression, seekable: bool, chunk: usize) -> String {
        let source = if seekable {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            Source::Region(Region::whole(file).unwrap())
        } else {
            Source::Stream(Box::new(io::Cursor::new(bytes.to_vec())))
        };
        let mut members = Members::new(source, compression);
        let (mut all, mut chunk) = (Vec::new(), vec![0; chunk]);
        loop {
            match members.read(&mut chunk) {
                Ok(0) => return String::from_utf8_lossy(&all).into_owned(),
                Ok(n) => all.extend_from_slice(&chunk[..n]),
                Err(_) => all.push(b'!'),
            }
        }
    }

    #[test]
    fn all_members_are_read_as_one_stream_and_padding_is_none_of_them() {
        for compression in ALL {
            let two = [
                pack(compression, "أول ".as_bytes()),
                pack(compression, b""),
                pack(compression, b"second"),
                vec![0; 512],
            ]
            .concat();
            for seekable in [true, false] {
                assert_eq!(read_all(&two, compression, seekable), "أول second", "{compression:?}");
            }
        }
    }

    #[test]
    fn zeros_in_the_place_of_members_are_an_error_and_padding_is_none() {
        for compression in ALL {
            let (one, three) = (pack(compression, b"one "), pack(compression, b"three"));
            let with = |zeros: usize| [one.clone(), vec![0; zeros], three.clone()].concat();
            assert_eq!(read_all(&with(700), compression, true), "one !three", "{compression:?}");
            assert_eq!(read_all(&with(512 - one.len()), compression, true), "one three", "{compression:?}");
            let read = read_all(&[one, vec![0; 1 << 20]].concat(), compression, true);
            assert_eq!(read, "one !", "{compression:?}");
        }
    }

    #[test]
    fn a_damaged_member_costs_itself_and_an_error_that_is_told_once() {
        for compression in ALL {
            let mut bad = pack(compression, &b"lost ".repeat(50));
            let middle = bad.len() / 2;
            bad[middle] ^= 0xff;
            bad[middle + 1] ^= 0xff;
            let three = [pack(compression, b"one "), bad, pack(compression, b"three")].concat();
            let read = read_all(&three, compression, true);
            assert!(read.starts_with("one ") && read.ends_with("!three"), "{compression:?}: {read}");
            assert_eq!(read.matches('!').count(), 1, "{compression:?}: {read}");
        }
    }

    #[test]
    fn what_stands_before_damage_within_a_member_is_given() {
        let words: String = (0..4000).map(|i| format!("{} ", i * i)).collect();
        for compression in ALL {
            let mut bytes = pack(compression, words.as_bytes());
            // Zstandard and bzip2 know damage by the block, which holds all of this.
            let whole_blocks = matches!(compression, Compression::Zstd | Compression::Bzip2);
            let at = bytes.len() / 2;
            bytes[at..at + 8].fill(0xff);
            for (seekable, lost) in [(true, 1 << 10), (false, 6 << 10)] {
                let read = read_in_chunks(&bytes, compression, seekable, 1 << 16);
                let before = read.trim_end_matches('!');
                assert_eq!(read.len() - before.len(), 1, "{compression:?}");
                if !whole_blocks {
                    assert!(before.len() + lost > words.len() / 2, "{compression:?} {seekable}: {}", before.len());
                }
            }
        }
        let mut raw = Vec::new();
        flate2::bufread::DeflateEncoder::new(words.as_bytes(), flate2::Compression::default())
            .read_to_end(&mut raw)
            .unwrap();
        let at = raw.len() / 2;
        raw[at..at + 8].fill(0xff);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&raw).unwrap();
        let (mut deflated, mut chunk) = (Deflated::new(Region::whole(file).unwrap()), vec![0; 1 << 16]);
        let n = deflated.read(&mut chunk).unwrap();
        assert!(n + 1024 > words.len() / 2 && deflated.read(&mut chunk).is_err(), "{n}");
    }

    #[test]
    fn a_cut_file_gives_what_stands_before_the_cut_and_one_error() {
        for compression in ALL {
            let text = (0..2000).map(|i| format!("{i} ")).collect::<String>();
            let whole = pack(compression, text.as_bytes());
            let read = read_all(&whole[..whole.len() - 9], compression, true);
            assert_eq!(read.matches('!').count(), 1, "{compression:?}");
            assert!(read.ends_with('!') && text.starts_with(read.trim_end_matches('!')), "{compression:?}");
        }
    }

    #[test]
    fn bytes_after_the_end_that_are_no_member_are_one_error() {
        for compression in ALL {
            let bytes = [pack(compression, b"text"), b"garbage at the end of it".to_vec()].concat();
            assert_eq!(read_all(&bytes, compression, true), "text!", "{compression:?}");
        }
    }

    #[test]
    fn a_file_that_grows_without_measure_is_stopped() {
        assert!(RatioError::check(1 << 20, RATIO_FREE_BYTES + 1).is_ok());
        let error = RatioError::check(1 << 10, RATIO_FREE_BYTES + 1).unwrap_err();
        assert!(error.get_ref().is_some_and(|e| e.is::<RatioError>()), "{error}");
    }
}
