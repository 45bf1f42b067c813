//! One row of delimited text: where its fields begin and end, in one pass over its bytes.

use memchr::{memchr, memchr2, memchr3};

/// Bytes that a quoted field of several lines may have before it is asked whether its quote was ever closed.
pub const LONG_FIELD: usize = 64 << 10;

/// Bytes after the first line end of a quoted field before that is asked for the first time, where a quote within it
/// closes nothing.
const FIRST_LOOK: usize = 256;

/// How many bytes a quoted field may have before it is asked whether its quote was ever closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// From its beginning.
    clean: usize,
    /// From its first line end, where a quote within it closes nothing.
    bare: usize,
}

impl Patience {
    /// What a row begins with.
    pub const FIRST: Self = Self { clean: LONG_FIELD, bare: FIRST_LOOK };

    /// It is asked as soon as the field goes on over a line end, where a quote within it closes nothing.
    pub const ONE_LINE: Self = Self { clean: usize::MAX, bare: 0 };

    /// It is never asked.
    pub const ENDLESS: Self = Self { clean: usize::MAX, bare: usize::MAX };

    /// The patience after a look at `within` bytes, which found nothing. Looks grow fourfold, so that all of them cost
    /// no more than the last.
    pub fn after(self, within: usize) -> Self {
        if within >= LONG_FIELD { Self::ENDLESS } else { Self { bare: within * 4, ..self } }
    }
}

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
    /// Where a scan that wants more may go on.
    pub stop: (usize, Inside),
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A whole row.
    Row,
    /// The row goes on after the bytes that were given.
    More,
    /// A quoted field of several lines is longer than the patience for it.
    Long {
        /// Where its first line ends.
        line_end: usize,
        /// Bytes after that end that are worth a look.
        within: usize,
    },
}

/// Where in a row its scan begins or stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inside {
    /// Before a field.
    #[default]
    Row,
    /// In a field without quotes.
    Field,
    /// Between the quotes of a field.
    Quotes,
}

/// Finds the row at the beginning of `bytes`, which are all that follows where `at_end`.
pub fn scan(bytes: &[u8], at_end: bool, dialect: Dialect, patience: Patience, row: &mut Row) -> Scan {
    scan_from(bytes, Inside::Row, at_end, dialect, patience, row)
}

