//! What the columns of a table hold: by the names in its header, else by what their cells look like.

use std::collections::BTreeSet;

use crate::read::fields::{FieldMap, Slot};
use crate::text::dates::parse_date;

use super::dialect::{Cell, Layout, NAMES, is_name};

/// Rows of the head by which columns without names are told apart.
const JUDGED_ROWS: usize = 200;

/// Letters that the cells of a column of text have on average, at least.
const MIN_TEXT_LETTERS: f64 = 10.0;

/// Characters that titles have on average, at most.
const MAX_TITLE_CHARS: f64 = 200.0;

/// The rank of a column that was chosen by its cells: any name goes before it.
const GUESSED: usize = usize::MAX;

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name; empty where it has none.
    pub name: String,
    /// What it holds, and how good its name is.
    pub slot: Option<(Slot, usize)>,
    /// It goes to `extra`.
    pub keep: bool,
}

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// By position.
    pub columns: Vec<Column>,
    /// The first row names the columns and is no record.
    pub has_header: bool,
}

impl Columns {
    /// The columns of a table with this head.
    ///
    /// The first row is a header where it names a known field, or where its cells are names (short, unlike one another,
    /// no numbers) while some column below holds nothing but numbers, dates, addresses or texts much longer. Where no
    /// name is known for text, the column with the longest texts is taken. Without a header, columns of addresses, dates
    /// and numbers that never repeat, titles (short, hardly ever repeated) and categories (few, often repeated) are known too.
    pub fn of(layout: &Layout, map: &FieldMap) -> Self {
        let width = layout.shape.columns.len();
        let has_header = is_header(&layout.rows, width, map);
        let body = &layout.rows[usize::from(has_header)..];
        let facts: Vec<Facts> = (0..width).map(|column| Facts::of(body, column)).collect();
        let mut columns = vec![Column::default(); width];
        if has_header {
            name(&mut columns, &layout.rows[0], body, map);
        }
        if !columns.iter().any(|c| matches!(c.slot, Some((Slot::Text, _)))) {
            let free = (0..width).filter(|c| columns[*c].slot.is_none());
            let text = free
                .filter(|c| facts[*c].is_text())
                .max_by(|a, b| facts[*a].mean_chars().total_cmp(&facts[*b].mean_chars()).then(b.cmp(a)));
            let only = (width == 1 && (!has_header || columns[0].slot.is_none())).then_some(0);
            if let Some(text) = text.or(only) {
                columns[text].slot = Some((Slot::Text, GUESSED));
                if !has_header {
                    guess(&mut columns, &facts, text);
                }
            }
        }
        Self { columns, has_header }
    }

    /// The columns that a header of these names gives.
    pub fn named(names: &[String], map: &FieldMap) -> Self {
        let column = |name: &String| Column { name: name.clone(), slot: map.slot(name), keep: map.keeps(name) };
        Self { columns: names.iter().map(column).collect(), has_header: true }
    }

    /// The positions of the columns that may hold the text.
    pub fn texts(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(|c| matches!(self.columns[*c].slot, Some((Slot::Text, _))))
    }

    /// The names of the columns, for a message.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).filter(|n| !n.is_empty()).collect();
        if names.is_empty() { format!("{} columns without names", self.columns.len()) } else { names.join(", ") }
    }
}

/// Whether the cells of a row among others are the header of another table that was joined to the one whose header is
/// `first`: names, half of them known, one for text and one for something else, nothing twice. At least one is a name of the
/// first header too; where there are only two, both are.
pub fn is_other_header(cells: &[String], first: &[String]) -> bool {
    let slots: BTreeSet<Slot> = cells.iter().filter_map(|cell| NAMES.slot(cell)).map(|(slot, _)| slot).collect();
    let distinct: BTreeSet<&String> = cells.iter().collect();
    let shared = cells.iter().filter(|cell| first.contains(cell)).count();
    distinct.len() == cells.len()
        && slots.len() > 1
        && slots.contains(&Slot::Text)
        && slots.len() * 2 >= cells.len()
        && shared >= if cells.len() < 3 { cells.len() } else { 1 }
        && cells.iter().all(|cell| is_name(cell) && !cell.is_empty())
}

/// Gives the columns the names of the header. One name fewer than columns: the first holds the names of rows.
fn name(columns: &mut [Column], header: &[Cell], body: &[Vec<Cell>], map: &FieldMap) {
    let blank_last = body.iter().all(|row| row.last().is_none_or(|c| c.text.trim().is_empty()));
    let shift = usize::from(header.len() + 1 == columns.len() && !blank_last);
    for (column, cell) in columns.iter_mut().skip(shift).zip(header) {
        cell.text.trim().clone_into(&mut column.name);
        column.slot = map.slot(&column.name);
        column.keep = map.keeps(&column.name);
    }
}

