//! What a file is: by its first bytes first, by its name second.

use std::borrow::Cow;

use crate::text::charset::{Charset, decode, detect, html_declaration};

use super::pieces::is_tag;
use super::zip_kind::zip_format;

/// A format of dumps, or what else a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
    /// JSON that is no JSON lines: arrays, objects over several lines, one object a file.
    Json,
    /// CSV, TSV and their kin.
    Delimited,
    /// Documents between tags, `<DOC>` as in TREC or `<doc …>` as WikiExtractor writes.
    Sgml,
    /// Web archives: WARC, and WET and WAT within.
    Warc,
    /// The older web archives of the Internet Archive.
    Arc,
    /// Dumps of MediaWiki in XML.
    MediaWiki,
    /// RSS and Atom.
    Feed,
    /// Books in EPUB.
    Epub,
    /// A zip archive of anything.
    Zip,
    /// A tar archive of anything.
    Tar,
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
            Self::Json => "JSON",
            Self::Delimited => "CSV and TSV",
            Self::Sgml => "SGML",
            Self::Warc => "WARC and WET",
            Self::Arc => "ARC",
            Self::MediaWiki => "MediaWiki XML",
            Self::Feed => "RSS and Atom",
            Self::Epub => "EPUB",
            Self::Zip => "zip",
            Self::Tar => "tar",
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
    (b"SQLite format 3\0", Format::Other("SQLite")),
    (b"ARROW1\0\0", Format::Other("Arrow")),
    (b"\x89HDF", Format::Other("HDF5")),
    (b"Obj\x01", Format::Other("Avro")),
    (b"\x7fELF", Format::Other("program")),
    (b"WARC/", Format::Warc),
    (b"\r\nWARC/", Format::Warc),
    (b"filedesc://", Format::Arc),
];

/// Endings of text without markup.
const TEXT_ENDINGS: [&str; 3] = ["txt", "text", "md"];

/// What a file of media in chunks may hold.
const RIFF: &[&[u8]] = &[b"WAVE", b"AVI ", b"WEBP"];

/// Endings that decide where the content does not.
const ENDINGS: &[(&str, Format)] = &[
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
    ("js", Format::Other("program")),
    ("css", Format::Other("program")),
    ("py", Format::Other("program")),
];

/// How many times the bytes of its text a file with holes may have.
const MAX_HOLE: usize = 16;

/// Bytes of text between holes, on average.
const MIN_BETWEEN_HOLES: usize = 128;

/// Recognises a file by the head of its decompressed bytes and its name without the suffix of its compression.
/// `whole` says that the head is all of it.
pub fn recognise(head: &[u8], whole: bool, name: &str) -> Recognised {
    let plain = |format| Recognised { format, charset: Charset::plain(encoding_rs::UTF_8) };
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return plain(*format);
    }
    if head.starts_with(b"PK\x03\x04") {
        return plain(zip_format(head));
    }
    if head.starts_with(b"RIFF") && head.get(8..12).is_some_and(|kind| RIFF.contains(&kind)) {
        return plain(Format::Other("media"));
    }
    if is_tar(head) {
        return plain(Format::Tar);
    }
    let head = without_zeros(head).unwrap_or(head);
    let charset = detect(head, None, whole);
    let mut text = decode(head, charset);
    let ending = ending(name);
    let by_name = ENDINGS.iter().find(|(e, _)| *e == ending).map(|(_, format)| *format);
    let is_named = TEXT_ENDINGS.contains(&ending.as_str())
        || matches!(by_name, Some(Format::Html | Format::Sgml | Format::Delimited | Format::Other("XML")));
    if is_binary(&text, is_named)
        && let Some(rest) = text_with_holes(&text, is_named)
    {
        text = Cow::Owned(rest);
    }
    if is_binary(&text, is_named) {
        // A damaged file is still of its format: its reader says what is wrong, or finds what is left.
        let named =
            by_name.filter(|f| !matches!(f, Format::Html | Format::Sgml | Format::Delimited | Format::Other(_)));
        return Recognised { format: named.unwrap_or(Format::Other("binary")), charset };
    }
    let format = text_format(text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}'), whole, by_name);
    // Only markup speaks of its own charset; a page within a record does not speak for the dump.
    let declared = match format {
        Format::Html | Format::MediaWiki | Format::Feed | Format::Sgml => html_declaration(head),
        _ => None,
    };
    let charset = if declared.is_some() { detect(head, declared.as_deref(), whole) } else { charset };
    Recognised { format, charset }
}

