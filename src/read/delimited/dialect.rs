//! How a table is written, found out from its head: every likely dialect is tried, and the one by which rows are most
//! alike wins.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use memchr::memchr;

use crate::read::fields::{FieldMap, FieldNames, Slot};
use crate::read::unpack::HEAD_BYTES;
use crate::text::charset::{Charset, decode};

use super::preamble::Preamble;
use super::right_rows::{CellShape, TableShape};
use super::rows::{Event, Rows};
use super::scan::{Dialect, Patience, Row, scan, unescape};

/// Separators that stand for themselves. The Arabic comma is punctuation, never one of them.
pub(super) const SEPARATORS: [u8; 4] = *b",;\t|";

/// Separators of rarer tools, with the share of rows that must be alike; they stand in prose, dates and addresses too.
const RARE_SEPARATORS: [(u8, f64); 3] = [(1, 0.9), (b'^', 0.9), (b':', 0.95)];

/// The share of rows that must be alike for a separator to be one.
const MIN_ALIKE: f64 = 0.6;

/// How often the rows of a sample may look at each of its bytes; a dialect that needs more is none.
const MAX_LOOKS: u64 = 32;

/// The share of filled cells that have the shape of their column, at least; damage may make a row of any line of prose.
const MIN_SHAPED: f64 = 0.9;

/// The share of rows that have a column which the header does not name, at least.
pub(super) const MIN_UNNAMED: f64 = 0.9;

/// The names that columns are known by, whatever the recipe calls them.
pub static NAMES: LazyLock<FieldMap> = LazyLock::new(|| FieldMap::new(&FieldNames::default(), &[]));

/// One cell of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// It stood in quotes.
    pub quoted: bool,
}

/// The head of a table.
pub struct Layout {
    /// How it is written.
    pub dialect: Dialect,
    /// What its rows have in common.
    pub shape: TableShape,
    /// Bytes in front of the first row: a byte order mark, comments, a line that names the separator.
    pub preamble: usize,
    /// The rows of the head, by which columns are told apart.
    pub rows: Vec<Vec<Cell>>,
}

/// Bytes and what is known of them.
pub(super) struct Sample<'h> {
    pub(super) bytes: &'h [u8],
    whole: bool,
    pub(super) charset: Charset,
}

impl Layout {
    /// The layout of the table that begins with `head`, in UTF-8 or a charset of single bytes; nothing follows a `whole` one.
    ///
    /// It depends on nothing else, so that every slice of a file is read alike.
    pub fn of(head: &[u8], whole: bool, charset: Charset) -> Self {
        let after = |preamble: Preamble| {
            let sample = Sample { bytes: &head[preamble.bytes..], whole, charset };
            sample.layout(preamble)
        };
        let plain = Preamble::of(head);
        let plain = plain.with_title(head, |line| separator_of_header(line, charset)).unwrap_or(plain);
        plain
            .with_comments(head)
            .and_then(|(preamble, lines)| {
                let layout = after(preamble);
                let sample = Sample { bytes: &head[preamble.bytes..], whole, charset };
                sample.follows(&layout, &head[lines]).then_some(layout)
            })
            .unwrap_or_else(|| after(plain))
    }
}

/// The separator of a line that is surely a header: by it there are names alone, two of them known, one for text.
fn separator_of_header(line: &[u8], charset: Charset) -> Option<u8> {
    let line = decode(line, charset);
    SEPARATORS.into_iter().find(|separator| {
        let cells = || line.split(char::from(*separator)).map(|cell| cell.trim().trim_matches('"'));
        let slots: BTreeSet<Slot> = cells().filter_map(|cell| NAMES.slot(cell)).map(|(slot, _)| slot).collect();
        slots.len() > 1 && slots.contains(&Slot::Text) && cells().all(is_name)
    })
}

/// One row of the head as some dialect reads it.
pub(super) struct SeenRow {
    pub(super) cells: Vec<Cell>,
    /// It holds a quote that closes nothing, or that is never closed.
    pub(super) bare: bool,
}