fn is_header(rows: &[Vec<Cell>], width: usize, map: &FieldMap) -> bool {
    let Some((first, body)) = rows.split_first() else { return false };
    let names: BTreeSet<&str> = first.iter().map(|c| c.text.trim()).filter(|n| !n.is_empty()).collect();
    let is_blank = |cell: Option<&Cell>| cell.is_none_or(|c| c.text.trim().is_empty());
    let blank: Vec<usize> = (0..first.len()).filter(|c| is_blank(first.get(*c))).collect();
    let unique = names.len() + blank.len() == first.len();
    // Columns that are hardly ever filled need no name.
    let is_used = |column: &&usize| body.iter().filter(|row| !is_blank(row.get(**column))).count() * 2 > body.len();
    let blanks_are_few = blank.len() <= 1 || names.len() > 1 && first.len() > 2 * blank.iter().filter(is_used).count();
    if names.is_empty() || !blanks_are_few || !first.iter().all(|c| is_name(&c.text)) {
        return false;
    }
    // Where tables were joined, all names stand twice.
    let repeated = |column: usize, cell: &Cell| body.iter().any(|row| row.get(column) == Some(cell) && row != first);
    let known = first.iter().enumerate().any(|(i, c)| map.slot(c.text.trim()).is_some() && !repeated(i, c));
    // Kept or not, a name that the user gave is a name.
    let named = known || first.iter().any(|c| map.keeps(c.text.trim()));
    named || (unique && (0..width).any(|column| unlike(first, body, column)))
}

/// Whether a cell differs in kind from all cells below it.
fn unlike(first: &[Cell], body: &[Vec<Cell>], column: usize) -> bool {
    let Some(cell) = first.get(column).map(|c| c.text.trim()).filter(|t| !t.is_empty()) else { return false };
    let facts = Facts::of(body, column);
    let chars = cell.chars().count() as f64;
    let long = facts.mean_chars() > 40.0 && facts.mean_chars() > 5.0 * chars;
    facts.filled >= 2.0
        && (facts.numbers == facts.filled || facts.urls == facts.filled || facts.dates == facts.filled || long)
}

/// Gives slots to the other columns of a table without a header.
fn guess(columns: &mut [Column], facts: &[Facts], text: usize) {
    let mut take = |slot: Slot, test: &dyn Fn(&Facts) -> bool| {
        let found = (0..columns.len()).find(|c| columns[*c].slot.is_none() && test(&facts[*c]));
        if let Some(found) = found {
            columns[found].slot = Some((slot, GUESSED));
        }
    };
    let length = facts[text].mean_chars();
    take(Slot::Url, &|f| f.filled > 0.0 && f.urls == f.filled);
    take(Slot::Published, &|f| f.filled > 0.0 && f.dates == f.filled && f.numbers == 0.0);
    take(Slot::Id, &|f| f.filled >= 3.0 && f.numbers == f.filled && f.distinct == f.filled);
    take(Slot::Title, &|f| {
        f.is_text()
            && f.mean_chars() <= MAX_TITLE_CHARS
            && 2.0 * f.mean_chars() <= length
            && f.distinct >= 0.9 * f.filled
    });
    take(Slot::Category, &|f| {
        f.filled >= 8.0
            && f.numbers == 0.0
            && f.letters >= f.chars / 2.0
            && f.mean_chars() <= 30.0
            && f.distinct * 3.0 <= f.filled
    });
}

/// What the cells of a column look like: counts and sums over its cells that are not blank.
#[derive(Debug, Default)]
struct Facts {
    filled: f64,
    chars: f64,
    letters: f64,
    /// Cells of several words, or of letters beyond ASCII, which need no spaces.
    worded: f64,
    numbers: f64,
    urls: f64,
    dates: f64,
    distinct: f64,
}

