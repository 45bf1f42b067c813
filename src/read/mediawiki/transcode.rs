//! Dumps in UTF-16 and UTF-32 as UTF-8.

use std::io::{self, Read};

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::text::charset::{Charset, decode};

/// Bytes asked of the stream at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// How many bytes of the source a character has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// The bytes are given as they are: the tags of XML are the same in them.
    Byte,
    /// Two, or four for a pair of surrogates.
    Two,
    /// Four.
    Four,
}

impl Width {
    /// That of a charset.
    pub(super) fn of(charset: Charset) -> Self {
        match charset.encoding {
            _ if charset.bom == 4 => Self::Four,
            e if e == UTF_16LE || e == UTF_16BE => Self::Two,
            _ => Self::Byte,
        }
    }

    /// How many bytes of the source the bytes stand for that were made of it.
    pub(super) fn source_bytes(self, bytes: &[u8]) -> u64 {
        let count = |is: fn(&u8) -> bool| bytes.iter().filter(|b| is(b)).count() as u64;
        let characters = || count(|b| *b & 0xC0 != 0x80);
        match self {
            Self::Byte => bytes.len() as u64,
            Self::Two => 2 * characters() + 2 * count(|b| *b >= 0xF0),
            Self::Four => 4 * characters(),
        }
    }
}

/// A stream in UTF-16 or UTF-32, read as UTF-8 without its byte order mark.
pub(super) struct Transcoded<R> {
    reader: R,
    charset: Charset,
    /// Bytes of the source that are no whole character yet.
    source: Vec<u8>,
    /// Bytes made and not given yet.
    made: Vec<u8>,
    given: usize,
    /// Bytes of the mark that are still to be cut.
    mark: usize,
}

impl<R: Read> Transcoded<R> {
    pub(super) fn new(reader: R, charset: Charset) -> Self {
        let mark = charset.bom;
        // In UTF-32 the mark is what tells it from UTF-16.
        let bom = if charset.bom == 4 { 4 } else { 0 };
        let charset = Charset { bom, ..charset };
        Self { reader, charset, source: Vec::new(), made: Vec::new(), given: 0, mark }
    }

    /// How many of the bytes at hand are whole characters.
    fn whole(&self) -> usize {
        let unit = if Width::of(self.charset) == Width::Four { 4 } else { 2 };
        let whole = self.source.len() / unit * unit;
        let high = if self.charset.encoding == UTF_16BE { 2 } else { 1 };
        // The first half of a pair waits for the second.
        let is_open = unit == 2 && whole >= 2 && matches!(self.source[whole - high], 0xD8..=0xDB);
        if is_open { whole - 2 } else { whole }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.made.len() {
            let before = self.source.len();
            self.source.resize(before + CHUNK_BYTES, 0);
            let read = self.reader.read(&mut self.source[before..]);
            self.source.truncate(before + *read.as_ref().unwrap_or(&0));
            let ended = read? == 0;
            let mark = self.mark.min(self.source.len());
            self.source.drain(..mark);
            self.mark -= mark;
            let whole = if ended { self.source.len() } else { self.whole() };
            // What is left at the end is part of a character.
            self.made = decode(&self.source[..whole], self.charset).into_owned().into_bytes();
            self.source.drain(..whole);
            self.given = 0;
            if ended {
                break;
            }
        }
        let n = buffer.len().min(self.made.len() - self.given);
        buffer[..n].copy_from_slice(&self.made[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf8(bytes: &[u8], charset: Charset, step: usize) -> String {
        struct Steps<'a>(&'a [u8], usize);
        impl Read for Steps<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = self.0.len().min(self.1);
                buffer[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let mut text = String::new();
        Transcoded::new(Steps(bytes, step), charset).read_to_string(&mut text).expect("bytes give no error");
        text
    }

    #[test]
    fn characters_come_right_wherever_reads_end() {
        let text = "\u{FEFF}<page>بحر 😀 x";
        for step in [1, 2, 3, 5, 100] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(utf8(&little, Charset { encoding: UTF_16LE, bom: 2 }, step), text[3..]);
            let big: Vec<u8> = text.encode_utf16().skip(1).flat_map(u16::to_be_bytes).collect();
            assert_eq!(utf8(&big, Charset { encoding: UTF_16BE, bom: 0 }, step), text[3..]);
            let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
            assert_eq!(utf8(&wide, Charset { encoding: UTF_16LE, bom: 4 }, step), text[3..]);
        }
    }

    #[test]
    fn offsets_are_counted_in_bytes_of_the_source() {
        let text = "a بحر 😀";
        assert_eq!(Width::Two.source_bytes(text.as_bytes()), 2 * text.encode_utf16().count() as u64);
        assert_eq!(Width::Four.source_bytes(text.as_bytes()), 4 * text.chars().count() as u64);
        assert_eq!(Width::Byte.source_bytes(text.as_bytes()), text.len() as u64);
    }
}
