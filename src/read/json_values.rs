//! Values of JSON as runs of bytes in a stream, found by brackets, quotes and what stands between them; memory is bounded
//! by the largest that is wanted.

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
    /// Something stands within it, after the bytes that are given, that cannot stand there: a quote or bracket is missing.
    Broken,
}

/// A stream of JSON with a view ahead.
pub struct Values<R> {
    reader: R,
    buffer: Vec<u8>,
    at: usize,
    /// Offset in the source of `buffer[at]`.
    offset: u64,
    max: usize,
    indent: Option<usize>,
    chunk: usize,
    ended: bool,
    /// What the stream said behind the bytes that are held.
    fault: Option<io::Error>,
}

impl<R: Read> Values<R> {
    /// The values of `reader`; those above `max` bytes are not held.
    pub fn new(reader: R, max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self {
            reader,
            buffer: Vec::new(),
            at: 0,
            offset: 0,
            max,
            indent: Some(0),
            chunk: FIRST_BYTES,
            ended: false,
            fault: None,
        }
    }

    /// Offset of the next byte in the source.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes from here on, at least `bytes` of them where the stream has so many.
    ///
    /// # Errors
    /// What the stream says, once no byte before it is left; asking again goes on after it.
    pub fn ahead(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.at < bytes && !self.at_end() {
            self.fault = self.fill().err();
        }
        match self.fault.take_if(|_| self.buffer.len() == self.at) {
            Some(fault) => Err(fault),
            None => Ok(&self.buffer[self.at..]),
        }
    }

    /// Reads on in a value: what is behind an error is none of it.
    fn more(&mut self) -> io::Result<()> {
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.fill(),
        }
    }

    /// The bytes that are held from here on.
    pub fn held(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// Whether no bytes follow those that are held, or not before an error of the stream.
    pub fn at_end(&self) -> bool {
        self.ended || self.fault.is_some()
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
            let indent = if ahead[0] == b'\n' { Some(0) } else { self.indent.map(|i| i + usize::from(skip == 1)) };
            self.skip(skip);
            self.indent = indent;
        }
    }

    /// Blanks between the beginning of the line and here, where nothing else stands there.
    pub fn indent(&self) -> Option<usize> {
        self.indent
    }

    /// Goes on by `bytes` bytes, which were seen ahead.
    pub fn skip(&mut self, bytes: usize) {
        if bytes > 0 {
            self.indent = None;
        }
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
            match scan.end(&self.buffer[self.at..], self.ended) {
                Some(End::Whole(length)) if length > self.max => return Ok((Value::TooLong, length)),
                Some(End::Whole(length)) => return Ok((Value::Whole, length)),
                Some(End::Broken(at)) => return Ok((Value::Broken, at)),
                None => {}
            }
            if scan.seen > self.max {
                return Ok((Value::TooLong, scan.seen));
            }
            if self.ended {
                return Ok((Value::Cut, self.buffer.len() - self.at));
            }
            self.more()?;
        }
    }

    /// Goes past a value that is [`Value::TooLong`] without holding it; gives its span, which ends where it is broken.
    ///
    /// # Errors
    /// As [`Values::ahead`].
    pub fn skip_value(&mut self) -> io::Result<Range<u64>> {
        let start = self.offset;
        let mut scan = Scan::default();
        loop {
            if let Some(End::Whole(length) | End::Broken(length)) = scan.end(&self.buffer[self.at..], self.ended) {
                self.skip(length);
                return Ok(start..self.offset);
            }
            self.skip(scan.seen);
            scan.seen = 0;
            if self.ended {
                return Ok(start..self.offset);
            }
            self.more()?;
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

/// How the search for the end of a value ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The value has so many bytes.
    Whole(usize),
    /// What stands here cannot stand in it.
    Broken(usize),
}

/// What may come next in a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Want {
    #[default]
    Value,
    /// A name of a member, or the end of its object.
    Name,
    Colon,
    /// A comma, or the end of an object or array.
    Comma,
    /// More of a number, a word, or whatever stands for one.
    Word,
    /// More of a string; of a name where `true`.
    String(bool),
}

/// Where in a value the search for its end stands. Words are not looked at, nor commas too many at the end of a list.
#[derive(Default)]
pub struct Scan {
    seen: usize,
    /// The brackets that are open.
    open: Vec<u8>,
    want: Want,
}

