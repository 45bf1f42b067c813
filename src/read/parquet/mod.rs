//! Parquet files: a row is one document; only the columns that are needed are read, of whatever string type.

mod bytes;
mod chunks;
mod columns;
mod footer;
mod thrift;

use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use ::parquet::basic::{ConvertedType, Type};
use ::parquet::column::page::{Page, PageReader};
use ::parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use ::parquet::file::serialized_reader::SerializedPageReader;
use arrow::array::RecordBatch;

use crate::error::{Error, Result};
use crate::panics;

use self::bytes::strings_as_bytes;
use self::chunks::Chunks;
use self::columns::{Wanted, columns, is_prose, row_document};
use self::footer::{Held, held};
use super::compression::Compression;
use super::fields::Slot;
use super::members::RatioError;
use super::recognise::Format;
use super::unpack::{at_offsets, fault_of};
use super::{BigFile, Cuts, Met, NO_TEXT_FIELD, Reader, Sink, Slice, broken};

/// Rows decoded at a time, and about how many bytes of values.
const BATCH_ROWS: u64 = 256;
const BATCH_BYTES: u64 = 64 << 20;

/// Rows by which a column is told that holds texts without a name for them, and columns of which they are looked at.
const SAMPLE_ROWS: usize = 32;
const MAX_SAMPLED: usize = 64;

/// Values that may be the one large value of their dictionary, of those decoded at a time.
const DICTIONARY_SHARE: u64 = 4;

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
        let mut cuts = Vec::new();
        for held in held(&chunks).ok()?.files {
            for group in held.metadata.metadata().row_groups() {
                let start = held.start + start_of(group);
                if start >= cuts.last().unwrap_or(&0) + file.part_bytes {
                    cuts.push(start);
                }
            }
        }
        Some(Cuts::Bytes(cuts))
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let (file, damage) = at_offsets(slice.content, slice.scratch)?;
        let (map, max) = (slice.fields, slice.options.max_record);
        let slice = Wanted { map, range: slice.range, max, unnamed: None };
        let mut rows = Rows { slice, met: Met::default(), sink, packed: 0, given: 0 };
        let read = Chunks::new(file).map_err(Stop::from).and_then(|file| rows.read(&file));
        let Rows { met, sink, .. } = rows;
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

/// The rows of a file on their way to the sink.
struct Rows<'r, 's> {
    slice: Wanted<'r>,
    met: Met,
    sink: &'r mut Sink<'s>,
    /// Bytes of the file, and bytes of the values that it gave.
    packed: u64,
    given: u64,
}

/// What is read of a row group: its rows from `skipped` on, in the columns `leaves`.
struct Group<'g> {
    held: &'g Held,
    metadata: ArrowReaderMetadata,
    index: usize,
    leaves: Vec<usize>,
    skipped: usize,
}

impl Rows<'_, '_> {
    fn read(&mut self, file: &Chunks) -> std::result::Result<(), Stop> {
        use ::parquet::file::reader::Length;
        self.packed = file.len();
        let held = held(file)?;
        if let Some(passed) = held.passed.filter(|_| self.slice.range.start == 0)
            && !self.fail(passed)?
        {
            return Ok(());
        }
        for held in &held.files {
            if !self.file(held)? {
                break;
            }
        }
        Ok(())
    }

    /// Gives an error of the file; false when no more is wanted.
    fn fail(&mut self, detail: String) -> std::result::Result<bool, Stop> {
        let wanted = (self.sink)(broken(self.met.records, BAD_PARQUET, detail, &[])).map_err(Stop::Run)?;
        self.met.records += 1;
        Ok(wanted)
    }

