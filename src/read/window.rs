//! The bytes of a stream that are at hand, from the record at work on, and what the stream said where it failed.

use std::io::{self, Read};
use std::ops::Range;

/// Bytes asked of the stream at a time.
pub const CHUNK_BYTES: usize = 256 << 10;

/// A buffer above this size is given back once a large record is passed.
const ROOMY_BYTES: usize = 8 << 20;

/// Errors of the stream without a byte between them after which it is taken to have ended.
const MAX_FAULTS: usize = 64;

/// Bytes of a stream at hand; what is done with is dropped, and more is read where it is wanted.
///
/// An error of the stream ends its bytes for the time being, as its end does; they go on once it is taken.
pub struct ByteWindow<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that are at hand.
    rest: Range<usize>,
    /// Offset in the source of `rest.start`.
    offset: u64,
    ended: bool,
    fault: Option<io::Error>,
    faults: usize,
}

impl<R: Read> ByteWindow<R> {
    /// A window, with nothing in it yet, on `reader`, whose first byte stands at `offset` of the source.
    pub fn new(reader: R, offset: u64) -> Self {
        Self { reader, buffer: Vec::new(), rest: 0..0, offset, ended: false, fault: None, faults: 0 }
    }

    /// The bytes at hand.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.rest.clone()]
    }

    /// How many bytes are at hand.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// Where the first of them stands in the source.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether no byte follows those at hand, at least not before the fault is taken.
    pub fn at_end(&self) -> bool {
        self.ended || self.fault.is_some()
    }

    /// Whether the bytes at hand end where the stream failed.
    pub fn failed(&self) -> bool {
        self.fault.is_some()
    }

    /// What the stream said where the bytes at hand end.
    pub fn fault(&self) -> Option<&io::Error> {
        self.fault.as_ref()
    }

    /// Drops what is at hand and goes on behind where the stream failed; false where there is nothing.
    pub fn resume(&mut self) -> bool {
        self.consume(self.len());
        while self.take_fault().is_some() {
            self.want(1);
            if self.len() > 0 {
                return true;
            }
        }
        false
    }

    /// What the stream said where it failed; its bytes go on behind it, but for a stream that only fails.
    pub fn take_fault(&mut self) -> Option<io::Error> {
        let fault = self.fault.take()?;
        self.faults += 1;
        self.ended = self.faults > MAX_FAULTS;
        Some(fault)
    }

    /// Passes over the first `count` of the bytes at hand.
    pub fn consume(&mut self, count: usize) {
        self.rest.start += count;
        self.offset += count as u64;
    }

    /// Reads on until `count` bytes are at hand or none are left.
    pub fn want(&mut self, count: usize) {
        while self.rest.len() < count && !self.at_end() {
            self.fill();
        }
    }

    /// Reads on until `count` bytes are at hand; false where there are fewer.
    pub fn ensure(&mut self, count: usize) -> bool {
        self.want(count);
        self.len() >= count
    }

    /// Reads a chunk, as large as what is held so that looking at it again costs no more than reading it.
    pub fn fill(&mut self) {
        self.buffer.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        let target = self.rest.end + self.rest.len().max(CHUNK_BYTES);
        if self.buffer.len() > ROOMY_BYTES && target <= 2 * CHUNK_BYTES {
            self.buffer.truncate(target);
            self.buffer.shrink_to_fit();
        }
        if self.buffer.len() < target {
            self.buffer.resize(target, 0);
        }
        while self.rest.end < target {
            match self.reader.read(&mut self.buffer[self.rest.end..target]) {
                Ok(0) => {
                    self.ended = true;
                    return;
                }
                Ok(n) => {
                    self.rest.end += n;
                    self.faults = 0;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.fault = Some(e);
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails a number of times, then gives its bytes.
    struct Failing(usize, &'static [u8]);

    impl Read for Failing {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return self.1.read(out);
            }
            self.0 -= 1;
            Err(io::Error::other("damage"))
        }
    }

    fn faults(window: &mut ByteWindow<Failing>) -> usize {
        let mut faults = 0;
        window.want(9);
        while window.take_fault().is_some() {
            faults += 1;
            window.want(9);
        }
        faults
    }

    #[test]
    fn bytes_go_on_behind_faults_and_a_stream_that_only_fails_ends() {
        let mut window = ByteWindow::new(Failing(3, b"abc"), 10);
        assert_eq!(faults(&mut window), 3);
        window.consume(1);
        assert_eq!((window.bytes(), window.len(), window.offset(), window.at_end()), (&b"bc"[..], 2, 11, true));
        let mut window = ByteWindow::new(Failing(usize::MAX, b""), 0);
        assert_eq!(faults(&mut window), MAX_FAULTS + 1);
        assert!(window.at_end() && !window.failed());
    }

    #[test]
    fn what_is_at_hand_is_dropped_where_the_stream_failed_and_the_next_run_goes_on() {
        let mut window = ByteWindow::new(Failing(2, b"abc"), 10);
        assert!(!window.ensure(1) && window.fault().is_some_and(|fault| fault.to_string() == "damage"));
        assert!(window.resume());
        assert_eq!((window.bytes(), window.offset(), window.fault().is_none()), (&b"abc"[..], 10, true));
        assert!(!window.ensure(4) && window.at_end() && !window.resume() && window.len() == 0);
        let mut window = ByteWindow::new(Failing(usize::MAX, b""), 0);
        assert!(!window.ensure(1) && !window.resume() && window.fault().is_none());
    }

    #[test]
    fn what_is_at_hand_grows_and_stays_whole_while_the_window_moves() {
        let bytes: Vec<u8> = (0..30_000_000u32).map(|i| (i % 251) as u8).collect();
        let mut window = ByteWindow::new(&bytes[..], 0);
        let mut at = 0;
        for step in [1, 700_000, 3, 12_000_000, 90_000, 1_000_000] {
            assert!(window.ensure(step));
            assert!(window.bytes()[..step] == bytes[at..at + step]);
            window.consume(step);
            at += step;
        }
        assert_eq!(window.offset(), at as u64);
        window.consume(window.len());
        window.fill();
        assert!(window.buffer.capacity() <= ROOMY_BYTES);
    }
}
