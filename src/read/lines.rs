//! Lines of a byte stream with their offsets, in memory bounded by the longest line that is wanted.

use std::io::{self, Read};
use std::ops::Range;

use encoding_rs::UTF_16BE;
use memchr::memchr;

use crate::text::charset::Charset;

/// Bytes asked of the stream at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// One line without its line end.
pub enum Line<'b> {
    /// Its bytes.
    Whole(&'b [u8]),
    /// It has more bytes than wanted; its beginning.
    TooLong(&'b [u8]),
}

/// How the end of a line looks in bytes.
#[derive(Clone, Copy)]
enum Newline {
    Byte,
    /// In units of so many bytes, of which the lowest stands at `low`.
    Wide {
        unit: usize,
        low: usize,
    },
}

/// Cuts a stream into lines.
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Bytes of `buffer` not given yet.
    rest: Range<usize>,
    /// Offset in the source of `rest.start`.
    offset: u64,
    newline: Newline,
    max: usize,
    ended: bool,
}

impl<R: Read> Lines<R> {
    /// Lines of `reader`, whose first byte stands at `offset` of the source; lines above `max` bytes are cut.
    pub fn new(reader: R, offset: u64, charset: Charset, max: u64) -> Self {
        let newline = match charset.unit() {
            1 => Newline::Byte,
            unit => Newline::Wide { unit, low: if charset.encoding == UTF_16BE { unit - 1 } else { 0 } },
        };
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self { reader, buffer: Vec::new(), rest: 0..0, offset, newline, max, ended: false }
    }

