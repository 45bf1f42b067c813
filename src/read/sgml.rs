//! Documents between tags: TREC and its kin (`<DOC><DOCNO>…<TEXT>…`), Reuters, and what WikiExtractor writes.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, RawDocument};
use crate::text::charset::{Charset, decode, decode_record};

use super::compression::Compression;
use super::fields::FieldMap;
use super::hole::{HOLE, has_hole};
use super::pieces::{Piece, Pieces, Tags, failed, is_tag, too_large};
use super::recognise::Format;
use super::sgml_text::document_of;
use super::transcode::ascii_compatible;
use super::unpack::one_document;
use super::{BigFile, Cuts, Met, Reader, Sink, Slice, broken};

/// The reason of text that belongs to no document.
const BAD_SGML: &str = "read.bad_sgml";

/// Tags that hold documents, the likelier first: the first that opens in the head of a file is the one of the file.
const DOCUMENT_TAGS: [&str; 6] = ["doc", "reuters", "document", "article", "story", "record"];

/// The tag of a document's number, which most begin with.
const NUMBER_TAG: &str = "docno";

/// Bytes looked at from a cut on for the next document.
const CUT_WINDOW: usize = 64 << 10;

/// Reads documents between tags; words outside of documents are an error.
pub struct Sgml;

impl Reader for Sgml {
    fn format(&self) -> Format {
        Format::Sgml
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let head = decode(slice.head, slice.charset);
        let Some(name) = document_tag(&head) else {
            return one_document(slice, sink, Body::Fragment);
        };
        let (reader, charset, changed) = ascii_compatible(slice.content.reader, slice.charset);
        let tags = Tags { names: vec![name.into()], xml: false, closed: has_end_tag(&head, name) };
        let mut pieces = Pieces::new(reader, slice.content.start, tags, slice.options.max_record);
        if slice.range.start > 0 {
            // The byte before the slice.
            pieces.skip(1);
        } else if !changed && slice.head.starts_with(b"\xef\xbb\xbf") {
            pieces.skip(3);
        }
        read_pieces(pieces, !changed, charset, slice.range.end, slice.fields, sink)
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        if file.compression != Compression::None || ascii_compatible(Box::new(std::io::empty()), file.charset).2 {
            return None;
        }
        let mut source = file.file.try_clone().ok()?;
        let mut window = vec![0; CUT_WINDOW];
        let name = document_tag(&decode(read_at(&mut source, 0, &mut window)?, file.charset))?;
        let part = file.part_bytes.max(1);
        let (mut cuts, mut at) = (Vec::new(), part);
        while at < file.bytes {
            let found = next_document(&mut source, at, file.bytes, name, &mut window)?;
            let Some(found) = found else { break };
            cuts.push(found);
            at = (found / part + 1) * part;
        }
        Some(Cuts::Bytes(cuts))
    }
}

fn read_at<'w>(source: &mut std::fs::File, at: u64, window: &'w mut [u8]) -> Option<&'w [u8]> {
    source.seek(SeekFrom::Start(at)).ok()?;
    let mut filled = 0;
    while filled < window.len() {
        match source.read(&mut window[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(&window[..filled])
}

/// Where the first document at or past `at` begins at the beginning of a line; the outer none is a failure to read.
fn next_document(
    source: &mut std::fs::File,
    at: u64,
    bytes: u64,
    name: &str,
    window: &mut [u8],
) -> Option<Option<u64>> {
    let mut from = at - 1;
    while from + 1 < bytes {
        let held = read_at(source, from, window)?;
        for i in memmem::find_iter(held, b"\n<") {
            let rest = &held[i + 2..];
            let named = rest.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()));
            if named && matches!(rest.get(name.len()), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n')) {
                return Some(Some(from + i as u64 + 1));
            }
        }
        // A tag cut by the window is whole in the next.
        from += (held.len().saturating_sub(32)).max(1) as u64;
        if held.len() < window.len() {
            break;
        }
    }
    Some(None)
}

/// The tag that holds the documents of a file with this head.
fn document_tag(head: &str) -> Option<&'static str> {
    let opens = |name: &str| {
        let after = |i: usize| head.as_bytes().get(i + 1 + name.len()).copied();
        memchr::memchr_iter(b'<', head.as_bytes()).find(|&i| {
            head.as_bytes()[i + 1..].get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name.as_bytes()))
                && matches!(after(i), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n'))
        })
    };
    DOCUMENT_TAGS.iter().copied().find(|name| opens(name).is_some())
}

/// Whether the head of a file closes a document.
fn has_end_tag(head: &str, name: &str) -> bool {
    memmem::find_iter(head.as_bytes(), b"</").any(|i| is_tag(&head.as_bytes()[i + 2..], name))
}