    fn file(&mut self, held: &Held) -> std::result::Result<bool, Stop> {
        let (metadata, schema) = (held.metadata.metadata(), held.metadata.parquet_schema());
        let groups = metadata.row_groups();
        if groups.iter().any(|g| g.columns().iter().any(|c| c.file_path().is_some())) {
            // Its rows stand in other files, beside it.
            if self.slice.range.start == 0 {
                self.met.pass_over("summary");
            }
            return Ok(true);
        }
        let all = || 0..schema.num_columns();
        let path = |leaf: usize| schema.column(leaf).path().parts().to_vec();
        let is_text = |slice: &Wanted<'_>, leaf: usize| slice.slot(&path(leaf)).is_some_and(|s| s.0 == Slot::Text);
        self.slice.unnamed = None;
        if !all().any(|leaf| is_text(&self.slice, leaf)) {
            self.slice.unnamed = self.unnamed(held);
        }
        let leaves: Vec<usize> = all().filter(|leaf| self.slice.wants(&path(*leaf))).collect();
        let texts: Vec<usize> = all().filter(|leaf| is_text(&self.slice, *leaf)).collect();
        if texts.is_empty() {
            if self.slice.range.start > 0 || groups.is_empty() {
                // The first piece of the file told it, or there is nothing to tell.
                return Ok(true);
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
        for (index, group) in groups.iter().enumerate() {
            if !self.slice.range.contains(&(held.start + start_of(group))) {
                continue;
            }
            let group = Group { held, metadata: held.metadata.clone(), index, leaves: leaves.clone(), skipped: 0 };
            if !self.group(group, &texts)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The only column of strings that holds texts, told by its first values, where no column has a name for them.
    fn unnamed(&self, held: &Held) -> Option<String> {
        let schema = held.metadata.parquet_schema();
        let is_free = |leaf: &usize| {
            let column = schema.column(*leaf);
            let is_string =
                column.physical_type() == Type::BYTE_ARRAY && column.converted_type() == ConvertedType::UTF8;
            is_string && column.path().parts().len() == 1 && self.slice.slot(column.path().parts()).is_none()
        };
        let free: Vec<usize> = (0..schema.num_columns()).filter(is_free).take(MAX_SAMPLED).collect();
        if held.metadata.metadata().num_row_groups() == 0 {
            return None;
        }
        let group = Group { held, metadata: held.metadata.clone(), index: 0, leaves: free.clone(), skipped: 0 };
        let is_text = |leaf: &usize| {
            let first = guarded(|| {
                let mut batches = group.open(std::iter::once(*leaf), SAMPLE_ROWS)?;
                batches.next().transpose().map_err(::parquet::errors::ParquetError::from)
            });
            first.is_ok_and(|batch| batch.is_some_and(|batch| is_prose(batch.column(0))))
        };
        let mut found = free.into_iter().filter(is_text);
        let only = found.next().filter(|_| found.next().is_none())?;
        Some(schema.column(only).name().to_owned())
    }

    /// Gives the rows of a row group: a damaged one costs itself, a damaged column that holds no text its values.
    fn group(&mut self, mut group: Group<'_>, texts: &[usize]) -> std::result::Result<bool, Stop> {
        let before = self.met.records;
        let mut read = self.batches(&group);
        if let Err(Stop::File(_, detail)) = &read
            && detail.contains("UTF-8")
            && let Ok(metadata) = guarded(|| strings_as_bytes(&group.metadata))
        {
            // A string that is none costs its wrong bytes.
            group.metadata = metadata;
            group.skipped = (self.met.records - before) as usize;
            read = self.batches(&group);
        }
        let mut lost = String::new();
        if let Err(Stop::File(BAD_PARQUET, detail)) = &read {
            let damaged: Vec<usize> =
                group.leaves.iter().copied().filter(|leaf| !texts.contains(leaf) && !group.decodes(*leaf)).collect();
            if !damaged.is_empty() {
                let schema = group.metadata.parquet_schema();
                let names: Vec<String> = damaged.iter().map(|i| format!("`{}`", schema.column(*i).name())).collect();
                lost = format!("read without {}, which is damaged: {detail}", names.join(", "));
                group.leaves.retain(|leaf| !damaged.contains(leaf));
                group.skipped = (self.met.records - before) as usize;
                read = self.batches(&group);
            }
        }
        let of_group = |detail: &str| format!("row group {}: {detail}", group.index);
        match read {
            Ok(true) if lost.is_empty() => Ok(true),
            Ok(true) => self.fail(of_group(&lost)),
            Ok(false) => Ok(false),
            Err(Stop::File(BAD_PARQUET, detail)) => self.fail(of_group(&detail)),
            Err(stop) => Err(stop),
        }
    }

    fn batches(&mut self, group: &Group<'_>) -> std::result::Result<bool, Stop> {
        let rows = group.batch_rows();
        let mut batches = guarded(|| group.open(group.leaves.iter().copied(), rows))?;
        while let Some(batch) = guarded(|| batches.next().transpose())? {
            if !self.batch(&batch)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn batch(&mut self, batch: &RecordBatch) -> std::result::Result<bool, Stop> {
        let columns = columns(batch, &self.slice);
        self.given += columns.iter().map(|c| c.bytes()).sum::<u64>();
        if let Err(error) = RatioError::check(self.packed, self.given) {
            let (reason, detail) = fault_of(&error);
            return Err(Stop::File(reason, detail));
        }
        for row in 0..batch.num_rows() {
            let document = row_document(&columns, row, self.met.records, &self.slice);
            self.met.records += 1;
            if !(self.sink)(document).map_err(Stop::Run)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Group<'_> {
    fn open(
        &self,
        leaves: impl Iterator<Item = usize>,
        rows: usize,
    ) -> ::parquet::errors::Result<ParquetRecordBatchReader> {
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.held.chunks.try_clone()?, self.metadata.clone());
        let mask = ProjectionMask::leaves(self.metadata.parquet_schema(), leaves);
        let group = builder.with_row_groups(vec![self.index]).with_projection(mask).with_offset(self.skipped);
        group.with_batch_size(rows).build()
    }

    /// Whether the column `leaf` can be decoded to its end.
    fn decodes(&self, leaf: usize) -> bool {
        let all = guarded(|| {
            let mut batches = self.open(std::iter::once(leaf), BATCH_ROWS as usize)?;
            batches.try_for_each(|batch| batch.map(drop).map_err(::parquet::errors::ParquetError::from))
        });
        all.is_ok()
    }

    /// Rows to be decoded at a time: fewer where values are large.
    fn batch_rows(&self) -> usize {
        let group = self.metadata.metadata().row_group(self.index);
        let value_bytes = |leaf: &usize| {
            let column = group.column(*leaf);
            let mean = column.uncompressed_size().max(0) / column.num_values().max(1);
            let dictionary = column.dictionary_page_offset().and_then(|_| self.dictionary_bytes(column)).unwrap_or(0);
            (mean as u64).max(dictionary / DICTIONARY_SHARE)
        };
        let largest = self.leaves.iter().map(value_bytes).max().unwrap_or(0);
        (BATCH_BYTES / largest.max(1)).clamp(1, BATCH_ROWS) as usize
    }

    /// Bytes of the dictionary of a column, all of which one value may have.
    fn dictionary_bytes(&self, column: &ColumnChunkMetaData) -> Option<u64> {
        let page = guarded(|| {
            let chunks = Arc::new(self.held.chunks.try_clone()?);
            SerializedPageReader::new(chunks, column, column.num_values().max(0) as usize, None)?.get_next_page()
        });
        match page {
            Ok(Some(Page::DictionaryPage { buf, .. })) => Some(buf.len() as u64),
            _ => None,
        }
    }
}

/// Where the first page of a row group begins in the file.
fn start_of(group: &RowGroupMetaData) -> u64 {
    // A damaged footer may say anything.
    let first = |c: &ColumnChunkMetaData| c.dictionary_page_offset().unwrap_or_else(|| c.data_page_offset());
    group.columns().iter().map(|c| u64::try_from(first(c)).unwrap_or(0)).min().unwrap_or(0)
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