/// Whether the first 512 bytes of a file are those of a format that is read and is no text.
pub fn has_magic(first: &[u8]) -> bool {
    let is_read = |format: &Format| !matches!(format, Format::Other(_));
    MAGIC.iter().any(|(magic, format)| is_read(format) && first.starts_with(magic))
        || first.starts_with(b"PK\x03\x04")
        || is_tar(first)
}

/// Whether files of this format hold members with names of their own.
pub fn is_archive(format: Format) -> bool {
    matches!(format, Format::Zip | Format::Tar)
}

/// Whether the first block is a header of tar, old or new: its checksum is right.
pub fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    let digits = String::from_utf8_lossy(&header[148..156]);
    let stated = u32::from_str_radix(digits.trim_matches([' ', '\0']), 8);
    let sum = |range: std::ops::Range<usize>| header[range].iter().map(|b| u32::from(*b)).sum::<u32>();
    header[0] != 0 && stated == Ok(sum(0..148) + 8 * u32::from(b' ') + sum(156..512))
}

fn ending(name: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default()
}

/// Zeros at an end of a file that are no part of a character.
const MIN_ZEROS: usize = 64;

/// Bytes between zeros that are enough to tell what they are.
const MIN_BETWEEN_ZEROS: usize = 128;

/// The bytes between those zeros that a disk, or a writer that was stopped, left in front of them and behind them; none
/// where there are none, or hardly anything else.
fn without_zeros(head: &[u8]) -> Option<&[u8]> {
    // Four at a time, so that characters of several bytes stay whole.
    let run = |zeros: Option<usize>| zeros.filter(|n| *n >= MIN_ZEROS).unwrap_or(0) / 4 * 4;
    let front = run(head.iter().position(|b| *b != 0));
    let back = run(head.iter().rev().position(|b| *b != 0));
    let text = &head[front..head.len() - back];
    (front + back > 0 && text.len() >= MIN_BETWEEN_ZEROS).then_some(text)
}

/// More than one in a hundred characters is a control that no text has; one in twenty, where the name promises text.
fn is_binary(text: &str, is_named: bool) -> bool {
    let is_control = |b: u8| (b <= 8) | (0x0e..=0x1f).contains(&b) & (b != 0x1b);
    // Blocks that a byte can count.
    let in_block = |block: &[u8]| usize::from(block.iter().map(|b| u8::from(is_control(*b))).sum::<u8>());
    let controls: usize = text.as_bytes().chunks(255).map(in_block).sum();
    controls * if is_named { 20 } else { 100 } > text.len()
}

/// The text in which a disk, or a writer that was stopped, left holes of NUL bytes; none where the rest is no text, the
/// file does not begin with some, or NUL bytes stand all over it.
fn text_with_holes(text: &str, is_named: bool) -> Option<String> {
    let is_hole = |at: usize| at == 0 || text.as_bytes()[at - 1] != 0;
    let holes = memchr::memchr_iter(0, text.as_bytes()).filter(|at| is_hole(*at)).count();
    if text.starts_with('\0') {
        return None;
    }
    let rest = text.replace('\0', "");
    // A file of a few words and zeros is something else.
    let is_text = rest.len() * MAX_HOLE >= text.len() && (holes <= 1 || holes * MIN_BETWEEN_HOLES <= rest.len());
    (is_text && !is_binary(&rest, is_named)).then_some(rest)
}

fn text_format(text: &str, whole: bool, by_name: Option<Format>) -> Format {
    if let Some(format) = markup_format(text, by_name) {
        return format;
    }
    match text.bytes().next() {
        Some(b'{') => json_object_format(text, whole, by_name),
        Some(b'[') if is_json_array(text, by_name) => Format::Json,
        // The first line was cut in front.
        _ if matches!(by_name, None | Some(Format::Json)) && objects_follow(text) => Format::JsonLines,
        _ => match by_name {
            Some(Format::Html) if !text.contains('<') => Format::PlainText,
            // Text under the name of a binary format.
            Some(Format::Zip | Format::Tar | Format::Epub | Format::Parquet) => Format::PlainText,
            Some(format) => format,
            None => Format::PlainText,
        },
    }
}

