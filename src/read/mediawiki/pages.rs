//! Finds the pages in the stream of a dump, by their tags alone: text is escaped, so `<page` never stands within.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr2};

use crate::read::window::ByteWindow;

use super::width::Width;

/// How text begins in which nothing is a tag, and how it ends.
const CDATA: [&[u8]; 2] = [b"<![CDATA[", b"]]>"];
/// The longest prefix of a name that is looked for, without its colon.
const PREFIX_BYTES: usize = 8;
/// The longest beginning of a tag that is looked for, with the byte by which its name is known to end.
const TAG_BYTES: usize = "</".len() + PREFIX_BYTES + ":page>".len();
/// The longest end tag, with what stands between its name and its end.
const END_TAG_BYTES: usize = 1024;
/// What is kept of a page above the limit, in bytes.
const KEPT_BYTES: usize = 1024;
/// What is kept of a stretch without a page, in bytes.
pub(super) const OUTSIDE_BYTES: usize = 64 << 10;

/// The bytes of a page, or what is left of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Extent<'b> {
    /// From its start tag to the end of its end tag.
    Whole(&'b [u8]),
    /// It has more bytes than wanted: its beginning, and how many it has.
    TooLong(&'b [u8], u64),
    /// The next page, or the end of the stream, comes before its end; without blanks at the end.
    Cut(&'b [u8]),
    /// What stands before the next page, or the end of the stream, where it is more than blanks: its beginning.
    Outside(&'b [u8]),
}

/// What comes next in the stream.
enum Next {
    Page,
    Outside(Range<u64>),
    None,
}

#[derive(Clone, Copy)]
enum Tag {
    Start,
    /// The bytes of the tag.
    End(usize),
}

/// Cuts a stream into pages, in memory bounded by the longest page that is wanted.
pub(super) struct Pages<R> {
    window: ByteWindow<R>,
    /// Bytes of the window that were given as the last page.
    given: usize,
    /// Offset of the window in the source.
    offset: u64,
    width: Width,
    max: usize,
    /// The beginning of the last page that was not kept.
    kept: Vec<u8>,
    /// A stretch of the stream, from the beginning of a CDATA section on, in which its end does not stand.
    open: Cell<(u64, u64)>,
    /// From where in the source pages are wanted: what follows them is given too, and what precedes the first one is not,
    /// save at the beginning of the source.
    begin: u64,
    /// Whether what is outside of pages is given.
    wants_outside: bool,
    /// The beginning of what stands outside, and where its last byte that is no blank stands.
    outside: Vec<u8>,
    outside_end: u64,
}

impl<R: Read> Pages<R> {
    /// Pages of `reader`, whose first byte stands at `offset` of the source; those above `max` bytes are not kept. Those
    /// that begin before `begin` of the source belong to another piece of it, with what follows them.
    pub(super) fn new(reader: R, offset: u64, begin: u64, width: Width, max: u64) -> Self {
        Self {
            window: ByteWindow::new(reader, 0),
            given: 0,
            offset,
            width,
            max: usize::try_from(max).unwrap_or(usize::MAX),
            kept: Vec::new(),
            open: Cell::new((0, 0)),
            begin,
            wants_outside: begin == 0,
            outside: Vec::new(),
            outside_end: 0,
        }
    }

    /// Whether no byte is left.
    pub(super) fn at_end(&self) -> bool {
        self.window.at_end() && self.given == self.window.len()
    }

    /// The next page that begins before `end` of the source, or what stands outside of pages behind one of those, and where
    /// it stands there; none where there is no more.
    ///
    /// # Errors
    /// What the stream says; the page that it cut is lost, and the next call goes on behind it.
    pub(super) fn next_page(&mut self, end: u64) -> io::Result<Option<(Range<u64>, Extent<'_>)>> {
        self.drop_given();
        match self.find_start(end)? {
            Next::Page => {}
            Next::Outside(span) => return Ok(Some((span, Extent::Outside(&self.outside)))),
            Next::None => return Ok(None),
        }
        let start = self.offset;
        self.wants_outside = start >= self.begin;
        let mut seen = 1;
        let (length, whole) = loop {
            match self.find_tag(seen) {
                Ok((at, Tag::Start)) => break (at, false),
                Ok((at, Tag::End(length))) => break (at + length, true),
                Err(resume) => seen = resume,
            }
            // What is kept must be there.
            if seen > self.max.max(KEPT_BYTES) {
                return self.skip_long(start, seen).map(Some);
            }
            if self.window.failed() {
                return Err(self.fault());
            }
            if self.window.at_end() {
                break (self.window.len(), false);
            }
            self.window.fill();
        };
        let text = self.window.bytes()[..length].trim_ascii_end().len();
        self.given = text;
        let bytes = &self.window.bytes()[..text];
        let span = start..start + self.width.source_bytes(bytes);
        let extent = match whole {
            _ if length > self.max => Extent::TooLong(&bytes[..KEPT_BYTES.min(text)], span.end - span.start),
            true => Extent::Whole(bytes),
            false => Extent::Cut(bytes),
        };
        Ok(Some((span, extent)))
    }

    /// Passes over the page that was given.
    fn drop_given(&mut self) {
        let given = std::mem::take(&mut self.given);
        self.advance(given);
    }

    /// Moves on to the next start tag; tells what is there.
    fn find_start(&mut self, end: u64) -> io::Result<Next> {
        let start = self.offset;
        self.outside.clear();
        let mut seen = 0;
        loop {
            match self.find_tag(seen) {
                Ok((at, Tag::Start)) => {
                    self.leave(at);
                    return Ok(self.next(start, self.offset < end));
                }
                Ok((at, Tag::End(_))) => seen = at + 1,
                Err(resume) => {
                    self.leave(resume);
                    seen = 0;
                    if self.offset >= end && !self.wants_outside {
                        return Ok(Next::None);
                    }
                    if self.window.failed() {
                        return Err(self.fault());
                    }
                    if self.window.at_end() {
                        return Ok(self.next(start, false));
                    }
                    self.window.fill();
                }
            }
        }
    }

    /// What stands outside from `start` on where it is anything, else the page, if there is one.
    fn next(&self, start: u64, is_page: bool) -> Next {
        match (self.outside.is_empty(), is_page) {
            (false, _) => Next::Outside(start..self.outside_end),
            (true, true) => Next::Page,
            (true, false) => Next::None,
        }
    }

    /// Moves on, and keeps what stands outside of pages.
    fn leave(&mut self, length: usize) {
        let bytes = &self.window.bytes()[..length];
        let text = bytes.trim_ascii_end().len();
        if self.wants_outside && (text > 0 || !self.outside.is_empty()) {
            let room = OUTSIDE_BYTES - self.outside.len();
            self.outside.extend_from_slice(&bytes[..length.min(room)]);
            self.outside_end = self.offset + self.width.source_bytes(&bytes[..text]);
        }
        self.advance(length);
    }

    /// The next tag of a page from `seen` bytes on; else from where to look once there are more bytes.
    fn find_tag(&self, seen: usize) -> Result<(usize, Tag), usize> {
        let bytes = self.window.bytes();
        let ended = self.window.at_end();
        let mut from = seen.min(bytes.len());
        while let Some(at) = memchr(b'<', &bytes[from..]).map(|at| from + at) {
            let tag = &bytes[at..];
            if tag.len() < TAG_BYTES && !ended {
                return Err(at);
            }
            if let Some(name_end) = page_tag(tag) {
                return match tag[1] {
                    b'/' => self.end_tag(tag, name_end).map(|length| (at, Tag::End(length))).ok_or(at),
                    _ => Ok((at, Tag::Start)),
                };
            }
            from = match tag.starts_with(CDATA[0]) {
                true => at + self.cdata(at).ok_or(at)?,
                false => at + 1,
            };
        }
        Err(bytes.len())
    }

    /// The bytes of the CDATA section that begins `at`; of one that has no end before the next begins, that of its first
    /// sign; none where more bytes may tell.
    fn cdata(&self, at: usize) -> Option<usize> {
        let bytes = &self.window.bytes()[at..];
        let start = self.window.offset() + at as u64;
        let (open, without) = self.open.get();
        // What was looked through when there were fewer bytes is not looked through again.
        let mut from = match open == start {
            true => usize::try_from(without.saturating_sub(start)).map_or(bytes.len(), |n| n.min(bytes.len())),
            false => CDATA[0].len(),
        };
        while let Some(next) = memchr2(b']', b'<', &bytes[from.min(bytes.len())..]).map(|next| from + next) {
            let rest = &bytes[next..];
            if rest.starts_with(CDATA[1]) {
                return Some(next + CDATA[1].len());
            }
            if rest.starts_with(CDATA[0]) {
                return Some(1);
            }
            from = next + 1;
        }
        self.open.set((start, start + bytes.len().saturating_sub(CDATA[0].len()) as u64));
        (self.window.at_end() || bytes.len() > self.max).then_some(1)
    }

    /// The bytes of the end tag that `bytes` begin with, whose name ends after `name` bytes: to its end where that comes
    /// before another tag, else its name; none where more bytes may tell.
    fn end_tag(&self, bytes: &[u8], name: usize) -> Option<usize> {
        let near = &bytes[1..bytes.len().min(END_TAG_BYTES)];
        match memchr2(b'<', b'>', near) {
            Some(at) if near[at] == b'>' => Some(at + 2),
            None if bytes.len() < END_TAG_BYTES && !self.window.at_end() => None,
            _ => Some(name),
        }
    }

    /// Passes over a page that is too long, whose first `seen` bytes hold no tag of a page but its start.
    fn skip_long(&mut self, start: u64, seen: usize) -> io::Result<(Range<u64>, Extent<'_>)> {
        self.kept = self.window.bytes()[..KEPT_BYTES.min(self.window.len())].to_vec();
        let mut text_end = start;
        self.advance_text(seen, &mut text_end);
        loop {
            match self.find_tag(0) {
                Ok((at, tag)) => {
                    let length = if let Tag::End(length) = tag { length } else { 0 };
                    self.advance_text(at + length, &mut text_end);
                    break;
                }
                Err(resume) => self.advance_text(resume, &mut text_end),
            }
            if self.window.failed() {
                return Err(self.fault());
            }
            if self.window.at_end() {
                break;
            }
            self.window.fill();
        }
        Ok((start..text_end, Extent::TooLong(&self.kept, text_end - start)))
    }

    /// What the stream said; what is held of a page goes with it.
    fn fault(&mut self) -> io::Error {
        // What follows is the rest of what the fault cut, and is told of by it.
        self.wants_outside = false;
        self.advance(self.window.len());
        self.window.take_fault().expect("the stream failed")
    }

    /// Moves on, and `text_end` to the end of what is no blank.
    fn advance_text(&mut self, length: usize, text_end: &mut u64) {
        let text = self.window.bytes()[..length].trim_ascii_end().len();
        self.advance(text);
        if text > 0 {
            *text_end = self.offset;
        }
        self.advance(length - text);
    }

    fn advance(&mut self, length: usize) {
        self.offset += self.width.source_bytes(&self.window.bytes()[..length]);
        self.window.consume(length);
    }
}

/// Where the name ends in the tag of a page that `tag` begins with, if it does; the name may have a prefix.
fn page_tag(tag: &[u8]) -> Option<usize> {
    let from = if tag.get(1) == Some(&b'/') { 2 } else { 1 };
    let name = &tag[from..];
    let prefix = name.iter().take(PREFIX_BYTES).take_while(|b| b.is_ascii_alphanumeric()).count();
    let prefix = if name.get(prefix) == Some(&b':') { prefix + 1 } else { 0 };
    let after = name[prefix..].strip_prefix(b"page")?.first()?;
    let ends = matches!(after, b'>' | b'/') || after.is_ascii_whitespace();
    ends.then_some(from + prefix + "page".len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::window::CHUNK_BYTES;

    /// The pages, which are the same wherever what is at hand of the stream ends.
    fn all(bytes: &[u8], max: u64) -> Vec<(Range<u64>, String)> {
        let found = told(Pages::new(bytes, 0, 1, Width::Byte, max));
        for behind in 0..bytes.len().min(64) {
            let before = (CHUNK_BYTES - behind) as u64;
            let padded = [vec![b' '; CHUNK_BYTES - behind], bytes.to_vec()].concat();
            let mut later = told(Pages::new(&padded[..], 0, 1, Width::Byte, max));
            later.iter_mut().for_each(|(span, _)| *span = span.start - before..span.end - before);
            assert_eq!(found, later, "{behind} bytes at hand");
        }
        found
    }

    fn told(mut pages: Pages<impl Read>) -> Vec<(Range<u64>, String)> {
        let mut found = Vec::new();
        while let Some((span, extent)) = pages.next_page(u64::MAX).expect("bytes give no error") {
            let told = match extent {
                Extent::Whole(b) => String::from_utf8_lossy(b).into_owned(),
                Extent::TooLong(kept, length) => format!("too long: {length} {}", String::from_utf8_lossy(kept)),
                Extent::Cut(b) => format!("cut: {}", String::from_utf8_lossy(b)),
                Extent::Outside(_) => continue,
            };
            found.push((span, told));
        }
        found
    }

    #[test]
    fn pages_are_found_between_other_tags() {
        let found = all(b"<mediawiki><pages/><page>a</page> <page x='1'>b</page></mediawiki>", 100);
        assert_eq!(found, [(19..33, "<page>a</page>".into()), (34..54, "<page x='1'>b</page>".into())]);
    }

    #[test]
    fn a_page_without_an_end_costs_itself_alone() {
        let found = all(b"<page>a<page>b</page><page>c</pa", 100);
        let told: Vec<&str> = found.iter().map(|(_, told)| told.as_str()).collect();
        assert_eq!(told, ["cut: <page>a", "<page>b</page>", "cut: <page>c</pa"]);
    }

    #[test]
    fn a_page_that_is_cut_ends_where_its_text_does() {
        for (max, cut) in [(100, "cut: <page>a"), (5, "too long: 7 <page>a")] {
            let found = all(b"<page>a\n  <page>b</page>", max);
            assert_eq!(found[0], (0..7, cut.into()));
            assert_eq!(found[1].0, 10..24);
            assert_eq!(all(b"<page>a\n  ", max), found[..1]);
        }
        let long = [b"<page>".as_slice(), &[b'x'; 3000], b" \n  <page>b</page>"].concat();
        assert_eq!(all(&long, 100)[0].0, 0..3006);
    }

    #[test]
    fn an_end_tag_ends_wherever_chunks_do() {
        let found = all(b"<page>a</page \n><page>b</page  <page>c</page><page>d</page ", 100);
        let told: Vec<&str> = found.iter().map(|(_, told)| told.as_str()).collect();
        assert_eq!(told, ["<page>a</page \n>", "<page>b</page", "<page>c</page>", "<page>d</page"]);
        let far = [b"<page>a</page ".as_slice(), &[b' '; 5000], b"> <page>b</page>"].concat();
        assert_eq!(all(&far, 100)[0], (0..13, "<page>a</page".into()));
        let long = [b"<page>".as_slice(), &[b'x'; 3000], b"</page > <page>b</page>"].concat();
        assert_eq!((all(&long, 100)[0].0.end, all(&long, 9000)[0].0.end), (3014, 3014));
        assert_eq!(all(b"<page>a<page>", 100)[1], (7..13, "cut: <page>".into()));
    }

    #[test]
    fn a_page_above_the_limit_is_passed_over_in_bounded_memory() {
        let mut bytes = b"<page>".to_vec();
        bytes.resize(5 * CHUNK_BYTES, b'x');
        bytes.extend_from_slice(b"</page><page>b</page>");
        let length = 5 * CHUNK_BYTES as u64 + 7;
        let mut pages = Pages::new(&bytes[..], 0, 0, Width::Byte, 100);
        let (span, extent) = pages.next_page(u64::MAX).expect("bytes").expect("a page");
        assert!(matches!(extent, Extent::TooLong(head, found) if head.starts_with(b"<page>xxx") && found == length));
        assert_eq!(span, 0..length);
        assert!(pages.window.len() < 2 * CHUNK_BYTES);
        let (span, extent) = pages.next_page(u64::MAX).expect("bytes").expect("a page");
        assert_eq!((span, extent), (length..length + 14, Extent::Whole(b"<page>b</page>")));
    }

    #[test]
    fn pages_before_an_offset_are_given_and_later_ones_stay() {
        let mut pages = Pages::new(&b" <page>a</page><page>b</page>"[..], 0, 0, Width::Byte, 100);
        assert_eq!(pages.next_page(50).expect("bytes"), Some((1..15, Extent::Whole(b"<page>a</page>"))));
        assert_eq!(pages.next_page(15).expect("bytes"), None);
        assert_eq!(pages.next_page(50).expect("bytes"), Some((15..29, Extent::Whole(b"<page>b</page>"))));
    }

    #[test]
    fn tags_in_cdata_are_text_and_an_open_section_costs_its_page() {
        let bytes = b"<page><![CDATA[a </page> <page> b]]></page><page><![CDATA[c</page><page><![CDATA[d]]></page>\
            <page><![CDATA[e</page><page>f</page>";
        let found = all(bytes, 1000);
        let told: Vec<&str> = found.iter().map(|(_, told)| told.as_str()).collect();
        assert_eq!(
            told,
            [
                "<page><![CDATA[a </page> <page> b]]></page>",
                "<page><![CDATA[c</page>",
                "<page><![CDATA[d]]></page>",
                "<page><![CDATA[e</page>",
                "<page>f</page>"
            ]
        );
        let open = b"<page><![CDATA[x</page>".repeat(40_000);
        assert_eq!(told_number(&open), 40_000);
    }

    fn told_number(bytes: &[u8]) -> usize {
        told(Pages::new(bytes, 0, 1, Width::Byte, u64::MAX)).len()
    }

    #[test]
    fn names_of_tags_may_have_a_prefix() {
        let found = all(b"<mw:page>a</mw:page><x:pages/><toolongaprefix:page>", 100);
        assert_eq!(found, [(0..20, "<mw:page>a</mw:page>".into())]);
    }

    #[test]
    fn reading_goes_on_behind_an_error() {
        struct Flaky(u32);
        impl Read for Flaky {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                let bytes: &[u8] = match self.0 {
                    1 => b"<page>a</page><page>lost",
                    3 => b"tail</page><page>b</page>",
                    4 => b"",
                    _ => return Err(io::Error::other("damaged")),
                };
                buffer[..bytes.len()].copy_from_slice(bytes);
                Ok(bytes.len())
            }
        }
        let mut pages = Pages::new(Flaky(0), 0, 1, Width::Byte, 100);
        let mut told = Vec::new();
        for _ in 0..4 {
            told.push(match pages.next_page(u64::MAX) {
                Ok(Some((_, Extent::Whole(b)))) => String::from_utf8_lossy(b).into_owned(),
                other => format!("{other:?}"),
            });
        }
        assert_eq!(told[0], "<page>a</page>");
        assert!(told[1].contains("damaged"));
        assert_eq!(told[2..], ["<page>b</page>", "Ok(None)"]);
    }
}
