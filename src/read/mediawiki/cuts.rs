//! Where big dumps may be cut: plain ones anywhere, since pages are found by their tags; those in bzip2 where a stream
//! begins with a page, as in the multistream dumps that wikis publish.

use std::io::{self, Read};

use bzip2::read::BzDecoder;
use memchr::memmem::Finder;

use crate::read::compression::Compression;
use crate::read::{BigFile, Cuts};
use crate::store::region::Region;

/// How a stream of bzip2 begins: here its block size, a digit, stands between.
const STREAM: &[u8] = b"BZh";
/// How the first block of a stream begins, after the block size.
const BLOCK: &[u8] = b"1AY&SY";
/// Bytes from the beginning of a stream to the end of the magic of its first block.
const MAGIC_BYTES: usize = STREAM.len() + 1 + BLOCK.len();
/// Bytes that are looked through at a time.
const CHUNK_BYTES: usize = 1 << 20;
/// Decompressed bytes by which a stream is told to begin with a page.
const PEEK_BYTES: u64 = 256;

/// The places near the multiples of the size of a part at which pieces may begin.
pub(super) fn cuts(file: &BigFile<'_>) -> Option<Cuts> {
    let part = file.part_bytes.max(1);
    let pieces = file.bytes / part;
    if pieces < 2 || !file.charset.encoding.is_ascii_compatible() || file.charset.bom == 4 {
        return None;
    }
    let region = Region::whole(file.file.try_clone().ok()?).ok()?;
    let mut magic = [0; MAGIC_BYTES];
    if region.read_at(0, &mut magic).ok()? == MAGIC_BYTES && is_stream(&magic) {
        let starts = stream_starts(&region, part, pieces).ok()?;
        return (!starts.is_empty()).then_some(Cuts::Members(starts));
    }
    (file.compression == Compression::None).then(|| Cuts::Bytes((1..pieces).map(|i| i * part).collect()))
}

/// For every multiple of `part` the first stream after it that begins with a page, where it comes before the next multiple.
fn stream_starts(region: &Region, part: u64, pieces: u64) -> io::Result<Vec<u64>> {
    let mut starts = Vec::new();
    for piece in 1..pieces {
        let end = if piece + 1 == pieces { region.size() } else { (piece + 1) * part };
        starts.extend(stream_start(region, piece * part, end)?);
    }
    Ok(starts)
}

/// The first stream that begins with a page from `from` on and before `end`.
fn stream_start(region: &Region, from: u64, end: u64) -> io::Result<Option<u64>> {
    let finder = Finder::new(BLOCK);
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut at = from;
    while at < end {
        let read = region.read_at(at, &mut chunk)?;
        for block in finder.find_iter(&chunk[..read]) {
            let Some(start) = block.checked_sub(STREAM.len() + 1) else { continue };
            let offset = at + start as u64;
            if is_stream(&chunk[start..read]) && offset < end && begins_with_page(region, offset) {
                return Ok(Some(offset));
            }
        }
        if read < chunk.len() {
            break;
        }
        // A magic that the chunk cuts is found in the next.
        at += (read - MAGIC_BYTES) as u64;
    }
    Ok(None)
}

fn is_stream(bytes: &[u8]) -> bool {
    bytes.starts_with(STREAM)
        && bytes.get(STREAM.len()).is_some_and(|b| (b'1'..=b'9').contains(b))
        && bytes[STREAM.len() + 1..].starts_with(BLOCK)
}

/// Whether the stream at `offset` decompresses to the beginning of a page: not to the middle of one.
fn begins_with_page(region: &Region, offset: u64) -> bool {
    let stream = io::BufReader::new(region.part(offset..u64::MAX));
    let mut head = Vec::new();
    // Bytes that only look like a stream do not decompress.
    let _ = BzDecoder::new(stream).take(PEEK_BYTES).read_to_end(&mut head);
    let head = head.trim_ascii_start();
    head.starts_with(b"<page>") || head.starts_with(b"<page ")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bzip2::Compression as Level;
    use bzip2::write::BzEncoder;

    use super::*;
    use crate::text::charset::Charset;

    fn utf8() -> Charset {
        Charset::plain(encoding_rs::UTF_8)
    }

    fn cuts_of(bytes: &[u8], part_bytes: u64) -> Option<Cuts> {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(bytes).expect("written");
        let big = BigFile {
            file: &file,
            bytes: bytes.len() as u64,
            compression: Compression::None,
            charset: utf8(),
            part_bytes,
        };
        cuts(&big)
    }

    /// Text that does not compress to nothing.
    fn noise(seed: u64, bytes: usize) -> String {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            char::from(b'a' + ((state >> 33) % 26) as u8)
        };
        (0..bytes).map(|_| next()).collect()
    }

    fn stream(text: &str) -> Vec<u8> {
        let mut encoder = BzEncoder::new(Vec::new(), Level::best());
        encoder.write_all(text.as_bytes()).expect("written");
        encoder.finish().expect("finished")
    }

    #[test]
    fn a_plain_dump_is_cut_at_multiples() {
        assert!(matches!(cuts_of(&[b' '; 35], 10), Some(Cuts::Bytes(at)) if at == [10, 20]));
        assert!(cuts_of(&[b' '; 15], 10).is_none());
    }

    #[test]
    fn streams_that_begin_with_a_page_are_cuts_and_others_are_not() {
        let mut bytes = stream("<mediawiki><siteinfo/>");
        let mut starts = Vec::new();
        for seed in 0..8 {
            // Every other stream goes on within a page.
            if seed % 2 == 0 {
                starts.push(bytes.len() as u64);
            }
            let head = if seed % 2 == 0 { "  <page>" } else { "more of <page>" };
            bytes.extend(stream(&format!("{head}{}", noise(seed, 3000))));
        }
        let Some(Cuts::Members(found)) = cuts_of(&bytes, 2000) else { panic!("no cuts") };
        assert!(found.len() > 2 && found.iter().all(|at| starts.contains(at)), "{found:?} of {starts:?}");
        assert!(found.is_sorted_by(|a, b| a < b));
        assert!(cuts_of(&stream(&format!("<mediawiki>{}", noise(9, 20_000))), 2000).is_none());
    }
}
