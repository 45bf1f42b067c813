//! What a file is: by its first bytes first, by its name second.

mod binary;
mod json;
mod markup;
mod names;

use std::borrow::Cow;

use crate::text::charset::{Charset, decode, detect, html_declaration};

use super::zip_kind::zip_format;

use self::binary::{controls, is_binary, text_with_holes, without_zeros};
use self::json::{is_json_array, json_object_format, objects_follow};
use self::markup::markup_format;
use self::names::{ENDINGS, MAGIC, RIFF, TEXT_ENDINGS, ending, framed_format, is_cpio, is_mhtml, is_orc, is_pointer};

pub use self::markup::looks_like_html;
pub use self::names::{LFS_POINTER, UTF_16, has_magic, is_named_readable, is_tar};

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

/// What is none of the formats that are known, and no text.
pub const BINARY: Format = Format::Other("binary");

/// Format and charset of a file.
#[derive(Clone, Copy, Debug)]
pub struct Recognised {
    /// What it is.
    pub format: Format,
    /// How its text is encoded.
    pub charset: Charset,
}

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
    if whole && is_pointer(head) {
        return plain(LFS_POINTER);
    }
    if is_orc(head) {
        return plain(Format::Other("ORC"));
    }
    let has_mark = UTF_16.iter().any(|mark| head.starts_with(mark));
    if let Some(format) = framed_format(head).filter(|_| !has_mark) {
        return plain(format);
    }
    if is_cpio(head) {
        return plain(Format::Other("cpio"));
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
        return Recognised { format: named.unwrap_or(BINARY), charset };
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

/// Controls that a text may hold, however short it is.
const FEW_CONTROLS: usize = 16;

/// Whether what a record gave as its text is something else: more than one in twenty of its bytes are controls.
pub fn is_no_text(text: &str) -> bool {
    is_binary(text, true) && controls(text) > FEW_CONTROLS && text_with_holes(text, true).is_none()
}

/// Whether files of this format hold members with names of their own.
pub fn is_archive(format: Format) -> bool {
    matches!(format, Format::Zip | Format::Tar)
}

fn text_format(text: &str, whole: bool, by_name: Option<Format>) -> Format {
    if let Some(format) = markup_format(text, by_name) {
        return format;
    }
    match text.bytes().next() {
        Some(b'{') => json_object_format(text, whole, by_name),
        _ if is_mhtml(text) => Format::Other("MHTML"),
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
    fn what_is_no_article_though_all_its_bytes_are_text_is_known() {
        let cpio = format!("070701{}a.txt\0", "0000A1".repeat(17) + "00");
        let page = "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"b\"\r\n\r\n--b";
        for (text, is) in [
            ("{\\rtf1\\ansi Such a text.}", "RTF"),
            ("%!PS-Adobe-3.0\n%%Title: t\n", "PostScript"),
            ("!<arch>\na.txt/          0           0", "ar"),
            (cpio.as_str(), "cpio"),
            (page, "MHTML"),
        ] {
            assert_eq!(format(text, "a"), Format::Other(is));
        }
        assert_eq!(format("070701 is a magic number, and so on.\n", "a.txt"), Format::PlainText);
        assert_eq!(format(&format!("07070{}\n", "1".repeat(120)), "a.txt"), Format::Other("cpio"));
        assert_eq!(format(&format!("07070{}\n", "3".repeat(120)), "a.txt"), Format::PlainText);
        let mail = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b";
        assert_eq!(format(mail, "a.eml"), Format::PlainText);
    }

    #[test]
    fn formats_of_lengths_before_texts_are_known_by_their_first_record() {
        let text = "such a text, ".repeat(40);
        let cases: [(&str, Vec<u8>); 7] = [
            ("Arrow", [b"\xff\xff\xff\xff\xf0\x02\0\0".as_slice(), text.as_bytes()].concat()),
            ("BSON", [b"\x19\x02\0\0\x02text\0\x0a\x02\0\0".as_slice(), text.as_bytes(), b"a\0\0"].concat()),
            ("TFRecord", [b"\x10\x02\0\0\0\0\0\0abcd\n\x8e\x04".as_slice(), text.as_bytes()].concat()),
            ("dBASE", [b"\x03\x7a\x0b\x1d\x02\0\0\0\x41\0".as_slice(), &[b'a'; 54], b"\r", text.as_bytes()].concat()),
            ("ORC", [b"ORC\n\x03\x01".as_slice(), text.as_bytes()].concat()),
            ("pickle", [b"\x80\x04\x95\x10\x02\0\0\0\0\0\0".as_slice(), text.as_bytes()].concat()),
            ("Git LFS pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n".to_vec()),
        ];
        for (is, bytes) in cases {
            assert_eq!(recognise(&bytes, true, "a.txt").format, Format::Other(is));
        }
        for text in [
            "ORC\nis a whale.",
            "\u{3}a few words that go on for so long that one control is nothing much among them all.\r",
            "name\ttext\nfive\tsix\n",
        ] {
            assert_eq!(format(text, "a.txt"), Format::PlainText, "{text}");
        }
        for text in [
            "عطل مطار الملك خالد! ",
            "考研的人在这里等了很久。",
            "者也之乎ab",
            "في صباح",
            "На улице",
            "以下15条",
            "5万3\t",
        ] {
            for (mark, bytes) in [
                ("", u16::to_be_bytes as fn(u16) -> [u8; 2]),
                ("\u{feff}", u16::to_be_bytes),
                ("\u{feff}", u16::to_le_bytes),
            ] {
                let wide: Vec<u8> = format!("{mark}{}", text.repeat(40)).encode_utf16().flat_map(bytes).collect();
                assert_eq!(recognise(&wide, true, "a.txt").format, Format::PlainText, "{text}");
            }
        }
        let of_pointers =
            format!("version https://git-lfs.github.com/spec/v1 is how {}", "a pointer begins, ".repeat(60));
        assert_eq!(format(&of_pointers, "a.txt"), Format::PlainText);
        let utf16: Vec<u8> = "ab\tc\nde\tf\n".repeat(20).encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(recognise(&utf16, true, "a.txt").format, Format::PlainText);
    }

    #[test]
    fn the_name_decides_where_the_content_does_not() {
        assert_eq!(format("{broken\n{\"text\":1}", "a.jsonl"), Format::JsonLines);
        assert_eq!(format("<p>مرحبا", "a.html"), Format::Html);
        assert_eq!(format("a,b\n1,2", "a.csv"), Format::Delimited);
        assert_eq!(format("[not json", "a.json"), Format::Json);
        assert_eq!(format("خبر", "a"), Format::PlainText);
        assert_eq!(format("INSERT INTO a VALUES (1, 'x');", "dump.sql"), Format::Other("SQL"));
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
