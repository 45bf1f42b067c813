//! Compressed bytes to bytes, member by member: what is damaged costs its member, and reading goes on at the next one.

mod deflated;
mod packed;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, Read};
use std::ops::Range;

use flate2::bufread::GzDecoder;
use liblzma::stream::Stream;

use super::bzip2_blocks::Blocks;
use super::compression::{Compression, MAGIC_BYTES};

use self::packed::Packed;

pub use self::deflated::Deflated;
pub use self::packed::Source;

/// Decompressed bytes above which [`MAX_RATIO`] counts: a small file of one letter is no attack.
pub const RATIO_FREE_BYTES: u64 = 256 << 20;

/// How many times its compressed size a file may grow.
pub const MAX_RATIO: u64 = 1000;

/// Beginnings of members that were searched for and were none, above which the rest of a file is given up: chance makes
/// some eight in a gigabyte, and each costs a decoder.
const MAX_FALSE_STARTS: u32 = 4096;

/// Decompressed bytes that are asked for at a time of a source that cannot go back: what damage costs before it.
const STREAM_BYTES: usize = 4 << 10;

/// Zeros between members that may be padding, in bytes: a record of tape. Where there are more, members were.
const MAX_PADDING_BYTES: u64 = 10 << 10;

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
    followed: bool,
}

impl Members {
    /// The members of `source`.
    pub fn new(source: Source, compression: Compression) -> Self {
        let input = Packed::new(source);
        Self {
            compression,
            state: State::Between { input, searching: false },
            unpacked: 0,
            false_starts: 0,
            followed: false,
        }
    }

    /// The same, where the next piece of the file, which begins with a member, follows on `source`.
    pub fn followed(self, followed: bool) -> Self {
        Self { followed, ..self }
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
                let (zeros, more) = (input.offset - from, !at_end || self.followed);
                if !searching && more && zeros > MAX_PADDING_BYTES {
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
                        let e = doubted(&e, self.unpacked - member.given..self.unpacked);
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

/// The error, with the decompressed bytes that the damaged member gave before it was met: damage may be older than that.
fn doubted(error: &io::Error, given: Range<u64>) -> io::Error {
    let what = match given.is_empty() {
        true => error.to_string(),
        false => format!("{error}; of bytes {} to {} of its text some may be wrong", given.start, given.end),
    };
    io::Error::new(error.kind(), what)
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
