//! Documents between tags in a byte stream, `<DOC>…</DOC>` or `<item>…</item>`, one at a time, in memory bounded by the
//! largest that is wanted.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memmem};

use crate::model::document::RawDocument;
use crate::text::charset::{Charset, decode_record};

use super::broken;
use super::unpack::fault_of;
use super::window::ByteWindow;

/// Bytes of what stands outside of documents that are shown.
pub const SHOWN_BYTES: usize = 64 << 10;

/// Which tags hold documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tags {
    /// Their names, in lower case; matched without regard to case.
    pub names: Vec<String>,
    /// The text is XML: a tag may stand anywhere, but not in comments and CDATA. Else it stands at the beginning of a line,
    /// or after another tag, or is followed by what nothing but a document begins with.
    pub xml: bool,
    /// Documents have end tags, so that one without, behind which nothing comes, is cut.
    pub closed: bool,
}

/// What was met.
#[derive(Debug)]
pub enum Piece {
    /// A document with its tags: [`Pieces::bytes`]. One that is not closed ends where the next begins.
    Document,
    /// A document that the end of the stream cuts: [`Pieces::bytes`].
    Cut,
    /// The beginning of what stands between documents, or in front of them.
    Outside(Vec<u8>),
    /// A document above the limit; its beginning.
    TooLarge(Vec<u8>),
    /// What the stream said; documents go on after it.
    Fault(io::Error),
    /// Nothing is left.
    End,
}

/// A tag of a document in the bytes at hand.
enum Hit {
    Open(usize),
    /// The byte after the closing tag.
    Close(usize),
    /// None before this offset, from which to look on.
    None(usize),
}

/// Cuts a stream into documents.
pub struct Pieces<R> {
    /// The bytes from the piece at work on.
    window: ByteWindow<R>,
    tags: Tags,
    /// Bytes of the window that are done with.
    done: usize,
    max: usize,
    /// A tag may begin at the first byte of the rest.
    fresh: bool,
    /// By kind of [`OPAQUE`], a stretch of the source in which its end does not stand.
    without: [Cell<(u64, u64)>; 2],
}

