//! Columns of a file as strings, and the rows that they make.

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StructArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit};

use crate::model::document::RawDocument;
use crate::read::fields::{FieldMap, Fields, Place, Slot};
use crate::read::{body_of, broken};
use crate::text::charset::{Charset, decode_parts};

/// Names that lists put between a column and its items.
const LIST_NAMES: &[&str] = &["list", "element", "item", "array", "bag", "array_element"];

/// Columns whose items are structures that hold a text each, beside those that hold texts themselves.
const SECTIONS: &[&str] = &["sections", "passages", "chapters"];

/// Characters that the values of a column of texts have on average, and the most between two spaces.
const MIN_PROSE_CHARS: usize = 80;
const MAX_WORD_CHARS: usize = 20;

/// How much worse the name of a column of numbers is: `text` may be a label beside the `body`.
const RANK_OF_NUMBERS: usize = 100_000;

/// What of a file is wanted.
#[derive(Clone)]
pub(super) struct Wanted<'w> {
    pub(super) map: &'w FieldMap,
    /// Row groups that begin in these bytes of the file.
    pub(super) range: Range<u64>,
    pub(super) max: u64,
    /// The column that holds texts under a name that is not known.
    pub(super) unnamed: Option<String>,
}

impl Wanted<'_> {
    /// The slot of a column by the names on the way to it; what lists put between counts as nothing.
    pub(super) fn slot(&self, path: &[String]) -> Option<(Slot, usize)> {
        let top = path.first().filter(|_| path.len() == 1);
        if let Some(name) = top {
            let known =
                if self.unnamed.as_ref() == Some(name) { Some((Slot::Text, 0)) } else { self.map.slot(name.trim()) };
            return known.or_else(|| self.slot_below(&name.split('.').map(str::to_owned).collect::<Vec<_>>()));
        }
        self.slot_below(path)
    }

    /// The same of a column within others; tables that were flattened write the way to it in its name.
    fn slot_below(&self, path: &[String]) -> Option<(Slot, usize)> {
        let mut place = Place::top();
        let mut names = path.iter().map(|n| n.trim()).filter(|n| !LIST_NAMES.contains(n)).peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                return self.map.slot_at(&place, name);
            }
            place = match self.map.enter(&place, name) {
                Some(inner) => inner,
                None => return self.slot_of_items(path, names.next()?).filter(|_| names.next().is_none()),
            };
        }
        None
    }

    /// The slot of a column that is a list of structures, seen from the member `name` of them: its text, or the heading
    /// above that.
    fn slot_of_items(&self, path: &[String], name: &str) -> Option<(Slot, usize)> {
        let is_list = path.iter().skip(1).any(|n| LIST_NAMES.contains(&n.as_str()));
        let slot = self.list_slot(path[0].trim()).filter(|_| is_list)?;
        is_section_part(self.map, name).then_some(slot)
    }

    /// The slot of a column of lists, as far as it takes texts.
    fn list_slot(&self, name: &str) -> Option<(Slot, usize)> {
        let named = self.map.slot(name).filter(|(slot, _)| *slot == Slot::Text);
        let sections = || self.map.slot("paragraphs").filter(|_| SECTIONS.iter().any(|s| s.eq_ignore_ascii_case(name)));
        named.or_else(sections)
    }

    pub(super) fn wants(&self, path: &[String]) -> bool {
        path.first().is_some_and(|root| self.map.keeps(root)) || self.slot(path).is_some()
    }
}

/// Whether a member of the structures of a list is the text of a section, or what stands above it.
fn is_section_part(map: &FieldMap, name: &str) -> bool {
    matches!(map.slot(name.trim()), Some((Slot::Text | Slot::Title, _)))
}

/// One column as strings, and where they go.
pub(super) struct Column {
    name: String,
    slot: Option<(Slot, usize)>,
    keep: bool,
    /// Its values are JSON as they stand: numbers and truth values.
    bare: bool,
    strings: ArrayRef,
}

