//! Documents between tags: TREC and its kin (`<DOC><DOCNO>…<TEXT>…`), Reuters, and what WikiExtractor writes.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, RawDocument};
use crate::text::charset::{Charset, decode, decode_record};

use super::entities::decode_entities;
use super::fields::{FieldMap, Fields, Slot};
use super::pieces::{Piece, Pieces, Tags};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::unpack::{Compression, fault_of, one_document};
use super::{BigFile, Cuts, Met, Reader, Sink, Slice, broken};

/// The reason of text that belongs to no document.
const BAD_SGML: &str = "read.bad_sgml";

/// Tags that hold documents, the likelier first: the first that opens in the head of a file is the one of the file.
const DOCUMENT_TAGS: [&str; 6] = ["doc", "reuters", "document", "article", "story", "record"];

/// The longest tag, in bytes.
const MAX_TAG: usize = 4096;

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
        let tags = Tags { names: vec![name], xml: false };
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
                let mut document = document_of(&decode_record(pieces.bytes(), charset), met.records, map);
                document.bytes = raw.then_some(ByteSpan { start: span.start, end: span.end });
                document
            }
            Piece::Outside(shown) => {
                let text = decode_record(&shown, charset);
                if !has_words(&text) {
                    continue;
                }
                broken(met.records, BAD_SGML, "text outside of documents".into(), text.as_bytes())
            }
            Piece::TooLarge(shown) => {
                let detail = "a document above the limit; read it with a larger --max-record".into();
                broken(met.records, "read.record_too_large", detail, decode_record(&shown, charset).as_bytes())
            }
            Piece::Fault(error) => {
                let (reason, detail) = fault_of(&error);
                broken(met.records, reason, detail, &[])
            }
        };
        met.records += 1;
        if !sink(document)? {
            return Ok(met);
        }
    }
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

/// The document in a piece: its opening tag, and what follows up to its closing tag.
fn document_of(piece: &str, record: u64, map: &FieldMap) -> RawDocument {
    let opening_end = opening_end(piece);
    let (opening, content) = piece.split_at(opening_end);
    let content = content.rfind("</").filter(|i| content[*i..].len() < 64 && content[*i..].ends_with('>')).map_or(
        content,
        |close| {
            let same = content[close + 2..].trim_end_matches('>').trim_end();
            if piece[1..].get(..same.len()).is_some_and(|name| name.eq_ignore_ascii_case(same)) {
                &content[..close]
            } else {
                content
            }
        },
    );
    let mut fields = Fields::default();
    fields.see_text();
    let attributes = attributes(opening);
    for (name, value) in &attributes {
        // In Reuters' collection the attribute says whether there are topics.
        let says = |slot: Slot| slot != Slot::Text && !name.eq_ignore_ascii_case("topics");
        if let Some((slot, rank)) = slot_of(name, map).filter(|(slot, _)| says(*slot)) {
            fields.offer(slot, rank, decode_entities(value).into_owned().into());
        }
        if map.keeps(name) {
            fields.keep(name, serde_json::Value::from(decode_entities(value).as_ref()).to_string());
        }
    }
    // WikiExtractor's documents are text as it stands.
    let is_wiki = attributes.iter().any(|(name, _)| *name == "title" || *name == "url");
    let text = if is_wiki { verbatim(content) } else { Walk::new(map).text(content, &mut fields) };
    let (_, metadata) = fields.finish();
    RawDocument { record, bytes: None, metadata, body: Body::Text(text) }
}

/// The text of a document without tags of its own. It was escaped where it holds nothing that escaping would have changed.
fn verbatim(content: &str) -> String {
    let text = content.trim_start_matches(['\r', '\n']).trim_end();
    let is_reference =
        |(i, _): (usize, &str)| ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|r| text[i..].starts_with(r));
    if !text.contains(['<', '>']) && text.match_indices('&').all(is_reference) {
        return decode_entities(text).into_owned();
    }
    text.to_owned()
}

/// The byte after the opening tag. A title in it may hold anything, so that a tag with attributes ends at the end of its line.
fn opening_end(piece: &str) -> usize {
    let line = piece.find('\n').unwrap_or(piece.len());
    let first = piece.find('>').map_or(piece.len(), |i| i + 1);
    let opening = piece[..line].trim_end();
    if first <= line && piece[..first].contains("=\"") && opening.ends_with("\">") { opening.len() } else { first }
}

/// The attributes of a tag as they stand in it, names in the case of the file. A value ends at the quote that another
/// attribute or the end of the tag follows.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.trim_end_matches(['>', '/']).trim_start_matches(|c: char| !c.is_whitespace());
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].trim().rsplit(char::is_whitespace).next().unwrap_or_default();
        let value = rest[equals + 1..].trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let end = value.find(char::is_whitespace).unwrap_or(value.len());
            found.push((name, &value[..end]));
            rest = &value[end..];
            continue;
        };
        let value = &value[1..];
        let ends = |i: &usize| {
            let after = &value[i + 1..];
            let next = after.trim_start();
            let named = next
                .find('=')
                .is_some_and(|e| e > 0 && next[..e].bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b)));
            next.is_empty() || (named && next.len() < after.len())
        };
        let end = value.match_indices(quote).map(|(i, _)| i).take(64).find(ends).unwrap_or(value.len());
        found.push((name, &value[..end]));
        rest = value.get(end + 1..).unwrap_or_default();
    }
    found
}