impl<R: Read> Pieces<R> {
    /// Documents of `reader`, whose first byte stands at `offset` of the source; those above `max` bytes are not given.
    pub fn new(reader: R, offset: u64, tags: Tags, max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX / 4).min(usize::MAX / 4);
        Self {
            window: ByteWindow::new(reader, offset),
            tags,
            done: 0,
            max,
            fresh: true,
            without: [const { Cell::new((0, 0)) }; 2],
        }
    }

    /// Passes over `count` bytes before the first piece.
    pub fn skip(&mut self, count: usize) {
        self.window.want(count);
        self.drop_bytes(count.min(self.window.len()));
        self.fresh = true;
    }

    /// The bytes of the document.
    pub fn bytes(&self) -> &[u8] {
        &self.window.bytes()[..self.done]
    }

    /// Where the document stands in the stream.
    pub fn span(&self) -> Range<u64> {
        self.window.offset()..self.window.offset() + self.done as u64
    }

    /// Whether no byte is left.
    pub fn at_end(&self) -> bool {
        self.window.at_end() && self.done == self.window.len()
    }

    /// The next piece.
    pub fn next(&mut self) -> Piece {
        let done = std::mem::take(&mut self.done);
        self.drop_bytes(done);
        match self.find(0) {
            Hit::Open(0) => self.document(),
            _ => self.outside(),
        }
    }

    fn document(&mut self) -> Piece {
        let mut from = 1;
        loop {
            match self.find(from) {
                Hit::Open(end) | Hit::Close(end) if end > self.max => return self.too_large(),
                Hit::Open(end) | Hit::Close(end) => {
                    self.done = end;
                    return Piece::Document;
                }
                Hit::None(_) if self.window.len() > self.max => return self.too_large(),
                Hit::None(_) if self.window.failed() => {
                    // What was being read when the stream failed is told of by the fault.
                    self.drop_bytes(self.window.len());
                    return self.end();
                }
                Hit::None(_) if self.window.at_end() => {
                    self.done = self.window.len();
                    return if self.tags.closed { Piece::Cut } else { Piece::Document };
                }
                Hit::None(seen) => {
                    from = seen.max(1);
                    self.window.fill();
                }
            }
        }
    }

    fn too_large(&mut self) -> Piece {
        let shown = self.window.bytes()[..self.window.len().min(1024)].to_vec();
        let mut from = 1;
        loop {
            match self.find(from) {
                Hit::Open(end) | Hit::Close(end) => {
                    self.drop_bytes(end);
                    self.fresh = true;
                    break;
                }
                Hit::None(_) if self.window.at_end() => {
                    self.drop_bytes(self.window.len());
                    break;
                }
                Hit::None(seen) => {
                    self.drop_bytes(seen);
                    from = 0;
                    self.window.fill();
                }
            }
        }
        Piece::TooLarge(shown)
    }

    fn outside(&mut self) -> Piece {
        let mut shown = Vec::new();
        let mut begun = false;
        loop {
            let (take, found) = match self.find(0) {
                Hit::Open(at) => (at, true),
                Hit::Close(end) => (end, false),
                Hit::None(_) if self.window.at_end() => (self.window.len(), true),
                Hit::None(seen) => (seen, false),
            };
            begun |= take > 0;
            let room = SHOWN_BYTES - shown.len();
            shown.extend_from_slice(&self.window.bytes()[..take.min(room)]);
            self.drop_bytes(take);
            if found && begun {
                return Piece::Outside(shown);
            }
            if found {
                return if self.window.bytes().is_empty() { self.end() } else { self.document() };
            }
            self.window.fill();
        }
    }

    /// The first tag of a document from `from` on.
    fn find(&self, from: usize) -> Hit {
        let bytes = self.window.bytes();
        let mut at = from;
        while let Some(found) = memchr(b'<', &bytes[at.min(bytes.len())..]).map(|i| at + i) {
            let rest = &bytes[found..];
            if rest.len() < self.longest_tag() && !self.window.at_end() {
                return Hit::None(found);
            }
            at = found + 1;
            if self.tags.xml
                && let Some((kind, length)) = opaque(rest)
            {
                match self.opaque_end(kind, found + length) {
                    Some(end) => at = end,
                    None if !self.window.at_end() && rest.len() <= self.max => return Hit::None(found),
                    None => {}
                }
                continue;
            }
            let closes = rest.get(1) == Some(&b'/');
            let name = &rest[1 + usize::from(closes)..];
            if !self.tags.names.iter().any(|tag| is_tag(name, tag)) {
                continue;
            }
            if closes {
                match memchr(b'>', &rest[..rest.len().min(64)]) {
                    Some(i) => return Hit::Close(found + i + 1),
                    None => continue,
                }
            }
            if self.tags.xml || self.may_open(found) || surely_opens(rest) {
                return Hit::Open(found);
            }
        }
        Hit::None(bytes.len())
    }

    /// The byte after the end of a comment or character data whose content begins at `from`, if its end is at hand.
    fn opaque_end(&self, kind: usize, from: usize) -> Option<usize> {
        let end = OPAQUE[kind].1;
        let (begun, looked) = self.without[kind].get();
        let from_offset = self.window.offset() + from as u64;
        // What was looked through before without finding it is not looked through again.
        let known = if begun <= from_offset { looked.saturating_sub(end.len() as u64 - 1) } else { 0 };
        let start = usize::try_from(known.saturating_sub(self.window.offset())).unwrap_or(from).max(from);
        let found = memmem::find(self.window.bytes().get(start..)?, end);
        if found.is_none() {
            let begun = if begun <= from_offset && looked >= from_offset { begun } else { from_offset };
            self.without[kind].set((begun, self.window.offset() + self.window.len() as u64));
        }
        found.map(|i| start + i + end.len())
    }

    /// Whether a tag at this offset opens a document: at the beginning of a line, or after another tag.
    fn may_open(&self, at: usize) -> bool {
        let before = &self.window.bytes()[..at];
        match before.iter().rev().find(|b| !is_blank(**b)) {
            Some(b) => matches!(b, b'\n' | b'\r' | b'>'),
            None => self.fresh,
        }
    }

    fn longest_tag(&self) -> usize {
        self.tags.names.iter().map(|name| name.len() + 3).max().unwrap_or(0).max(64)
    }

    fn end(&mut self) -> Piece {
        let Some(fault) = self.window.take_fault() else { return Piece::End };
        self.fresh = false;
        Piece::Fault(fault)
    }

    fn drop_bytes(&mut self, count: usize) {
        if count > 0 {
            // The last byte before the rest that is no blank says whether a line, or a tag, ended there.
            let last = self.window.bytes()[..count].iter().rev().find(|b| !is_blank(**b));
            self.fresh = last.map_or(self.fresh, |b| matches!(b, b'\n' | b'\r' | b'>'));
        }
        self.window.consume(count);
    }
}

/// The error that stands for a document above the limit, of which `shown` is the beginning.
pub fn too_large(record: u64, shown: &[u8], charset: Charset) -> RawDocument {
    let detail = "a document above the limit; read it with a larger --max-record".into();
    broken(record, "read.record_too_large", detail, decode_record(shown, charset).as_bytes())
}

/// The error that stands where the stream failed.
pub fn failed(record: u64, error: &io::Error) -> RawDocument {
    let (reason, detail) = fault_of(error);
    broken(record, reason, detail, &[])
}

