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

use super::right_rows::{CellShape, RightRows, TableShape, is_blank};
use super::scan::{Dialect, Field, Inside, LONG_FIELD, Patience, Row, Scan, scan, scan_from};

/// How often a search for the next right row may look at each byte.
const SEARCH_LOOKS: usize = 4;

/// Bytes at hand from which a scan of a row too large that got nowhere goes on at any rate.
const MAX_STUCK_BYTES: usize = 1 << 20;

/// What a row too large shows of itself, in bytes.
const SHOWN_BYTES: usize = 1024;

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

    /// From here on rows have the columns `to` in place of `from`: those of one name stay alike.
    pub fn rename(&mut self, from: &[String], to: &[String]) {
        let known = |name| from.iter().position(|n| n == name).filter(|_| from.len() == self.shape.columns.len());
        let shape = |name| known(name).map_or(CellShape::Any, |at| self.shape.columns[at]);
        self.shape = TableShape { columns: to.iter().map(shape).collect() };
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
        // A last row that ends with its line is whole.
        if self.row.unclosed && self.row.doubt.is_some_and(|line_end| line_end + 1 == self.row.next) {
            return self.close_before(self.row.next);
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
        let right = RightRows { dialect: self.dialect, shape: &self.shape };
        let budget = SEARCH_LOOKS * within;
        let mut work = budget;
        let mut line = line_end + 1;
        let mut found = None;
        while line < window.len().min(end) && work > 0 {
            if right.follow(&window[line..], to_the_end, strict, &mut work) {
                found = Some(line);
                break;
            }
            let Some(next) = memchr(self.dialect.line_end, &window[line..]) else { break };
            line += 1 + next;
        }
        self.looked += (budget - work) as u64;
        found
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
    fn rows_that_often_lack_a_quote_cost_no_others() {
        for every in [1, 2, 3, 10] {
            // Texts of one line and of two, in a table that is told by its numbers and in one that is not.
            for (middle, id) in [(' ', true), (' ', false), ('\n', true)] {
                if every == 1 && (middle, id) != (' ', true) {
                    continue;
                }
                let row = |n: u32| {
                    let end = if n.is_multiple_of(every) { "" } else { "\"" };
                    let id = if id { format!("{n},") } else { String::new() };
                    format!("{id}title {n},\"Text {n} of rain, walls{middle}and carts, at last{end}\n")
                };
                let shapes: &[CellShape] =
                    if id { &[CellShape::Digits, CellShape::Any, CellShape::Any] } else { &[CellShape::Any; 2] };
                let text: String = (1..=49).map(row).collect();
                let found = events(text.as_bytes(), shape(shapes), 1 << 20);
                // Without numbers too few rows follow the last ones to tell.
                let told = if id { 49 } else { 47 };
                let whole = found.iter().filter(|row| {
                    row.matches("Text ").count() == 1 && (row.ends_with("last") || row.ends_with("last\""))
                });
                assert!(whole.count() >= told, "{every} {middle:?} {id}: {found:?}");
            }
        }
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
