//! Parquet files: a row is one document; only the columns that are needed are read, of whatever string type.

mod bytes;
mod chunks;

use std::borrow::Cow;
use std::ops::Range;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use ::parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit};

use crate::error::{Error, Result};
use crate::model::document::RawDocument;
use crate::panics;

use self::bytes::strings_as_bytes;
use self::chunks::Chunks;
use super::compression::Compression;
use super::fields::{FieldMap, Fields, Place, Slot};
use super::recognise::Format;
use super::unpack::{at_offsets, fault_of};
use super::{BigFile, Cuts, Met, NO_TEXT_FIELD, Reader, Sink, Slice, body_of, broken};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 256;

/// Names that lists put between a column and its items.
const LIST_NAMES: &[&str] = &["list", "element", "item", "array", "bag", "array_element"];

/// The reason of a file that is damaged.
const BAD_PARQUET: &str = "read.bad_parquet";

/// Reads the rows of a file; a damaged row group costs itself.
pub struct Parquet;

impl Reader for Parquet {
    fn format(&self) -> Format {
        Format::Parquet
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        if file.compression != Compression::None {
            return None;
        }
        let chunks = Chunks::new(file.file.try_clone().ok()?).ok()?;
        let metadata = guarded(|| ArrowReaderMetadata::load(&chunks, ArrowReaderOptions::default())).ok()?;
        let mut cuts = Vec::new();
        for group in metadata.metadata().row_groups() {
            let start = start_of(group);
            if start >= cuts.last().unwrap_or(&0) + file.part_bytes {
                cuts.push(start);
            }
        }
        Some(Cuts::Bytes(cuts))
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let mut met = Met::default();
        let (file, damage) = at_offsets(slice.content, slice.scratch)?;
        let wanted = Wanted { map: slice.fields, range: slice.range, max: slice.options.max_record };
        let read = Chunks::new(file).map_err(Stop::from).and_then(|file| rows(&file, &wanted, &mut met, sink));
        match (damage, read) {
            (_, Err(Stop::Run(error))) => Err(error),
            (Some(damage), _) => {
                let (reason, detail) = fault_of(&damage);
                fail(met, reason, detail, sink)
            }
            (None, Err(Stop::File(reason, detail))) => fail(met, reason, detail, sink),
            (None, Ok(())) => Ok(met),
        }
    }
}

/// Why reading a file ended early.
enum Stop {
    Run(Error),
    File(&'static str, String),
}

impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::File(BAD_PARQUET, error.to_string())
    }
}

fn fail(mut met: Met, reason: &str, detail: String, sink: &mut Sink<'_>) -> Result<Met> {
    sink(broken(met.records, reason, detail, &[]))?;
    met.records += 1;
    Ok(met)
}

