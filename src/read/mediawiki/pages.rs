//! Finds the pages in the stream of a dump, by their tags alone: text is escaped, so `<page` never stands within.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr_iter, memchr2};

use super::width::Width;

/// Bytes asked of the stream at a time.
const CHUNK_BYTES: usize = 1 << 20;
/// The longest beginning of a tag that is looked for, with the byte by which its name is known to end.
const TAG_BYTES: usize = "</page>".len();
/// The longest end tag, with what stands between its name and its end.
const END_TAG_BYTES: usize = 1024;
/// What is kept of a page above the limit, in bytes.
const KEPT_BYTES: usize = 1024;

/// The bytes of a page, or what is left of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Extent<'b> {
    /// From its start tag to the end of its end tag.
    Whole(&'b [u8]),
    /// It has more bytes than wanted: its beginning, and how many it has.
    TooLong(&'b [u8], u64),
    /// The next page, or the end of the stream, comes before its end; without blanks at the end.
    Cut(&'b [u8]),
}

#[derive(Clone, Copy)]
enum Tag {
    Start,
    /// The bytes of the tag.
    End(usize),
}

/// Cuts a stream into pages, in memory bounded by the longest page that is wanted.
pub(super) struct Pages<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Bytes of `buffer` not given yet.
    rest: Range<usize>,
    /// Offset of `rest.start` in the source.
    offset: u64,
    width: Width,
    max: usize,
    ended: bool,
    /// The beginning of the last page that was not kept.
    kept: Vec<u8>,
    /// Whether the last thing that the stream gave was an error.
    failed: bool,
}

impl<R: Read> Pages<R> {
    /// Pages of `reader`, whose first byte stands at `offset` of the source; those above `max` bytes are not kept.
    pub(super) fn new(reader: R, offset: u64, width: Width, max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self {
            reader,
            buffer: Vec::new(),
            rest: 0..0,
            offset,
            width,
            max,
            ended: false,
            kept: Vec::new(),
            failed: false,
        }
    }

    /// The next page that begins before `end` of the source, and where it stands there; none where there is no more.
    ///
    /// # Errors
    /// What the stream says; the page that it cut is lost, and the next call goes on behind it.
    pub(super) fn next_page(&mut self, end: u64) -> io::Result<Option<(Range<u64>, Extent<'_>)>> {
        if !self.find_start(end)? {
            return Ok(None);
        }
        let start = self.offset;
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
            if self.ended {
                break (self.rest.len(), false);
            }
            self.fill()?;
        };
        let bytes = &self.buffer[self.rest.start..][..length];
        let text = bytes.trim_ascii_end().len();
        let bytes = self.rest.start..self.rest.start + text;
        self.advance(text);
        let span = start..self.offset;
        let bytes = &self.buffer[bytes];
        let extent = match whole {
            _ if length > self.max => Extent::TooLong(&bytes[..KEPT_BYTES.min(text)], span.end - span.start),
            true => Extent::Whole(bytes),
            false => Extent::Cut(bytes),
        };
        Ok(Some((span, extent)))
    }

    /// Moves on to the next start tag before `end`; gives whether there is one.
    fn find_start(&mut self, end: u64) -> io::Result<bool> {
        let mut seen = 0;
        loop {
            match self.find_tag(seen) {
                Ok((at, Tag::Start)) => {
                    self.advance(at);
                    return Ok(self.offset < end);
                }
                Ok((at, Tag::End(_))) => seen = at + 1,
                Err(resume) => {
                    self.advance(resume);
                    seen = 0;
                    if self.offset >= end || self.ended {
                        return Ok(false);
                    }
                    self.fill()?;
                }
            }
        }
    }

    /// The next tag of a page from `seen` bytes on; else from where to look once there are more bytes.
    fn find_tag(&self, seen: usize) -> Result<(usize, Tag), usize> {
        let bytes = &self.buffer[self.rest.clone()];
        let ends_name = |b: Option<&u8>| b.is_some_and(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace());
        for at in memchr_iter(b'<', &bytes[seen.min(bytes.len())..]) {
            let at = seen + at;
            let tag = &bytes[at..];
            if tag.len() < TAG_BYTES && !self.ended {
                return Err(at);
            }
            if tag.starts_with(b"<page") && ends_name(tag.get(5)) {
                return Ok((at, Tag::Start));
            }
            if tag.starts_with(b"</page") && ends_name(tag.get(6)) {
                return self.end_tag(tag).map(|length| (at, Tag::End(length))).ok_or(at);
            }
        }
        Err(bytes.len())
    }

    /// The bytes of the end tag that `bytes` begin with: to its end where that comes before another tag, else its name;
    /// none where more bytes may tell.
    fn end_tag(&self, bytes: &[u8]) -> Option<usize> {
        let near = &bytes[1..bytes.len().min(END_TAG_BYTES)];
        match memchr2(b'<', b'>', near) {
            Some(at) if near[at] == b'>' => Some(at + 2),
            None if bytes.len() < END_TAG_BYTES && !self.ended => None,
            _ => Some(TAG_BYTES - 1),
        }
    }

    /// Passes over a page that is too long, whose first `seen` bytes hold no tag of a page but its start.
    fn skip_long(&mut self, start: u64, seen: usize) -> io::Result<(Range<u64>, Extent<'_>)> {
        self.kept = self.buffer[self.rest.start..][..KEPT_BYTES.min(self.rest.len())].to_vec();
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
            if self.ended {
                break;
            }
            self.fill()?;
        }
        Ok((start..text_end, Extent::TooLong(&self.kept, text_end - start)))
    }

    /// Moves on, and `text_end` to the end of what is no blank.
    fn advance_text(&mut self, length: usize, text_end: &mut u64) {
        let text = self.buffer[self.rest.start..][..length].trim_ascii_end().len();
        self.advance(text);
        if text > 0 {
            *text_end = self.offset;
        }
        self.advance(length - text);
    }

    fn advance(&mut self, length: usize) {
        let bytes = &self.buffer[self.rest.start..self.rest.start + length];
        self.offset += self.width.source_bytes(bytes);
        self.rest.start += length;
    }

    /// Reads more, if there is more.
    fn fill(&mut self) -> io::Result<()> {
        // Moved only once half of the room is free, so that what is moved is no more than what was read.
        if self.rest.start > self.buffer.len() / 2 {
            self.buffer.copy_within(self.rest.clone(), 0);
            self.rest = 0..self.rest.len();
        }
        if self.buffer.len() < self.rest.end + CHUNK_BYTES {
            self.buffer.resize(self.rest.end + CHUNK_BYTES, 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.rest.end..]) {
                Ok(0) => {
                    // What was too short for a tag may be one now.
                    self.ended = true;
                    return Ok(());
                }
                Ok(n) => {
                    self.failed = false;
                    self.rest.end += n;
                    return Ok(());
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    // A stream that gives nothing but errors has ended.
                    self.ended = std::mem::replace(&mut self.failed, true);
                    self.advance(self.rest.len());
                    return Err(e);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Single<'a>(&'a [u8]);

    impl Read for Single<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1);
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    /// The pages, which are the same however many bytes the stream gives at a time.
    fn all(bytes: &[u8], max: u64) -> Vec<(Range<u64>, String)> {
        let found = told(Pages::new(bytes, 0, Width::Byte, max));
        assert_eq!(found, told(Pages::new(Single(bytes), 0, Width::Byte, max)));
        found
    }

    fn told(mut pages: Pages<impl Read>) -> Vec<(Range<u64>, String)> {
        let mut found = Vec::new();
        while let Some((span, extent)) = pages.next_page(u64::MAX).expect("bytes give no error") {
            let told = match extent {
                Extent::Whole(b) => String::from_utf8_lossy(b).into_owned(),
                Extent::TooLong(kept, length) => format!("too long: {length} {}", String::from_utf8_lossy(kept)),
                Extent::Cut(b) => format!("cut: {}", String::from_utf8_lossy(b)),
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
        let mut pages = Pages::new(&bytes[..], 0, Width::Byte, 100);
        let (span, extent) = pages.next_page(u64::MAX).expect("bytes").expect("a page");
        assert!(matches!(extent, Extent::TooLong(head, found) if head.starts_with(b"<page>xxx") && found == length));
        assert_eq!(span, 0..length);
        assert!(pages.buffer.len() < 4 * CHUNK_BYTES);
        let (span, extent) = pages.next_page(u64::MAX).expect("bytes").expect("a page");
        assert_eq!((span, extent), (length..length + 14, Extent::Whole(b"<page>b</page>")));
    }

    #[test]
    fn tags_are_found_wherever_chunks_end() {
        let mut pages = Pages::new(Single(b" <page>a</page><page>b</page>"), 0, Width::Byte, 100);
        assert_eq!(pages.next_page(50).expect("bytes"), Some((1..15, Extent::Whole(b"<page>a</page>"))));
        assert_eq!(pages.next_page(15).expect("bytes"), None);
        assert_eq!(pages.next_page(50).expect("bytes"), Some((15..29, Extent::Whole(b"<page>b</page>"))));
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
        let mut pages = Pages::new(Flaky(0), 0, Width::Byte, 100);
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
