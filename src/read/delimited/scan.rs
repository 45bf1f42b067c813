//! One row of delimited text: where its fields begin and end, in one pass over its bytes.

use memchr::{memchr, memchr2, memchr3};

/// Bytes that a quoted field of several lines may have before it is asked whether its quote was ever closed.
pub const LONG_FIELD: usize = 64 << 10;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Stands between fields; the line end itself in a table of one column.
    pub separator: u8,
    /// Stands around fields that hold separators or line ends.
    pub quote: Option<u8>,
    /// A backslash takes the meaning from the character after it.
    pub escape: bool,
    /// Spaces may stand between a separator and the quotes of a field.
    pub padded: bool,
    /// Ends a row: a line feed, or a carriage return where there are no line feeds.
    pub line_end: u8,
}

/// One field: the bytes between its quotes, as offsets from the beginning of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// It stood in quotes.
    pub quoted: bool,
    /// It holds doubled quotes or escapes.
    pub escaped: bool,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its fields, at least one.
    pub fields: Vec<Field>,
    /// The byte after its last, without the line end.
    pub end: usize,
    /// Where the next row begins.
    pub next: usize,
    /// A quoted field holds a quote that is neither doubled nor followed by a separator or line end.
    pub bare: bool,
    /// The first line end within a quoted field that holds such a quote, or that is never closed.
    pub doubt: Option<usize>,
    /// The last field is not closed before the end of the text.
    pub unclosed: bool,
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A whole row.
    Row,
    /// The row goes on after the bytes that were given.
    More,
    /// A quoted field of several lines is longer than [`LONG_FIELD`]; its first line end stands here.
    Long(usize),
}

/// Finds the row at the beginning of `bytes`, which are all that follows where `at_end`; `patient` does not stop at long
/// fields.
pub fn scan(bytes: &[u8], at_end: bool, dialect: Dialect, patient: bool, row: &mut Row) -> Scan {
    row.fields.clear();
    (row.bare, row.doubt, row.unclosed) = (false, None, false);
    let mut at = 0;
    loop {
        let start = opening(bytes, at, dialect);
        let step = match dialect.quote {
            _ if start >= bytes.len() && !at_end => Step::More,
            Some(quote) if bytes.get(start) == Some(&quote) => {
                quoted(bytes, start + 1, at_end, quote, dialect, patient, row)
            }
            _ => unquoted(bytes, at, at_end, dialect, row),
        };
        match step {
            Step::Field(next) => at = next,
            Step::End { end, next } => {
                (row.end, row.next) = (end, next);
                return Scan::Row;
            }
            Step::More => return Scan::More,
            Step::Long(line_end) => return Scan::Long(line_end),
        }
    }
}

enum Step {
    /// The next field begins here.
    Field(usize),
    End {
        end: usize,
        next: usize,
    },
    More,
    Long(usize),
}

/// Where the quote of the field at `at` stands, if it has one: after spaces where the table is padded.
fn opening(bytes: &[u8], at: usize, dialect: Dialect) -> usize {
    if !dialect.padded {
        return at;
    }
    let spaces = bytes[at.min(bytes.len())..].iter().take_while(|b| **b == b' ').count();
    if bytes.get(at + spaces).copied() == dialect.quote { at + spaces } else { at }
}

fn unquoted(bytes: &[u8], start: usize, at_end: bool, dialect: Dialect, row: &mut Row) -> Step {
    let (separator, line_end) = (dialect.separator, dialect.line_end);
    let third = if dialect.escape { b'\\' } else { line_end };
    let (mut at, mut escaped) = (start, false);
    loop {
        let Some(found) = memchr3(separator, line_end, third, &bytes[at..]).map(|i| at + i) else {
            if !at_end {
                return Step::More;
            }
            row.fields.push(Field { start, end: bytes.len(), quoted: false, escaped });
            return Step::End { end: bytes.len(), next: bytes.len() };
        };
        if bytes[found] == line_end {
            let cut = line_end == b'\n' && found > start && bytes[found - 1] == b'\r';
            let end = found - usize::from(cut);
            row.fields.push(Field { start, end, quoted: false, escaped });
            return Step::End { end, next: found + 1 };
        }
        if bytes[found] == separator {
            row.fields.push(Field { start, end: found, quoted: false, escaped });
            return Step::Field(found + 1);
        }
        escaped = true;
        at = found + 2;
        if at > bytes.len() {
            if !at_end {
                return Step::More;
            }
            at = bytes.len();
        }
    }
}