/// JSON lines where the first line is an object of its own, or is meant to be.
fn json_object_format(text: &str, whole: bool, by_name: Option<Format>) -> Format {
    let (first, ended) = match text.split_once('\n') {
        Some((line, _)) => (line.trim(), true),
        None => (text.trim(), whole),
    };
    let named_lines = by_name == Some(Format::JsonLines);
    // One object that is all there is may hold the records rather than be one.
    let alone = whole && text.trim_end().len() <= first.len();
    match serde_json::from_str::<serde::de::IgnoredAny>(first) {
        Ok(_) if alone && !named_lines => Format::Json,
        // The rest may stand on several lines each.
        Ok(_) if text[first.len()..].trim_start().starts_with("{\n") => Format::Json,
        Ok(_) => Format::JsonLines,
        Err(_) if !ended && by_name == Some(Format::Json) => Format::Json,
        Err(_) if !ended => Format::JsonLines,
        Err(_) if objects_follow(text) => Format::JsonLines,
        Err(e) if e.is_eof() && (!named_lines || first.len() <= 2) => Format::Json,
        Err(_) if named_lines => Format::JsonLines,
        Err(_) if first.starts_with("{\"") => {
            if by_name == Some(Format::Json) || first.contains("}{") {
                Format::Json
            } else {
                Format::JsonLines
            }
        }
        Err(_) => by_name.unwrap_or(Format::PlainText),
    }
}

/// Whole lines by which it is told that all lines are objects.
const JUDGED_LINES: usize = 20;

/// Whether all lines after the first, two at least, are objects: a first line that is none is a broken record.
fn objects_follow(text: &str) -> bool {
    let Some((_, rest)) = text.split_once('\n') else { return false };
    let Some((rest, _)) = rest.rsplit_once('\n') else { return false };
    let is_object = |line: &str| line.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    let mut lines = rest.lines().map(str::trim).filter(|line| !line.is_empty()).take(JUDGED_LINES).peekable();
    let first = lines.next();
    first.is_some_and(is_object) && lines.peek().is_some() && lines.all(is_object)
}

/// Whether what opens with a bracket goes on as an array of JSON does; one of objects, where the name promises lines.
fn is_json_array(text: &str, by_name: Option<Format>) -> bool {
    match text[1..].trim_start().bytes().next() {
        Some(b'{') => true,
        Some(b'[' | b'"' | b']') if by_name == Some(Format::Json) => true,
        Some(b'[' | b'"' | b']') if by_name != Some(Format::JsonLines) => {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
            match values.next() {
                Some(Ok(_)) => {
                    matches!(text[values.byte_offset()..].trim_start().bytes().next(), None | Some(b'[' | b'{'))
                }
                Some(Err(e)) => e.is_eof(),
                None => false,
            }
        }
        _ => false,
    }
}

/// Formats that open with a tag.
fn markup_format(text: &str, by_name: Option<Format>) -> Option<Format> {
    if looks_like_html(text) {
        return Some(Format::Html);
    }
    let root = root_element(text);
    if root.is_none_or(|(root, declared)| !declared && !ROOTS.contains(&root) && !is_mediawiki(root))
        && let Some(format) = cut_markup_format(text, by_name)
    {
        return Some(format);
    }
    let (root, declared) = root?;
    match root {
        root if is_mediawiki(root) => Some(Format::MediaWiki),
        _ if holds_documents(text, root) => Some(Format::Sgml),
        _ if is_prefixed_feed(text, root) => Some(Format::Feed),
        // Catalogues and the like.
        "rdf:RDF" if declared && !["<item", "<channel", "rss"].iter().any(|of| text.contains(of)) => {
            Some(Format::Other("XML"))
        }
        "rss" | "rdf:RDF" | "feed"
            if declared || by_name == Some(Format::Other("XML")) || tag_has_attributes(text, root) =>
        {
            Some(Format::Feed)
        }
        "DOC" | "doc" | "REUTERS" => Some(Format::Sgml),
        _ if by_name == Some(Format::Html) => Some(Format::Html),
        _ if by_name == Some(Format::Sgml) => Some(Format::Sgml),
        _ if declared || by_name == Some(Format::Other("XML")) => {
            Some(damaged_root_format(text).unwrap_or(Format::Other("XML")))
        }
        _ => None,
    }
}

/// What a file is whose root is none that is known, by what it holds below it.
fn damaged_root_format(text: &str) -> Option<Format> {
    let has = |tags: &[&str]| tags.iter().all(|tag| memchr::memmem::find(text.as_bytes(), tag.as_bytes()).is_some());
    let is_feed = has(&["<channel>", "<title>", "<item>", "</item>"])
        || has(&["xmlns=\"http://www.w3.org/2005/Atom\"", "<entry>", "</entry>"]);
    match () {
        () if has(&["</siteinfo>", "<page>", "<title>", "<revision>"]) => Some(Format::MediaWiki),
        () if is_feed => Some(Format::Feed),
        () => None,
    }
}

