//! What a file is: by its first bytes first, by its name second.

use crate::text::charset::{Charset, decode, detect, html_declaration};

/// A format of dumps, or what else a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
    /// A page of HTML.
    Html,
    /// Text without markup.
    PlainText,
    /// Something that is not read, by the name that users know.
    Other(&'static str),
}

impl Format {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "JSON lines",
            Self::Parquet => "Parquet",
            Self::Html => "HTML",
            Self::PlainText => "plain text",
            Self::Other(name) => name,
        }
    }
}

/// Format and charset of a file.
#[derive(Clone, Copy, Debug)]
pub struct Recognised {
    /// What it is.
    pub format: Format,
    /// How its text is encoded.
    pub charset: Charset,
}

/// First bytes of formats that are no text.
const MAGIC: &[(&[u8], Format)] = &[
    (b"PAR1", Format::Parquet),
    (b"BZh", Format::Other("bzip2")),
    (b"\xfd7zXZ\0", Format::Other("xz")),
    (b"PK\x03\x04", Format::Other("zip")),
    (b"7z\xbc\xaf\x27\x1c", Format::Other("7z")),
    (b"Rar!", Format::Other("rar")),
    (b"%PDF-", Format::Other("PDF")),
    (b"\x89PNG", Format::Other("image")),
    (b"\xff\xd8\xff", Format::Other("image")),
    (b"GIF8", Format::Other("image")),
    (b"RIFF", Format::Other("media")),
    (b"\xd0\xcf\x11\xe0", Format::Other("Office")),
    (b"SQLite format 3\0", Format::Other("SQLite")),
    (b"ARROW1", Format::Other("Arrow")),
    (b"\x89HDF", Format::Other("HDF5")),
    (b"Obj\x01", Format::Other("Avro")),
    (b"\x7fELF", Format::Other("program")),
    (b"WARC/", Format::Other("WARC")),
    (b"filedesc://", Format::Other("ARC")),
];

/// Endings of text formats that are not read: as plain text they would make wrong documents.
const OTHER_ENDINGS: &[(&str, &str)] = &[
    ("csv", "CSV"),
    ("tsv", "TSV"),
    ("xml", "XML"),
    ("rss", "XML"),
    ("atom", "XML"),
    ("json", "JSON"),
    ("warc", "WARC"),
    ("wet", "WARC"),
    ("arc", "ARC"),
    ("sgm", "SGML"),
    ("sgml", "SGML"),
    ("tar", "tar"),
    ("js", "program"),
    ("css", "program"),
    ("py", "program"),
];

/// Recognises a file by the head of its decompressed bytes and its name without the suffix of its compression.
/// `whole` says that the head is all of it.
pub fn recognise(head: &[u8], whole: bool, name: &str) -> Recognised {
    let plain = |format| Recognised { format, charset: Charset { encoding: encoding_rs::UTF_8, bom: 0 } };
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return plain(*format);
    }
    let declared = html_declaration(head);
    let charset = detect(head, declared.as_deref(), whole);
    let text = decode(head, charset);
    if is_binary(&text) {
        return plain(if head.get(257..262) == Some(b"ustar") {
            Format::Other("tar")
        } else {
            Format::Other("binary")
        });
    }
    Recognised { format: text_format(text.trim_start(), whole, &ending(name)), charset }
}

fn ending(name: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default()
}

/// More than one in a hundred characters is a control that no text has.
fn is_binary(text: &str) -> bool {
    let controls = text.bytes().filter(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f)).count();
    controls * 100 > text.len()
}

fn text_format(text: &str, whole: bool, ending: &str) -> Format {
    let other = OTHER_ENDINGS.iter().find(|(e, _)| *e == ending).map(|(_, name)| Format::Other(name));
    let named_lines = matches!(ending, "jsonl" | "ndjson" | "jsonlines");
    if looks_like_html(text) {
        return Format::Html;
    }
    if text.starts_with('{') {
        let (first, ended) = match text.split_once('\n') {
            Some((line, _)) => (line, true),
            None => (text, whole),
        };
        let object = serde_json::from_str::<serde::de::IgnoredAny>(first.trim());
        return match object {
            Ok(_) => Format::JsonLines,
            _ if named_lines || !ended => Format::JsonLines,
            Err(e) if e.is_eof() && first.trim_end().len() <= 2 => Format::Other("JSON over several lines"),
            Err(_) if first.starts_with("{\"") => Format::JsonLines,
            Err(_) => other.unwrap_or(Format::PlainText),
        };
    }
    if named_lines {
        return Format::JsonLines;
    }
    if ending == "json" {
        return Format::Other(if text.starts_with('[') { "JSON array" } else { "JSON" });
    }
    if text.starts_with("<?xml") || text.starts_with("<mediawiki") || text.starts_with("<rss") {
        return Format::Other("XML");
    }
    if text.starts_with("<DOC>") || text.starts_with("<doc ") {
        return Format::Other("SGML");
    }
    match ending {
        "html" | "htm" | "xhtml" if text.contains('<') => Format::Html,
        _ => other.unwrap_or(Format::PlainText),
    }
}

/// Whether the document opens as HTML does: its doctype or root, after an XML declaration and comments.
fn looks_like_html(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let skipped = match rest {
            r if r.starts_with("<!--") => r.find("-->").map(|i| &r[i + 3..]),
            r if r.starts_with("<?xml") => r.find("?>").map(|i| &r[i + 2..]),
            _ => None,
        };
        match skipped {
            Some(after) => rest = after,
            None => break,
        }
    }
    let opening: String = rest.chars().take(14).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|o| opening.starts_with(o))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(text: &str, name: &str) -> Format {
        recognise(text.as_bytes(), true, name).format
    }

    #[test]
    fn content_is_believed_before_the_name() {
        assert_eq!(format("{\"text\":\"a\"}\n{\"text\":\"b\"}", "dump.txt"), Format::JsonLines);
        assert_eq!(format("<!-- x --><!DOCTYPE html><p>a", "page.txt"), Format::Html);
        assert_eq!(format("<?xml version='1.0'?>\n<html><p>a", "page"), Format::Html);
        assert_eq!(format("PAR1....", "a.jsonl"), Format::Parquet);
    }

    #[test]
    fn the_name_decides_where_the_content_does_not() {
        assert_eq!(format("{broken\n{\"text\":1}", "a.jsonl"), Format::JsonLines);
        assert_eq!(format("<p>مرحبا", "a.html"), Format::Html);
        assert_eq!(format("a,b\n1,2", "a.csv"), Format::Other("CSV"));
        assert_eq!(format("[{\"text\":1}]", "a.json"), Format::Other("JSON array"));
        assert_eq!(format("خبر", "a"), Format::PlainText);
    }

    #[test]
    fn bytes_that_are_no_text_are_no_text() {
        let bytes: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(recognise(&bytes, true, "a.txt").format, Format::Other("binary"));
    }
}
