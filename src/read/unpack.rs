//! Files and members of archives to bytes, whatever they are compressed with: told by their first bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::model::document::{Body, ByteSpan, Metadata, RawDocument};
use crate::store::region::Region;
use crate::text::charset::{decode, decode_record};

use super::archive::lzma::Lzma;
use super::archive::{Coding, Member};
use super::compression::Compression;
use super::members::{Deflated, Members, RatioError, Source};
use super::recognise::{UTF_16, has_magic};
use super::{FAULT_TEXT_BYTES, Met, Sink, Slice, broken};

/// Bytes at the beginning of a file by which its format and charset are told.
pub const HEAD_BYTES: usize = 64 << 10;

/// Bytes by which a file that is not compressed is told from one that is: a block of tar.
const MAGIC_HEAD_BYTES: u64 = 512;

/// Bytes that are all ASCII, and none of them NUL, in no compressed file.
const ASCII_BYTES: usize = 16;

/// Errors of decompression that the search for a readable beginning of a file goes past.
const MAX_HEAD_FAULTS: usize = 64;

/// A file, or a member of an archive: bytes that can be opened as often as they are needed.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Where its bytes lie, as they are stored.
    pub region: Region,
    /// How an archive packed them.
    pub coding: Coding,
    /// Size that the archive states.
    pub stated: Option<u64>,
    /// CRC-32 that the archive states.
    pub crc32: Option<u32>,
    /// Behind it the next piece of the same compressed file begins.
    pub followed: bool,
}

impl Raw {
    /// A file by itself.
    pub fn file(region: Region) -> Self {
        Self { region, coding: Coding::Stored, stated: None, crc32: None, followed: false }
    }

    /// What `compression` holds that packs this file, where that is compressed again: `dump.jsonl.gz.gz`. None where an
    /// archive or another compression packs it already.
    fn within(&self, compression: Compression) -> Option<Self> {
        let coding = Coding::Compressed(compression);
        (self.coding == Coding::Stored).then(|| Self { coding, ..Self::file(self.region.clone()) })
    }

    /// A member of the archive in `region`.
    pub fn member(region: &Region, member: &Member) -> Self {
        Self {
            region: region.part(member.bytes.clone()),
            coding: member.coding.clone(),
            stated: member.size,
            crc32: member.crc32,
            followed: false,
        }
    }

    /// Holds the bytes of a member against what its archive states of them.
    ///
    /// # Errors
    /// What is damaged, or cannot be read.
    pub fn check(&self) -> io::Result<()> {
        match self.open()? {
            Source::Region(_) => Ok(()),
            Source::Stream(mut stream) => io::copy(&mut stream, &mut io::sink()).map(drop),
        }
    }

    /// Its bytes from the beginning, unpacked from the archive but not from a compression of its own.
    fn open(&self) -> io::Result<Source> {
        let stream: Box<dyn Read> = match &self.coding {
            Coding::Stored if self.stated.is_none_or(|size| size == self.region.size()) && self.crc32.is_none() => {
                return Ok(Source::Region(self.region.clone()));
            }
            Coding::Stored => Box::new(self.region.clone()),
            Coding::Deflate => Box::new(Deflated::new(self.region.clone())),
            Coding::Lzma => Box::new(Lzma::open(&self.region, self.stated)?),
            Coding::Compressed(compression) => {
                let members = Box::new(Members::new(Source::Region(self.region.clone()), *compression));
                if self.stated.is_none() && self.crc32.is_none() {
                    return Ok(Source::Stream(members));
                }
                members
            }
            Coding::Unreadable(why) => return Err(io::Error::new(io::ErrorKind::Unsupported, why.clone())),
        };
        Ok(Source::Stream(Box::new(Checked::new(stream, self.stated, self.crc32))))
    }
}

/// Bytes held against the size and checksum that an archive states.
struct Checked {
    bytes: Box<dyn Read>,
    stated: Option<u64>,
    crc32: Option<u32>,
    hasher: crc32fast::Hasher,
    read: u64,
    ended: bool,
}

impl Checked {
    fn new(bytes: Box<dyn Read>, stated: Option<u64>, crc32: Option<u32>) -> Self {
        Self { bytes, stated, crc32, hasher: crc32fast::Hasher::new(), read: 0, ended: false }
    }