/// The root elements by which a file is told.
const ROOTS: [&str; 6] = ["rss", "rdf:RDF", "feed", "DOC", "doc", "REUTERS"];

/// Whether a root is that of MediaWiki, in any case and with any prefix.
fn is_mediawiki(root: &str) -> bool {
    root.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("mediawiki"))
}

/// Tags that documents between tags of SGML hold, the first after their own.
const IN_DOCUMENTS: [&str; 8] = ["docno", "docid", "id", "title", "headline", "date", "text", "body"];

/// Whether the root only wraps documents between tags: the first follows it, and begins as those do.
fn holds_documents(text: &str, root: &str) -> bool {
    let inner = |text: &'_ str| text.split_once('>').map(|(_, inner)| inner.trim_start().to_owned());
    let Some((_, after)) = text.split_once(root) else { return false };
    let opens = |text: &str, names: &[&str]| {
        text.strip_prefix('<').is_some_and(|tag| names.iter().any(|name| is_tag(tag.as_bytes(), name)))
    };
    inner(after)
        .filter(|first| opens(first, &["doc", "reuters"]))
        .and_then(|first| inner(&first))
        .is_some_and(|second| opens(&second, &IN_DOCUMENTS))
}

/// Whether the root is that of a feed whose own elements have a prefix.
fn is_prefixed_feed(text: &str, root: &str) -> bool {
    let Some((prefix, name)) = root.split_once(':') else { return false };
    let tag = text.split_once(root).and_then(|(_, after)| after.split_once('>')).map_or("", |(tag, _)| tag);
    let is_feed = ["2005/Atom", "purl.org/atom/ns", "purl.org/rss/1.0/\"", "purl.org/rss/1.0/'", "my.netscape.com/rdf"];
    ["feed", "RDF", "rss"].contains(&name)
        && (prefix, name) != ("rdf", "RDF")
        && is_feed.iter().any(|uri| tag.contains(uri))
}

/// What a file is whose beginning was lost, by the tags of its records.
fn cut_markup_format(text: &str, by_name: Option<Format>) -> Option<Format> {
    let has = |tag: &str| memchr::memmem::find(text.as_bytes(), tag.as_bytes()).is_some();
    match by_name {
        Some(Format::Other("XML")) if has("<page>") || has("</page>") || has("<revision>") || has("</revision>") => {
            Some(Format::MediaWiki)
        }
        Some(Format::Other("XML")) if has("</item>") || has("</entry>") => Some(Format::Feed),
        // Without a name that says XML it takes more than a tag, since texts speak of tags.
        None if has("</revision>") && has("</page>") && has("<page>") && has("<title>") && has("<text ") => {
            Some(Format::MediaWiki)
        }
        _ => None,
    }
}

/// Whether the tag of the root says its version or its names: text about a tag does not.
fn tag_has_attributes(text: &str, root: &str) -> bool {
    let after = text.split_once(root).map_or("", |(_, after)| after);
    let tag = after.split_once('>').map_or("", |(tag, _)| tag);
    tag.contains("xmlns") || tag.contains("version")
}

/// The name of the first tag, after a declaration, a doctype and comments; and whether there is an XML declaration.
fn root_element(text: &str) -> Option<(&str, bool)> {
    let mut rest = text;
    let mut declared = false;
    loop {
        rest = rest.trim_start();
        rest = match rest {
            r if r.starts_with("<!--") => &r[r.find("-->")? + 3..],
            r if r.starts_with("<?") => {
                declared |= r.starts_with("<?xml");
                &r[r.find("?>")? + 2..]
            }
            r if r.starts_with("<!") => {
                let end = r.find('>')?;
                // A type of document may declare entities between brackets.
                let end = if r[..end].contains('[') { r.find("]>")? + 1 } else { end };
                &r[end + 1..]
            }
            r => break rest = r,
        };
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || "/>".contains(c))?;
    (end > 0).then(|| (&name[..end], declared))
}

