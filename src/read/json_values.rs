//! Values of JSON as runs of bytes in a stream, found by brackets and quotes alone; memory is bounded by the largest that
//! is wanted.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr2;

/// Bytes asked of the stream at a time, at first and at most: a look into a small value costs no large buffer.
const FIRST_BYTES: usize = 4 << 10;
const CHUNK_BYTES: usize = 256 << 10;

/// One value as it was met.
pub enum Value {
    /// It is whole, as far as brackets and quotes tell.
    Whole,
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
}

/// Where in a value the search for its end stands.
#[derive(Default)]
struct Scan {
    seen: usize,
    depth: usize,
    in_string: bool,
}

impl<R: Read> Values<R> {
    /// The values of `reader`; those above `max` bytes are not held.
    pub fn new(reader: R, max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self { reader, buffer: Vec::new(), at: 0, offset: 0, max, chunk: FIRST_BYTES, ended: false }
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
            let skip = match ahead {
                [] => return Ok(None),
                [b' ' | b'\n' | b'\r' | b'\t' | 0x1e, ..] => 1,
                [0xEF, 0xBB, 0xBF, ..] => 3,
                [next, ..] => return Ok(Some(*next)),
            };
            self.skip(skip);
        }
    }

    /// Goes on by `bytes` bytes, which were seen ahead.
    pub fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        self.offset += bytes as u64;
    }

    /// Finds the end of the value that begins here; its bytes are then ahead, and their number is given with it.
    ///
    /// # Errors
    /// As [`Values::ahead`]; the value is then [`Value::Cut`] at best.
    pub fn value(&mut self) -> io::Result<(Value, usize)> {
        let mut scan = Scan::default();
        loop {
            if let Some(length) = scan.end(&self.buffer[self.at..], self.ended) {
                return Ok((if length > self.max { Value::TooLong } else { Value::Whole }, length));
            }
            if scan.seen > self.max {
                return Ok((Value::TooLong, scan.seen));
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
            if let Some(length) = scan.end(&self.buffer[self.at..], self.ended) {
                self.skip(length);
                return Ok(start..self.offset);
            }
            self.skip(scan.seen);
            scan.seen = 0;
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

impl Scan {
    /// The length of the value that begins `bytes`, once its end is among them.
    fn end(&mut self, bytes: &[u8], ended: bool) -> Option<usize> {
        while self.seen < bytes.len() {
            if self.in_string {
                let found = memchr2(b'"', b'\\', &bytes[self.seen..]);
                let Some(at) = found.map(|i| self.seen + i) else {
                    self.seen = bytes.len();
                    return None;
                };
                if bytes[at] == b'\\' {
                    // The character after it may not be there yet.
                    if at + 1 >= bytes.len() {
                        self.seen = at;
                        return None;
                    }
                    self.seen = at + 2;
                    continue;
                }
                self.in_string = false;
                self.seen = at + 1;
                if self.depth == 0 {
                    return Some(self.seen);
                }
                continue;
            }
            match bytes[self.seen] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    if self.depth <= 1 {
                        // Brackets at the beginning of nothing are a value of one byte; after a bare value they end it.
                        return Some(if self.depth == 1 { self.seen + 1 } else { self.seen.max(1) });
                    }
                    self.depth -= 1;
                }
                b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => return Some(self.seen.max(1)),
                _ => {}
            }
            self.seen += 1;
        }
        // A bare value ends with the stream.
        (ended && self.depth == 0 && !self.in_string && self.seen > 0).then_some(self.seen)
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
        assert_eq!(values("{\"a\":\"0123456789\"} 7", 8), ["long 18", "7"]);
        assert_eq!(values("]}", 8), ["]", "}"]);
    }
}
