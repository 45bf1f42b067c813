//! What right rows of a table look like, and whether some follow from a line on.

use memchr::memchr;

use super::scan::{Dialect, Field, Patience, Row, Scan, scan};

/// Bytes in which fewer right rows than are wanted are enough, as they are long, where any line of prose may look like one.
const MIN_SEEN: usize = 16 << 10;

/// What nearly all cells of a column have in common, as bytes.
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
        fields.len() == self.columns.len() && self.begins(bytes, fields)
    }

    /// Whether the fields are those of the first columns.
    fn begins(&self, bytes: &[u8], fields: &[Field]) -> bool {
        let fit = |(field, shape): (&Field, &CellShape)| {
            let cell = bytes[field.start..field.end].trim_ascii();
            match shape {
                CellShape::Any => true,
                CellShape::Quoted => field.quoted || opens(cell, b'"') || opens(cell, b'\''),
                _ if cell.is_empty() => true,
                CellShape::Digits => cell.iter().all(u8::is_ascii_digit),
                CellShape::Address => cell.starts_with(b"http"),
            }
        };
        fields.len() <= self.columns.len() && fields.iter().zip(&self.columns).all(fit)
    }
}

/// A table whose right rows are looked for.
#[derive(Clone, Copy)]
pub struct RightRows<'s> {
    /// How it is written.
    pub dialect: Dialect,
    /// What its rows have in common.
    pub shape: &'s TableShape,
}

impl RightRows<'_> {
    /// Whether right rows follow from the beginning of `bytes` on, which are all that there is where `to_the_end`. A `strict`
    /// look takes no chances. Bytes that were looked at are taken off `work`.
    pub fn follow(self, bytes: &[u8], to_the_end: bool, strict: bool, work: &mut usize) -> bool {
        // In a table of one column every line is a row.
        if self.shape.columns.len() < 2 && !self.shape.is_telling() {
            return false;
        }
        let (mut row, mut right, mut at, mut after_open) = (Row::default(), 0, 0, false);
        while right < self.shape.wanted() {
            let rest = &bytes[at..];
            let is_whole = to_the_end || memchr(self.dialect.line_end, rest).is_some();
            // Before all else, as this costs no more than the line.
            if strict && is_whole && self.is_right_without_quotes(rest, &mut row) {
                *work = work.saturating_sub(row.next);
                (right, after_open) = (right + 1, true);
                at += row.next;
                continue;
            }
            let found = match rest {
                [] => Scan::More,
                _ => scan(rest, to_the_end, self.dialect, Patience::ONE_LINE, &mut row),
            };
            *work = work.saturating_sub(match found {
                Scan::Row => row.next,
                Scan::More => rest.len(),
                Scan::Long { line_end, .. } => line_end,
            });
            if found == Scan::Row && is_blank(rest, &row) {
                // A blank line neither speaks for rows nor against them, but rows do not begin with one.
                if right == 0 {
                    return false;
                }
            } else if found == Scan::Row && self.is_right(rest, &row) {
                (right, after_open) = (right + 1, false);
            } else if is_whole
                && (self.is_right_without_quotes(rest, &mut row) || self.is_right_but_open(rest, &mut row, right == 0))
            {
                (right, after_open) = (right + 1, true);
            } else if found == Scan::More {
                let is_telling = self.shape.is_telling();
                let is_seen = to_the_end || is_telling || bytes.len() >= MIN_SEEN;
                return !strict && is_seen && right >= if to_the_end && is_telling { 1 } else { 2 };
            } else if !(is_whole && after_open && right > 1 && self.shape.is_telling()) {
                return false;
            }
            at += row.next;
        }
        true
    }

    fn is_right(self, bytes: &[u8], row: &Row) -> bool {
        let stray = |f: &Field| {
            !f.quoted && self.dialect.quote.is_some_and(|quote| memchr(quote, &bytes[f.start..f.end]).is_some())
        };
        !row.bare && !row.unclosed && !row.fields.iter().any(stray) && self.shape.fits(bytes, &row.fields)
    }

    /// Whether the first line is a right row where quotes at the beginning of its fields are text.
    fn is_right_without_quotes(self, bytes: &[u8], row: &mut Row) -> bool {
        let Some(quote) = self.dialect.quote else { return false };
        scan(bytes, true, Dialect { quote: None, ..self.dialect }, Patience::ENDLESS, row);
        let cells = || row.fields.iter().map(|f| &bytes[f.start..f.end]);
        let is_open = cells().any(|cell| opens(cell, quote));
        // Quotes stand twice in a field between quotes, which this line is then part of.
        let is_within = |cell: &[u8]| {
            !opens(cell, quote) && (cell.starts_with(&[quote]) && cell != [quote; 2] || cell.ends_with(&[quote]))
        };
        is_open && !cells().any(is_within) && self.shape.fits(bytes, &row.fields)
    }

    /// Whether the first line begins like a right row, up to a field whose quote is not closed in it; the last one, where the
    /// line is the `first`, since prose may begin so too.
    fn is_right_but_open(self, bytes: &[u8], row: &mut Row, first: bool) -> bool {
        let end = memchr(self.dialect.line_end, bytes).unwrap_or(bytes.len());
        scan(&bytes[..end], true, self.dialect, Patience::ENDLESS, row);
        row.next = bytes.len().min(end + 1);
        let least = if first { self.shape.columns.len() } else { 2 };
        row.unclosed && !row.bare && row.fields.len() >= least && self.shape.begins(bytes, &row.fields)
    }
}

/// Whether a cell begins with a quote that opens it: one that does not stand for itself.
fn opens(cell: &[u8], quote: u8) -> bool {
    cell.iter().take_while(|b| **b == quote).count() % 2 == 1
}

/// Whether a row has no text.
pub fn is_blank(bytes: &[u8], row: &Row) -> bool {
    matches!(row.fields.as_slice(), [f] if !f.quoted && bytes[f.start..f.end].trim_ascii().is_empty())
}
