//! Parquet files: a row is one document; only the columns that are needed are read, of whatever string type.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Schema, TimeUnit};

use crate::error::{Error, Result};
use crate::model::document::{Body, RawDocument};

use super::fields::{FieldMap, Fields, Slot};
use super::recognise::Format;
use super::unpack::{Unpacked, fault_of};
use super::{Met, NO_TEXT_FIELD, Reader, Sink, Slice, broken};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 256;

/// The reason of a file that is damaged.
const BAD_PARQUET: &str = "read.bad_parquet";

/// Reads the rows of a file; a damaged row group ends the file with one error.
pub struct Parquet;

impl Reader for Parquet {
    fn format(&self) -> Format {
        Format::Parquet
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let mut met = Met::default();
        let file = match seekable(slice.content, slice.scratch)? {
            Ok(file) => file,
            Err((reason, detail)) => return fail(met, reason, detail, sink),
        };
        // A damaged file must cost itself alone, so a panic of the decoder is an error of the file.
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            rows(file, slice.fields, slice.options.max_record, &mut met, sink)
        }));
        match read {
            Ok(Ok(())) => Ok(met),
            Ok(Err(Stop::Run(error))) => Err(error),
            Ok(Err(Stop::File(reason, detail))) => fail(met, reason, detail, sink),
            Err(_) => fail(met, BAD_PARQUET, "the decoder gave up on damaged data".into(), sink),
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

/// The file itself where it is plain, else its decompressed bytes in an unnamed file.
pub(super) fn seekable(
    content: Unpacked,
    scratch: &std::path::Path,
) -> Result<std::result::Result<File, (&'static str, String)>> {
    if let Some(plain) = content.plain {
        return Ok(Ok(plain));
    }
    let failed = |e| Error::io("create", scratch, e);
    let mut spool = tempfile::tempfile_in(scratch).map_err(failed)?;
    let mut reader = content.reader;
    let mut chunk = vec![0; 256 << 10];
    loop {
        match std::io::Read::read(&mut reader, &mut chunk) {
            Ok(0) => break,
            Ok(n) => spool.write_all(&chunk[..n]).map_err(failed)?,
            Err(e) => return Ok(Err(fault_of(&e))),
        }
    }
    spool.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(Ok(spool))
}

fn rows(file: File, map: &FieldMap, max: u64, met: &mut Met, sink: &mut Sink<'_>) -> std::result::Result<(), Stop> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let wanted: Vec<usize> = wanted_columns(builder.schema(), map);
    if !wanted.iter().any(|&i| map.slot(builder.schema().field(i).name()).is_some_and(|s| s.0 == Slot::Text)) {
        let names: Vec<&str> = builder.schema().fields().iter().map(|f| f.name().as_str()).collect();
        return Err(Stop::File(
            NO_TEXT_FIELD,
            format!(
                "no column is known to hold text among {}; name it with --set read.fields.text='[\"NAME\"]'",
                names.join(", ")
            ),
        ));
    }
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let batches = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build()?;
    for batch in batches {
        if !batch_rows(&batch?, map, max, met, sink)? {
            return Ok(());
        }
    }
    Ok(())
}

fn wanted_columns(schema: &Schema, map: &FieldMap) -> Vec<usize> {
    let wanted = |name: &str| map.slot(name).is_some() || map.keeps(name);
    schema.fields().iter().enumerate().filter(|(_, f)| wanted(f.name())).map(|(i, _)| i).collect()
}

fn batch_rows(
    batch: &RecordBatch,
    map: &FieldMap,
    max: u64,
    met: &mut Met,
    sink: &mut Sink<'_>,
) -> std::result::Result<bool, Stop> {
    let schema = batch.schema();
    let mut columns = Vec::new();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        if let Some(strings) = as_strings(column) {
            columns.push((field.name().as_str(), map.slot(field.name()), map.keeps(field.name()), strings));
        }
    }
    for row in 0..batch.num_rows() {
        let mut fields = Fields::default();
        fields.see_text();
        for (name, slot, keep, strings) in &columns {
            let strings = strings.as_string::<i32>();
            let value = strings.is_valid(row).then(|| strings.value(row));
            if let (Some((slot, rank)), Some(value)) = (slot, value) {
                fields.offer(*slot, *rank, Cow::Borrowed(value));
            }
            if *keep {
                fields.keep(name, serde_json::Value::from(value).to_string());
            }
        }
        let (text, metadata) = fields.finish();
        let text = text.unwrap_or_default();
        let record = met.records;
        met.records += 1;
        let document = if text.len() as u64 > max {
            let detail = format!("a record of {} bytes; read it with a larger --max-record", text.len());
            broken(record, "read.record_too_large", detail, text.as_bytes())
        } else {
            RawDocument { record, bytes: None, metadata, body: Body::Text(text) }
        };
        if !sink(document).map_err(Stop::Run)? {
            return Ok(false);
        }
    }
    Ok(true)
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
        DataType::Timestamp(_, _) | DataType::Date32 | DataType::Date64 => {
            let instant = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
            let instants = cast_with_options(column, &instant, &safe).ok()?;
            cast_with_options(&instants, &DataType::Utf8, &safe).ok()
        }
        _ => cast_with_options(column, &DataType::Utf8, &safe).ok(),
    }
}