/// As [`scan`], for a row of which `bytes` are the rest.
pub fn scan_from(
    bytes: &[u8],
    inside: Inside,
    at_end: bool,
    dialect: Dialect,
    patience: Patience,
    row: &mut Row,
) -> Scan {
    row.fields.clear();
    (row.bare, row.doubt, row.unclosed) = (false, None, false);
    let scanner = Scanner { bytes, at_end, dialect, patience };
    let mut step = match (inside, dialect.quote) {
        (Inside::Quotes, Some(quote)) => scanner.quoted(0, quote, row),
        (Inside::Row, _) => scanner.field(0, row),
        _ => scanner.unquoted(0, row),
    };
    loop {
        match step {
            Step::Field(next) => step = scanner.field(next, row),
            Step::End { end, next } => {
                (row.end, row.next) = (end, next);
                return Scan::Row;
            }
            Step::More(at, inside) => {
                row.stop = (at, inside);
                return Scan::More;
            }
            Step::Long(line_end, within) => return Scan::Long { line_end, within },
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
    /// The scan may go on from here.
    More(usize, Inside),
    Long(usize, usize),
}

/// The first line end of a field, looked for as far as is needed and no byte twice.
struct FirstLine {
    looked: usize,
    end: Option<usize>,
}

impl FirstLine {
    fn before(&mut self, to: usize, bytes: &[u8], line_end: u8) -> Option<usize> {
        if self.end.is_none() && to > self.looked {
            self.end = memchr(line_end, &bytes[self.looked..to]).map(|i| self.looked + i);
            self.looked = to;
        }
        self.end.filter(|end| *end < to)
    }
}

struct Scanner<'b> {
    bytes: &'b [u8],
    at_end: bool,
    dialect: Dialect,
    patience: Patience,
}

impl Scanner<'_> {
    fn field(&self, at: usize, row: &mut Row) -> Step {
        let start = self.opening(at);
        match self.dialect.quote {
            _ if start >= self.bytes.len() && !self.at_end => Step::More(start.min(self.bytes.len()), Inside::Row),
            Some(quote) if self.bytes.get(start) == Some(&quote) => self.quoted(start + 1, quote, row),
            _ => self.unquoted(at, row),
        }
    }

    /// Where the quote of the field at `at` stands, if it has one: after spaces where the table is padded.
    fn opening(&self, at: usize) -> usize {
        if !self.dialect.padded {
            return at;
        }
        let spaces = self.bytes[at.min(self.bytes.len())..].iter().take_while(|b| **b == b' ').count();
        let is_open = at + spaces == self.bytes.len() || self.bytes.get(at + spaces).copied() == self.dialect.quote;
        if is_open { at + spaces } else { at }
    }

    fn unquoted(&self, start: usize, row: &mut Row) -> Step {
        let (bytes, separator, line_end) = (self.bytes, self.dialect.separator, self.dialect.line_end);
        let third = if self.dialect.escape { b'\\' } else { line_end };
        let (mut at, mut escaped) = (start, false);
        loop {
            let Some(found) = memchr3(separator, line_end, third, &bytes[at..]).map(|i| at + i) else {
                if !self.at_end {
                    return Step::More(bytes.len(), Inside::Field);
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
                if !self.at_end {
                    return Step::More(found, Inside::Field);
                }
                at = bytes.len();
            }
        }
    }

    fn quoted(&self, start: usize, quote: u8, row: &mut Row) -> Step {
        let (bytes, line_end) = (self.bytes, self.dialect.line_end);
        let second = if self.dialect.escape { b'\\' } else { quote };
        let (mut at, mut escaped, mut bare) = (start, false, false);
        let mut line = FirstLine { looked: start, end: None };
        loop {
            let found = memchr2(quote, second, &bytes[at.min(bytes.len())..]).map(|i| at + i);
            let seen = found.unwrap_or(bytes.len());
            if let Some(long) = self.is_long(start, seen, bare, &mut line) {
                return long;
            }
            let Some(found) = found else {
                if !self.at_end {
                    // An escape at the end waits for what it escapes.
                    return Step::More(if at > bytes.len() { at - 2 } else { bytes.len() }, Inside::Quotes);
                }
                row.fields.push(Field { start, end: bytes.len(), quoted: true, escaped });
                row.unclosed = true;
                row.doubt = row.doubt.or_else(|| line.before(bytes.len(), bytes, line_end));
                return Step::End { end: bytes.len(), next: bytes.len() };
            };
            // A pair at the end of what is known may be the first half of a longer run; that is still a pair.
            if bytes[found] != quote || bytes.get(found + 1) == Some(&quote) {
                escaped = true;
                at = found + 2;
                continue;
            }
            let Some(step) = self.closing(found + 1) else {
                (bare, row.bare) = (true, true);
                at = found + 1;
                continue;
            };
            if !matches!(step, Step::More(..)) {
                row.fields.push(Field { start, end: found, quoted: true, escaped });
                if bare && row.doubt.is_none() {
                    row.doubt = line.before(found, bytes, line_end);
                }
            }
            return step;
        }
    }

    /// Whether the field from `start`, seen so far, is longer than the patience for it.
    fn is_long(&self, start: usize, seen: usize, bare: bool, line: &mut FirstLine) -> Option<Step> {
        if self.patience == Patience::ENDLESS {
            return None;
        }
        let line_end = line.before(seen, self.bytes, self.dialect.line_end)?;
        if bare && seen - line_end > self.patience.bare {
            return Some(Step::Long(line_end, self.patience.bare));
        }
        let clean = self.patience.clean;
        (seen - start > clean && line_end < start + clean).then_some(Step::Long(line_end, LONG_FIELD))
    }

    /// What follows a quote that closes its field; none where it does not close it.
    fn closing(&self, after: usize) -> Option<Step> {
        let (bytes, line_end) = (self.bytes, self.dialect.line_end);
        let spaces = bytes[after..].iter().take_while(|b| self.dialect.padded && **b == b' ').count();
        let at = after + spaces;
        let missing = match self.at_end {
            true => Step::End { end: bytes.len(), next: bytes.len() },
            false => Step::More(after - 1, Inside::Quotes),
        };
        match (bytes.get(at), bytes.get(at + 1)) {
            (None, _) => Some(missing),
            (Some(&b), _) if b == line_end => Some(Step::End { end: at, next: at + 1 }),
            (Some(&b), _) if b == self.dialect.separator => Some(Step::Field(at + 1)),
            (Some(b'\r'), None) if line_end == b'\n' => Some(missing),
            (Some(b'\r'), Some(b'\n')) if line_end == b'\n' => Some(Step::End { end: at, next: at + 2 }),
            // Files that were joined may end some rows otherwise.
            (Some(b'\r'), Some(_)) if line_end == b'\n' => Some(Step::End { end: at, next: at + 1 }),
            _ => None,
        }
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
                escape(next, dialect, &mut out);
            }
            _ => out.push(byte),
        }
    }
    out
}

/// What stands for a backslash and the byte after it. In a table with quotes only what needs an escape has one; without
/// them, as databases write, letters stand for controls.
fn escape(next: u8, dialect: Dialect, out: &mut Vec<u8>) {
    let control = match next {
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'b' => Some(8),
        b'0' => Some(0),
        b'Z' => Some(0x1a),
        _ => None,
    };
    match control.filter(|_| dialect.quote.is_none()) {
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
            assert_eq!(scan(rest, true, dialect, Patience::ENDLESS, &mut row), Scan::Row);
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
        assert_eq!(rows("C:\\new,\\\"d\\\"\n", quoted), [["C:\\new", "\"d\""]]);
    }

    #[test]
    fn what_is_not_whole_asks_for_more() {
        let mut row = Row::default();
        for text in ["", "a", "a,", "\"a", "\"a\"", "\"a\"\r"] {
            assert_eq!(scan(text.as_bytes(), false, CSV, Patience::ENDLESS, &mut row), Scan::More, "{text}");
        }
        assert_eq!(scan(b"\"a\"\r\n", false, CSV, Patience::ENDLESS, &mut row), Scan::Row);
    }
}