/// Whether the document opens as HTML does: its doctype or root, after an XML declaration and comments.
pub fn looks_like_html(text: &str) -> bool {
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
        assert_eq!(format("a,b\n1,2", "a.csv"), Format::Delimited);
        assert_eq!(format("[not json", "a.json"), Format::Json);
        assert_eq!(format("خبر", "a"), Format::PlainText);
    }

    #[test]
    fn json_of_every_shape_is_told_from_json_lines() {
        assert_eq!(format("[\n {\"text\":1}]", "a"), Format::Json);
        assert_eq!(format("{\n  \"text\": 1\n}", "a.jsonl"), Format::Json);
        assert_eq!(format("{\"text\":1}{\"text\":2}", "a"), Format::Json);
        let objects = "{\"text\":1}\n{\"text\":2}\n";
        for first in ["{\"text\":\"cut", "{\"id\":5,", "half\"}", "{\"id\":5,\"text\":\"x\"y\"}"] {
            assert_eq!(format(&format!("{first}\n{objects}"), "a.json"), Format::JsonLines, "{first}");
            assert_eq!(format(&format!("{first}\n{objects}"), "a"), Format::JsonLines, "{first}");
        }
        assert_eq!(format("{\"data\":[\n{\"text\":1},\n{\"text\":2}\n]}", "a.json"), Format::Json);
        assert_eq!(format("Such lines:\n{\"text\":1}\n", "a.txt"), Format::PlainText);
        assert_eq!(format(&format!("Such lines:\n{objects}and more\n"), "a.txt"), Format::PlainText);
        assert_eq!(format("[موسيقى] ثم كلام", "a.txt"), Format::PlainText);
        assert_eq!(format("[ \"x\" ] list of things", "a.md"), Format::PlainText);
        assert_eq!(format("[\"one\", \"two\"]", "a"), Format::Json);
    }

    #[test]
    fn markup_is_told_by_its_first_tag() {
        for root in ["<mediawiki xmlns='x'>", "<mw:mediawiki xmlns:mw='x'>", "<MediaWiki>"] {
            assert_eq!(format(&format!("{root}<siteinfo>"), "a"), Format::MediaWiki);
        }
        assert_eq!(format("<?xml version='1.0'?><!-- c --><rss version='2.0'>", "a.xml"), Format::Feed);
        assert_eq!(format("<?xml version='1.0'?><feed xmlns='a'>", "a"), Format::Feed);
        assert_eq!(format("\u{feff}<DOC>\n<DOCNO>1</DOCNO>", "a.txt"), Format::Sgml);
        assert_eq!(format("<doc id=\"1\" url=\"u\" title=\"t\">", "wiki_00"), Format::Sgml);
        assert_eq!(format("<?xml version='1.0'?><config/>", "a"), Format::Other("XML"));
        assert_eq!(format("<feed> is a tag of Atom", "a.txt"), Format::PlainText);
    }

    #[test]
    fn roots_may_wrap_documents_and_have_prefixes() {
        for (text, is) in [
            ("<?xml version='1.0'?>\n<root a='b'>\n<DOC>\n<DOCNO>1</DOCNO>", Format::Sgml),
            ("<DOCS>\n<DOC>\n<DOCNO>1</DOCNO>", Format::Sgml),
            ("<feed>\n<doc>\n<title>Wikipedia: A</title>\n<abstract>a", Format::Sgml),
            ("<DOCS> <DOC> tags are explained", Format::PlainText),
            ("<?xml version='1.0'?><add><doc><field name='title'>a", Format::Other("XML")),
            ("<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:entry>", Format::Feed),
            ("<r:RDF xmlns:r='r' xmlns:s=\"http://purl.org/rss/1.0/\"><s:item>", Format::Feed),
            ("<?xml version='1.0'?><rdf:RDF xmlns:rdf='r'><x:ebook><x:title>T</x:title>", Format::Other("XML")),
        ] {
            assert_eq!(format(text, "a"), is, "{text}");
        }
    }

    #[test]
    fn a_dump_or_feed_whose_root_is_damaged_is_told_by_what_it_holds() {
        for (text, is) in [
            ("<?xml version='1.0'?><r\u{1}s version='2.0'><channel><title>c</title><item></item>", Format::Feed),
            ("<?xml version='1.0'?><f\"ed xmlns=\"http://www.w3.org/2005/Atom\"><entry></entry>", Format::Feed),
            (
                "<?xml version='1.0'?><m&diawiki><siteinfo></siteinfo><page><title>t</title><revision>",
                Format::MediaWiki,
            ),
            ("<?xml version='1.0'?><catalogue><title>t</title><item>words</item>", Format::Other("XML")),
        ] {
            assert_eq!(format(text, "a.xml"), is, "{text}");
        }
    }

    #[test]
    fn zeros_around_a_text_do_not_change_what_it_is() {
        let zeros = "\0".repeat(65_536 - 700);
        let words = "أعلنت وزارة الصحة اليوم عن حملة جديدة. ".repeat(8);
        for (text, name, is) in [
            (format!("{words}{zeros}"), "a.txt", Format::PlainText),
            (format!("{}{words}", &zeros[..512]), "a.txt", Format::PlainText),
            (format!("<mediawiki xmlns='x'><page>{words}{zeros}"), "a", Format::MediaWiki),
            (format!("<html><body>{words}{zeros}"), "a", Format::Html),
            (zeros.clone(), "a.txt", Format::Other("binary")),
            (format!("{zeros}ab"), "a.txt", Format::Other("binary")),
        ] {
            assert_eq!(recognise(text.as_bytes(), false, name).format, is, "{name}");
        }
        let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).chain(zeros.bytes()).collect();
        assert_eq!(recognise(&wide, false, "a.txt").charset.encoding, encoding_rs::UTF_16LE);
    }

    #[test]
    fn words_that_begin_like_other_formats_are_words() {
        for text in
            ["ID3 tags are explained here", "RIFF is a format", "Rar! a cry", "%PDF- is how it begins", "GIF8 or so"]
        {
            assert_eq!(format(text, "a.txt"), Format::PlainText, "{text}");
        }
        assert_eq!(recognise(b"RIFF\x10\0\0\0WAVEfmt ", false, "a").format, Format::Other("media"));
    }

    #[test]
    fn a_page_within_a_record_does_not_declare_the_charset_of_the_dump() {
        let dump = br#"{"text":"<meta charset=windows-1256><p>a"}"#;
        assert_eq!(recognise(dump, false, "a.jsonl").charset.encoding, encoding_rs::UTF_8);
    }

    #[test]
    fn holes_of_nul_bytes_do_not_change_what_a_text_is() {
        let hole = "\0".repeat(300);
        for (begin, name, is) in [
            ("<mediawiki xmlns='x'><siteinfo/>\n<page>", "a.xml", Format::MediaWiki),
            ("<?xml version='1.0'?><rss version='2.0'><channel>", "a.xml", Format::Feed),
            ("<html><body><p>a story", "a", Format::Html),
            ("<p>a story", "a.html", Format::Html),
            ("id,text\n1,a story\n", "a.csv", Format::Delimited),
            ("<DOC>\n<TEXT>a story", "a", Format::Sgml),
            ("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "a", Format::JsonLines),
            ("أعلنت وزارة الصحة اليوم عن حملة جديدة", "a.txt", Format::PlainText),
        ] {
            assert_eq!(format(&format!("{begin}{hole} and more\n"), name), is, "{begin}");
            assert_eq!(format(&format!("{begin}\0"), name), is, "{begin}");
        }
        assert_eq!(format("name\0value\0of\0a\0list\0with\0words", "a.txt"), Format::Other("binary"));
        assert_eq!(format("\0\0\0ab", "a"), Format::Other("binary"));
        assert_eq!(format(&format!("NUMPY{}", "\0".repeat(9000)), "a"), Format::Other("binary"));
        assert_eq!(format("a\0b\u{1}c text of it\u{7f} and more", "a.txt"), Format::PlainText);
        assert_eq!(format("a\0b\u{1}c text of it\u{7f} and more words to be read", "a"), Format::Other("binary"));
        assert_eq!(format("ab\0\0\u{1}\u{2}cd", "a"), Format::Other("binary"));
    }

    #[test]
    fn a_dump_or_feed_whose_beginning_is_lost_is_told_by_its_tags() {
        let rest = "نص المقالة</text>\n</revision>\n</page>\n<page>\n<title>a</title><revision><text xml:space='x'>";
        for (text, name, is) in [
            (rest.to_owned(), "a.xml", Format::MediaWiki),
            (rest.to_owned(), "dump", Format::MediaWiki),
            (format!("<contributor/>{rest}"), "a.xml", Format::MediaWiki),
            ("<siteinfo/><page>".into(), "a.xml", Format::MediaWiki),
            ("more</description></item><item>".into(), "a.xml", Format::Feed),
            ("The dump has <page> and </page>".into(), "a.txt", Format::PlainText),
            (format!("<?xml version='1.0'?><config>{rest}"), "a.xml", Format::Other("XML")),
        ] {
            assert_eq!(format(&text, name), is, "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_no_text() {
        let bytes: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(recognise(&bytes, true, "a.txt").format, Format::Other("binary"));
    }
}
