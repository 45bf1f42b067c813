//! Values of JSON as runs of bytes in a stream, found by brackets and quotes alone; memory is bounded by the largest that
//! is wanted.

use std::io::{self, Read};
use std::ops::Range;

use super::json_resync::Opening;
use super::json_scan::Scan;

/// Bytes asked of the stream at a time, at first and at most: a look into a small value costs no large buffer.
const FIRST_BYTES: usize = 4 << 10;
const CHUNK_BYTES: usize = 256 << 10;

/// Bytes behind the beginning of another record after which a value must have ended to be whole.
const RIVAL_BYTES: usize = 64 << 10;

/// Bytes that are looked at twice when the beginning of a record is searched for in what comes in.
const NAME_BYTES: usize = 1 << 10;

/// One value as it was met.
pub enum Value {
    /// It is whole, as far as brackets and quotes tell.
    Whole,
    /// What stands at its end cannot stand there: a record that lost its own end goes on into the next.
    Broken,
    /// The stream ended within it.
    Cut,
    /// It has more bytes than wanted; those that are held are its beginning.
    TooLong,
}

/// A stream of JSON with a view ahead.
pub struct Values<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
    /// Offset in the source of `buffer[at]`.
    offset: u64,
    max: usize,
    chunk: usize,
    ended: bool,
    /// Blanks between the beginning of the line and here, where nothing else stands there.
    indent: Option<usize>,
}

impl<R: Read> Values<R> {
    /// The values of `reader`; those above `max` bytes are not held.
    pub fn new(reader: R, max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self { reader, buffer: Vec::new(), at: 0, offset: 0, max, chunk: FIRST_BYTES, ended: false, indent: Some(0) }
    }

    /// Offset of the next byte in the source.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes from here on, at least `bytes` of them where the stream has so many.
    ///
    /// # Errors
    /// What the stream says; asking again goes on after it.
    pub fn ahead(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.at < bytes && !self.ended {
            self.fill()?;
        }
        Ok(&self.buffer[self.at..])
    }

