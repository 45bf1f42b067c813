//! Where a big archive may be cut: between records of a plain file, between members of a compressed one.

use std::io::{self, BufReader, Read};

use flate2::bufread::GzDecoder;
use memchr::memmem;

use crate::read::compression::Compression;
use crate::read::{BigFile, Cuts};
use crate::store::region::Region;

use super::dialect::{Dialect, Parsed};

/// Bytes read at a time while heads are followed: most heads fit, and few blocks are read.
const HOP_BYTES: usize = 8 << 10;

/// Bytes read at a time while members are searched for.
const SCAN_BYTES: usize = 1 << 20;

/// Bytes of a member that are looked at to see how it begins.
const MEMBER_BYTES: u64 = 64 << 10;

/// The largest head that is followed.
const MAX_HEAD_BYTES: usize = 1 << 20;

/// How a member of gzip with deflated data begins.
const GZIP_MAGIC: &[u8] = b"\x1f\x8b\x08";

/// How a frame of Zstandard begins.
const ZSTD_MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

/// Where pieces of `file` of about `part_bytes` begin; none where it cannot be cut.
pub(super) fn of<D: Dialect>(file: &BigFile<'_>) -> Option<Cuts> {
    let region = Region::whole(file.file.try_clone().ok()?).ok()?;
    let part_bytes = file.part_bytes.max(1);
    let (cuts, form): (_, fn(Vec<u64>) -> Cuts) = match file.compression {
        Compression::None => (records::<D>(&region, part_bytes), Cuts::Bytes),
        Compression::Gzip => {
            let begins = |bytes: &[u8]| begins::<D>(GzDecoder::new(bytes));
            (members(&region, part_bytes, GZIP_MAGIC, gzip_end, begins), Cuts::Members)
        }
        Compression::Zstd => (members(&region, part_bytes, ZSTD_MAGIC, zstd_end, zstd_begins::<D>), Cuts::Members),
        _ => return None,
    };
    cuts.ok().filter(|cuts| !cuts.is_empty()).map(form)
}

/// Follows the chain of heads as reading does, and stops where it breaks.
fn records<D: Dialect>(region: &Region, part_bytes: u64) -> io::Result<Vec<u64>> {
    let mut hops = Hops { region, at: 0, bytes: Vec::new() };
    let mut cuts = Vec::new();
    let mut position = 0;
    let mut next = part_bytes;
    loop {
        position = hops.after_blanks(position)?;
        let mut want = HOP_BYTES / 2;
        let (head, length) = loop {
            let bytes = hops.near(position, want)?;
            if bytes.is_empty() || !D::begins(bytes) {
                return Ok(cuts);
            }
            match D::parse(bytes, bytes.len() < want) {
                Parsed::Head(head, length) => break (head, length),
                Parsed::More if want < MAX_HEAD_BYTES => want *= 4,
                Parsed::More | Parsed::Bad(_) => return Ok(cuts),
            }
        };
        let Some(Ok(block)) = head.length else { return Ok(cuts) };
        if position >= next {
            cuts.push(position);
            next = (position / part_bytes + 1) * part_bytes;
        }
        position = match position.checked_add(length as u64).and_then(|p| p.checked_add(block)) {
            Some(end) if end <= region.size() => end,
            _ => return Ok(cuts),
        };
    }
}

/// Reads a file here and there.
struct Hops<'f> {
    region: &'f Region,
    at: u64,
    bytes: Vec<u8>,
}

impl Hops<'_> {
    /// The bytes from `position` on, `want` of them or as many as there are.
    fn near(&mut self, position: u64, want: usize) -> io::Result<&[u8]> {
        let end = self.at + self.bytes.len() as u64;
        let is_held = position >= self.at && position + want as u64 <= end;
        if !is_held {
            self.bytes.resize(want.max(HOP_BYTES), 0);
            let read = self.region.read_at(position, &mut self.bytes)?;
            self.bytes.truncate(read);
            self.at = position;
        }
        let from = usize::try_from(position - self.at).expect("within the bytes held");
        Ok(&self.bytes[from..self.bytes.len().min(from + want)])
    }

    fn after_blanks(&mut self, mut position: u64) -> io::Result<u64> {
        loop {
            let bytes = self.near(position, HOP_BYTES / 2)?;
            let blanks = bytes.iter().take_while(|b| super::archive::BLANKS.contains(b)).count();
            position += blanks as u64;
            if blanks == 0 || blanks < bytes.len() {
                return Ok(position);
            }
        }
    }
}

