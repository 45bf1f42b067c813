//! A file as the decoder reads it, which says where it ends: the decoder itself passes over bytes behind the end as often as
//! a damaged page header counts, sets memory aside for as many as one claims, and counts to what it claims of nothing.

use std::fs::File;
use std::io::{self, BufReader, Read, Take};
use std::ops::Range;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::read::members::MAX_RATIO;

use super::thrift::{claims_too_much, page_sizes};

/// A file of known size, or a run of one.
pub(super) struct Chunks {
    file: File,
    start: u64,
    bytes: u64,
}

impl Chunks {
    /// The file as it is now.
    pub(super) fn new(file: File) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file, start: 0, bytes })
    }

    /// The same file once more.
    pub(super) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { file: self.file.try_clone()?, start: self.start, bytes: self.bytes })
    }

    /// The bytes `range` of it, which lie within it.
    pub(super) fn part(&self, range: Range<u64>) -> io::Result<Self> {
        debug_assert!(range.start <= range.end && range.end <= self.bytes);
        Ok(Self { file: self.file.try_clone()?, start: self.start + range.start, bytes: range.end - range.start })
    }
}

/// Bytes up to which the size that a page claims is believed.
const BELIEVED_BYTES: u64 = 64 << 20;

/// Bytes of the header of a page that are looked at; only one with long bounds of its values has more.
const HEADER_BYTES: u64 = 4 << 10;

impl Chunks {
    /// Refuses what begins as the header of a page that claims to grow beyond measure: the decoder sets the memory aside
    /// before it decompresses anything. So it does with one that claims more values than it can have.
    fn check_page(&self, start: u64) -> Result<()> {
        let length = HEADER_BYTES.min(self.bytes.saturating_sub(start));
        let head = self.get_bytes(start, length as usize)?;
        if claims_too_much(&head) {
            return Err(ParquetError::General("the header of a page claims more values than it can have".into()));
        }
        let (unpacked, packed) = page_sizes(&head);
        if unpacked > BELIEVED_BYTES && unpacked / MAX_RATIO > packed {
            return Err(ParquetError::General(format!("a page of {packed} bytes claims to be {unpacked}")));
        }
        Ok(())
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Chunks {
    type T = UpToEnd<Take<BufReader<File>>>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.check_page(start)?;
        let left = self.bytes.saturating_sub(start);
        Ok(UpToEnd(self.file.get_read(self.start.saturating_add(start))?.take(left)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} of a file of {}", self.bytes)));
        }
        self.file.get_bytes(self.start + start, length)
    }
}

/// A reader for which the end of the file is an error.
pub(super) struct UpToEnd<R>(R);

impl<R: Read> Read for UpToEnd<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 if !out.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_page_that_claims_to_grow_beyond_measure_is_refused() {
        let field = |number: u64| {
            let zigzag = (0..5).map(move |i| (((2 * number) >> (7 * i)) & 0x7f) as u8 | if i < 4 { 0x80 } else { 0 });
            std::iter::once(0x15).chain(zigzag)
        };
        for (unpacked, packed, refused) in [(1 << 30, 900, true), (1 << 30, 2 << 20, false), (1 << 20, 1, false)] {
            let mut file = tempfile::tempfile().unwrap();
            let head: Vec<u8> = field(0).chain(field(unpacked)).chain(field(packed)).collect();
            file.write_all(&head).unwrap();
            assert_eq!(Chunks::new(file).unwrap().get_read(0).is_err(), refused, "{unpacked} {packed}");
        }
    }

    #[test]
    fn the_end_of_a_file_is_an_error_and_nothing_behind_it_is_asked_for() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"flour").unwrap();
        let chunks = Chunks::new(file).unwrap();
        assert_eq!((chunks.len(), &chunks.get_bytes(1, 4).unwrap()[..]), (5, &b"lour"[..]));
        for (start, length) in [(1, 5), (6, 1), (0, usize::MAX), (u64::MAX, 1)] {
            assert!(chunks.get_bytes(start, length).is_err(), "{start} {length}");
        }
        let mut reader = chunks.try_clone().unwrap().get_read(3).unwrap();
        let mut out = [0; 9];
        assert_eq!((reader.read(&mut out).unwrap(), &out[..2]), (2, &b"ur"[..]));
        assert!(io::copy(&mut reader, &mut io::sink()).is_err());
    }
}