impl Facts {
    fn of(rows: &[Vec<Cell>], column: usize) -> Self {
        let mut facts = Self::default();
        let mut distinct = BTreeSet::new();
        for text in rows.iter().take(JUDGED_ROWS).filter_map(|row| row.get(column)).map(|c| c.text.trim()) {
            if text.is_empty() {
                continue;
            }
            distinct.insert(text);
            facts.filled += 1.0;
            facts.chars += text.chars().count() as f64;
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            facts.letters += letters as f64;
            let count = |yes: bool| f64::from(u8::from(yes));
            let number = is_number(text);
            let url = !text.contains(char::is_whitespace) && (text.contains("://") || text.starts_with("www."));
            facts.numbers += count(number);
            facts.urls += count(url);
            facts.worded += count(!url && (text.contains(char::is_whitespace) || !text.is_ascii()));
            facts.dates += count(!number && text.len() <= 40 && parse_date(text).is_some());
        }
        facts.distinct = distinct.len() as f64;
        facts
    }

    fn mean_chars(&self) -> f64 {
        self.chars / self.filled.max(1.0)
    }

    /// Whether the column holds prose, short or long: letters for the most part, in words.
    fn is_text(&self) -> bool {
        self.filled > 0.0
            && self.letters >= MIN_TEXT_LETTERS * self.filled
            && self.letters >= self.chars / 2.0
            && self.worded >= self.filled / 2.0
            && self.dates < self.filled
    }
}

fn is_number(text: &str) -> bool {
    let figures = text.trim_start_matches(['+', '-']);
    figures.bytes().any(|b| b.is_ascii_digit()) && figures.bytes().all(|b| b.is_ascii_digit() || b".,".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::fields::FieldNames;
    use crate::text::charset::Charset;

    fn columns(text: &str) -> Columns {
        let charset = Charset::plain(encoding_rs::UTF_8);
        Columns::of(&Layout::of(text.as_bytes(), true, charset), &FieldMap::new(&FieldNames::default(), &[]))
    }

    fn slots(text: &str) -> (bool, Vec<Option<Slot>>) {
        let found = columns(text);
        (found.has_header, found.columns.iter().map(|c| c.slot.map(|(slot, _)| slot)).collect())
    }

    const ARTICLE: &str = "Die Stadt hat am Montag den neuen Haushalt vorgestellt und dabei die Schulen bedacht.";

    #[test]
    fn a_header_of_any_language_names_its_columns() {
        let table = format!("م,العنوان,النص\n1,خبر,{ARTICLE}\n2,خبر آخر,{ARTICLE}\n");
        assert_eq!(slots(&table), (true, vec![None, Some(Slot::Title), Some(Slot::Text)]));
        let table = format!("Nr;Überschrift;Lauftext\n1;Haushalt;{ARTICLE}\n2;Schulen;{ARTICLE}\n");
        assert_eq!(slots(&table), (true, vec![None, Some(Slot::Title), Some(Slot::Text)]));
    }

    #[test]
    fn without_a_header_cells_tell_what_columns_hold() {
        let row = |n: u32| format!("{n};http://a.example/{n};2019-03-0{n};Kurz {n} gesagt, und gut;{ARTICLE} {n}\n");
        let table: String = (1..9).map(row).collect();
        let expected = [Slot::Id, Slot::Url, Slot::Published, Slot::Title, Slot::Text].map(Some).to_vec();
        assert_eq!(slots(&table), (false, expected));
        let row = |n: u32| format!("{};'{ARTICLE} {n}'\n", ["Sport", "Kultur"][n as usize % 2]);
        let table: String = (0..9).map(row).collect();
        assert_eq!(slots(&table), (false, vec![Some(Slot::Category), Some(Slot::Text)]));
    }

    #[test]
    fn a_table_of_figures_has_no_text() {
        let table = "a,b\n1,2\n3,4\n5,6\n";
        assert_eq!(columns(table).texts().count(), 0);
    }

    #[test]
    fn an_index_without_a_name_and_names_of_rows_are_passed_over() {
        let table = format!(",title,text\n0,a,{ARTICLE}\n1,b,{ARTICLE}\n");
        assert_eq!(slots(&table), (true, vec![None, Some(Slot::Title), Some(Slot::Text)]));
        let table =
            format!("\"title\",\"text\"\n\"1\",\"a\",\"{ARTICLE}\"\n\"2\",\"b\",\"{ARTICLE}\"\n\"3\",\"c\",\"d\"\n");
        assert_eq!(slots(&table), (true, vec![None, Some(Slot::Title), Some(Slot::Text)]));
    }

    #[test]
    fn one_column_is_the_text() {
        assert_eq!(slots("text\nنص أول\nنص ثان\n"), (true, vec![Some(Slot::Text)]));
        assert_eq!(slots("Ein Satz, der hier steht.\nNoch einer.\n"), (false, vec![Some(Slot::Text)]));
    }
}