/// Takes the columns of a record, and those within its structures.
fn columns_of(name: &str, column: &ArrayRef, place: &Place<'_>, slice: &Wanted<'_>, out: &mut Vec<Column>) {
    let keep = place.is_top() && slice.map.keeps(name);
    if let Some(inner) = column.as_struct_opt() {
        if let Some(place) = slice.map.enter(place, name.trim()) {
            for (field, child) in inner.fields().iter().zip(inner.columns()) {
                // A structure that is null has no members, whatever stands below it.
                let nulls = inner.nulls().map(|n| arrow::array::BooleanArray::new(n.inner().clone(), None));
                let child = nulls.and_then(|valid| not_null(child, &valid)).unwrap_or_else(|| child.clone());
                columns_of(field.name(), &child, &place, slice, out);
            }
        }
        return;
    }
    let sections = place.is_top().then(|| sections(column, slice.map)).flatten();
    let slot = match sections {
        Some(_) => slice.list_slot(name.trim()),
        None if place.is_top() => slice.slot(&[name.to_owned()]),
        None => slice.map.slot_at(place, name.trim()),
    };
    if let Some(strings) = sections.or_else(|| as_strings(column)) {
        let bare = column.data_type().is_numeric() || *column.data_type() == DataType::Boolean;
        let worse = |(slot, rank)| (slot, if bare && slot == Slot::Text { rank + RANK_OF_NUMBERS } else { rank });
        out.push(Column { name: name.to_owned(), slot: slot.map(worse), keep, bare, strings });
    }
}

fn not_null(child: &ArrayRef, valid: &arrow::array::BooleanArray) -> Option<ArrayRef> {
    let invalid = arrow::compute::not(valid).ok()?;
    arrow::compute::nullif(child, &invalid).ok()
}

/// The columns of a batch that are wanted.
pub(super) fn columns(batch: &RecordBatch, slice: &Wanted<'_>) -> Vec<Column> {
    let schema = batch.schema();
    let mut columns = Vec::new();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        columns_of(field.name(), column, &Place::top(), slice, &mut columns);
    }
    columns
}

pub(super) fn row_document(columns: &[Column], row: usize, record: u64, slice: &Wanted<'_>) -> RawDocument {
    let mut fields = Fields::default();
    fields.see_text();
    for column in columns {
        let strings = column.strings.as_string::<i32>();
        let value = strings.is_valid(row).then(|| strings.value(row));
        if let (Some((slot, rank)), Some(value)) = (column.slot, value) {
            fields.offer(slot, rank, Cow::Borrowed(value));
        }
        if column.keep {
            let json = match value {
                // Not a number is no JSON.
                Some(bare) if column.bare && !bare.ends_with(['N', 'f']) => bare.to_owned(),
                other => serde_json::Value::from(other).to_string(),
            };
            fields.keep(&column.name, json);
        }
    }
    let (text, metadata) = fields.finish();
    let text = text.unwrap_or_default();
    if text.len() as u64 > slice.max {
        let detail = format!("a record of {} bytes; read it with a larger --max-record", text.len());
        return broken(record, "read.record_too_large", detail, text.as_bytes());
    }
    RawDocument { record, bytes: None, metadata, body: body_of(text, slice.map) }
}

impl Column {
    /// Bytes of its strings.
    pub(super) fn bytes(&self) -> u64 {
        let offsets = self.strings.as_string::<i32>().value_offsets();
        offsets.last().zip(offsets.first()).map_or(0, |(last, first)| (last - first).unsigned_abs().into())
    }
}

/// Whether the values of a column, of which these are the first, are texts of some length.
pub(super) fn is_prose(column: &ArrayRef) -> bool {
    let Some(strings) = as_strings(column) else { return false };
    let (mut texts, mut chars, mut letters, mut spaces) = (0, 0, 0, 0);
    for text in strings.as_string::<i32>().iter().flatten() {
        texts += 1;
        chars += text.chars().count();
        letters += text.chars().filter(|c| c.is_alphabetic()).count();
        // Where words are not parted by spaces, each letter is far from ASCII.
        spaces += text.chars().filter(|c| c.is_whitespace() || *c >= '\u{e00}').count();
    }
    chars > texts * MIN_PROSE_CHARS && letters * 2 > chars && spaces * MAX_WORD_CHARS > chars
}