/// A file from an offset on, for decoders.
struct From<'f> {
    region: &'f Region,
    at: u64,
}

impl Read for From<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.region.read_at(self.at, buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The first member at or past each multiple of the size of a part that begins with a record.
fn members(
    region: &Region,
    part_bytes: u64,
    magic: &[u8],
    end_of_first: fn(BufReader<From<'_>>, u64) -> io::Result<Option<u64>>,
    begins: fn(&[u8]) -> bool,
) -> io::Result<Vec<u64>> {
    // One member alone, or a first member as long as a part, is not worth the search.
    let first = BufReader::new(From { region, at: 0 });
    let Some(end) = end_of_first(first, part_bytes)? else { return Ok(Vec::new()) };
    let mut opening = vec![0; magic.len()];
    if region.read_at(end, &mut opening)? < magic.len() || opening != magic {
        return Ok(Vec::new());
    }
    let mut cuts = Vec::new();
    let mut from = part_bytes;
    while let Some(found) = next_member(region, magic, from, begins)? {
        cuts.push(found);
        from = (found / part_bytes + 1) * part_bytes;
    }
    Ok(cuts)
}

fn next_member(region: &Region, magic: &[u8], from: u64, begins: fn(&[u8]) -> bool) -> io::Result<Option<u64>> {
    let mut scan = vec![0; SCAN_BYTES];
    let mut member = vec![0; usize::try_from(MEMBER_BYTES).expect("a small number")];
    let mut at = from;
    while at < region.size() {
        let read = region.read_at(at, &mut scan)?;
        for found in memmem::find_iter(&scan[..read], magic) {
            let offset = at + found as u64;
            let held = region.read_at(offset, &mut member)?;
            if begins(&member[..held]) {
                return Ok(Some(offset));
            }
        }
        if read < SCAN_BYTES {
            break;
        }
        at += (read - (magic.len() - 1)) as u64;
    }
    Ok(None)
}

/// Whether the first bytes that a decoder gives begin a record.
fn begins<D: Dialect>(decoder: impl Read) -> bool {
    let mut bytes = Vec::new();
    // A member that is cut by the bytes at hand still gives its beginning.
    let _ = decoder.take(D::LOOK_BYTES as u64).read_to_end(&mut bytes);
    D::is_plausible(&bytes)
}

fn zstd_begins<D: Dialect>(bytes: &[u8]) -> bool {
    zstd::stream::read::Decoder::with_buffer(bytes).is_ok_and(|decoder| begins::<D>(decoder.single_frame()))
}

/// Where the member that `first` begins with ends in the file; none where it has more than `max` bytes or is damaged.
fn gzip_end(first: BufReader<From<'_>>, max: u64) -> io::Result<Option<u64>> {
    let mut decoder = GzDecoder::new(first);
    let is_whole = drain(&mut decoder, |d| d.get_ref().get_ref().at <= max.saturating_add(SCAN_BYTES as u64));
    let rest = decoder.into_inner();
    Ok(is_whole.then(|| rest.get_ref().at - rest.buffer().len() as u64))
}

fn zstd_end(first: BufReader<From<'_>>, max: u64) -> io::Result<Option<u64>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(first)?.single_frame();
    let is_whole = drain(&mut decoder, |d| d.get_ref().get_ref().at <= max.saturating_add(SCAN_BYTES as u64));
    let rest = decoder.finish();
    Ok(is_whole.then(|| rest.get_ref().at - rest.buffer().len() as u64))
}

/// Reads a decoder to its end; false where it fails or goes on for too long.
fn drain<R: Read>(decoder: &mut R, goes_on: impl Fn(&R) -> bool) -> bool {
    let mut chunk = vec![0; 64 << 10];
    while goes_on(decoder) {
        match decoder.read(&mut chunk) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    false
}
