//! What first bytes and endings of names say of a file.

use super::Format;

/// First bytes of formats that are known by them.
pub(super) const MAGIC: &[(&[u8], Format)] = &[
    (b"PAR1", Format::Parquet),
    (b"PARE", Format::Parquet),
    (b"PK\x05\x06", Format::Zip),
    (b"7z\xbc\xaf\x27\x1c", Format::Other("7z")),
    (b"Rar!\x1a\x07", Format::Other("rar")),
    (b"\x04\x22\x4d\x18", Format::Other("lz4")),
    (b"%PDF-1.", Format::Other("PDF")),
    (b"%PDF-2.", Format::Other("PDF")),
    (b"\x89PNG", Format::Other("image")),
    (b"\xff\xd8\xff", Format::Other("image")),
    (b"GIF87a", Format::Other("image")),
    (b"GIF89a", Format::Other("image")),
    (b"ID3\x02", Format::Other("media")),
    (b"ID3\x03", Format::Other("media")),
    (b"ID3\x04", Format::Other("media")),
    (b"OggS\0", Format::Other("media")),
    (b"\xd0\xcf\x11\xe0", Format::Other("Office")),
    (b"{\\rtf1", Format::Other("RTF")),
    (b"%!PS-Adobe", Format::Other("PostScript")),
    (b"!<arch>\n", Format::Other("ar")),
    (b"SQLite format 3\0", Format::Other("SQLite")),
    (b"ARROW1\0\0", Format::Other("Arrow")),
    (b"\x89HDF", Format::Other("HDF5")),
    (b"Obj\x01", Format::Other("Avro")),
    (b"\x93NUMPY", Format::Other("NumPy")),
    (b"\xde\x12\x04\x95", Format::Other("gettext")),
    (b"\x95\x04\x12\xde", Format::Other("gettext")),
    (b"\x7fELF", Format::Other("program")),
    (b"WARC/", Format::Warc),
    (b"\r\nWARC/", Format::Warc),
    (b"filedesc://", Format::Arc),
];

/// What Git leaves in the place of a large file that was not fetched: a few lines that begin so.
pub const LFS_POINTER: Format = Format::Other("Git LFS pointer");
const LFS_VERSION: &[u8] = b"version https://git-lfs.github.com/spec/";
const MAX_POINTER_BYTES: usize = 1024;

/// The marks at the beginning of text in UTF-16: that of little-endian text, whose low bytes stand at even places, first.
pub const UTF_16: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// Endings of text without markup.
pub(super) const TEXT_ENDINGS: [&str; 3] = ["txt", "text", "md"];

/// What a file of media in chunks may hold.
pub(super) const RIFF: &[&[u8]] = &[b"WAVE", b"AVI ", b"WEBP"];

/// Lines of a head of mail that are looked at.
const MAX_MAIL_HEAD_LINES: usize = 64;

/// Bytes that the first message of an Arrow stream, its schema, has at most.
const MAX_ARROW_MESSAGE: usize = 1 << 28;

/// Endings that decide where the content does not.
pub(super) const ENDINGS: &[(&str, Format)] = &[
    ("csv", Format::Delimited),
    ("tsv", Format::Delimited),
    ("tab", Format::Delimited),
    ("psv", Format::Delimited),
    ("json", Format::Json),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
    ("jsonlines", Format::JsonLines),
    ("warc", Format::Warc),
    ("wet", Format::Warc),
    ("wat", Format::Warc),
    ("arc", Format::Arc),
    ("sgm", Format::Sgml),
    ("sgml", Format::Sgml),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("zip", Format::Zip),
    ("wacz", Format::Zip),
    ("epub", Format::Epub),
    ("tar", Format::Tar),
    ("tgz", Format::Tar),
    ("parquet", Format::Parquet),
    // As plain text these would make wrong documents.
    ("xml", Format::Other("XML")),
    ("rss", Format::Other("XML")),
    ("atom", Format::Other("XML")),
    ("svg", Format::Other("image")),
    ("sql", Format::Other("SQL")),
    ("js", Format::Other("program")),
    ("css", Format::Other("program")),
    ("py", Format::Other("program")),
];

/// Whether a file of this name, less the suffix of a compression, is of a format that is read.
pub fn is_named_readable(name: &str) -> bool {
    let ending = ending(name);
    let is_read = |(e, format): &(&str, Format)| *e == ending && !matches!(format, Format::Other(_));
    TEXT_ENDINGS.contains(&ending.as_str()) || ENDINGS.iter().any(is_read)
}

