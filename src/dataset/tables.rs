//! Reading the Parquet files of a finished dataset, for the commands that look at it.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{Error, Result};

use super::manifest::{FileEntry, Manifest};

/// Rows decoded at a time.
const BATCH_ROWS: usize = 4096;

/// Gives the batches of every file of `role` to `visit`, in order, with only the columns named (all where none is);
/// `visit` says whether it wants more.
///
/// # Errors
/// When a file cannot be read, and those of `visit`.
pub fn for_each_batch(
    folder: &Path,
    manifest: &Manifest,
    role: &str,
    columns: &[&str],
    mut visit: impl FnMut(&FileEntry, &Batch) -> Result<bool>,
) -> Result<()> {
    for file in manifest.files_of(role) {
        let path = folder.join(&file.path);
        let damaged = |detail: String| Error::Damaged { path: path.clone(), detail };
        let opened = File::open(&path).map_err(|e| Error::io("read", &path, e))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(opened).map_err(|e| damaged(e.to_string()))?;
        let mask = if columns.is_empty() {
            ProjectionMask::all()
        } else {
            ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied())
        };
        let reader =
            builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(|e| damaged(e.to_string()))?;
        for batch in reader {
            let batch = batch.map_err(|e| damaged(e.to_string()))?;
            if !visit(file, &Batch(batch))? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A batch of rows with columns by name. Asking for a column that it does not have, or of another type, is a mistake of the
/// caller; `verify` compares schemas before anything is read.
pub struct Batch(pub RecordBatch);

impl Batch {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.0.num_rows()
    }

    fn column(&self, name: &str) -> Result<&ArrayRef> {
        self.0.column_by_name(name).ok_or_else(|| Error::Usage(format!("the dataset has no column `{name}`")))
    }

    /// A column of strings, dictionaries resolved.
    ///
    /// # Errors
    /// When there is no such column or it holds no strings.
    pub fn strings(&self, name: &str) -> Result<StringArray> {
        let column = cast(self.column(name)?, &DataType::Utf8).map_err(|e| wrong(name, &e))?;
        Ok(column.as_string::<i32>().clone())
    }

    /// A column of numbers of any type; NaN where null.
    ///
    /// # Errors
    /// When there is no such column or it holds no numbers.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        let column = cast(self.column(name)?, &DataType::Float64).map_err(|e| wrong(name, &e))?;
        Ok(column.as_primitive::<Float64Type>().iter().map(|v| v.unwrap_or(f64::NAN)).collect())
    }

    /// A column of whole numbers; none where null.
    ///
    /// # Errors
    /// When there is no such column or it holds no whole numbers.
    pub fn integers(&self, name: &str) -> Result<Vec<Option<i64>>> {
        let column = cast(self.column(name)?, &DataType::Int64).map_err(|e| wrong(name, &e))?;
        Ok(column.as_primitive::<Int64Type>().iter().collect())
    }

    /// One row as a JSON object, nulls left out.
    pub fn row(&self, row: usize) -> serde_json::Map<String, serde_json::Value> {
        let schema = self.0.schema();
        schema
            .fields()
            .iter()
            .zip(self.0.columns())
            .filter_map(|(field, column)| Some((field.name().clone(), value(column, row)?)))
            .collect()
    }
}

fn wrong(name: &str, error: &arrow::error::ArrowError) -> Error {
    Error::Usage(format!("column `{name}` cannot be read: {error}"))
}

fn value(column: &ArrayRef, row: usize) -> Option<serde_json::Value> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).into(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into(),
        DataType::Timestamp(_, _) => instant_text(column.as_primitive::<TimestampMillisecondType>().value(row)).into(),
        DataType::Dictionary(_, _) => {
            let strings = cast(&column.slice(row, 1), &DataType::Utf8).ok()?;
            strings.as_string::<i32>().value(0).into()
        }
        _ => return None,
    })
}

/// Milliseconds since the epoch as ISO 8601 in UTC.
pub fn instant_text(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds).map_or_else(|_| milliseconds.to_string(), |t| t.to_string())
}
