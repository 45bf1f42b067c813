//! Tables of one column: told by a header, by quotes around what holds separators, or by nothing else that fits.

use memchr::memchr;

use crate::read::fields::Slot;
use crate::text::charset::decode;

use super::dialect::{Cell, MIN_UNNAMED, NAMES, SEPARATORS, Sample, SeenRow};
use super::scan::Dialect;

/// The share of texts in quotes that may be broken in a table of one column.
const MAX_BROKEN: f64 = 0.1;

impl Sample<'_> {
    /// Whether the first line is the name of a column of text, and nothing else: separators below it are those of prose.
    pub(super) fn names_one_column(&self) -> bool {
        let line = self.bytes.split(|b| *b == b'\n' || *b == b'\r').next().unwrap_or_default();
        let name = decode(line, self.charset);
        let name = name.trim();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        matches!(NAMES.slot(name), Some((Slot::Text, _))) && !SEPARATORS.iter().any(|s| self.names_rows(*s))
    }

    /// Whether a cell stands before the one field that is named, as some tools write the names of rows: a number, or what no
    /// prose is cut into.
    fn names_rows(&self, separator: u8) -> bool {
        if memchr(separator, self.bytes).is_none() {
            return false;
        }
        let is_word = |name: &str| !name.contains(char::is_whitespace);
        let is_named = |row: &&SeenRow| match row.cells.as_slice() {
            [name, text] if name.quoted && text.quoted => true,
            [name, _] => separator == b'\t' && is_word(&name.text) || name.text.trim().parse::<u64>().is_ok(),
            _ => false,
        };
        let plain = Dialect { separator, quote: Some(b'"'), escape: false, padded: false, line_end: b'\n' };
        let escaped = Dialect { escape: true, ..plain };
        [plain, escaped].into_iter().filter(|dialect| !dialect.escape || self.may_escape(*dialect)).any(|dialect| {
            let rows = self.rows(dialect);
            let body = rows.get(1..).unwrap_or_default();
            let named = body.iter().filter(is_named).count();
            !body.is_empty() && named as f64 >= MIN_UNNAMED * body.len() as f64
        })
    }

    /// The dialect of a table of one column where every text that holds a separator stands in quotes.
    pub(super) fn quoted_column(&self, plain: Dialect) -> Option<Dialect> {
        let (dialect, rows) = self.in_quotes(plain);
        let cells = || rows.iter().filter(|row| !row.bare).flat_map(|row| &row.cells);
        let holds = |cell: &Cell, separator: u8| memchr(separator, cell.text.as_bytes()).is_some();
        let quoted_for = |separator: u8| {
            cells().any(|cell| cell.quoted && holds(cell, separator))
                && cells().all(|cell| cell.quoted || !holds(cell, separator))
        };
        let broken = rows.iter().filter(|row| row.bare).count();
        let first = rows.first()?.cells.first()?;
        let alone = first.quoted || !SEPARATORS.iter().any(|s| holds(first, *s));
        let is_one = alone && broken as f64 <= MAX_BROKEN * rows.len() as f64;
        (is_one && SEPARATORS.iter().any(|s| quoted_for(*s))).then_some(dialect)
    }

    /// The dialect of a table of one column with quotes, and its rows by it: with escapes, where these leave fewer broken.
    fn in_quotes(&self, plain: Dialect) -> (Dialect, Vec<SeenRow>) {
        let quoted = Dialect { quote: Some(b'"'), ..plain };
        let escaped = Dialect { escape: true, ..quoted };
        let broken = |rows: &[SeenRow]| rows.iter().filter(|row| row.bare).count();
        let rows = self.rows(quoted);
        if broken(&rows) > 0 && self.may_escape(escaped) {
            let others = self.rows(escaped);
            if broken(&others) < broken(&rows) {
                return (escaped, others);
            }
        }
        (quoted, rows)
    }

    /// The dialect of a table of one column: quoted where most lines are, or where those are that have to be, since they hold
    /// quotes or line ends.
    pub(super) fn one_column(&self, plain: Dialect) -> Dialect {
        let (quoted, rows) = self.in_quotes(plain);
        let cells = || rows.iter().filter(|row| !row.bare).flat_map(|row| &row.cells).filter(|cell| cell.quoted);
        let clean = cells().count();
        let has_to_be = |cell: &Cell| cell.text.is_empty() || cell.text.contains(['"', '\n', '\r']);
        let is_needed = !rows.iter().any(|row| row.bare) && clean > 0 && cells().all(has_to_be);
        if is_needed || clean * 2 > rows.len() || (clean > 0 && clean + 1 == rows.len()) { quoted } else { plain }
    }
}