/// Whether the first 512 bytes of a file are those of a format that is read and is no text.
pub fn has_magic(first: &[u8]) -> bool {
    let is_read = |format: &Format| !matches!(format, Format::Other(_));
    MAGIC.iter().any(|(magic, format)| is_read(format) && first.starts_with(magic))
        || first.starts_with(b"PK\x03\x04")
        || is_tar(first)
}

/// Whether the first block is a header of tar, old or new: its checksum is right.
pub fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    let digits = String::from_utf8_lossy(&header[148..156]);
    let stated = u32::from_str_radix(digits.trim_matches([' ', '\0']), 8);
    let sum = |range: std::ops::Range<usize>| header[range].iter().map(|b| u32::from(*b)).sum::<u32>();
    header[0] != 0 && stated == Ok(sum(0..148) + 8 * u32::from(b' ') + sum(156..512))
}

/// Whether the file is an archive of cpio with a header of digits.
pub(super) fn is_cpio(head: &[u8]) -> bool {
    let header = |magic: &[u8], length: usize, is_digit: fn(&u8) -> bool| {
        head.starts_with(magic) && head.get(..length).is_some_and(|h| h.iter().all(is_digit))
    };
    header(b"070707", 76, |b| (b'0'..=b'7').contains(b))
        || [b"070701", b"070702"].iter().any(|magic| header(*magic, 110, u8::is_ascii_hexdigit))
}

/// The format of records with their lengths in front of them that a file begins with, told by the first: what is between
/// the lengths may be text for the most part.
pub(super) fn framed_format(head: &[u8]) -> Option<Format> {
    let number = |at: usize| head.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let length = number(0)?;
    // A message of Arrow: no length, then the true one.
    if length == u32::MAX as usize && number(4).is_some_and(|n| n > 0 && n % 8 == 0 && n < MAX_ARROW_MESSAGE) {
        return Some(Format::Other("Arrow"));
    }
    // A document of BSON: its length, the type and name of its first field, and a zero at the end.
    let name = head[5.min(head.len())..].iter().take(64).position(|b| *b == 0);
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let is_document = length > 5 && head.get(length - 1) == Some(&0);
    if is_document && matches!(head.get(4), Some(1..=0x13)) && name.is_some_and(|end| is_name(&head[5..5 + end])) {
        return Some(Format::Other("BSON"));
    }
    // A pickle of Python: its protocol, and a frame, or a thing that is put away as the first.
    if let [0x80, 2 | 3, b']' | b'}' | b')' | b'(', b'q', 0, ..] | [0x80, 4 | 5, 0x95, _, _, _, _, _, _, 0, 0, ..] =
        head
    {
        return Some(Format::Other("pickle"));
    }
    // A record of TensorFlow: 8 bytes of length, 4 of checksum, and an example.
    if length > 0 && number(4) == Some(0) && head.get(12) == Some(&b'\n') {
        return Some(Format::Other("TFRecord"));
    }
    // A table of dBASE: a date, and a head of columns of 32 bytes that ends with a line end.
    let (month, day) = (head.get(2)?, head.get(3)?);
    let columns = usize::from(*head.get(8)?) | usize::from(*head.get(9)?) << 8;
    let is_table = matches!(head[0], 3 | 0x83 | 0x8b | 0xf5) && (1..=12).contains(month) && (1..=31).contains(day);
    (is_table && columns > 32 && head.get(columns - 1) == Some(&b'\r')).then_some(Format::Other("dBASE"))
}

/// Whether a whole file of these bytes is a pointer of Git LFS.
pub(super) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(LFS_VERSION) && bytes.len() < MAX_POINTER_BYTES
}

/// Whether a file is one of ORC, whose magic is three letters.
pub(super) fn is_orc(head: &[u8]) -> bool {
    head.starts_with(b"ORC") && head.iter().take(64).any(|b| *b < b'\t')
}

/// Whether a text begins with the head of a page that a browser saved with all its parts; mail may have parts as well.
pub(super) fn is_mhtml(text: &str) -> bool {
    let head = || text.lines().take_while(|line| !line.is_empty()).take(MAX_MAIL_HEAD_LINES);
    let begins =
        |start: &str| head().any(|line| line.get(..start.len()).is_some_and(|l| l.eq_ignore_ascii_case(start)));
    begins("Content-Type: multipart/related") && (begins("Snapshot-Content-Location:") || begins("From: <Saved by"))
}

pub(super) fn ending(name: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default()
}
