//! Rows of a byte stream, in memory bounded by the longest that is wanted; a quote that is never closed costs its own row.
//!
//! A quoted field is in doubt where it goes on over a line end and holds a quote that closes nothing, is longer than
//! [`LONG_FIELD`], or is not closed before the end. Then the first line after it is looked for from which rows follow
//! that are right in every way (as many fields as the table has columns, quotes where they belong, numbers where the
//! column has numbers). Where there is one, the field ends before that line; else it stands as it was read. What is
//! looked at for that grows with what was read in vain, so that rows which all lack a quote cost little each.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr;

use crate::read::window::ByteWindow;

use super::scan::{Dialect, Field, Inside, LONG_FIELD, Patience, Row, Scan, scan, scan_from};

/// How often a search for the next right row may look at each byte.
const SEARCH_LOOKS: usize = 4;

/// Bytes at hand from which a scan of a row too large that got nowhere goes on at any rate.
const MAX_STUCK_BYTES: usize = 1 << 20;

/// What a row too large shows of itself, in bytes.
const SHOWN_BYTES: usize = 1024;

/// What all cells of a column have in common, as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellShape {
    /// Nothing.
    Any,
    /// Digits alone.
    Digits,
    /// An address with a scheme.
    Address,
    /// Quotes around them.
    Quoted,
}

/// What the rows of a table have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableShape {
    /// By column.
    pub columns: Vec<CellShape>,
}

impl TableShape {
    /// Rows in a row that must be right before a quote is called unclosed; prose has the right number of commas by chance.
    fn wanted(&self) -> usize {
        match self.columns.len() {
            _ if self.is_telling() => 4,
            ..=2 => 12,
            _ => 8,
        }
    }

    fn is_telling(&self) -> bool {
        self.columns.iter().any(|shape| *shape != CellShape::Any)
    }

    fn fits(&self, bytes: &[u8], fields: &[Field]) -> bool {
        let fit = |(field, shape): (&Field, &CellShape)| {
            let cell = bytes[field.start..field.end].trim_ascii();
            match shape {
                CellShape::Any => true,
                CellShape::Quoted => field.quoted || matches!(cell.first(), Some(b'"' | b'\'')),
                _ if cell.is_empty() => true,
                CellShape::Digits => cell.iter().all(u8::is_ascii_digit),
                CellShape::Address => cell.starts_with(b"http"),
            }
        };
        fields.len() == self.columns.len() && fields.iter().zip(&self.columns).all(fit)
    }
}

/// What was met.
#[derive(Debug)]
pub enum Event {
    /// A row: [`Rows::bytes`], [`Rows::fields`].
    Row,
    /// A row that cannot be told from what follows it, or is not closed: [`Rows::bytes`].
    Bad(&'static str),
    /// A row above the limit; its beginning.
    TooLarge(Vec<u8>),
    /// What the stream said; rows go on after it.
    Fault(io::Error),
    /// Nothing is left.
    End,
}

/// Cuts a stream into rows.
pub struct Rows<R> {
    /// The bytes from the row at work on.
    window: ByteWindow<R>,
    dialect: Dialect,
    shape: TableShape,
    max: usize,
    row: Row,
    /// Bytes of the window that are done with.
    done: usize,
    after_fault: bool,
    looked: u64,
    /// Nothing is read after a row too large.
    stops: bool,
}

impl<R: Read> Rows<R> {
    /// Rows of `reader`, whose first byte stands at `offset` of the source; those above `max` bytes are not given.
    pub fn new(reader: R, offset: u64, dialect: Dialect, shape: TableShape, max: u64) -> Self {
        Self {
            window: ByteWindow::new(reader, offset),
            dialect,
            shape,
            max: usize::try_from(max).unwrap_or(usize::MAX / 4).min(usize::MAX / 4),
            row: Row::default(),
            done: 0,
            after_fault: false,
            looked: 0,
            stops: false,
        }
    }

