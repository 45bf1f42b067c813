//! What stands in front of the first row of a table: a byte order mark, comments, a title, a line that names the separator.

use std::ops::Range;

use memchr::memchr;

/// Lines of comments that are looked at; more are none.
const MAX_COMMENTS: usize = 100;

/// Lines of a title that are looked at.
const MAX_TITLE_LINES: usize = 5;

/// Bytes of each of them, at most.
const MAX_TITLE_BYTES: usize = 200;

/// What stands in front of the first row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preamble {
    /// Its length.
    pub bytes: usize,
    /// The separator that it names.
    pub separator: Option<u8>,
    /// Ends the lines of the file: a line feed, or a carriage return where there are no line feeds.
    pub line_end: u8,
}

impl Preamble {
    /// The preamble without comments of the table that begins with `head`.
    pub fn of(head: &[u8]) -> Self {
        let bytes = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let line_end = if memchr(b'\n', head).is_some() || memchr(b'\r', head).is_none() { b'\n' } else { b'\r' };
        Self { bytes, separator: None, line_end }.with_separator(head)
    }

    /// The preamble with the lines after it that begin with a number sign, and where they stand, if a row follows them.
    pub fn with_comments(self, head: &[u8]) -> Option<(Self, Range<usize>)> {
        let (mut at, mut end) = (self.bytes, self.bytes);
        for _ in 0..MAX_COMMENTS {
            let line = &head[at..];
            let next = at + memchr(self.line_end, line)? + 1;
            match line.first() {
                Some(b'#') => end = next,
                // A blank line among them.
                _ if head[at..next].trim_ascii().is_empty() => {}
                _ => break,
            }
            at = next;
        }
        let preamble = Self { bytes: end, ..self };
        let preamble = if self.separator.is_none() { preamble.with_separator(head) } else { preamble };
        let is_there = end > self.bytes && !head[at..].starts_with(b"#");
        is_there.then(|| (preamble, self.bytes..end - 1))
    }

    /// The preamble with the lines of a title before a header, if a header follows some: of the first lines, the one of which
    /// `header` gives the separator. Lines with as many filled cells as the header are rows, of which none is a title.
    pub fn with_title(self, head: &[u8], header: impl Fn(&[u8]) -> Option<u8>) -> Option<Self> {
        let mut at = self.bytes;
        for number in 0..=MAX_TITLE_LINES {
            let end = at + memchr(self.line_end, &head[at..])?;
            if let Some(separator) = header(&head[at..end]) {
                let filled =
                    |line: &[u8]| line.split(|b| *b == separator).filter(|cell| !cell.trim_ascii().is_empty()).count();
                let columns = filled(&head[at..end]);
                let mut before = head[self.bytes..at].split(|b| *b == self.line_end);
                return (number > 0 && before.all(|line| filled(line) < columns)).then_some(Self { bytes: at, ..self });
            }
            if end - at > MAX_TITLE_BYTES {
                return None;
            }
            at = end + 1;
        }
        None
    }

    fn with_separator(self, head: &[u8]) -> Self {
        match separator_line(&head[self.bytes..], self.line_end) {
            Some((separator, bytes)) => Self { bytes: self.bytes + bytes, separator: Some(separator), ..self },
            None => self,
        }
    }
}

/// The separator in the line `sep=;` by which spreadsheets name it, and the length of that line.
fn separator_line(head: &[u8], line_end: u8) -> Option<(u8, usize)> {
    let end = memchr(line_end, &head[..head.len().min(16)])?;
    let line = head[..end].trim_ascii_end();
    let named = line.get(..4).is_some_and(|l| l.eq_ignore_ascii_case(b"sep="));
    match line.get(4..) {
        Some(&[separator]) if named => Some((separator, end + 1)),
        // The tab was trimmed.
        Some([]) if named && head[..end].contains(&b'\t') => Some((b'\t', end + 1)),
        _ => None,
    }
}