    /// Drops everything up to and with the next line end: a slice that begins within a line belongs to the line's own slice.
    /// Gives false where the line goes on to the offset `end`.
    ///
    /// # Errors
    /// What the stream says.
    pub fn skip_line(&mut self, end: u64) -> io::Result<bool> {
        loop {
            if let Some((length, width)) = self.find_newline(0) {
                self.take(length, width);
                return Ok(self.offset < end);
            }
            // A line end of several bytes may be cut by the chunk: its first bytes stay.
            let unit = match self.newline {
                Newline::Byte => 1,
                Newline::Wide { unit, .. } => unit,
            };
            let drop = self.rest.len() / unit * unit;
            self.rest.start += drop;
            self.offset += drop as u64;
            if self.offset >= end || !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// The next line with its offset and the offset after its line end; none at the end.
    ///
    /// # Errors
    /// What the stream says; the line that was begun is left to [`Lines::take_partial`], and the next call goes on with
    /// what the stream gives after its error.
    pub fn next_line(&mut self) -> io::Result<Option<(Range<u64>, Line<'_>)>> {
        let mut seen = 0;
        loop {
            if let Some((end, width)) = self.find_newline(seen) {
                return Ok(Some(self.take(end, width)));
            }
            seen = self.rest.len();
            if seen > self.max {
                return self.take_too_long().map(Some);
            }
            if !self.fill()? {
                return Ok((!self.rest.is_empty()).then(|| self.take(self.rest.len(), 0)));
            }
        }
    }

    /// The bytes of a line that an error of the stream cut off.
    pub fn take_partial(&mut self) -> Vec<u8> {
        let partial = self.buffer[self.rest.clone()].to_vec();
        self.offset += partial.len() as u64;
        self.rest.start = self.rest.end;
        partial
    }

    fn find_newline(&self, seen: usize) -> Option<(usize, usize)> {
        let bytes = &self.buffer[self.rest.clone()];
        match self.newline {
            Newline::Byte => memchr(b'\n', &bytes[seen..]).map(|i| (seen + i, 1)),
            Newline::Wide { unit, low } => {
                let from = seen - seen % unit;
                let is_newline = |u: &[u8]| u.iter().enumerate().all(|(i, b)| *b == if i == low { b'\n' } else { 0 });
                bytes[from..].chunks_exact(unit).position(is_newline).map(|i| (from + unit * i, unit))
            }
        }
    }

    fn take(&mut self, length: usize, width: usize) -> (Range<u64>, Line<'_>) {
        let start = self.rest.start;
        let span = self.offset..self.offset + length as u64;
        self.rest.start += length + width;
        self.offset += (length + width) as u64;
        let bytes = &self.buffer[start..start + length];
        (span, if length > self.max { Line::TooLong(bytes) } else { Line::Whole(bytes) })
    }

    fn take_too_long(&mut self) -> io::Result<(Range<u64>, Line<'_>)> {
        let start = self.offset;
        let kept = self.buffer[self.rest.start..self.rest.start + 1024.min(self.rest.len())].to_vec();
        let mut seen = 0;
        let end = loop {
            if let Some((end, width)) = self.find_newline(seen) {
                let at = self.offset + end as u64;
                self.rest.start += end + width;
                self.offset = at + width as u64;
                break at;
            }
            // A unit of several bytes may be cut by the chunk: its first bytes stay.
            let drop = self.rest.len() & !3;
            self.rest.start += drop;
            self.offset += drop as u64;
            seen = 0;
            if !self.fill()? {
                self.offset += self.rest.len() as u64;
                self.rest.start = self.rest.end;
                break self.offset;
            }
        };
        // The beginning goes back in front of the buffer, where nothing unread stands.
        let free = self.rest.start;
        let shown = kept.len().min(free);
        self.buffer[..shown].copy_from_slice(&kept[..shown]);
        Ok((start..end, Line::TooLong(&self.buffer[..shown])))
    }

    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.rest.start > 0 {
            self.buffer.copy_within(self.rest.clone(), 0);
            self.rest = 0..self.rest.len();
        }
        if self.buffer.len() < self.rest.end + CHUNK_BYTES {
            self.buffer.resize(self.rest.end + CHUNK_BYTES, 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.rest.end..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(n) => {
                    self.rest.end += n;
                    return Ok(true);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_16LE;

    use super::*;

    fn utf8() -> Charset {
        Charset::plain(encoding_rs::UTF_8)
    }

    fn all(bytes: &[u8], charset: Charset, max: u64) -> Vec<(Range<u64>, Option<Vec<u8>>)> {
        let mut lines = Lines::new(bytes, 0, charset, max);
        let mut found = Vec::new();
        while let Some((span, line)) = lines.next_line().unwrap() {
            found.push((
                span,
                match line {
                    Line::Whole(b) => Some(b.to_vec()),
                    Line::TooLong(_) => None,
                },
            ));
        }
        found
    }

    #[test]
    fn a_line_that_goes_past_a_slice_is_not_followed_to_its_end() {
        let bytes = [vec![b'x'; 3 * CHUNK_BYTES], b"\nnext\n".to_vec()].concat();
        let mut lines = Lines::new(&bytes[..], 0, utf8(), 100);
        assert!(!lines.skip_line(10).unwrap());
        assert!(lines.offset <= CHUNK_BYTES as u64);
        let mut lines = Lines::new(&bytes[..], 0, utf8(), 100);
        assert!(lines.skip_line(u64::MAX).unwrap());
        assert_eq!(lines.offset, 3 * CHUNK_BYTES as u64 + 1);
    }

    #[test]
    fn lines_have_their_offsets_and_the_last_needs_no_line_end() {
        let found = all(b"ab\n\nc", utf8(), 10);
        assert_eq!(found, [(0..2, Some(b"ab".to_vec())), (3..3, Some(vec![])), (4..5, Some(b"c".to_vec()))]);
    }

    #[test]
    fn a_line_above_the_limit_costs_itself_alone() {
        let mut bytes = vec![b'x'; 3 * CHUNK_BYTES];
        bytes.extend_from_slice(b"\nshort\n");
        let found = all(&bytes, utf8(), 100);
        let end = 3 * CHUNK_BYTES as u64;
        assert_eq!(found, [(0..end, None), (end + 1..end + 6, Some(b"short".to_vec()))]);
    }

    #[test]
    fn utf16_lines_end_at_whole_units() {
        // U+0A00 has the byte of a line feed as its high half.
        let text: Vec<u8> = "ab\u{0A00}\nc".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = all(&text, Charset::plain(UTF_16LE), 100);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], (8..10, Some(b"c\0".to_vec())));
    }

    #[test]
    fn utf32_lines_end_at_whole_units() {
        let text: Vec<u8> = "a\nb".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let charset = crate::text::charset::detect(&text, None, true);
        let found = all(&text, charset, 100);
        assert_eq!(found, [(0..4, Some(b"a\0\0\0".to_vec())), (8..12, Some(b"b\0\0\0".to_vec()))]);
    }
}