fn rows(file: &Chunks, slice: &Wanted<'_>, met: &mut Met, sink: &mut Sink<'_>) -> std::result::Result<(), Stop> {
    let metadata = guarded(|| ArrowReaderMetadata::load(file, ArrowReaderOptions::default()))?;
    let schema = metadata.parquet_schema();
    let leaves: Vec<usize> =
        (0..schema.num_columns()).filter(|i| slice.wants(schema.column(*i).path().parts())).collect();
    let is_text = |i: &usize| slice.slot(schema.column(*i).path().parts()).is_some_and(|s| s.0 == Slot::Text);
    if !leaves.iter().any(is_text) {
        if slice.range.start > 0 {
            // The first piece of the file told it.
            return Ok(());
        }
        let names: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
        return Err(Stop::File(
            NO_TEXT_FIELD,
            format!(
                "no column is known to hold text among {}; name it with --set read.fields.text='[\"NAME\"]'",
                names.join(", ")
            ),
        ));
    }
    let mask = ProjectionMask::leaves(schema, leaves);
    for group in 0..metadata.metadata().num_row_groups() {
        if !slice.range.contains(&start_of(metadata.metadata().row_group(group))) {
            continue;
        }
        let before = met.records;
        let mut read = row_group(file, &metadata, (group, mask.clone(), 0), slice, met, sink);
        if let Err(Stop::File(_, detail)) = &read
            && detail.contains("UTF-8")
            && let Ok(as_bytes) = guarded(|| strings_as_bytes(&metadata))
        {
            // A string that is none costs its wrong bytes.
            let done = (met.records - before) as usize;
            read = row_group(file, &as_bytes, (group, mask.clone(), done), slice, met, sink);
        }
        match read {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(Stop::Run(error)) => return Err(Stop::Run(error)),
            Err(Stop::File(reason, detail)) => {
                // A damaged row group costs itself.
                let wanted = sink(broken(met.records, reason, format!("row group {group}: {detail}"), &[]));
                met.records += 1;
                if !wanted.map_err(Stop::Run)? {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Where the first page of a row group begins in the file.
fn start_of(group: &RowGroupMetaData) -> u64 {
    // A damaged footer may say anything.
    let first = |c: &ColumnChunkMetaData| c.dictionary_page_offset().unwrap_or_else(|| c.data_page_offset());
    group.columns().iter().map(|c| u64::try_from(first(c)).unwrap_or(0)).min().unwrap_or(0)
}

fn row_group(
    file: &Chunks,
    metadata: &ArrowReaderMetadata,
    (group, mask, skipped): (usize, ProjectionMask, usize),
    slice: &Wanted<'_>,
    met: &mut Met,
    sink: &mut Sink<'_>,
) -> std::result::Result<bool, Stop> {
    let mut batches = guarded(|| {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file.try_clone()?, metadata.clone());
        let group = builder.with_row_groups(vec![group]).with_projection(mask).with_offset(skipped);
        group.with_batch_size(BATCH_ROWS).build()
    })?;
    while let Some(batch) = guarded(|| batches.next().transpose())? {
        if !batch_rows(&batch, slice, met, sink)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the decoder makes of damaged data must cost that data alone: a panic of it is an error.
fn guarded<T, E: std::error::Error>(
    decode: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, Stop> {
    match panics::guarded(decode) {
        Ok(decoded) => Ok(decoded?),
        Err(panic) => Err(Stop::File(BAD_PARQUET, format!("the decoder gave up on damaged data: {panic}"))),
    }
}

/// What of a file is wanted.
struct Wanted<'w> {
    map: &'w FieldMap,
    /// Row groups that begin in these bytes of the file.
    range: Range<u64>,
    max: u64,
}

impl Wanted<'_> {
    /// The slot of a column by the names on the way to it; what lists put between counts as nothing.
    fn slot(&self, path: &[String]) -> Option<(Slot, usize)> {
        let mut place = Place::top();
        let mut names = path.iter().filter(|n| !LIST_NAMES.contains(&n.as_str())).peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                return self.map.slot_at(&place, name);
            }
            place = self.map.enter(&place, name)?;
        }
        None
    }

    fn wants(&self, path: &[String]) -> bool {
        path.first().is_some_and(|root| self.map.keeps(root)) || self.slot(path).is_some()
    }
}

/// One column as strings, and where they go.
struct Column {
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
        if let Some(place) = slice.map.enter(place, name) {
            for (field, child) in inner.fields().iter().zip(inner.columns()) {
                // A structure that is null has no members, whatever stands below it.
                let nulls = inner.nulls().map(|n| arrow::array::BooleanArray::new(n.inner().clone(), None));
                let child = nulls.and_then(|valid| not_null(child, &valid)).unwrap_or_else(|| child.clone());
                columns_of(field.name(), &child, &place, slice, out);
            }
        }
        return;
    }
    if let Some(strings) = as_strings(column) {
        let bare = column.data_type().is_numeric() || *column.data_type() == DataType::Boolean;
        out.push(Column { name: name.to_owned(), slot: slice.map.slot_at(place, name), keep, bare, strings });
    }
}

fn not_null(child: &ArrayRef, valid: &arrow::array::BooleanArray) -> Option<ArrayRef> {
    let invalid = arrow::compute::not(valid).ok()?;
    arrow::compute::nullif(child, &invalid).ok()
}

fn batch_rows(
    batch: &RecordBatch,
    slice: &Wanted<'_>,
    met: &mut Met,
    sink: &mut Sink<'_>,
) -> std::result::Result<bool, Stop> {
    let schema = batch.schema();
    let mut columns = Vec::new();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        columns_of(field.name(), column, &Place::top(), slice, &mut columns);
    }
    for row in 0..batch.num_rows() {
        let document = row_document(&columns, row, met.records, slice);
        met.records += 1;
        if !sink(document).map_err(Stop::Run)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn row_document(columns: &[Column], row: usize, record: u64, slice: &Wanted<'_>) -> RawDocument {
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

/// A column as strings; none where its type has no text form. Bytes that are no UTF-8 are decoded leniently.
fn as_strings(column: &ArrayRef) -> Option<ArrayRef> {
    let safe = CastOptions { safe: true, ..CastOptions::default() };
    let column = match column.data_type() {
        DataType::Dictionary(_, values) => &cast_with_options(column, values, &safe).ok()?,
        _ => column,
    };
    match column.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            let bytes = cast_with_options(column, &DataType::Binary, &safe).ok()?;
            let texts: StringArray = bytes.as_binary::<i32>().iter().map(|b| b.map(String::from_utf8_lossy)).collect();
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

/// Lists of strings as one string each, a line for each item.
fn joined(column: &ArrayRef) -> Option<ArrayRef> {
    let items: Vec<Option<ArrayRef>> = match column.data_type() {
        DataType::List(_) => column.as_list::<i32>().iter().collect(),
        DataType::LargeList(_) => column.as_list::<i64>().iter().collect(),
        _ => column.as_fixed_size_list().iter().collect(),
    };
    let join = |list: ArrayRef| -> Option<String> {
        let strings = as_strings(&list)?;
        let lines: Vec<&str> = strings.as_string::<i32>().iter().flatten().collect();
        Some(lines.join("\n"))
    };
    let texts: StringArray = items.into_iter().map(|list| list.and_then(join)).collect();
    Some(std::sync::Arc::new(texts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::schema::parser::parse_message_type;
    use ::parquet::schema::types::SchemaDescriptor;
    use std::sync::Arc;

    #[test]
    fn a_row_group_that_begins_before_the_file_begins_with_it() {
        let schema = parse_message_type("message m { required binary text (UTF8); }").unwrap();
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
        let column = ColumnChunkMetaData::builder(schema.column(0)).set_data_page_offset(-5).build().unwrap();
        let group = RowGroupMetaData::builder(schema).set_column_metadata(vec![column]).build().unwrap();
        assert_eq!(start_of(&group), 0);
    }
}