    fn end(&mut self) -> io::Result<usize> {
        self.ended = true;
        let damage = |what: String| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        match (self.stated, self.crc32) {
            (Some(stated), _) if stated != self.read => {
                damage(format!("{} bytes where {stated} are stated", self.read))
            }
            (_, Some(crc32)) if crc32 != self.hasher.clone().finalize() => {
                damage("another checksum than stated".into())
            }
            _ => Ok(0),
        }
    }
}

impl Read for Checked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ended || out.is_empty() {
            return Ok(0);
        }
        match self.bytes.read(out) {
            Ok(0) => self.end(),
            Ok(n) => {
                self.read += n as u64;
                if self.crc32.is_some() {
                    self.hasher.update(&out[..n]);
                }
                Ok(n)
            }
            Err(e) => {
                self.ended = e.kind() != io::ErrorKind::Interrupted;
                Err(e)
            }
        }
    }
}

/// Bytes that are not compressed; nothing follows an error.
struct Fused(Option<Source>);

impl Read for Fused {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.0 {
            None => return Ok(0),
            Some(Source::Region(region)) => region.read(out),
            Some(Source::Stream(stream)) => stream.read(out),
        };
        if read.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::Interrupted) {
            self.0 = None;
        }
        read
    }
}

/// The decompressed bytes of a file, from some offset on.
pub struct Unpacked {
    /// Gives them in order.
    pub reader: Box<dyn Read>,
    /// The file itself, where it is neither compressed nor a member: for formats that are read at offsets.
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
    pub fault: Option<io::Error>,
}

/// What is to be read of `raw`, its head, and the part of `name` that is not of a compression: of a file that is
/// compressed twice, what the outer compression holds.
///
/// # Errors
/// Those of [`head`].
pub fn look<'n>(raw: &Raw, name: &'n str) -> io::Result<(Raw, Head, &'n str)> {
    let outer = head(raw, name)?;
    // A file that is not compressed may have the name of one that is.
    let named = if outer.compression == Compression::None { Compression::of_name(name) } else { None };
    let stem = named.unwrap_or(outer.compression).strip_suffix(name);
    let again = outer.compression != Compression::None && Compression::of(&outer.bytes) != Compression::None;
    match raw.within(outer.compression).filter(|_| again) {
        Some(within) => {
            let inner = head(&within, stem)?;
            let stem = inner.compression.strip_suffix(stem);
            Ok((within, inner, stem))
        }
        None => Ok((raw.clone(), outer, stem)),
    }
}

/// Reads the head of `raw`; `name` tells a compressed file whose beginning is damaged.
///
/// # Errors
/// When it cannot be opened or, where it is not compressed, read.
pub fn head(raw: &Raw, name: &str) -> io::Result<Head> {
    let mut first = Vec::new();
    Fused(Some(raw.open()?)).take(MAGIC_HEAD_BYTES).read_to_end(&mut first)?;
    let compression = match (Compression::of(&first), Compression::of_name(name)) {
        // No text under the name of a compressed file: later members may be whole.
        (Compression::None, Some(named)) if !is_readable(&first) || named.is_cut(&first) => named,
        (seen, _) => seen,
    };
    let mut reader = unpacked(raw.open()?, compression);
    let mut bytes = Vec::with_capacity(HEAD_BYTES);
    let mut first = None;
    let (mut chunk, mut faults) = ([0; 8 << 10], 0);
    let ended = loop {
        let want = chunk.len().min(HEAD_BYTES - bytes.len());
        match reader.read(&mut chunk[..want]) {
            Ok(0) => break want > 0,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if compression == Compression::None && bytes.is_empty() => return Err(e),
            Err(e) => {
                first = first.or(Some(e));
                faults += 1;
                // What is there is enough to go by; with nothing, the next member is.
                if !bytes.is_empty() || faults > MAX_HEAD_FAULTS {
                    break false;
                }
            }
        }
    };
    Ok(Head { compression, whole: ended && first.is_none(), bytes, fault: first })
}

/// Whether the first bytes of a file are those of a format that is read, or of text, so that it is not compressed
/// whatever its name says: browsers unpack what they store under the name of the packed file.
fn is_readable(first: &[u8]) -> bool {
    let is_text = match std::str::from_utf8(first) {
        Ok(_) => true,
        // A character may be cut at the end.
        Err(error) => error.error_len().is_none(),
    };
    let is_control = |b: &u8| *b < b'\t' || (0x0e..0x20).contains(b);
    let is_ascii = first.iter().take(ASCII_BYTES).all(|b| *b != 0 && b.is_ascii());
    is_ascii
        || is_text && !first.iter().any(is_control)
        || UTF_16.iter().any(|mark| first.starts_with(mark))
        || has_magic(first)
}