impl Sample<'_> {
    fn layout(&self, preamble: Preamble) -> Layout {
        let line_end = preamble.line_end;
        let plain = Dialect { separator: line_end, quote: None, escape: false, padded: false, line_end };
        let dialect = match preamble.separator {
            Some(separator) => {
                self.best(&[separator], plain, 0.0).unwrap_or(Dialect { separator, quote: Some(b'"'), ..plain })
            }
            None => self
                .quoted_column(plain)
                .or_else(|| self.names_one_column().then(|| self.one_column(plain)))
                .or_else(|| self.best(&SEPARATORS, plain, MIN_ALIKE))
                .or_else(|| RARE_SEPARATORS.iter().find_map(|(s, share)| self.best(&[*s], plain, *share)))
                .unwrap_or_else(|| self.one_column(plain)),
        };
        let rows = self.rows(dialect);
        let shape = shape_of(&rows, self.width(&rows, dialect));
        let rows = rows.into_iter().map(|row| row.cells).collect();
        Layout { dialect, shape, preamble: preamble.bytes, rows }
    }

    /// Whether a table of this layout follows comments: its header is known, or no comment has a separator.
    fn follows(&self, layout: &Layout, comments: &[u8]) -> bool {
        let Some(first) = layout.rows.first() else { return false };
        let width = layout.shape.columns.len();
        let is_known = |cell: &Cell| NAMES.slot(cell.text.trim()).is_some();
        let known = first.iter().filter(|cell| is_known(cell)).count();
        let named = first.iter().all(|cell| is_name(&cell.text) && !cell.text.starts_with('#'));
        let mut fields = comments.split(|b| *b == layout.dialect.line_end).map(|line| {
            let mut row = Row::default();
            scan(line, true, layout.dialect, Patience::ENDLESS, &mut row);
            row.fields.len()
        });
        match width {
            1 => named && known > 0,
            _ if named && known > 1 => true,
            _ if named && known > 0 => fields.all(|count| count != width),
            _ => fields.all(|count| count == 1),
        }
    }

    /// The best dialect with one of these separators by which at least `share` of the rows are alike.
    fn best(&self, separators: &[u8], plain: Dialect, share: f64) -> Option<Dialect> {
        let has = |b: u8| memchr(b, self.bytes).is_some();
        let mut best: Option<(f64, Dialect)> = None;
        for &separator in separators.iter().filter(|s| has(**s)) {
            for quote in [Some(b'"'), None, Some(b'\'')] {
                if quote == Some(b'\'') && !has(b'\'') {
                    continue;
                }
                for (escape, padded) in [(false, false), (true, false), (false, true)] {
                    let dialect = Dialect { separator, quote, escape, padded, ..plain };
                    if (escape && !self.may_escape(dialect)) || (padded && !self.may_be_padded(dialect)) {
                        continue;
                    }
                    if let Some(score) = self.score(dialect, share)
                        && best.is_none_or(|(s, _)| score > s)
                    {
                        best = Some((score, dialect));
                    }
                }
            }
        }
        best.map(|(_, dialect)| dialect)
    }

    fn may_be_padded(&self, dialect: Dialect) -> bool {
        let Some(quote) = dialect.quote else { return false };
        memchr::memmem::find(self.bytes, &[dialect.separator, b' ', quote]).is_some()
    }

    /// How alike the rows are by a dialect; none where it is not one at all.
    fn score(&self, dialect: Dialect, share: f64) -> Option<f64> {
        let rows = self.rows(dialect);
        let width = self.width(&rows, dialect);
        if width < 2 || rows.is_empty() {
            return None;
        }
        let count = rows.len() as f64;
        let header = self.known(&rows[0]);
        let known = header.iter().filter(|slot| slot.is_some()).count();
        // Separators too many are those of the text, wherever it stands, if the header is sure to be one.
        let is_open = header.last() == Some(&Some(Slot::Text)) || known > 1 && header.contains(&Some(Slot::Text));
        let named = known > 0 && rows[0].cells.iter().all(|c| is_name(&c.text));
        // The column of row names has none itself.
        let shifted = usize::from(named && rows[0].cells.len() + 1 == width);
        let alike = |row: &SeenRow| match row.cells.len() {
            _ if row.bare && row.cells.len() == width => 0.5,
            n if n == width => 1.0,
            n if n > width && is_open => 0.8,
            _ => 0.0,
        };
        let alike = (shifted as f64 + rows[shifted..].iter().map(alike).sum::<f64>()) / count;
        let typed = (0..width).filter(|column| is_typed(&rows, *column)).count();
        let quoted = rows.iter().any(|row| row.cells.iter().any(|c| c.quoted));
        // Two lines of prose with as many commas are no table, nor are two titles of pages that a bar parts from the site's.
        let is_spaced = |row: &SeenRow| row.cells.iter().skip(1).all(|cell| cell.text.starts_with(' '));
        let is_sign = match dialect.separator {
            b'|' => !rows.iter().all(is_spaced),
            separator => separator == b'\t',
        };
        let evident = rows.len() >= 4 || named || typed > 0 || quoted || is_sign;
        // Two names that are known, between separators, are a header, however ragged the rows below it.
        if alike < if named && known > 1 { share / 2.0 } else { share } || !evident {
            return None;
        }
        let share_of =
            |test: &dyn Fn(&Cell) -> bool| rows.iter().filter(|row| row.cells.iter().any(test)).count() as f64 / count;
        let wrapped = share_of(&|cell| !cell.quoted && is_wrapped(&cell.text));
        let inner = share_of(&|cell| {
            !cell.quoted && dialect.quote.is_some_and(|quote| memchr(quote, cell.text.as_bytes()).is_some())
        });
        let clean = share_of(&|cell| cell.quoted);
        // After a comma of prose a space follows.
        let spaced = rows.iter().filter(|row| row.cells.iter().skip(1).any(|c| !c.quoted && c.text.starts_with(' ')));
        let spaced = spaced.count() as f64 / count;
        let preference = match (dialect.quote, dialect.escape) {
            (None, true) => -0.03,
            (Some(b'"'), _) => 0.0,
            (None, false) => 0.02,
            _ => 0.05,
        } + 0.01 * f64::from(u8::from(dialect.escape) + u8::from(dialect.padded))
            - if self.always_escapes(dialect, quoted) { 0.05 } else { 0.0 }
            + if share_of(&|cell| !cell.quoted && is_doubled(&cell.text)) > 0.0 { 0.05 } else { 0.0 };
        Some(
            alike
                + 0.3 * f64::from(u8::from(named))
                + 0.1 * typed as f64 / width as f64
                + 0.01 * width.min(10) as f64
                + if rows.iter().any(|row| row.bare) { 0.0 } else { 0.15 * clean }
                + if dialect.separator == b'\t' { 0.03 } else { 0.0 }
                - 0.3 * wrapped
                - 0.2 * spaced
                - 0.1 * inner
                - preference,
        )
    }

    /// The rows of the head; not the last where it is cut, unless there are but two.
    pub(super) fn rows(&self, dialect: Dialect) -> Vec<SeenRow> {
        let mut seen = self.rows_of(self.bytes, dialect);
        if self.whole {
            return seen;
        }
        // The end of a text that even a long head does not hold is that of its quotes.
        let is_bare = |rows: &[SeenRow]| rows.iter().any(|row| row.bare);
        if let Some(quote) = dialect.quote.filter(|_| self.bytes.len() > HEAD_BYTES && is_bare(&seen)) {
            let closed = self.rows_of(&[self.bytes, &[quote]].concat(), dialect);
            if !is_bare(&closed) {
                seen = closed;
            }
        }
        // Of a header alone nothing is learned.
        if seen.len() > 2 {
            seen.pop();
        }
        seen
    }

    fn rows_of(&self, bytes: &[u8], dialect: Dialect) -> Vec<SeenRow> {
        let mut seen: Vec<SeenRow> = Vec::new();
        let mut shape = TableShape { columns: vec![CellShape::Any] };
        let mut start = 0;
        // The first row alone says how many fields a row may have that follows an open quote.
        for pass in 0..2 {
            let mut rows = Rows::new(&bytes[start..], 0, dialect, shape.clone(), u64::MAX);
            loop {
                let bare = match rows.next() {
                    Event::Row => rows.is_bare(),
                    Event::Bad(_) => true,
                    _ => break,
                };
                if rows.looked() > MAX_LOOKS * bytes.len() as u64 {
                    break;
                }
                if rows.is_blank() {
                    continue;
                }
                seen.push(SeenRow { cells: self.cells(rows.bytes(), &rows, dialect), bare });
                if pass == 0 {
                    start = usize::try_from(rows.next_offset()).unwrap_or(bytes.len());
                    shape.columns = vec![CellShape::Any; rows.fields().len()];
                    break;
                }
            }
        }
        seen
    }

    fn cells<R: std::io::Read>(&self, bytes: &[u8], rows: &Rows<R>, dialect: Dialect) -> Vec<Cell> {
        let cell = |f: &super::scan::Field| {
            let held = &bytes[f.start..f.end];
            let held = if f.escaped { unescape(held, f.quoted, dialect) } else { held.to_vec() };
            Cell { text: decode(&held, self.charset).into_owned(), quoted: f.quoted }
        };
        rows.fields().iter().map(cell).collect()
    }

    /// The slots of the cells of a row, were it a header.
    fn known(&self, row: &SeenRow) -> Vec<Option<Slot>> {
        row.cells.iter().map(|cell| NAMES.slot(cell.text.trim()).map(|(slot, _)| slot)).collect()
    }

    /// The number of columns: what the header says where it is one, else what most rows have.
    fn width(&self, rows: &[SeenRow], dialect: Dialect) -> usize {
        let Some(first) = rows.first() else { return 1 };
        let names = first.cells.iter().all(|c| is_name(&c.text));
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *counts.entry(row.cells.len()).or_default() += 1);
        let (most, count) =
            counts.iter().max_by_key(|(width, count)| (**count, **width)).map_or((1, 1), |(w, c)| (*w, *c));
        // A header may leave the column of row names, or separators at the ends of rows, without a name: then all rows have
        // it. Separators of prose stand in some.
        let known = self.known(first);
        let unnamed = most == first.cells.len() + 1 && count as f64 >= MIN_UNNAMED * (rows.len() - 1) as f64;
        let names_ids = || known.first() == Some(&Some(Slot::Id)) && ids_lead(rows, most, dialect);
        let shifted = unnamed && !names_ids();
        if names && known.iter().any(Option::is_some) && !shifted {
            return first.cells.len();
        }
        most
    }
}