impl Scan {
    /// How many bytes were looked at.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The end of the value that begins `bytes`, once it is among them; asked again, it goes on where it stood.
    pub fn end(&mut self, bytes: &[u8], ended: bool) -> Option<End> {
        while self.seen < bytes.len() {
            let end = match self.want {
                Want::String(_) => self.string(bytes)?,
                _ => self.byte(bytes[self.seen]),
            };
            if end.is_some() {
                return end;
            }
        }
        // A bare value ends with the stream.
        (ended && self.open.is_empty() && self.want == Want::Word).then_some(End::Whole(self.seen))
    }

    /// Goes to the end of a string; outer none where that is not among `bytes`.
    #[expect(clippy::option_option, reason = "no end of the string, and no end of the value")]
    fn string(&mut self, bytes: &[u8]) -> Option<Option<End>> {
        let Some(at) = memchr2(b'"', b'\\', &bytes[self.seen..]).map(|i| self.seen + i) else {
            self.seen = bytes.len();
            return None;
        };
        if bytes[at] == b'\\' {
            // The character after it may not be there yet.
            self.seen = if at + 1 < bytes.len() { at + 2 } else { at };
            return if at + 1 < bytes.len() { Some(None) } else { None };
        }
        self.seen = at + 1;
        self.want = if self.want == Want::String(true) { Want::Colon } else { Want::Comma };
        Some(self.open.is_empty().then_some(End::Whole(self.seen)))
    }

    /// Goes past a byte outside of strings.
    fn byte(&mut self, byte: u8) -> Option<End> {
        let in_object = self.open.last() == Some(&b'{');
        match (byte, self.want) {
            (b'"' | b'{' | b'[' | b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t', Want::Word) => {
                if self.open.is_empty() {
                    return Some(End::Whole(self.seen));
                }
                self.want = Want::Comma;
                return None;
            }
            (b' ' | b'\n' | b'\r' | b'\t', _) if !self.open.is_empty() => {}
            (b'"', Want::Value) => self.want = Want::String(false),
            (b'"', Want::Name) => self.want = Want::String(true),
            (b'{', Want::Value) => {
                self.open.push(byte);
                self.want = Want::Name;
            }
            (b'[', Want::Value) => self.open.push(byte),
            // Delimiters at the beginning of nothing are a value of one byte.
            (b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t', _) if self.open.is_empty() => {
                return Some(End::Whole(self.seen + 1));
            }
            (b'}', Want::Name | Want::Comma) if in_object => return self.close(),
            (b']', Want::Value | Want::Comma) if !in_object => return self.close(),
            (b',', Want::Comma) => self.want = if in_object { Want::Name } else { Want::Value },
            (b':', Want::Colon) => self.want = Want::Value,
            (b'"' | b'{' | b'[' | b'}' | b']' | b',' | b':', _) => return Some(End::Broken(self.seen)),
            (_, Want::Value | Want::Word) => self.want = Want::Word,
            _ => return Some(End::Broken(self.seen)),
        }
        self.seen += 1;
        None
    }

    fn close(&mut self) -> Option<End> {
        self.open.pop();
        self.seen += 1;
        self.want = Want::Comma;
        self.open.is_empty().then_some(End::Whole(self.seen))
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
                    values.skip(length.max(1));
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

    #[test]
    fn a_value_is_broken_where_something_stands_that_cannot() {
        for (json, seen) in [
            ("{\"a\":\"cut\n{\"b\":1}", "{\"a\":\"cut\n{\""),
            ("{\"a\":1\n{\"b\":1}", "{\"a\":1\n"),
            ("{\"a\":1,\n{\"b\":1}", "{\"a\":1,\n"),
            ("{\"a\" 1}", "{\"a\" "),
            ("{\"a\":[1}", "{\"a\":[1"),
        ] {
            assert_eq!(values(json, 100)[0], format!("broken {seen}"));
        }
    }

    #[test]
    fn what_only_a_parser_refuses_is_whole() {
        for json in ["{\"a\":oops}", "{\"a\":1,}", "[1,]", "{\"a\":\"\u{1}\\q\"}", "{}", "[{},[]]"] {
            assert_eq!(values(json, 100), [json]);
        }
    }
}
