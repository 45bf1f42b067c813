//! Footers: where the last one stands, and the whole files that one file holds, one behind the other.

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use ::parquet::file::reader::{ChunkReader, Length};

use super::chunks::Chunks;
use super::thrift::claims_too_much;
use super::{Stop, guarded};

/// What stands at both ends of a file.
const MAGIC: &[u8] = b"PAR1";

/// What stands at the ends of a file whose footer is encrypted.
const ENCRYPTED_MAGIC: &[u8] = b"PARE";

/// Bytes of the length of the footer and of the magic behind it.
const END_BYTES: u64 = 8;

/// The first byte of a footer: a number in its first field.
const FOOTER_BEGINS: u8 = 0x15;

/// Bytes at the end of a file in which its footer may end.
const TAIL_BYTES: u64 = 64 << 10;

/// A whole Parquet file within a file.
pub(super) struct Held {
    pub(super) chunks: Chunks,
    pub(super) metadata: ArrowReaderMetadata,
    /// Where it begins.
    pub(super) start: u64,
}

/// What a file holds.
pub(super) struct HeldFiles {
    /// In order; mostly one that is all of it.
    pub(super) files: Vec<Held>,
    /// Bytes that are none of them, for a person.
    pub(super) passed: Option<String>,
}

/// The Parquet files in `file`.
///
/// # Errors
/// When the last footer cannot be read.
pub(super) fn held(file: &Chunks) -> Result<HeldFiles, Stop> {
    let (mut files, mut passed) = (Vec::new(), Vec::new());
    let mut end = file.len();
    while end > 0 {
        let footer_end = footer_end(file, end)?;
        let whole = file.part(0..footer_end)?;
        let metadata = match load(&whole) {
            Ok(metadata) => metadata,
            Err(stop) if files.is_empty() => return Err(stop),
            Err(_) => {
                passed.push(format!("{end} bytes before the first file that is whole were not read"));
                break;
            }
        };
        if !is_blank(file, footer_end, end)? {
            passed.push(format!("{} bytes behind a footer, at byte {footer_end}, were not read", end - footer_end));
        }
        let start = start_of(&whole, metadata.metadata())?;
        files.push(Held { chunks: file.part(start..footer_end)?, metadata, start });
        end = start;
    }
    if files.is_empty() {
        // What the decoder says of a file without bytes.
        load(file)?;
    }
    files.reverse();
    Ok(HeldFiles { files, passed: (!passed.is_empty()).then(|| passed.join("; ")) })
}

/// The metadata of a file; without what Arrow adds where that is damaged, since the format has types of its own.
fn load(file: &Chunks) -> Result<ArrowReaderMetadata, Stop> {
    check(file)?;
    let with = |options: ArrowReaderOptions| guarded(|| ArrowReaderMetadata::load(file, options));
    with(ArrowReaderOptions::default())
        .or_else(|stop| with(ArrowReaderOptions::new().with_skip_arrow_metadata(true)).map_err(|_| stop))
}

/// Refuses a footer that claims more values than it can have; what else is wrong with one the decoder says.
fn check(file: &Chunks) -> Result<(), Stop> {
    let Some(end) = file.len().checked_sub(END_BYTES) else { return Ok(()) };
    let Some(start) = end.checked_sub(footer_length(file)?) else { return Ok(()) };
    if claims_too_much(&file.get_bytes(start, (end - start) as usize)?) {
        return Err(ParquetError::General("the footer claims more values than it can have".into()).into());
    }
    Ok(())
}

/// Bytes of the footer that ends `file`, as it says itself.
fn footer_length(file: &Chunks) -> Result<u64, Stop> {
    let length = file.get_bytes(file.len() - END_BYTES, 4)?;
    Ok(u64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]])))
}

/// Where the last footer before `end` ends; `end` itself where none is found.
fn footer_end(file: &Chunks, end: u64) -> Result<u64, Stop> {
    let from = end.saturating_sub(TAIL_BYTES);
    let tail = file.get_bytes(from, (end - from) as usize)?;
    if tail.ends_with(MAGIC) || tail.ends_with(ENCRYPTED_MAGIC) {
        return Ok(end);
    }
    for at in memchr::memmem::rfind_iter(&tail, MAGIC) {
        let footer_end = from + at as u64 + MAGIC.len() as u64;
        let Some(length) = at.checked_sub(4).map(|length| tail.slice(length..at)) else { continue };
        let length = u64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
        let footer = footer_end.checked_sub(END_BYTES + length).filter(|start| length > 0 && *start > 0);
        if let Some(start) = footer
            && file.get_bytes(start, 1)?[0] == FOOTER_BEGINS
        {
            return Ok(footer_end);
        }
    }
    Ok(end)
}

/// Whether only zeros and white space stand between `from` and `to`.
fn is_blank(file: &Chunks, from: u64, to: u64) -> Result<bool, Stop> {
    let bytes = file.get_bytes(from, (to - from) as usize)?;
    Ok(bytes.iter().all(|b| *b == 0 || b.is_ascii_whitespace()))
}

/// Where the file begins whose footer ends `whole`: places in a footer count from there.
fn start_of(whole: &Chunks, metadata: &ParquetMetaData) -> Result<u64, Stop> {
    let length = footer_length(whole)?;
    let ends = metadata.row_groups().iter().flat_map(|g| g.columns()).flat_map(ends_of);
    let end = ends.max().unwrap_or(0).max(MAGIC.len() as u64);
    let start = whole.len().saturating_sub(END_BYTES + length).saturating_sub(end);
    let begins = start > 0 && whole.get_bytes(start, MAGIC.len())?.starts_with(MAGIC);
    Ok(if begins { start } else { 0 })
}

/// Where the pages of a column end, and what stands behind them.
fn ends_of(column: &ColumnChunkMetaData) -> impl Iterator<Item = u64> {
    let first = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    let pages = first.checked_add(column.compressed_size());
    let index = |at: Option<i64>, length: Option<i32>| at.zip(length).and_then(|(at, n)| at.checked_add(n.into()));
    let ends = [
        pages,
        index(column.column_index_offset(), column.column_index_length()),
        index(column.offset_index_offset(), column.offset_index_length()),
        index(column.bloom_filter_offset(), column.bloom_filter_length()),
    ];
    ends.into_iter().flatten().filter_map(|end| u64::try_from(end).ok())
}
