//! Compressed bytes as decoders take them: with a view ahead, and a way back where the source has one.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use crate::store::region::Region;

/// Bytes read from the file at a time.
const BUFFER_BYTES: usize = 128 << 10;

/// Compressed bytes with a view ahead, counted.
pub struct Packed {
    pub(super) source: Source,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// Offset of the next byte.
    pub(super) offset: u64,
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
    pub(super) fn ahead(&mut self, bytes: usize) -> io::Result<&[u8]> {
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
    pub(super) fn back_to(&mut self, offset: u64) -> bool {
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
