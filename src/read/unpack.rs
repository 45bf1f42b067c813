//! Compressed or plain files to bytes: gzip of several members, zstd of several frames, told apart by their first bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::error::{Error, Result};
use crate::model::document::{Body, ByteSpan, Metadata, RawDocument};
use crate::text::charset::decode;

use super::{Met, Sink, Slice, broken};

/// Bytes at the beginning of a file by which its format and charset are told.
pub const HEAD_BYTES: usize = 64 << 10;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
}

impl Compression {
    /// What the first bytes of a file say.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 0x08, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The name without the suffix of its compression.
    pub fn strip_suffix(self, name: &str) -> &str {
        let suffixes: &[&str] = match self {
            Self::None => &[],
            Self::Gzip => &[".gz", ".gzip"],
            Self::Zstd => &[".zst", ".zstd"],
        };
        suffixes.iter().find_map(|s| name.strip_suffix(s)).unwrap_or(name)
    }
}

/// The decompressed bytes of a file, from some offset on.
pub struct Unpacked {
    /// Gives them in order.
    pub reader: Box<dyn Read>,
    /// The file itself, where it is not compressed: for formats that are read at offsets.
    pub plain: Option<File>,
    /// Offset of the first byte in the decompressed source.
    pub start: u64,
}

/// The beginning of a file: how it is compressed, and its first decompressed bytes.
pub struct Head {
    /// Seen in the first bytes.
    pub compression: Compression,
    /// At most [`HEAD_BYTES`] decompressed bytes.
    pub bytes: Vec<u8>,
    /// Whether those are all.
    pub whole: bool,
    /// What decompression said, where it failed within the head.
    pub fault: Option<String>,
}

/// Reads the head of the file at `path`.
///
/// # Errors
/// When the file cannot be opened or read.
pub fn head(path: &Path) -> Result<Head> {
    let failed = |e| Error::io("read", path, e);
    let mut magic = Vec::new();
    File::open(path).and_then(|f| f.take(8).read_to_end(&mut magic)).map_err(failed)?;
    let compression = Compression::of(&magic);
    let mut reader = decoder(File::open(path).map_err(failed)?, compression).map_err(failed)?;
    let mut bytes = Vec::with_capacity(HEAD_BYTES);
    let mut fault = None;
    let mut chunk = [0; 8 << 10];
    while bytes.len() < HEAD_BYTES {
        let want = chunk.len().min(HEAD_BYTES - bytes.len());
        match reader.read(&mut chunk[..want]) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if compression == Compression::None => return Err(failed(e)),
            Err(e) => {
                fault = Some(e.to_string());
                break;
            }
        }
    }
    Ok(Head { compression, whole: bytes.len() < HEAD_BYTES, bytes, fault })
}

/// Opens the file at `path` for reading from `start`, which is 0 where it is compressed.
///
/// # Errors
/// When the file cannot be opened.
pub fn open(path: &Path, compression: Compression, start: u64) -> Result<Unpacked> {
    let failed = |e| Error::io("read", path, e);
    let mut file = File::open(path).map_err(failed)?;
    if compression != Compression::None {
        return Ok(Unpacked { reader: decoder(file, compression).map_err(failed)?, plain: None, start: 0 });
    }
    let plain = file.try_clone().map_err(failed)?;
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    Ok(Unpacked { reader: Box::new(file), plain: Some(plain), start })
}

fn decoder(file: File, compression: Compression) -> io::Result<Box<dyn Read>> {
    let buffered = io::BufReader::with_capacity(256 << 10, file);
    Ok(match compression {
        Compression::None => Box::new(buffered),
        Compression::Gzip => Box::new(MultiGzDecoder::new(buffered)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?),
    })
}

/// All bytes of `reader` up to `max`; none where there are more.
///
/// # Errors
/// What reading says; bytes read before it are lost, so callers turn it into a broken record.
pub fn read_whole(mut reader: impl Read, max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max).then_some(bytes))
}

/// What a failed decompression or read is called in the ledger.
pub fn fault_of(error: &io::Error) -> (&'static str, String) {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => ("read.unreadable", error.to_string()),
        _ => ("read.bad_compression", format!("the file ends early or is damaged: {error}")),
    }
}

/// Gives a whole file as one document, decoded, its text made by `body`.
///
/// # Errors
/// Those of `sink`.
pub fn one_document(slice: Slice<'_>, sink: &mut Sink<'_>, body: fn(String) -> Body) -> Result<Met> {
    let met = Met { records: 1, passed_over: 0 };
    let document = match read_whole(slice.content.reader, slice.options.max_record) {
        Err(error) => {
            let (reason, detail) = fault_of(&error);
            broken(0, reason, detail, &[])
        }
        Ok(None) => {
            let detail = format!("more than {} bytes; read it with a larger --max-record", slice.options.max_record);
            broken(0, "read.record_too_large", detail, &[])
        }
        Ok(Some(bytes)) => RawDocument {
            record: 0,
            bytes: Some(ByteSpan { start: 0, end: bytes.len() as u64 }),
            metadata: Metadata::default(),
            body: body(decode(&bytes, slice.charset).into_owned()),
        },
    };
    sink(document)?;
    Ok(met)
}