/// A column as strings; none where its type has no text form. Bytes are UTF-8, unless they are sure to be text of another charset.
fn as_strings(column: &ArrayRef) -> Option<ArrayRef> {
    let safe = CastOptions { safe: true, ..CastOptions::default() };
    let column = match column.data_type() {
        DataType::Dictionary(_, values) => &cast_with_options(column, values, &safe).ok()?,
        _ => column,
    };
    match column.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            let utf8 = Charset::plain(encoding_rs::UTF_8);
            let bytes = cast_with_options(column, &DataType::Binary, &safe).ok()?;
            let texts: StringArray =
                bytes.as_binary::<i32>().iter().map(|b| b.map(|b| decode_parts(b, utf8))).collect();
            Some(std::sync::Arc::new(texts))
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => joined(column),
        DataType::Timestamp(_, _) | DataType::Date32 | DataType::Date64 => {
            let instant = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
            let instants = cast_with_options(column, &instant, &safe).ok()?;
            cast_with_options(&instants, &DataType::Utf8, &safe).ok()
        }
        _ => cast_with_options(column, &DataType::Utf8, &safe).ok(),
    }
}

/// The items of each list; none where the column is none.
fn lists(column: &ArrayRef) -> Option<Vec<Option<ArrayRef>>> {
    match column.data_type() {
        DataType::List(_) => Some(column.as_list::<i32>().iter().collect()),
        DataType::LargeList(_) => Some(column.as_list::<i64>().iter().collect()),
        DataType::FixedSizeList(_, _) => Some(column.as_fixed_size_list().iter().collect()),
        _ => None,
    }
}

/// Lists of strings as one string each, a line for each item.
fn joined(column: &ArrayRef) -> Option<ArrayRef> {
    let join = |list: ArrayRef| -> Option<String> {
        let strings = as_strings(&list)?;
        let lines: Vec<&str> = strings.as_string::<i32>().iter().flatten().collect();
        Some(lines.join("\n"))
    };
    let texts: StringArray = lists(column)?.into_iter().map(|list| list.and_then(join)).collect();
    Some(std::sync::Arc::new(texts))
}

/// Lists of structures as one string each: the heading and the text of each item, a line for each. None where the items
/// are no structures.
fn sections(column: &ArrayRef, map: &FieldMap) -> Option<ArrayRef> {
    let (DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _)) = column.data_type()
    else {
        return None;
    };
    if !matches!(item.data_type(), DataType::Struct(_)) {
        return None;
    }
    let join = |list: ArrayRef| list.as_struct_opt().map(|items| section_lines(items, map));
    let texts: StringArray = lists(column)?.into_iter().map(|list| list.and_then(join)).collect();
    Some(std::sync::Arc::new(texts))
}

fn section_lines(items: &StructArray, map: &FieldMap) -> String {
    let of = |wanted: Slot| {
        let parts = items.fields().iter().zip(items.columns()).filter_map(move |(field, column)| {
            let (slot, rank) = map.slot(field.name().trim())?;
            (slot == wanted).then_some((rank, column))
        });
        parts.min_by_key(|(rank, _)| *rank).and_then(|(_, column)| as_strings(column))
    };
    let parts: Vec<ArrayRef> = [of(Slot::Title), of(Slot::Text)].into_iter().flatten().collect();
    let mut lines = Vec::new();
    for row in (0..items.len()).filter(|row| items.is_valid(*row)) {
        for part in &parts {
            let strings = part.as_string::<i32>();
            if strings.is_valid(row) && !strings.value(row).trim().is_empty() {
                lines.push(strings.value(row));
            }
        }
    }
    lines.join("\n")
}
