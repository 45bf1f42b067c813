//! The bytes of an archive as a window that moves over them: what is looked at is held, what is passed is dropped.

use std::io::{self, Read};
use std::ops::Range;

/// Bytes asked of the stream at a time: they stay in the cache while they are looked at.
const CHUNK_BYTES: usize = 256 << 10;

/// A buffer above this size is given back once a large record is passed.
const ROOMY_BYTES: usize = 8 << 20;

/// Faults in a row, without a byte between them, after which a stream is taken to have ended.
const MAX_FAULTS: u32 = 64;

/// How a run of bytes ended.
enum End {
    /// There is nothing more.
    File,
    /// Reading failed; other bytes may follow.
    Fault(String),
}

/// A window over a stream. A fault of the stream ends a run of bytes; [`Window::resume`] goes on with the next run.
pub(super) struct Window {
    reader: Box<dyn Read>,
    buffer: Vec<u8>,
    rest: Range<usize>,
    offset: u64,
    end: Option<End>,
}

impl Window {
    /// A window over `reader`, whose first byte stands at `offset` of the source.
    pub(super) fn new(reader: Box<dyn Read>, offset: u64) -> Self {
        Self { reader, buffer: Vec::new(), rest: 0..0, offset, end: None }
    }

    /// The bytes that are held.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.rest.clone()]
    }

    /// Where the first of them stands in the source.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Holds `count` bytes at least; false where the run ends before.
    pub(super) fn ensure(&mut self, count: usize) -> bool {
        while self.rest.len() < count {
            if !self.fill() {
                return false;
            }
        }
        true
    }

    /// Drops the first `count` bytes, all of which are held.
    pub(super) fn consume(&mut self, count: usize) {
        debug_assert!(count <= self.rest.len(), "only bytes that are held are passed");
        self.rest.start += count;
        self.offset += count as u64;
    }

    /// Whether all bytes of the run are held or passed.
    pub(super) fn ended(&self) -> bool {
        self.end.is_some()
    }

    /// What reading said, where that ended the run.
    pub(super) fn fault(&self) -> Option<&str> {
        match &self.end {
            Some(End::Fault(fault)) => Some(fault),
            _ => None,
        }
    }

    /// Drops what is left of the run and goes on with the next, which has a byte at least; false where there is none.
    pub(super) fn resume(&mut self) -> bool {
        self.consume(self.rest.len());
        for _ in 0..MAX_FAULTS {
            if matches!(self.end, Some(End::File)) {
                return false;
            }
            self.end = None;
            if self.fill() {
                return true;
            }
        }
        self.end = Some(End::File);
        false
    }

    fn fill(&mut self) -> bool {
        if self.ended() {
            return false;
        }
        self.make_room();
        let free = self.rest.end..self.buffer.len().min(self.rest.end + CHUNK_BYTES);
        loop {
            match self.reader.read(&mut self.buffer[free.clone()]) {
                Ok(0) => self.end = Some(End::File),
                Ok(n) => self.rest.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => self.end = Some(End::Fault(e.to_string())),
            }
            return !self.ended();
        }
    }

    /// Makes room behind what is held.
    fn make_room(&mut self) {
        if self.rest.is_empty() {
            self.rest = 0..0;
        }
        if self.buffer.len() - self.rest.end >= CHUNK_BYTES / 4 {
            return;
        }
        // Only what is no longer than what was passed is moved: each byte moves a bounded number of times.
        if self.rest.start >= self.rest.len() {
            self.buffer.copy_within(self.rest.clone(), 0);
            self.rest = 0..self.rest.len();
        }
        if self.buffer.len() > ROOMY_BYTES && self.rest.end <= CHUNK_BYTES {
            self.buffer.truncate(2 * CHUNK_BYTES);
            self.buffer.shrink_to_fit();
        }
        if self.buffer.len() - self.rest.end < CHUNK_BYTES / 4 {
            let size = (2 * CHUNK_BYTES).max(self.buffer.len() + self.buffer.len() / 2 + CHUNK_BYTES);
            self.buffer.resize(size, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives runs of bytes with an error between them.
    pub(super) struct Runs(pub(super) Vec<Option<Vec<u8>>>);

    impl Read for Runs {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.first_mut() {
                None => Ok(0),
                Some(None) => {
                    self.0.remove(0);
                    Err(io::Error::other("damaged"))
                }
                Some(Some(bytes)) => {
                    let n = bytes.len().min(buffer.len());
                    buffer[..n].copy_from_slice(&bytes[..n]);
                    bytes.drain(..n);
                    if bytes.is_empty() {
                        self.0.remove(0);
                    }
                    Ok(n)
                }
            }
        }
    }

    #[test]
    fn a_fault_ends_a_run_and_the_next_run_goes_on() {
        let runs = Runs(vec![Some(b"abc".to_vec()), None, None, Some(b"de".to_vec())]);
        let mut window = Window::new(Box::new(runs), 10);
        assert!(!window.ensure(4));
        assert_eq!((window.bytes(), window.fault()), (&b"abc"[..], Some("damaged")));
        assert!(window.resume());
        assert_eq!((window.bytes(), window.offset(), window.fault()), (&b"de"[..], 13, None));
        assert!(!window.ensure(3) && window.ended() && !window.resume());
    }

    #[test]
    fn what_is_held_grows_and_stays_whole_while_the_window_moves() {
        let bytes: Vec<u8> = (0..3_000_000u32).map(|i| (i % 251) as u8).collect();
        let mut window = Window::new(Box::new(io::Cursor::new(bytes.clone())), 0);
        let mut at = 0;
        for step in [1, 700_000, 3, 1_200_000, 90_000, 1_000_000] {
            assert!(window.ensure(step));
            assert_eq!(window.bytes()[..step], bytes[at..at + step]);
            window.consume(step);
            at += step;
        }
        assert_eq!(window.offset(), at as u64);
    }

    #[test]
    fn a_stream_that_fails_for_ever_ends() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("no"))
            }
        }
        let mut window = Window::new(Box::new(Failing), 0);
        assert!(!window.ensure(1) && !window.resume() && window.fault().is_none());
    }
}