/// Whether a cell may name a column: short, on one line, and no number.
pub fn is_name(text: &str) -> bool {
    text.chars().count() <= 60
        && !text.contains('\n')
        && (text.trim().is_empty() || text.chars().any(char::is_alphabetic))
        && !text.contains("://")
}

fn is_wrapped(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 2 && [b'"', b'\''].iter().any(|q| text.as_bytes()[0] == *q && text.as_bytes()[text.len() - 1] == *q)
}

/// Whether a text stands in quotes and every quote in it twice: then the quotes around it are none of its own.
fn is_doubled(text: &str) -> bool {
    let inner = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default();
    inner.contains("\"\"") && !inner.replace("\"\"", "").contains('"')
}

/// Whether a first column of ids, below a header with a name fewer than the `width` of the rows, has no column before it: it
/// holds the only numbers, and the next is the text, the longer one or one that the cell too many is cut off. Prose has no
/// tabs, and none of its pieces stands in quotes.
fn ids_lead(rows: &[SeenRow], width: usize, dialect: Dialect) -> bool {
    let wide = || rows[1..].iter().filter(|row| row.cells.len() == width);
    let share = |test: &dyn Fn(&SeenRow) -> bool| wide().filter(|row| test(row)).count() as f64 / wide().count() as f64;
    let is_cut_off = || dialect.separator != b'\t' && share(&|row| row.cells[width - 1].quoted) <= 0.5;
    let has_words = || share(&|row| !row.cells[1].text.is_ascii() || row.cells[1].text.contains(' ')) > 0.5;
    let chars = |column: usize| wide().map(|row| row.cells[column].text.chars().count()).sum::<usize>();
    is_typed(rows, 0) && !is_typed(rows, 1) && (is_cut_off() || has_words() && chars(1) >= chars(width - 1))
}