/// What a tag or attribute of this name holds.
fn slot_of(name: &str, map: &FieldMap) -> Option<(Slot, usize)> {
    let lower = name.to_ascii_lowercase();
    let slot = match lower.as_str() {
        "docno" | "docid" | "newid" => (Slot::Id, 0),
        "hl" | "ti" | "h1" | "head" => (Slot::Title, 50),
        "date_time" | "time" => (Slot::Published, 50),
        "by" => (Slot::Author, 50),
        "cat" | "topics" => (Slot::Category, 50),
        "src" | "source" => (Slot::Site, 50),
        // Within a document these are parts of it.
        "document" | "story" | "article" | "description" => return None,
        _ => return map.slot(name),
    };
    Some(slot)
}

/// Tags of HTML that end a paragraph.
fn is_block(name: &str) -> bool {
    let block = ["p", "div", "li", "ul", "ol", "table", "tr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"];
    block.iter().any(|b| name.eq_ignore_ascii_case(b))
}

/// A walk through the tags of a document.
struct Walk<'m, 't> {
    map: &'m FieldMap,
    /// Open tags that are known, and what they hold.
    open: Vec<(&'t str, Slot, usize, String)>,
    texts: Vec<String>,
    /// What stands in no tag that is known.
    rest: String,
}

impl<'m, 't> Walk<'m, 't> {
    fn new(map: &'m FieldMap) -> Self {
        Self { map, open: Vec::new(), texts: Vec::new(), rest: String::new() }
    }

    /// The text of the document; what other tags hold goes to `fields`.
    fn text(mut self, content: &'t str, fields: &mut Fields<'_>) -> String {
        let mut rest = content;
        while let Some(at) = rest.find('<') {
            self.words(&rest[..at]);
            rest = &rest[at..];
            match tag(rest) {
                Some((name, length)) => {
                    self.tag(name, fields);
                    rest = &rest[length..];
                }
                None => {
                    self.words("<");
                    rest = &rest[1..];
                }
            }
        }
        self.words(rest);
        while !self.open.is_empty() {
            self.close(self.open.len() - 1, fields);
        }
        if self.texts.is_empty() {
            self.texts.push(tidy(&self.rest));
        }
        self.texts.join("\n\n")
    }

    fn target(&mut self) -> &mut String {
        self.open.last_mut().map_or(&mut self.rest, |(_, _, _, held)| held)
    }

    fn words(&mut self, words: &str) {
        let decoded = decode_entities(words);
        self.target().push_str(&decoded);
    }

    fn tag(&mut self, name: &'t str, fields: &mut Fields<'_>) {
        if let Some(closed) = name.strip_prefix('/') {
            if let Some(at) = self.open.iter().rposition(|(open, ..)| open.eq_ignore_ascii_case(closed)) {
                while self.open.len() > at {
                    self.close(self.open.len() - 1, fields);
                }
                return;
            }
            return self.part(closed);
        }
        match slot_of(name, self.map) {
            // A tag of metadata that is not closed ends where the next begins; there are no more than a few within one another.
            Some((slot, rank)) if self.open.len() < 8 => {
                if self.open.last().is_some_and(|(_, held, ..)| *held != Slot::Text) {
                    self.close(self.open.len() - 1, fields);
                }
                if let Some((_, Slot::Text, _, held)) = self.open.last_mut().filter(|_| slot == Slot::Text) {
                    // What stands in front of a text within a text goes before it.
                    let held = tidy(&std::mem::take(held));
                    self.texts.extend(Some(held).filter(|held| !held.is_empty()));
                }
                self.open.push((name, slot, rank, String::new()));
            }
            _ => self.part(name),
        }
    }

    /// A tag within text: paragraphs end at blocks, lines at breaks and at tags that are not known.
    fn part(&mut self, name: &str) {
        let inline = ["b", "i", "em", "strong", "a", "span", "font", "u", "sup", "sub", "d"];
        let target = self.target();
        if is_block(name) {
            target.push_str("\n\n");
        } else if !inline.iter().any(|i| name.eq_ignore_ascii_case(i)) && !target.ends_with('\n') {
            target.push('\n');
        }
    }

    fn close(&mut self, at: usize, fields: &mut Fields<'_>) {
        let (name, slot, rank, held) = self.open.remove(at);
        let held = tidy(&held);
        if self.map.keeps(name) {
            fields.keep(name, serde_json::Value::from(held.as_str()).to_string());
        }
        if slot == Slot::Text {
            if !held.is_empty() {
                self.texts.push(held);
            }
        } else {
            let line = held.split_whitespace().collect::<Vec<_>>().join(" ");
            fields.offer(slot, rank, line.into());
        }
    }
}

/// The text without blank lines at its ends, and at most one in a row.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines() {
        if line.trim().is_empty() {
            blank += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        out.push_str(line.trim_end());
    }
    out
}

/// The name of the tag that begins the text, with its slash, and its length; none where it is no tag.
fn tag(text: &str) -> Option<(&str, usize)> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_TAG)];
    if bytes.starts_with(b"<!--") {
        return memmem::find(text.as_bytes(), b"-->").map(|end| ("!", end + 3));
    }
    let end = memchr::memchr(b'>', bytes)?;
    let inner = text.get(1..end)?;
    let name_end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "/_-.:!?".contains(c))).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(name_end);
    let letters = name.trim_start_matches(['/', '!', '?']);
    let is_name = letters.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.contains('<');
    // Words in angle brackets are no attributes.
    let fits = rest.trim().is_empty() || rest.contains('=') || name.starts_with('!');
    (is_name && fits).then(|| (name.trim_end_matches('/'), end + 1))
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