    /// The rows up to the first above the limit, of which no more is read than tells that it is.
    pub fn up_to_large(self) -> Self {
        Self { stops: true, ..self }
    }

    /// Passes over `count` bytes before the next row.
    pub fn skip(&mut self, count: usize) {
        self.advance();
        self.window.want(count);
        self.done = count.min(self.window.len());
        self.advance();
    }

    /// The bytes of the row, without its line end.
    pub fn bytes(&self) -> &[u8] {
        &self.window.bytes()[..self.row.end]
    }

    /// The fields of the row, within [`Self::bytes`].
    pub fn fields(&self) -> &[Field] {
        &self.row.fields
    }

    /// Where the row stands in the stream, without its line end.
    pub fn span(&self) -> Range<u64> {
        self.window.offset()..self.window.offset() + self.row.end as u64
    }

    /// Whether the row is the first after a fault: it may be the end of one that was cut.
    pub fn is_after_fault(&self) -> bool {
        self.after_fault
    }

    /// Whether the row has text: a blank line is none.
    pub fn is_blank(&self) -> bool {
        is_blank(self.window.bytes(), &self.row)
    }

    /// Whether the row holds a quote that closes nothing, or is not closed.
    pub fn is_bare(&self) -> bool {
        self.row.bare
    }

    /// Where the next row begins, in bytes of the stream.
    pub fn next_offset(&self) -> u64 {
        self.window.offset() + self.done as u64
    }

    /// Bytes that were looked at so far, as often as they were.
    pub fn looked(&self) -> u64 {
        self.looked
    }

    /// The next row.
    pub fn next(&mut self) -> Event {
        self.advance();
        let mut patience = Patience::FIRST;
        loop {
            let at_end = self.window.at_end();
            if at_end && self.window.bytes().is_empty() {
                return self.end();
            }
            match self.scan(Inside::Row, patience) {
                Scan::More if self.window.len() > self.max => return self.too_large(false),
                Scan::More => self.window.fill(),
                Scan::Long { line_end, within } => match self.next_right_row(line_end, usize::MAX, within) {
                    Some(cut) => return self.close_before(cut),
                    None => patience = patience.after(within),
                },
                Scan::Row => return self.whole_row(patience == Patience::ENDLESS),
            }
        }
    }

    /// Scans the row at hand, or the rest of one.
    fn scan(&mut self, inside: Inside, patience: Patience) -> Scan {
        let bytes = self.window.bytes();
        let found = scan_from(bytes, inside, self.window.at_end(), self.dialect, patience, &mut self.row);
        self.looked += match found {
            Scan::Row => self.row.next,
            Scan::More => bytes.len(),
            Scan::Long { line_end, within } => line_end + within,
        } as u64;
        found
    }

    fn whole_row(&mut self, patient: bool) -> Event {
        if let Some(line_end) = self.row.doubt
            && !patient
            && let Some(cut) = self.next_right_row(line_end, self.row.next, LONG_FIELD)
        {
            return self.close_before(cut);
        }
        if self.row.end > self.max {
            return self.too_large(true);
        }
        self.done = self.row.next;
        let cut_off = self.row.next == self.window.len() && self.row.end == self.row.next;
        if cut_off && self.window.failed() {
            // What was being read when the stream failed is told of by the fault.
            self.advance();
            return self.end();
        }
        if self.row.unclosed { Event::Bad("the quote of its last field is not closed") } else { Event::Row }
    }

    fn end(&mut self) -> Event {
        let Some(fault) = self.window.take_fault() else { return Event::End };
        self.after_fault = true;
        Event::Fault(fault)
    }

    fn advance(&mut self) {
        if self.done > 0 {
            self.after_fault = false;
        }
        self.window.consume(std::mem::take(&mut self.done));
        self.row.end = 0;
        self.row.next = 0;
    }

    /// Passes over a row too large, which was read to its end where it is `whole`.
    fn too_large(&mut self, whole: bool) -> Event {
        let shown = self.window.bytes()[..self.window.len().min(SHOWN_BYTES)].to_vec();
        if whole {
            self.done = self.row.next;
        } else if !self.stops {
            self.pass_over();
        }
        self.advance();
        self.row.fields.clear();
        Event::TooLarge(shown)
    }

