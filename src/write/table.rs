//! One Parquet file, written batch by batch into any sink.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};

/// Rows of a row group: small enough to be held in memory by many threads, large enough for columns to compress.
const ROW_GROUP_ROWS: usize = 64 << 10;

/// Columns in which values differ from row to row: a dictionary would only cost time.
const UNIQUE_COLUMNS: &[&str] = &["record_id", "doc_id", "text", "content_hash", "char_start", "char_end"];

/// Text is not searched by its bounds, so its statistics would only repeat it.
const TEXT_COLUMNS: &[&str] = &["text", "replacement", "extra", "detail"];

/// A Parquet file on its way.
pub struct TableWriter<'w> {
    inner: ArrowWriter<&'w mut (dyn Write + Send)>,
    schema: SchemaRef,
    rows: u64,
}

impl<'w> TableWriter<'w> {
    /// A file of `schema` into `out`, compressed with Zstandard at `level`.
    ///
    /// # Errors
    /// What the writer says.
    pub fn new(out: &'w mut (dyn Write + Send), schema: SchemaRef, level: i32) -> Result<TableWriter<'w>> {
        let zstd = ZstdLevel::try_new(level).expect("the plan allows levels from 1 to 22 only");
        let mut properties = WriterProperties::builder()
            .set_created_by(format!("tamis {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::ZSTD(zstd))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_statistics_enabled(EnabledStatistics::Page);
        for column in UNIQUE_COLUMNS {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(*column), false);
        }
        for column in TEXT_COLUMNS {
            properties = properties
                .set_column_dictionary_enabled(ColumnPath::from(*column), false)
                .set_column_statistics_enabled(ColumnPath::from(*column), EnabledStatistics::None);
        }
        let inner = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties.build())).map_err(failed)?;
        Ok(TableWriter { inner, schema, rows: 0 })
    }

    /// The columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Appends rows.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        self.inner.write(batch).map_err(failed)
    }

    /// Ends the file; gives its rows.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> Result<u64> {
        self.inner.close().map_err(failed)?;
        Ok(self.rows)
    }
}

fn failed(error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => Error::Write(*error),
            Err(other) => Error::Write(io::Error::other(other)),
        },
        other => Error::Write(io::Error::other(other)),
    }
}