fn read_pieces<R: Read>(
    mut pieces: Pieces<R>,
    raw: bool,
    charset: Charset,
    end: u64,
    map: &FieldMap,
    sink: &mut Sink<'_>,
) -> Result<Met> {
    let mut met = Met::default();
    loop {
        let begins = pieces.span().end;
        let piece = pieces.next();
        if begins >= end {
            return Ok(met);
        }
        let document = match piece {
            Piece::End => return Ok(met),
            Piece::Document => {
                let span = pieces.span();
                let text = decode_record(pieces.bytes(), charset);
                let document = match damage(&text) {
                    Some(detail) => broken(met.records, BAD_SGML, detail.to_owned(), text.as_bytes()),
                    None => document_of(&text, met.records, map),
                };
                RawDocument { bytes: raw.then_some(ByteSpan { start: span.start, end: span.end }), ..document }
            }
            Piece::Cut => {
                let text = decode_record(pieces.bytes(), charset);
                let detail = "the file ends within the document".to_owned();
                let bytes = raw.then_some(ByteSpan { start: pieces.span().start, end: pieces.span().end });
                RawDocument { bytes, ..broken(met.records, BAD_SGML, detail, text.as_bytes()) }
            }
            Piece::Outside(shown) => {
                let text = decode_record(&shown, charset);
                // Zeros that fill the last block of a file hide nothing.
                if !has_words(&text) && (pieces.at_end() || !has_hole(&shown)) {
                    continue;
                }
                broken(met.records, BAD_SGML, "text outside of documents".into(), text.as_bytes())
            }
            Piece::TooLarge(shown) => too_large(met.records, &shown, charset),
            Piece::Fault(error) => failed(met.records, &error),
        };
        met.records += 1;
        if !sink(document)? {
            return Ok(met);
        }
    }
}

/// By what a document is seen to be made of two, if it is: a hole, or what begins another behind its own beginning.
fn damage(text: &str) -> Option<&'static str> {
    if has_hole(text.trim_end_matches('\0').as_bytes()) {
        return Some(HOLE);
    }
    let another = has_two_numbers(text.as_bytes()) || has_two_addresses(text);
    another.then_some("the number or address of a second document, whose beginning is lost")
}

/// Whether the number of a document, with which it begins, is followed by another at the beginning of a line.
fn has_two_numbers(text: &[u8]) -> bool {
    let mut tags = memchr::memchr_iter(b'<', text).skip(1);
    let is_number = |at: usize| is_tag(&text[at + 1..], NUMBER_TAG);
    let begins = tags.next().is_some_and(|at| is_number(at) && text[..at].trim_ascii_end().ends_with(b">"));
    let (mut opened, mut closed) = (1, 0);
    for at in tags.take_while(|_| begins) {
        opened += usize::from(is_number(at) && matches!(text[at - 1], b'\n' | b'\r' | b'>' | 0));
        closed += usize::from(text.get(at + 1) == Some(&b'/') && is_tag(&text[at + 2..], NUMBER_TAG));
    }
    opened > 1 || closed > 1
}

/// Whether a line of what WikiExtractor wrote ends as the tag does that opens a document.
fn has_two_addresses(text: &str) -> bool {
    let is_tag_end = |line: &str| {
        let url = line.find(" url=\"").filter(|url| line[..*url].contains(" id=\""));
        url.is_some_and(|url| line[url..].contains(" title=\"")) && line.trim_end().ends_with("\">")
    };
    let mut lines = text.lines();
    lines.next().is_some_and(is_tag_end)
        && memmem::find_iter(text.as_bytes(), b" url=\"").nth(1).is_some()
        && lines.any(is_tag_end)
}