    /// Goes to the end of a row that was not read to it, dropping what was seen: a long field between quotes ends with
    /// its quote, or before right rows.
    fn pass_over(&mut self) {
        let (mut at, mut inside) = self.row.stop;
        loop {
            if at == 0 && self.window.len() > MAX_STUCK_BYTES {
                (at, inside) = (self.window.len(), Inside::Field);
            }
            self.done = at;
            self.advance();
            if !self.window.at_end() {
                self.window.fill();
            }
            if inside == Inside::Quotes
                && let Some(line_end) = memchr(self.dialect.line_end, self.window.bytes())
                && let Some(cut) = self.search(line_end, usize::MAX, LONG_FIELD, true)
            {
                self.done = cut;
                return;
            }
            if self.scan(inside, Patience::ENDLESS) == Scan::Row {
                self.done = self.row.next;
                return;
            }
            (at, inside) = self.row.stop;
        }
    }

    /// The first line after `line_end` and before `end` from which right rows follow, as `within` bytes tell; a look
    /// shorter than the longest takes no chances.
    fn next_right_row(&mut self, line_end: usize, end: usize, within: usize) -> Option<usize> {
        self.search(line_end, end, within, within < LONG_FIELD)
    }

    fn search(&mut self, line_end: usize, end: usize, within: usize, strict: bool) -> Option<usize> {
        self.window.want(line_end + within);
        let window = &self.window.bytes()[..self.window.len().min(line_end + within)];
        let to_the_end = self.window.at_end() && window.len() == self.window.len();
        let budget = SEARCH_LOOKS * within;
        let mut work = budget;
        let mut line = line_end + 1;
        let mut found = None;
        while line < window.len().min(end) && work > 0 {
            if self.right_rows_follow(&window[line..], to_the_end, strict, &mut work) {
                found = Some(line);
                break;
            }
            let Some(next) = memchr(self.dialect.line_end, &window[line..]) else { break };
            line += 1 + next;
        }
        self.looked += (budget - work) as u64;
        found
    }

    fn right_rows_follow(&self, bytes: &[u8], to_the_end: bool, strict: bool, work: &mut usize) -> bool {
        // In a table of one column every line is a row.
        if self.shape.columns.len() < 2 && !self.shape.is_telling() {
            return false;
        }
        let (mut row, mut right, mut at) = (Row::default(), 0, 0);
        while right < self.shape.wanted() {
            let rest = &bytes[at..];
            let is_whole = to_the_end || memchr(self.dialect.line_end, rest).is_some();
            // Before all else, as this costs no more than the line.
            if strict && is_whole && self.is_right_without_quotes(rest, &mut row) {
                *work = work.saturating_sub(row.next);
                right += 1;
                at += row.next;
                continue;
            }
            let found = match rest {
                [] => Scan::More,
                _ => scan(rest, to_the_end, self.dialect, Patience::ENDLESS, &mut row),
            };
            if found == Scan::More {
                *work = work.saturating_sub(rest.len());
                return !strict && right >= if to_the_end && self.shape.is_telling() { 1 } else { 2 };
            }
            *work = work.saturating_sub(row.next);
            if is_blank(rest, &row) {
                // A blank line neither speaks for rows nor against them, but rows do not begin with one.
                if right == 0 {
                    return false;
                }
            } else if self.is_right(rest, &row) || self.is_right_without_quotes(rest, &mut row) {
                right += 1;
            } else {
                return false;
            }
            at += row.next;
        }
        true
    }

    fn is_right(&self, bytes: &[u8], row: &Row) -> bool {
        let stray = |f: &Field| {
            !f.quoted && self.dialect.quote.is_some_and(|quote| memchr(quote, &bytes[f.start..f.end]).is_some())
        };
        !row.bare && !row.unclosed && !row.fields.iter().any(stray) && self.shape.fits(bytes, &row.fields)
    }

