//! A run of bytes of a file that is read at offsets, by several readers at once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

/// A run of bytes of an open file; clones read on their own.
#[derive(Clone, Debug)]
pub struct Region {
    file: Arc<File>,
    range: Range<u64>,
    at: u64,
}

impl Region {
    /// All bytes of `file`.
    ///
    /// # Errors
    /// When the system does not tell its size.
    pub fn whole(file: File) -> io::Result<Self> {
        let end = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), range: 0..end, at: 0 })
    }

    /// The bytes `range` of this one, cut at its end.
    pub fn part(&self, range: Range<u64>) -> Self {
        let at = |offset: u64| self.range.start.saturating_add(offset).min(self.range.end);
        let start = at(range.start);
        Self { file: Arc::clone(&self.file), at: start, range: start..at(range.end).max(start) }
    }

    /// Number of bytes.
    pub fn size(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// The file itself where this is all of it.
    pub fn whole_file(&self) -> Option<&File> {
        let whole = self.file.metadata().is_ok_and(|m| self.range == (0..m.len()));
        whole.then_some(&*self.file)
    }

    /// Fills `out` with the bytes from `offset` on; gives how many there are.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        let mut reader = self.part(offset..u64::MAX);
        let mut filled = 0;
        while filled < out.len() {
            match reader.read(&mut out[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(filled)
    }
}

impl Read for Region {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.range.end - self.at).unwrap_or(usize::MAX);
        let want = out.len().min(left);
        let read = read_file_at(&self.file, &mut out[..want], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Region {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(n) => self.range.start.checked_add(n),
            SeekFrom::End(n) => self.range.end.checked_add_signed(n),
            SeekFrom::Current(n) => self.at.checked_add_signed(n),
        };
        let place = place.filter(|p| *p >= self.range.start).ok_or(io::ErrorKind::InvalidInput)?;
        self.at = place.min(self.range.end);
        Ok(self.at - self.range.start)
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, at)
}

#[cfg(windows)]
fn read_file_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn parts_of_a_region_read_their_own_bytes_and_no_others() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let whole = Region::whole(file).unwrap();
        assert!(whole.whole_file().is_some());
        let mut part = whole.part(2..7).part(1..100);
        assert_eq!((part.size(), part.whole_file().is_none()), (4, true));
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        assert_eq!(text, "3456");
        assert_eq!(part.seek(SeekFrom::End(-1)).unwrap(), 3);
        let mut two = [0; 2];
        assert_eq!((part.read_at(3, &mut two).unwrap(), two[0]), (1, b'6'));
    }
}