/// Whether all cells of a column below the first row are numbers, times or addresses.
fn is_typed(rows: &[SeenRow], column: usize) -> bool {
    let cells = || rows.iter().skip(1).filter_map(|row| row.cells.get(column)).map(|c| c.text.trim());
    let typed = |text: &str| {
        let figures = text.bytes().all(|b| b.is_ascii_digit() || b" .,:-+/TZ".contains(&b));
        text.is_empty() || text.starts_with("http") || (figures && text.bytes().any(|b| b.is_ascii_digit()))
    };
    cells().any(|text| !text.is_empty()) && cells().all(typed)
}

/// What the cells of each column have in common below the first row, which may be a header.
fn shape_of(rows: &[SeenRow], width: usize) -> TableShape {
    let regular: Vec<&SeenRow> = rows.iter().skip(1).filter(|row| row.cells.len() == width && !row.bare).collect();
    let shape = |column: usize| {
        let cells = || regular.iter().map(|row| &row.cells[column]);
        let filled = || cells().map(|c| c.text.trim()).filter(|text| !text.is_empty());
        let count = filled().count();
        // A column that is mostly blank says nothing of a row.
        let most = |test: &dyn Fn(&str) -> bool| {
            count * 2 > regular.len() && filled().filter(|text| test(text)).count() as f64 >= MIN_SHAPED * count as f64
        };
        match () {
            () if regular.len() < 3 => CellShape::Any,
            () if cells().all(|c| c.quoted) => CellShape::Quoted,
            () if most(&|text| text.bytes().all(|b| b.is_ascii_digit())) => CellShape::Digits,
            () if most(&|text| text.starts_with("http")) => CellShape::Address,
            () => CellShape::Any,
        }
    };
    TableShape { columns: (0..width).map(shape).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(text: &str) -> (char, Option<char>, bool) {
        let d = layout(text).dialect;
        (char::from(d.separator), d.quote.map(char::from), d.escape)
    }

    fn layout(text: &str) -> Layout {
        Layout::of(text.as_bytes(), true, Charset::plain(encoding_rs::UTF_8))
    }

    #[test]
    fn separators_and_quotes_are_found_in_short_tables() {
        assert_eq!(dialect("id,title,text\n1,a,\"b, c\nd\"\n2,e,f\n").0, ',');
        assert_eq!(dialect("id;titel;text\n1;a, b;c, d\n2;e;f, g\n").0, ';');
        assert_eq!(dialect("خبر\tعنوان، ثم آخر\nخبر, آخر\tعنوان\n").0, '\t');
        assert_eq!(dialect("id|text\n1|a, b; c\n2|d, e\n").0, '|');
        assert_eq!(dialect("\u{feff}sep=;\r\na;b\r\n1,5;2,5\r\n").0, ';');
    }

    #[test]
    fn single_quotes_are_quotes_where_they_wrap_fields() {
        let row = "Sport;'Er sagte \"ja\"; dann, wie''s ist, ging er.'\n";
        assert_eq!(dialect(&row.repeat(5)), (';', Some('\''), false));
        let row = "sport\t'Tis the season, said \"Joe\" to Ann\n";
        assert_eq!(dialect(&row.repeat(5)), ('\t', None, false));
    }

    #[test]
    fn quotes_that_are_text_are_left_in_tables_without_quotes() {
        let text = "label\ttext\nx\t\"Yes\" he said\ny\tplain\nz\t\"No\" and \"no\" again\n";
        assert_eq!(dialect(text), ('\t', None, false));
    }

    #[test]
    fn quotes_that_never_close_are_text() {
        assert_eq!(dialect(&format!("a,text\n{}", "1,\"some text\n".repeat(20))), (',', None, false));
    }

    #[test]
    fn prose_with_commas_is_one_column() {
        let prose = "text\nOne, two, three.\nNone here.\nA comma, one.\nMany, many, many, commas, here.\nNo.\n";
        assert_eq!(dialect(prose).0, '\n');
        assert_eq!(layout(prose).shape.columns.len(), 1);
        assert_eq!(dialect("قال، ثم ذهب، وعاد\nنص آخر، هنا\n").0, '\n');
    }

    #[test]
    fn the_layout_of_an_empty_or_tiny_head_is_one_column() {
        assert_eq!(dialect("").0, '\n');
        assert_eq!(dialect("كلمة").0, '\n');
    }

    #[test]
    fn one_column_of_quoted_texts_is_not_cut_at_their_commas() {
        for head in ["text\n", "\"text\"\n", ""] {
            for rows in
                ["\"story, number 1\"\n", "\"story, 1\"\n\"story, 2\"\n", "\"a, b\nc\"\nplain\n\"d, e\"\nplain; too\n"]
            {
                let found = layout(&format!("{head}{rows}"));
                assert_eq!((found.dialect.separator, found.dialect.quote), (b'\n', Some(b'"')), "{head}{rows}");
            }
        }
        assert_eq!(dialect("text;label\n\"a, b\";1\n\"c, d\";2\n").0, ';');
        assert_eq!(dialect("\"text, all\",label\n\"a, b\",1\n\"c, d\",2\n").0, ',');
        assert_eq!(dialect("id,text\n1,\"a, b\"\n").0, ',');
    }

    #[test]
    fn a_column_without_a_name_leads_only_where_texts_stand_last() {
        let width = |table: &str| layout(table).shape.columns.len();
        let prose = "The house by the river was sold last week.";
        for (open, close) in [("\"", "\""), ("", "")] {
            let separator = if open.is_empty() { "\t" } else { "," };
            let row = |cells: [&str; 3]| cells.map(|c| format!("{open}{c}{close}")).join(separator) + "\n";
            let header = format!("{open}id{close}{separator}{open}text{close}\n");
            assert_eq!(width(&format!("{header}{}", row(["1", prose, "pos"]).repeat(4))), 2);
            for id in ["doc0.txt", "1999-Clinton-inaugural-address-long-enough-to-be-prose.txt"] {
                assert_eq!(width(&format!("{header}{}", row(["1", id, prose]).repeat(4))), 3);
            }
        }
        // Of two rows the header is one.
        assert_eq!(width(&format!("\"text\"\n\"doc1\",\"{prose},\nand more\"\n")), 2);
    }

    #[test]
    fn a_bar_between_titles_and_sites_makes_no_table() {
        assert_eq!(dialect("Storm hits the coast of Spain | BBC News\nMarkets fall after the vote | CNN\n").0, '\n');
        assert_eq!(dialect("Storm hits the coast|BBC\nMarkets fall|CNN\n").0, '|');
    }

    #[test]
    fn comments_before_a_table_are_none_of_its_rows() {
        let first = |text: &str| layout(text).rows[0].iter().map(|c| c.text.clone()).collect::<Vec<_>>();
        let table = "id;text\n1;a text, long\n2;another, text\n";
        for comments in ["# exported; by x\n", "# by x\n\n# on a day, in 2021\n", "# by x\nsep=;\n", "\u{feff}# x\n"] {
            assert_eq!(first(&format!("{comments}{table}")), ["id", "text"], "{comments}");
        }
        assert_eq!(first("# by x\ntext\nOne story.\nAnother story.\n"), ["text"]);
        // A header, and texts, may begin with the same sign.
        assert_eq!(first("#,title,text\n1,a,b\n2,c,d\n"), ["#", "title", "text"]);
        assert_eq!(first("#id,text\n1,a text\n2,a text\n"), ["#id", "text"]);
        assert_eq!(first("#love it,1\n#hate it,0\nso so,1\nwell,0\n"), ["#love it", "1"]);
        assert_eq!(first("#love it\nso so\nwell\n"), ["#love it"]);
    }

    #[test]
    fn heads_of_rows_that_all_lack_a_quote_take_linear_time() {
        for row in ["1,\"a\n", "1,\"a\"\"b\" c\n", "1,\"a\nb,c\nd\"e\n", "\"\"\"\n"] {
            let table = format!("id,text\n{}", row.repeat((64 << 10) / row.len()));
            // Hours, where each quote is looked into to the end.
            assert!(!layout(&table).shape.columns.is_empty(), "{row}");
        }
    }
}