    /// The bytes that are held from here on.
    pub fn held(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// The next byte that is no white space, mark of the byte order or separator of records; it stays.
    ///
    /// # Errors
    /// As [`Values::ahead`].
    pub fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let ahead = self.ahead(3)?;
            let (skip, blank) = match ahead {
                [] => return Ok(None),
                [b'\n' | b'\r', ..] => (1, None),
                [b' ' | b'\t' | 0x1e, ..] => (1, Some(1)),
                [0xEF, 0xBB, 0xBF, ..] => (3, Some(0)),
                [next, ..] => return Ok(Some(*next)),
            };
            let indent = blank.map_or(Some(0), |blank| self.indent.map(|before| before + blank));
            self.skip(skip);
            self.indent = indent;
        }
    }

    /// Goes on by `bytes` bytes, which were seen ahead.
    pub fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        self.offset += bytes as u64;
        self.indent = None;
    }

    /// Blanks between the beginning of the line and here, where nothing else stands there.
    pub fn indent(&self) -> Option<usize> {
        self.indent
    }

    /// Goes on by `bytes` bytes, which were seen ahead, to where `indent` blanks stand behind the beginning of a line.
    pub fn skip_to_line(&mut self, bytes: usize, indent: Option<usize>) {
        self.skip(bytes);
        self.indent = indent;
    }

    /// Finds the end of the value that begins here; its bytes are then ahead, and their number is given with it.
    ///
    /// # Errors
    /// As [`Values::ahead`]; the value is then [`Value::Cut`] at best.
    pub fn value(&mut self) -> io::Result<(Value, usize)> {
        self.value_before(None)
    }

    /// As [`Values::value`]; a value that goes on for [`RIVAL_BYTES`] behind a place where a record begins as `opening` is
    /// [`Value::Broken`] there.
    ///
    /// # Errors
    /// As [`Values::value`].
    pub fn value_before(&mut self, opening: Option<&Opening>) -> io::Result<(Value, usize)> {
        let mut scan = Scan::default();
        let (mut rival, mut searched) = (None, 0);
        loop {
            let held = &self.buffer[self.at..];
            if let (Some(opening), None) = (opening, rival) {
                rival = opening.next_from(held, searched);
                searched = held.len().saturating_sub(NAME_BYTES);
            }
            let limit = rival.map_or(held.len(), |at| held.len().min(at + RIVAL_BYTES));
            match scan.end(&held[..limit], self.ended && limit == held.len()) {
                Some((length, _)) if length > self.max => return Ok((Value::TooLong, length)),
                Some((length, true)) => return Ok((Value::Whole, length)),
                Some((length, false)) => return Ok((Value::Broken, length)),
                None => {}
            }
            if let Some(at) = rival.filter(|at| limit == at + RIVAL_BYTES) {
                return Ok((Value::Broken, at));
            }
            if scan.seen() > self.max {
                return Ok((Value::TooLong, scan.seen()));
            }
            if self.ended {
                return Ok((Value::Cut, self.buffer.len() - self.at));
            }
            self.fill()?;
        }
    }

    /// Goes past a value that is [`Value::TooLong`] without holding it; gives its span.
    ///
    /// # Errors
    /// As [`Values::ahead`].
    pub fn skip_value(&mut self) -> io::Result<Range<u64>> {
        let start = self.offset;
        let mut scan = Scan::default();
        loop {
            if let Some((length, _)) = scan.end(&self.buffer[self.at..], self.ended) {
                self.skip(length);
                return Ok(start..self.offset);
            }
            self.skip(scan.seen());
            scan.forget();
            if self.ended {
                return Ok(start..self.offset);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.at > 0 && self.at >= self.buffer.len() / 2 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        let held = self.buffer.len();
        self.buffer.resize(held + self.chunk, 0);
        self.chunk = (2 * self.chunk).min(CHUNK_BYTES);
        loop {
            let read = self.reader.read(&mut self.buffer[held..]);
            match read {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => {
                    self.buffer.truncate(held + other.as_ref().map_or(0, |n| *n));
                    self.ended = matches!(other, Ok(0));
                    return other.map(|_| ());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(json: &str, max: u64) -> Vec<String> {
        let mut values = Values::new(json.as_bytes(), max);
        let mut found = Vec::new();
        while values.peek().unwrap().is_some() {
            let (value, length) = values.value().unwrap();
            let text = String::from_utf8_lossy(&values.held()[..length]).into_owned();
            match value {
                Value::Whole => {
                    found.push(text);
                    values.skip(length);
                }
                Value::Cut => {
                    found.push(format!("cut {text}"));
                    values.skip(length);
                }
                Value::Broken => {
                    found.push(format!("broken {text}"));
                    values.skip(length);
                }
                Value::TooLong => found.push(format!("long {}", values.skip_value().unwrap().end)),
            }
        }
        found
    }

    #[test]
    fn values_end_with_their_brackets_quotes_or_delimiters() {
        let json = "\u{feff} {\"a\":\"}\\\"{\"} [1,[2]]\"x\\\\\"12 nul\n{\"سلام\":[]}";
        assert_eq!(values(json, 100), ["{\"a\":\"}\\\"{\"}", "[1,[2]]", "\"x\\\\\"", "12", "nul", "{\"سلام\":[]}"]);
    }

    #[test]
    fn what_is_cut_or_too_long_says_so_and_what_follows_is_found() {
        assert_eq!(values("{\"a\":[1", 100), ["cut {\"a\":[1"]);
        assert_eq!(values("{\"a\":[1}", 100), ["broken {\"a\":[1", "}"]);
        assert_eq!(values("{\"a\":\"0123456789\"} 7", 8), ["long 18", "7"]);
        assert_eq!(values("]}", 8), ["]", "}"]);
    }
}