/// Whether anything is left of the text without tags, comments and declarations.
fn has_words(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        if rest[..open].chars().any(char::is_alphanumeric) {
            return true;
        }
        let tag = &rest[open..];
        let end = if tag.starts_with("<!--") { tag.find("-->").map(|i| i + 3) } else { tag.find('>').map(|i| i + 1) };
        rest = end.map_or("", |end| &tag[end..]);
    }
    rest.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;
    use crate::read::unpack::Unpacked;
    use crate::text::charset::detect;
    use std::io::Write;
    use std::ops::Range;

    fn read(text: &str, range: Range<u64>) -> Vec<RawDocument> {
        let options = ReadOptions::default();
        let fields = FieldMap::new(&options.fields, &options.keep);
        let start = range.start.saturating_sub(1);
        let content = std::io::Cursor::new(text.as_bytes()[start as usize..].to_vec());
        let slice = Slice {
            content: Unpacked { reader: Box::new(content), plain: None, start },
            head: &text.as_bytes()[..text.len().min(CUT_WINDOW)],
            charset: detect(text.as_bytes(), None, true),
            range,
            options: &options,
            fields: &fields,
            scratch: std::path::Path::new("."),
        };
        let mut all = Vec::new();
        Sgml.read(slice, &mut |document| {
            all.push(document);
            Ok(true)
        })
        .unwrap();
        all
    }

    fn text(document: &RawDocument) -> &str {
        match &document.body {
            Body::Text(text) => text,
            Body::Broken(fault) => &fault.reason,
            _ => panic!("documents are text"),
        }
    }

    #[test]
    fn the_last_document_is_cut_where_those_before_it_have_end_tags() {
        let of = |file: &str| read(file, 0..u64::MAX).iter().map(|d| text(d).to_owned()).collect::<Vec<_>>();
        let file = "<doc id=\"1\" title=\"a\">\na\n\nOne.\n</doc>\n<doc id=\"2\" title=\"b\">\nb\n\nTwo, which is c";
        assert_eq!(of(file), ["a\n\nOne.", BAD_SGML]);
        let numbered = "<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>One.\n<DOC>\n<DOCNO>2</DOCNO>\n<TEXT>Two.";
        assert_eq!(of(numbered), ["One.", "Two."]);
    }

    #[test]
    fn a_trec_file_gives_its_documents_with_what_their_tags_say() {
        let file = "<DOC>\n<DOCNO> A-1 </DOCNO>\n<DATE_TIME>2004-05-06</DATE_TIME>\n<CAT>رياضة</CAT>\n<TITLE>عنوان &amp; آخر</TITLE>\n\
                    <TEXT>\n<P>سطر أول\nيتبع</P>\n<P>a < b، <b>ثان</b></P>\n</TEXT>\n<TEXT>ثالث</TEXT></DOC>\n<doc><docno>2</docno>\nKein <x>Tag</x> für Text\n\
                    <doc><docid>3</docid><headline>H</headline><body>Text</body></doc>\n";
        let found = read(file, 0..u64::MAX);
        let texts: Vec<&str> = found.iter().map(text).collect();
        assert_eq!(texts, ["سطر أول\nيتبع\n\na < b، ثان\n\nثالث", "Kein\nTag\n für Text", "Text"]);
        assert_eq!(found[0].metadata.source_id.as_deref(), Some("A-1"));
        assert_eq!(found[0].metadata.title.as_deref(), Some("عنوان & آخر"));
        assert_eq!(found[0].metadata.category.as_deref(), Some("رياضة"));
        assert_eq!(found[0].metadata.published, Some(1_083_801_600_000));
        assert_eq!(found[2].metadata.title.as_deref(), Some("H"));
    }

    #[test]
    fn what_wikiextractor_writes_is_text_as_it_stands() {
        let file = "<doc id=\"6\" url=\"https://a.example/?curid=6\" title=\"قال \"نعم\" > لا\">\nعنوان\n\nنص <ref> هنا & هناك &lt;\n\n</doc>\n\
                    <doc id=\"7\" url=\"u\" title=\"A &amp; B\">\nA &amp; B\n\n1 &lt; 2\n</doc>\n";
        let found = read(file, 0..u64::MAX);
        assert_eq!(text(&found[0]), "عنوان\n\nنص <ref> هنا & هناك &lt;");
        assert_eq!(found[0].metadata.title.as_deref(), Some("قال \"نعم\" > لا"));
        assert_eq!(found[0].metadata.url.as_deref(), Some("https://a.example/?curid=6"));
        assert_eq!(text(&found[1]), "A & B\n\n1 < 2");
        assert_eq!(found[1].metadata.title.as_deref(), Some("A & B"));
    }

    #[test]
    fn reuters_has_its_title_within_its_text() {
        let file = "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS TOPICS=\"YES\" NEWID=\"1\">\n<DATE>26-FEB-1987 15:01:01.79</DATE>\n<TOPICS><D>cocoa</D></TOPICS>\n\
                    <TEXT>&#2;\n<TITLE>BAHIA COCOA REVIEW</TITLE>\n<DATELINE> SALVADOR - </DATELINE><BODY>Showers continued.\n&#3;</BODY></TEXT>\n</REUTERS>\n";
        let found = read(file, 0..u64::MAX);
        assert_eq!(found.len(), 1);
        assert_eq!(text(&found[0]).trim(), "SALVADOR -\n\nShowers continued.");
        assert_eq!(found[0].metadata.title.as_deref(), Some("BAHIA COCOA REVIEW"));
        assert_eq!(found[0].metadata.category.as_deref(), Some("cocoa"));
        assert_eq!(found[0].metadata.source_id.as_deref(), Some("1"));
    }

    #[test]
    fn documents_stand_behind_blanks_and_holes_too() {
        let of = |file: &str| read(file, 0..u64::MAX).iter().map(|d| text(d).to_owned()).collect::<Vec<_>>();
        let document = |n: u32| format!("<DOC> <DOCNO>{n}</DOCNO> <TEXT>{n} in prose <DOC> is a tag</TEXT> </DOC>");
        let (one, two) = (document(1), document(2));
        let texts = ["1 in prose\n is a tag", "2 in prose\n is a tag"];
        let hole = "\0".repeat(900);
        for file in [format!("{one} {two}\n"), format!("  {one}\n\t {two}"), format!("<DOCS>\n{one}{two}</DOCS>")] {
            assert_eq!(of(&file), texts, "{file}");
        }
        assert_eq!(of(&format!("{one}\n{hole}{two}\n{hole}")), [texts[0], BAD_SGML, texts[1]]);
        assert_eq!(of(&format!("{one}\n{}{two}\n", "x".repeat(900))), [texts[0], BAD_SGML, texts[1]]);
        let extracted = |n: u32| format!("<doc id=\"{n}\" url=\"u\" title=\"t\">\n{n} <doc id=\"1\"> {n}\n</doc>\n");
        let both = format!("{}xxx{}", extracted(1), extracted(2));
        assert_eq!(of(&both), ["1 <doc id=\"1\"> 1", BAD_SGML, "2 <doc id=\"1\"> 2"]);
    }

    #[test]
    fn two_documents_in_one_are_an_error() {
        let of = |file: &str| read(file, 0..u64::MAX).iter().map(|d| text(d).to_owned()).collect::<Vec<_>>();
        let glued =
            "<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>\nOne.\n</DOD>\n<DOD>\n<DOCNO>2</DOCNO>\n<TEXT>\nTwo.\n</TEXT>\n</DOC>\n";
        let hole = format!("<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>\nOne{}two.\n</TEXT>\n</DOC>\n", "\0".repeat(900));
        let lost = "<DOC>\n<DOCNO>1</DOCNO>\n<TEXT>\nOne.\nxxx2</DOCNO>\n<TEXT>\nTwo.\n</TEXT>\n</DOC>\n";
        let extracted = "<doc id=\"1\" url=\"u\" title=\"a\">\na\n\nOne.\n</do\0\0c id=\"2\" url=\"v\" title=\"b\">\nb\n\nTwo.\n</doc>\n";
        assert_eq!((of(lost), of(extracted)), (vec![BAD_SGML.to_owned()], vec![BAD_SGML.to_owned()]));
        let healthy = "<DOC>\n<TEXT>\nA <DOCNO>1</DOCNO> and a <DOCNO>2</DOCNO>.\n</TEXT>\n</DOC>\n";
        assert_eq!(
            (of(glued).as_slice(), of(&hole).as_slice()),
            (&[BAD_SGML.to_owned()][..], &[BAD_SGML.to_owned()][..])
        );
        assert_eq!(of(healthy).len(), 1);
        assert_ne!(of(healthy)[0], BAD_SGML);
    }

    #[test]
    fn words_outside_of_documents_are_one_error_and_tags_are_none() {
        let file = "<?xml version='1.0'?>\n<!-- a comment -->\n<corpus>\n<doc>\n<text>a</text></doc>\nstray words\n<doc><text>b</text></doc>\n</corpus>\n";
        let found = read(file, 0..u64::MAX);
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["a", BAD_SGML, "b"]);
    }

    #[test]
    fn slices_give_what_the_whole_gives() {
        let document =
            |n: usize| format!("<DOC>\n<DOCNO>{n}</DOCNO>\n<TEXT>\n{}\n</TEXT>\n</DOC>\n", "نص ".repeat(n % 200));
        let file_text: String = (0..2000).map(document).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(file_text.as_bytes()).unwrap();
        let charset = detect(file_text.as_bytes(), None, true);
        let bytes = file_text.len() as u64;
        let big = BigFile { file: &file, bytes, compression: Compression::None, charset, part_bytes: 30_000 };
        let Some(Cuts::Bytes(cuts)) = Sgml.cuts(&big) else { panic!("a plain file is cut") };
        assert!(cuts.len() > 10);
        let bounds: Vec<u64> = std::iter::once(0).chain(cuts).chain([u64::MAX]).collect();
        let sliced: Vec<_> =
            bounds.windows(2).flat_map(|p| read(&file_text, p[0]..p[1])).map(|d| (d.bytes, d.body)).collect();
        let whole: Vec<_> = read(&file_text, 0..u64::MAX).into_iter().map(|d| (d.bytes, d.body)).collect();
        assert_eq!(sliced, whole);
        assert_eq!(whole.len(), 2000);
    }
}