/// Opens `raw` for reading from `start`, which is 0 where it is compressed or packed.
///
/// # Errors
/// When it cannot be opened.
pub fn open(raw: &Raw, compression: Compression, start: u64) -> io::Result<Unpacked> {
    let mut source = raw.open()?;
    if compression != Compression::None {
        let reader: Box<dyn Read> = Box::new(Members::new(source, compression).followed(raw.followed));
        return Ok(Unpacked { reader, plain: None, start: 0 });
    }
    let plain = raw.region.whole_file().map(File::try_clone).transpose()?;
    if let Source::Region(region) = &mut source {
        region.seek(SeekFrom::Start(start))?;
        return Ok(Unpacked { reader: Box::new(Fused(Some(source))), plain, start });
    }
    Ok(Unpacked { reader: Box::new(Fused(Some(source))), plain: None, start: 0 })
}

fn unpacked(source: Source, compression: Compression) -> Box<dyn Read> {
    match compression {
        Compression::None => Box::new(Fused(Some(source))),
        _ => Box::new(Members::new(source, compression)),
    }
}

/// `content` as a file that is read at offsets: itself where it is one, else its bytes in an unnamed file in `scratch`;
/// and what was damaged first on the way there.
///
/// # Errors
/// Those of the scratch folder.
pub fn at_offsets(content: Unpacked, scratch: &Path) -> Result<(File, Option<io::Error>)> {
    if let Some(plain) = content.plain {
        return Ok((plain, None));
    }
    let failed = |e| Error::io("create", scratch, e);
    let mut spool = tempfile::tempfile_in(scratch).map_err(failed)?;
    let (mut reader, mut damage) = (content.reader, None);
    let mut chunk = vec![0; 256 << 10];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => spool.write_all(&chunk[..n]).map_err(failed)?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => damage = damage.or(Some(e)),
        }
    }
    spool.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok((spool, damage))
}

/// All bytes of `reader` up to `max`; none where there are more.
///
/// # Errors
/// What reading says, with the bytes before it.
pub fn read_whole(reader: impl Read, max: u64) -> std::result::Result<Option<Vec<u8>>, (io::Error, Vec<u8>)> {
    let mut bytes = Vec::new();
    match reader.take(max.saturating_add(1)).read_to_end(&mut bytes) {
        Ok(_) => Ok((bytes.len() as u64 <= max).then_some(bytes)),
        Err(error) => Err((error, bytes)),
    }
}

/// What a failed decompression or read is called in the ledger.
pub fn fault_of(error: &io::Error) -> (&'static str, String) {
    if error.get_ref().is_some_and(|e| e.is::<RatioError>()) {
        return ("read.suspicious_ratio", error.to_string());
    }
    if error.to_string().contains("Allocation error") {
        return (
            "read.unreadable",
            "no memory for the window that it was compressed with; give the program more".into(),
        );
    }
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => ("read.unreadable", error.to_string()),
        io::ErrorKind::Unsupported => ("read.unsupported_member", error.to_string()),
        _ => ("read.bad_compression", format!("the file ends early or is damaged: {error}")),
    }
}

/// Gives a whole file as one document, decoded, its text made by `body`.
///
/// # Errors
/// Those of `sink`.
pub fn one_document(slice: Slice<'_>, sink: &mut Sink<'_>, body: fn(String) -> Body) -> Result<Met> {
    let document = match read_whole(slice.content.reader, slice.options.max_record) {
        Err((error, before)) => {
            let (reason, detail) = fault_of(&error);
            let text = decode(&before[..before.len().min(FAULT_TEXT_BYTES)], slice.charset);
            broken(0, reason, detail, text.as_bytes())
        }
        Ok(None) => {
            let detail = format!("more than {} bytes; read it with a larger --max-record", slice.options.max_record);
            broken(0, "read.record_too_large", detail, slice.head)
        }
        Ok(Some(bytes)) => RawDocument {
            record: 0,
            bytes: Some(ByteSpan { start: 0, end: bytes.len() as u64 }),
            metadata: Metadata::default(),
            body: body(decode_record(&bytes, slice.charset).into_owned()),
        },
    };
    sink(document)?;
    Ok(Met { records: 1, ..Met::default() })
}