    /// Whether the first line is a right row where quotes at the beginning of its fields are text.
    fn is_right_without_quotes(&self, bytes: &[u8], row: &mut Row) -> bool {
        let Some(quote) = self.dialect.quote else { return false };
        scan(bytes, true, Dialect { quote: None, ..self.dialect }, Patience::ENDLESS, row);
        let cells = || row.fields.iter().map(|f| &bytes[f.start..f.end]);
        let opens = cells().any(|cell| cell.starts_with(&[quote]));
        let closes = cells().any(|cell| cell.ends_with(&[quote]) && !cell.starts_with(&[quote]));
        opens && !closes && self.shape.fits(bytes, &row.fields)
    }

    /// Ends the row before the line at `cut`. It is a row where it then has as many fields as the table has columns, its
    /// open quote being text or closed at its end.
    fn close_before(&mut self, cut: usize) -> Event {
        let mut row = std::mem::take(&mut self.row);
        let held = &self.window.bytes()[..cut];
        let end = held.len() - 1 - usize::from(self.dialect.line_end == b'\n' && held.ends_with(b"\r\n"));
        let held = &held[..end];
        let columns = self.shape.columns.len();
        scan(held, true, self.dialect, Patience::ENDLESS, &mut row);
        let mut right = row.fields.len() == columns && row.next == end;
        if row.bare || !right {
            let quoted = row.clone();
            scan(held, true, Dialect { quote: None, ..self.dialect }, Patience::ENDLESS, &mut row);
            let literal = row.fields.len() == columns && row.next == end;
            if !literal {
                row = quoted;
            }
            right |= literal;
        }
        row.bare = true;
        (row.end, row.next, self.done) = (end, cut, cut);
        self.row = row;
        if right { Event::Row } else { Event::Bad("a quote in it is not closed") }
    }
}

fn is_blank(bytes: &[u8], row: &Row) -> bool {
    matches!(row.fields.as_slice(), [f] if !f.quoted && bytes[f.start..f.end].trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect { separator: b',', quote: Some(b'"'), escape: false, padded: false, line_end: b'\n' };

    fn shape(columns: &[CellShape]) -> TableShape {
        TableShape { columns: columns.to_vec() }
    }

    fn events(text: &[u8], shape: TableShape, max: u64) -> Vec<String> {
        let mut rows = Rows::new(text, 0, CSV, shape, max);
        let mut all = Vec::new();
        loop {
            all.push(match rows.next() {
                Event::End => return all,
                Event::Row => format!("{}: {}", rows.fields().len(), String::from_utf8_lossy(rows.bytes())),
                Event::Bad(why) => format!("bad: {why}"),
                Event::TooLarge(_) => "too large".into(),
                Event::Fault(e) => format!("fault: {e}"),
            });
        }
    }

    #[test]
    fn an_unclosed_quote_costs_one_row_at_most() {
        let telling = || shape(&[CellShape::Digits, CellShape::Any, CellShape::Any]);
        let text = b"1,a,x\n2,\"b, c, d\n3,\"d\ne\",y\n4,f,z\n5,g,z\n6,h,z\n7,i,z\n";
        let found = events(text, telling(), 1 << 20);
        assert_eq!(found[..3], ["3: 1,a,x", "bad: a quote in it is not closed", "3: 3,\"d\ne\",y"]);
        assert_eq!(found.len(), 7);
        // The text alone is cut off from its quote: all fields are there.
        let found = events(b"1,a,\"b\nc\n2,d,\"e\"\n3,f,\"g\"\n", telling(), 1 << 20);
        assert_eq!(found, ["3: 1,a,\"b\nc", "3: 2,d,\"e\"", "3: 3,f,\"g\""]);
    }

    #[test]
    fn quotes_within_text_of_several_lines_are_text() {
        let text = "1,a,\"قال \"نعم\" ثم\nذهب, \"وعاد\"\"\nb\"\n2,c,d\n";
        let found = events(text.as_bytes(), shape(&[CellShape::Digits, CellShape::Any, CellShape::Any]), 1 << 20);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_long_text_of_many_lines_is_one_field_and_an_unclosed_one_is_not() {
        let long = "سطر من نص, وآخر\n".repeat(20_000);
        let text = format!("1,a,\"{long}\"\n2,b,c\n");
        let digits = || shape(&[CellShape::Digits, CellShape::Any, CellShape::Any]);
        assert_eq!(events(text.as_bytes(), digits(), 1 << 24).len(), 2);
        let rows: String = (2..20_000).map(|n| format!("{n},title,a text\n")).collect();
        let found = events(format!("1,a,\"x\n{rows}").as_bytes(), digits(), 1 << 24);
        assert_eq!(found.len(), 19_999);
    }

    #[test]
    fn a_row_above_the_limit_costs_itself_alone() {
        let text = format!("{},a\nb,c\n", "x".repeat(1 << 20));
        assert_eq!(events(text.as_bytes(), shape(&[CellShape::Any; 2]), 1000), ["too large", "2: b,c"]);
    }

    #[test]
    fn rows_go_on_after_the_stream_failed() {
        struct Pieces(Vec<io::Result<&'static [u8]>>);
        impl Read for Pieces {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() {
                    return Ok(0);
                }
                let piece = self.0.remove(0)?;
                out[..piece.len()].copy_from_slice(piece);
                Ok(piece.len())
            }
        }
        let pieces = vec![Ok(&b"a,b\nc,"[..]), Err(io::Error::other("damage")), Ok(&b"x\nd,e\n"[..])];
        let mut rows = Rows::new(Pieces(pieces), 0, CSV, shape(&[CellShape::Any; 2]), 1000);
        assert!(matches!(rows.next(), Event::Row));
        assert!(matches!(rows.next(), Event::Fault(_)));
        assert!(matches!(rows.next(), Event::Row) && rows.is_after_fault() && rows.fields().len() == 1);
        assert!(matches!(rows.next(), Event::Row) && !rows.is_after_fault() && rows.bytes() == b"d,e");
        assert!(matches!(rows.next(), Event::End));
    }

    #[test]
    fn unclosed_quotes_on_every_line_take_linear_time() {
        let text = "\"a \"b,c\n".repeat(200_000);
        let begun = std::time::Instant::now();
        events(text.as_bytes(), shape(&[CellShape::Any; 2]), 1 << 26);
        events("\"\n".repeat(500_000).as_bytes(), shape(&[CellShape::Quoted; 2]), 1 << 26);
        assert!(begun.elapsed().as_secs() < 20);
    }

    #[test]
    fn a_field_of_many_lines_above_the_limit_costs_itself_alone() {
        let any = || shape(&[CellShape::Any; 2]);
        let long = "word and \"\"more\"\"\nof it ".repeat(100_000);
        let text = format!("1,a\n2,\"{long}\"\n3,\"c\nd\"\n4,e\n");
        for max in [1000, 1 << 20, text.len() as u64 - 100] {
            assert_eq!(events(text.as_bytes(), any(), max), ["2: 1,a", "too large", "2: 3,\"c\nd\"", "2: 4,e"]);
        }
        // Its quote is missed, and rows go on in the midst of it.
        let rows: String = (0..50_000).map(|n| format!("{n},\"text\"\n")).collect();
        let found =
            events(format!("1,\"{long}\n{rows}").as_bytes(), shape(&[CellShape::Digits, CellShape::Any]), 1 << 20);
        assert!(found.len() > 49_000, "{}", found.len());
    }

    #[test]
    fn short_rows_that_lack_a_quote_take_little_time() {
        let text = "1,\"a\n".repeat(200_000);
        let begun = std::time::Instant::now();
        let found = events(text.as_bytes(), shape(&[CellShape::Digits, CellShape::Any]), 1 << 26);
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
        assert!(found.len() > 199_000);
    }
}