/// Whether the number of a document follows a tag, or the tag says number and address as WikiExtractor writes them.
fn surely_opens(tag: &[u8]) -> bool {
    let near = &tag[..tag.len().min(64)];
    let Some(end) = memchr(b'>', near).or(memchr(b' ', near)) else { return false };
    if near[end] == b'>' && is_tag(near[end + 1..].trim_ascii_start().strip_prefix(b"<").unwrap_or(b"-"), "docno") {
        return true;
    }
    let id = memchr(b' ', near).and_then(|name| near[name..].strip_prefix(b" id=\""));
    let digits = |id: &[u8]| id.iter().take_while(|b| b.is_ascii_digit()).count();
    id.is_some_and(|id| digits(id) > 0 && id[digits(id)..].starts_with(b"\" url=\""))
}

/// Whether a byte may stand between a line's beginning, or a tag, and the next: a blank, or a hole of zeros.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0)
}

/// Whether a tag of this name follows the angle bracket.
pub(super) fn is_tag(bytes: &[u8], name: &str) -> bool {
    bytes.len() >= name.len()
        && bytes[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && matches!(bytes.get(name.len()), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n' | b'/') | None)
}

/// What opens a stretch without tags in XML, and what ends it.
const OPAQUE: [(&[u8], &[u8]); 2] = [(b"<!--", b"-->"), (b"<![CDATA[", b"]]>")];

/// Which of [`OPAQUE`] opens here, and the length of its opening.
fn opaque(bytes: &[u8]) -> Option<(usize, usize)> {
    let kind = OPAQUE.iter().position(|(opening, _)| bytes.starts_with(opening))?;
    Some((kind, OPAQUE[kind].0.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Body;

    fn pieces(text: &str, xml: bool, max: u64) -> Vec<String> {
        let mut pieces =
            Pieces::new(text.as_bytes(), 0, Tags { names: vec!["doc".into(), "item".into()], xml, closed: false }, max);
        let mut all = Vec::new();
        loop {
            all.push(match pieces.next() {
                Piece::End => return all,
                Piece::Document => {
                    let span = pieces.span();
                    assert_eq!(&text.as_bytes()[span.start as usize..span.end as usize], pieces.bytes());
                    String::from_utf8_lossy(pieces.bytes()).into_owned()
                }
                Piece::Cut => "cut".into(),
                Piece::Outside(shown) => format!("outside {}", String::from_utf8_lossy(&shown)),
                Piece::TooLarge(_) => "too large".into(),
                Piece::Fault(e) => e.to_string(),
            });
        }
    }

    #[test]
    fn documents_end_at_their_tags_or_where_the_next_begins() {
        let found = pieces("x <doc>\n<DOC>\n<DOCNO>1 <doc>\n<doc id=1>b</DOC >c<doc>d", false, 100);
        assert_eq!(found, ["outside x <doc>\n", "<DOC>\n<DOCNO>1 <doc>\n", "<doc id=1>b</DOC >", "outside c<doc>d"]);
        assert_eq!(pieces("<doc>a</doc><doc>b</doc>", false, 100).len(), 2);
    }

    #[test]
    fn comments_and_character_data_of_xml_hold_no_tags() {
        let found = pieces("<a><!-- <item> --><item>x<![CDATA[</item>]]></item></a>", true, 100);
        assert_eq!(found, ["outside <a><!-- <item> -->", "<item>x<![CDATA[</item>]]></item>", "outside </a>"]);
        assert_eq!(pieces("<item><![CDATA[ open</item><item>b</item>", true, 100).len(), 2);
    }

    #[test]
    fn character_data_that_never_ends_takes_linear_time() {
        let text = "<item><![CDATA[x</item>".repeat(100_000);
        assert_eq!(pieces(&text, true, 1 << 30).len(), 100_000);
    }

    #[test]
    fn what_is_not_given_is_told_of_by_an_error_with_its_beginning() {
        let charset = Charset::plain(encoding_rs::WINDOWS_1256);
        let Body::Broken(fault) = too_large(0, b"<doc>\xe3\xd1", charset).body else { panic!("it is an error") };
        assert_eq!((&*fault.reason, fault.text.as_deref()), ("read.record_too_large", Some("<doc>مر")));
        let error = io::Error::other("damage");
        let Body::Broken(fault) = failed(0, &error).body else { panic!("it is an error") };
        assert_eq!((fault.detail, fault.text), (fault_of(&error).1, None));
    }

    #[test]
    fn a_document_above_the_limit_costs_itself_alone() {
        let text = format!("<doc>{}</doc>\n<doc>ok</doc>", "س".repeat(1 << 20));
        assert_eq!(pieces(&text, false, 1000), ["too large", "outside \n", "<doc>ok</doc>"]);
    }
}