fn quoted(bytes: &[u8], start: usize, at_end: bool, quote: u8, dialect: Dialect, patient: bool, row: &mut Row) -> Step {
    let second = if dialect.escape { b'\\' } else { quote };
    let (mut at, mut escaped, mut bare) = (start, false, false);
    let line_end_before = |to: usize| memchr(dialect.line_end, &bytes[start..to]).map(|i| start + i);
    loop {
        let found = memchr2(quote, second, &bytes[at.min(bytes.len())..]).map(|i| at + i);
        let seen = found.unwrap_or(bytes.len());
        if !patient
            && seen - start > LONG_FIELD
            && let Some(line_end) = line_end_before(start + LONG_FIELD)
        {
            return Step::Long(line_end);
        }
        let Some(found) = found else {
            if !at_end {
                return Step::More;
            }
            row.fields.push(Field { start, end: bytes.len(), quoted: true, escaped });
            row.unclosed = true;
            row.doubt = row.doubt.or_else(|| line_end_before(bytes.len()));
            return Step::End { end: bytes.len(), next: bytes.len() };
        };
        if bytes[found] != quote {
            escaped = true;
            at = found + 2;
            continue;
        }
        if bytes.get(found + 1) == Some(&quote) {
            // A pair at the end of what is known may be the first half of a longer run; that is still a pair.
            escaped = true;
            at = found + 2;
            continue;
        }
        let closed = closing(bytes, found + 1, at_end, dialect);
        if let Some(Step::More) = closed {
            return Step::More;
        }
        let Some(step) = closed else {
            (bare, row.bare) = (true, true);
            at = found + 1;
            continue;
        };
        row.fields.push(Field { start, end: found, quoted: true, escaped });
        if bare && row.doubt.is_none() {
            row.doubt = line_end_before(found);
        }
        return step;
    }
}

/// What follows a quote that closes its field; none where it does not close it.
fn closing(bytes: &[u8], after: usize, at_end: bool, dialect: Dialect) -> Option<Step> {
    let spaces = bytes[after..].iter().take_while(|b| dialect.padded && **b == b' ').count();
    let at = after + spaces;
    let missing = if at_end { Step::End { end: bytes.len(), next: bytes.len() } } else { Step::More };
    match (bytes.get(at), bytes.get(at + 1)) {
        (None, _) => Some(missing),
        (Some(&b), _) if b == dialect.line_end => Some(Step::End { end: at, next: at + 1 }),
        (Some(&b), _) if b == dialect.separator => Some(Step::Field(at + 1)),
        (Some(b'\r'), None) if dialect.line_end == b'\n' => Some(missing),
        (Some(b'\r'), Some(b'\n')) if dialect.line_end == b'\n' => Some(Step::End { end: at, next: at + 2 }),
        _ => None,
    }
}

/// The bytes of a field without its doubled quotes and escapes.
pub fn unescape(bytes: &[u8], quoted: bool, dialect: Dialect) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let after = bytes.get(at + 1).copied();
        at += 1;
        match (byte, after) {
            (b, Some(next)) if quoted && Some(b) == dialect.quote && Some(next) == dialect.quote => {
                out.push(b);
                at += 1;
            }
            (b'\\', Some(next)) if dialect.escape => {
                at += 1;
                escape(next, quoted, dialect, &mut out);
            }
            _ => out.push(byte),
        }
    }
    out
}

/// What stands for a backslash and the byte after it. Within quotes only what needs an escape has one; without quotes,
/// as databases write, letters stand for controls.
fn escape(next: u8, quoted: bool, dialect: Dialect, out: &mut Vec<u8>) {
    let control = match next {
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'b' => Some(8),
        b'0' => Some(0),
        b'Z' => Some(0x1a),
        _ => None,
    };
    match control.filter(|_| !quoted) {
        Some(control) => out.push(control),
        None if Some(next) == dialect.quote || [b'\\', dialect.separator, dialect.line_end].contains(&next) => {
            out.push(next);
        }
        None => out.extend_from_slice(&[b'\\', next]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect { separator: b',', quote: Some(b'"'), escape: false, padded: false, line_end: b'\n' };

    fn rows(text: &str, dialect: Dialect) -> Vec<Vec<String>> {
        let (mut rest, mut row, mut all) = (text.as_bytes(), Row::default(), Vec::new());
        while !rest.is_empty() {
            assert_eq!(scan(rest, true, dialect, true, &mut row), Scan::Row);
            let cell = |f: &Field| String::from_utf8(unescape(&rest[f.start..f.end], f.quoted, dialect)).unwrap();
            all.push(row.fields.iter().map(cell).collect());
            rest = &rest[row.next..];
        }
        all
    }

    #[test]
    fn fields_end_at_separators_and_rows_at_line_ends_outside_of_quotes() {
        assert_eq!(
            rows("a,\"b, \"\"c\"\"\nd\",\r\n\"\",x\"y,z", CSV),
            [vec!["a", "b, \"c\"\nd", ""], vec!["", "x\"y", "z"]]
        );
    }

    #[test]
    fn a_quote_within_quotes_that_closes_nothing_is_text() {
        assert_eq!(rows("\"قال \"نعم\" ثم ذهب\",2\n", CSV), [["قال \"نعم\" ثم ذهب", "2"]]);
    }

    #[test]
    fn backslashes_escape_as_databases_and_programs_write_them() {
        let mysql = Dialect { separator: b'\t', quote: None, escape: true, ..CSV };
        assert_eq!(rows("a\\tb\\\nc\t\\N\tC:\\\\x\n", mysql), [["a\tb\nc", "\\N", "C:\\x"]]);
        let quoted = Dialect { escape: true, ..CSV };
        assert_eq!(rows("\"a \\\"b\\\", c\\n\",d\n", quoted), [["a \"b\", c\\n", "d"]]);
    }

    #[test]
    fn what_is_not_whole_asks_for_more() {
        let mut row = Row::default();
        for text in ["", "a", "a,", "\"a", "\"a\"", "\"a\"\r"] {
            assert_eq!(scan(text.as_bytes(), false, CSV, true, &mut row), Scan::More, "{text}");
        }
        assert_eq!(scan(b"\"a\"\r\n", false, CSV, true, &mut row), Scan::Row);
    }
}
