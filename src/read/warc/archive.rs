//! The way through an archive: from head to block to head, and back onto it after damage.
//!
//! A block is believed to be as long as its head says when a record, or the end, follows it. Where something else
//! follows, the record is lost and the next beginning of a record is searched for, in the block first. Every byte is
//! searched a bounded number of times, and no more than a record of the largest allowed size is held.

use std::marker::PhantomData;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, Fault, Metadata, RawDocument};
use crate::read::{Met, ReadOptions, Sink, Slice};

use super::dialect::{Dialect, Head, Parsed};
use super::lost::{damaged, ended_early, found, is_checksum, lossy, readable};
use super::passed::Passed;
use super::payload::{Candidate, Payload};
use super::window::Window;

/// The largest head that is read, in bytes; a line of ARC counts as one.
const MAX_HEAD_BYTES: usize = 1 << 20;

/// Bytes in which most heads end.
const HEAD_BYTES: usize = 4 << 10;

/// Bytes of a block in which the head of an HTTP answer is looked for before the block is held.
const ANSWER_BYTES: usize = 32 << 10;

/// Bytes that are held after a possible beginning of a record in a block that is passed over, whatever the largest
/// record is.
const MIN_HELD_BYTES: u64 = 1 << 20;

/// Blanks that stand between records.
pub(super) const BLANKS: &[u8] = b"\r\n \t";

/// Reads the records of a slice into `sink`.
///
/// # Errors
/// Those of `sink`.
pub(super) fn read<D: Dialect>(slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
    let mut window = Window::new(slice.content.reader, slice.content.start);
    let before = usize::try_from(slice.range.start.saturating_sub(slice.content.start)).unwrap_or(usize::MAX);
    if window.ensure(before) {
        window.consume(before);
    }
    let mut archive = Archive::<D> {
        window,
        options: slice.options,
        sink,
        met: Met::default(),
        is_fault_told: false,
        dialect: PhantomData,
    };
    if archive.window.offset() == 0 && archive.window.ensure(3) && archive.window.bytes().starts_with(b"\xEF\xBB\xBF") {
        archive.window.consume(3);
    }
    while archive.step(slice.range.end)? {}
    Ok(archive.met)
}

struct Archive<'a, 's, D> {
    window: Window,
    options: &'a ReadOptions,
    sink: &'a mut Sink<'s>,
    met: Met,
    /// Whether the fault that ended this run of bytes cost a record already.
    is_fault_told: bool,
    dialect: PhantomData<D>,
}

/// Where a search came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sought {
    /// A record begins at the first byte of the window.
    Start,
    /// The limit is near: bytes in which a beginning may be cut are still held.
    Limit,
    /// The run of bytes ended, and all of it is passed.
    End,
}

/// What stands after a block.
enum After {
    /// A record, or the end, as it should.
    Well,
    /// The line ends that close a block without a record, or a record without them.
    Closed,
    /// Something else; what is wrong.
    Ill(String),
}

impl<D: Dialect> Archive<'_, '_, D> {
    /// Reads the next record, if it begins before `end`; false when there is none, or no more are wanted.
    fn step(&mut self, end: u64) -> Result<bool> {
        self.skip_blanks();
        if self.window.bytes().is_empty() {
            return self.next_run();
        }
        if self.window.offset() >= end {
            return Ok(false);
        }
        self.window.ensure(D::LOOK_BYTES);
        if !D::begins(self.window.bytes()) {
            return self.lose(self.window.offset(), None, format!("{} was expected", D::EXPECTED));
        }
        let start = self.window.offset();
        match self.head() {
            Ok((head, length)) => {
                self.window.consume(length);
                self.record(start, &head)
            }
            Err(detail) => self.lose(start, None, detail),
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            let bytes = self.window.bytes();
            let blanks = bytes.iter().take_while(|b| BLANKS.contains(b)).count();
            let is_all = blanks == bytes.len();
            self.window.consume(blanks);
            if !is_all || !self.window.ensure(1) {
                return;
            }
        }
    }

    /// Goes on after a fault of the stream, which cost a record.
    fn next_run(&mut self) -> Result<bool> {
        let offset = self.window.offset();
        let fault = self.window.fault().map(|f| format!("the compressed data is damaged: {f}"));
        if let Some(fault) = fault.filter(|_| !self.is_fault_told)
            && !self.break_record(offset, None, fault)?
        {
            return Ok(false);
        }
        self.is_fault_told = false;
        if !self.window.resume() {
            return Ok(false);
        }
        // What comes first may be the rest of the record that is lost.
        self.seek(u64::MAX, true);
        Ok(true)
    }

    fn head(&mut self) -> std::result::Result<(Head, usize), String> {
        let mut want = HEAD_BYTES;
        loop {
            let is_whole = !self.window.ensure(want);
            match D::parse(self.window.bytes(), is_whole) {
                Parsed::Head(head, length) => return Ok((*head, length)),
                Parsed::Bad(detail) => return Err(detail),
                Parsed::More if is_whole || want >= MAX_HEAD_BYTES => {
                    return Err(format!("its head does not end within {MAX_HEAD_BYTES} bytes"));
                }
                Parsed::More => want *= 4,
            }
        }
    }

    /// Reads the block of a record whose head began at `start`.
    fn record(&mut self, start: u64, head: &Head) -> Result<bool> {
        let length = match &head.length {
            Some(Ok(length)) => *length,
            missing => {
                let detail = match missing {
                    Some(Err(value)) => format!("its Content-Length is {value:?}, a number was expected"),
                    _ => "its head has no Content-Length".to_owned(),
                };
                return self.lose_block(start, head, u64::MAX, detail);
            }
        };
        match self.candidate(length, head) {
            Err(passed) => self.pass(start, length, Some(passed)),
            Ok(_) if length > self.options.max_record => self.pass(start, length, None),
            Ok(candidate) => self.hold(start, length, head, &candidate),
        }
    }

    /// Looks at the beginning of a block, as far as the head of an answer goes.
    fn candidate(&mut self, length: u64, head: &Head) -> std::result::Result<Candidate, Passed> {
        let mut want = clamp(length).min(ANSWER_BYTES);
        loop {
            let is_there = self.window.ensure(want);
            let candidate = Candidate::of(head, &self.window.bytes()[..self.window.bytes().len().min(want)])?;
            if !is_there || want >= MAX_HEAD_BYTES.min(clamp(length)) || candidate.is_whole(want) {
                return Ok(candidate);
            }
            want = clamp(length).min(4 * want);
        }
    }

    /// Reads a block that is held as a whole.
    fn hold(&mut self, start: u64, length: u64, head: &Head, candidate: &Candidate) -> Result<bool> {
        let is_held = self.window.ensure(clamp(length));
        let after = if is_held {
            self.after(start, clamp(length))
        } else {
            After::Ill(self.short(self.window.offset(), length))
        };
        // A page may speak of the format: a record within is believed where none follows.
        let within = match &after {
            After::Well => None,
            After::Closed | After::Ill(_) => self.locate(clamp(length)),
        };
        match (after, within) {
            (After::Well, _) | (After::Closed, None) => {}
            (After::Closed | After::Ill(_), Some(at)) => {
                return self.lose_block(start, head, length, ended_early(at as u64, length));
            }
            (After::Ill(detail), None) => return self.lose_block(start, head, length, detail),
        }
        let block = &self.window.bytes()[..clamp(length)];
        let payload = candidate.payload(head, block, self.options.max_record);
        let text = match &payload {
            Payload::Damaged(_) | Payload::TooLarge => lossy(block),
            Payload::Document(..) | Payload::Passed(_) => None,
        };
        self.window.consume(clamp(length));
        match payload {
            Payload::Document(body, metadata) => self.emit(start, *metadata, body),
            Payload::Passed(passed) => Ok(self.count_passed(passed)),
            Payload::TooLarge => {
                let max = self.options.max_record;
                let detail = format!("a body of more than {max} bytes; read it with a larger --max-record");
                self.fail(start, "read.record_too_large", text, detail)
            }
            Payload::Damaged(detail) => self.break_record(start, text, detail),
        }
    }

    /// Passes over a block without holding it: one that is no article for the kind given, or one that is too large.
    fn pass(&mut self, start: u64, length: u64, passed: Option<Passed>) -> Result<bool> {
        let block = self.window.offset();
        let mut sought = self.seek(length, false);
        if sought == Sought::Limit {
            // The beginning of a record may be cut by the limit.
            let left = clamp(length - (self.window.offset() - block));
            self.window.ensure(left.saturating_add(D::LOOK_BYTES));
            if let Some(at) = self.locate(left) {
                self.window.consume(at);
                sought = Sought::Start;
            }
        }
        let passed_bytes = self.window.offset() - block;
        let left = length.saturating_sub(passed_bytes);
        let held = self.options.max_record.max(MIN_HELD_BYTES);
        let early = ended_early(passed_bytes, length);
        let ill = match sought {
            Sought::End => Some(self.short(block, length)),
            // A page may speak of the format; it is believed when the block ends well.
            Sought::Start if left > held || !self.window.ensure(clamp(left)) => Some(early),
            Sought::Limit if !self.window.ensure(clamp(left)) => Some(self.short(block, length)),
            _ => match self.after(start, clamp(left)) {
                After::Well => None,
                After::Closed | After::Ill(_) if sought == Sought::Start => Some(early),
                After::Closed => None,
                After::Ill(detail) => Some(detail),
            },
        };
        match (ill, passed) {
            (Some(detail), _) if sought == Sought::Limit => self.lose(start, None, detail),
            (Some(detail), _) => {
                self.is_fault_told = sought == Sought::End;
                self.break_record(start, None, detail)
            }
            (None, Some(passed)) => {
                self.window.consume(clamp(left));
                Ok(self.count_passed(passed))
            }
            (None, None) => {
                self.window.consume(clamp(left));
                let detail = format!("a record of {length} bytes; read it with a larger --max-record");
                self.fail(start, "read.record_too_large", None, detail)
            }
        }
    }

    /// What is wrong with the block that began at `block` and whose end there is not.
    fn short(&self, block: u64, length: u64) -> String {
        let there = self.window.offset() + self.window.bytes().len() as u64 - block;
        self.window.fault().map_or_else(|| ended_early(there, length), damaged)
    }

    /// Judges what follows the block that ends `at` bytes from here, all of which are held, in the record that began at
    /// `start`.
    fn after(&mut self, start: u64, at: usize) -> After {
        self.window.ensure(at + D::LOOK_BYTES);
        let bytes = &self.window.bytes()[at..];
        let blanks = bytes.iter().take_while(|b| BLANKS.contains(b)).count();
        let lines = memchr::memchr_iter(b'\n', &bytes[..blanks]).count();
        let is_closed = D::TRAILER_LINES.map(|needed| lines >= needed);
        if blanks == bytes.len() {
            return match self.window.fault() {
                // The bytes are there, but they are others than were written.
                Some(fault) if self.window.ended() && is_checksum(fault) => {
                    self.is_fault_told = true;
                    After::Ill(format!("the compressed data is damaged: {fault}"))
                }
                _ if is_closed == Some(false) => After::Closed,
                _ => After::Well,
            };
        }
        if D::begins(&bytes[blanks..]) {
            return if is_closed == Some(false) { After::Closed } else { After::Well };
        }
        if is_closed == Some(true) {
            return After::Closed;
        }
        let found = found::<D>(&bytes[blanks..]);
        // Within the record, since where it stands depends on what is read with it.
        let passed = self.window.offset() - start + (at + blanks) as u64;
        let expected = D::EXPECTED;
        After::Ill(format!("its length is wrong: {found:?} follows {passed} bytes on, {expected} was expected"))
    }

    /// Gives up the record that began at `start` and whose block is here; goes on at the next record.
    fn lose_block(&mut self, start: u64, head: &Head, length: u64, detail: String) -> Result<bool> {
        let bytes = self.window.bytes();
        // Up to the next record all is the block, whatever its head says.
        let block = &bytes[..self.locate(usize::MAX).unwrap_or(bytes.len().min(clamp(length)))];
        let text = readable(head, block, self.options.max_record).or_else(|| lossy(block));
        self.lose(start, text, detail)
    }

    /// Gives up what began at `start`, with what is known of its text; goes on at the next record.
    fn lose(&mut self, start: u64, text: Option<String>, detail: String) -> Result<bool> {
        let bytes = self.window.bytes();
        let text = text.or_else(|| lossy(&bytes[..self.locate(usize::MAX).unwrap_or(bytes.len())]));
        // What begins here is what is given up.
        if self.seek(u64::MAX, false) == Sought::End {
            self.is_fault_told = true;
        }
        let bytes = self.window.offset() - start;
        self.break_record(start, text, format!("{detail}; {bytes} bytes are lost"))
    }

    /// Moves on to where a record plausibly begins, by at most `limit` bytes.
    fn seek(&mut self, limit: u64, mut line_start: bool) -> Sought {
        let mut left = limit;
        loop {
            let held = self.window.bytes().len().min(clamp(left));
            if let Some(at) = D::find(&self.window.bytes()[..held], line_start) {
                self.window.ensure(at + D::LOOK_BYTES);
                let is_start = D::is_plausible(&self.window.bytes()[at..]);
                self.window.consume(if is_start { at } else { at + 1 });
                if is_start {
                    return Sought::Start;
                }
                left -= (at + 1) as u64;
            } else {
                let passed = held - held.min(D::OVERLAP_BYTES);
                self.window.consume(passed);
                left -= passed as u64;
                if held - passed == clamp(left) {
                    return Sought::Limit;
                }
                if !self.window.ensure(held - passed + 1) {
                    self.window.consume(self.window.bytes().len());
                    return Sought::End;
                }
                line_start &= passed == 0;
                continue;
            }
            line_start = false;
        }
    }

    /// Where in the first `within` of the bytes that are held a record plausibly begins.
    fn locate(&self, within: usize) -> Option<usize> {
        let bytes = self.window.bytes();
        let end = bytes.len().min(within.saturating_add(D::OVERLAP_BYTES));
        let mut at = 0;
        while let Some(found) = D::find(&bytes[at..end], false).filter(|found| at + found < within) {
            if D::is_plausible(&bytes[at + found..]) {
                return Some(at + found);
            }
            at += found + 1;
        }
        None
    }

    fn count_passed(&mut self, passed: Passed) -> bool {
        self.met.pass_over(passed.name());
        true
    }

    fn break_record(&mut self, start: u64, text: Option<String>, detail: String) -> Result<bool> {
        self.fail(start, D::REASON, text, detail)
    }

    fn fail(&mut self, start: u64, reason: &str, text: Option<String>, detail: String) -> Result<bool> {
        self.emit(start, Metadata::default(), Body::Broken(Fault { reason: reason.into(), detail, text }))
    }

    /// Hands on the record that began at `start` and ends here.
    fn emit(&mut self, start: u64, metadata: Metadata, body: Body) -> Result<bool> {
        let record = self.met.records;
        self.met.records += 1;
        let bytes = Some(ByteSpan { start, end: self.window.offset() });
        (self.sink)(RawDocument { record, bytes, metadata, body })
    }
}

/// A length in memory; one that no memory has is as good as the largest.
fn clamp(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::arc::ArcDialect;
    use super::super::head::WarcDialect;
    use super::super::tests::{read_bytes, read_stream, record, response};
    use super::*;
    use std::io::{self, Cursor, Read};

    /// Texts of documents and reasons of errors with their texts, and the numbers met.
    fn warc(bytes: &[u8]) -> (Vec<String>, Vec<(String, String, String)>, Met) {
        summed(read_bytes::<WarcDialect>(bytes, &ReadOptions::default()))
    }

    fn arc(bytes: &[u8]) -> (Vec<String>, Vec<(String, String, String)>, Met) {
        summed(read_bytes::<ArcDialect>(bytes, &ReadOptions::default()))
    }

    fn summed((documents, met): (Vec<RawDocument>, Met)) -> (Vec<String>, Vec<(String, String, String)>, Met) {
        let (mut texts, mut faults) = (Vec::new(), Vec::new());
        for document in documents {
            match document.body {
                Body::Text(text) | Body::Html(text) | Body::Fragment(text) => texts.push(text),
                Body::Broken(f) => faults.push((f.reason, f.detail, f.text.unwrap_or_default())),
                Body::Wikitext { .. } => unreachable!("web archives give no wikitext"),
            }
        }
        (texts, faults, met)
    }

    fn wet(text: &str) -> Vec<u8> {
        record("conversion", "Content-Type: text/plain\r\n", text.as_bytes())
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn records_have_ordinals_and_spans_among_all_records() {
        let request = record("request", "Content-Type: application/http\r\n", b"GET / HTTP/1.1\r\n\r\n");
        let page = response("Content-Type: text/html", b"<p>page");
        let bytes = [request.clone(), page.clone(), wet("text")].concat();
        let (documents, met) = read_bytes::<WarcDialect>(&bytes, &ReadOptions::default());
        assert_eq!((met.records, met.passed_over), (3, 1));
        let spans: Vec<_> = documents.iter().map(|d| (d.record, d.bytes.map(|b| (b.start, b.end)))).collect();
        let (one, two, all) = (request.len() as u64, (request.len() + page.len()) as u64, bytes.len() as u64);
        assert_eq!(spans, [(1, Some((one, two - 4))), (2, Some((two, all - 4)))]);
        assert_eq!(documents[0].body, Body::Html("<p>page".into()));
        assert_eq!(documents[0].metadata.url.as_deref(), Some("http://a.example/"));
        assert_eq!(documents[0].metadata.source_id.as_deref(), Some("<urn:uuid:1>"));
        assert_eq!(documents[0].metadata.published, None);
    }

    #[test]
    fn bare_line_feeds_and_missing_or_long_trailers_are_no_damage() {
        let bytes = "WARC/1.0\nWARC-Type: conversion\nContent-Length: 3\n\none\n\nWARC/1.0\nWARC-Type: conversion\n\
                     Content-Length: 3\n\ntwoWARC/1.0\nWARC-Type: conversion\nContent-Length: 5\n\nthree\n\n\n\n\n\n";
        let met = Met { records: 3, ..Met::default() };
        assert_eq!(warc(bytes.as_bytes()), (texts(&["one", "two", "three"]), vec![], met));
    }

    #[test]
    fn a_length_that_is_too_short_costs_its_record() {
        let short = String::from_utf8(wet("a text of some length")).unwrap().replace("Length: 21", "Length: 9");
        let (found, faults, met) = warc(&[wet("one"), short.into_bytes(), wet("three")].concat());
        assert_eq!((found, met.records), (texts(&["one", "three"]), 3));
        assert_eq!((faults[0].0.as_str(), faults[0].2.trim_end()), ("read.bad_warc", "a text of some length"));
        assert!(faults[0].1.contains("its length is wrong: \"some length"), "{}", faults[0].1);
    }

    #[test]
    fn a_length_that_is_too_long_costs_its_record_and_not_those_that_it_covers() {
        let longer = |record: Vec<u8>, by: u64| {
            let record = String::from_utf8(record).unwrap();
            let length = record.split("Content-Length: ").nth(1).unwrap().split("\r\n").next().unwrap();
            record.replacen(length, &(length.parse::<u64>().unwrap() + by).to_string(), 1).into_bytes()
        };
        for by in [5, 19, 600, 99_999_999, 99_999_999_999_999] {
            let long = longer(wet("a text of some length"), by);
            let image = longer(response("Content-Type: image/png", b"a text of some length"), by);
            for bad in [long, image] {
                let bytes = [wet("one"), bad, wet("three"), wet("four"), wet("five")].concat();
                let (found, faults, met) = warc(&bytes);
                assert_eq!((found, met.records), (texts(&["one", "three", "four", "five"]), 5), "{by} {faults:?}");
                assert_eq!(faults[0].0, "read.bad_warc");
            }
        }
    }

    #[test]
    fn a_length_that_ends_at_a_blank_line_of_another_record_costs_its_record_alone() {
        let paragraphs = "the first\r\n\r\n\r\nthe second";
        let covered = wet(paragraphs);
        let to_blank = covered.len() - 4 - "\r\n\r\n\r\nthe second".len() + 4;
        for kind in ["conversion", "metadata"] {
            let block = b"a text";
            let bad = record(kind, "Content-Type: text/plain\r\n", block);
            let length = format!("Content-Length: {}", block.len() + to_blank);
            let bad = String::from_utf8(bad).unwrap().replace("Content-Length: 6", &length).into_bytes();
            let bytes = [wet("one"), bad.clone(), covered.clone(), wet("three")].concat();
            let (found, faults, met) = warc(&bytes);
            assert_eq!((found, met.records), (texts(&["one", paragraphs, "three"]), 4), "{faults:?}");
            // Read by itself, as a piece that ends before the next record, it costs the same.
            let (found, alone, _) = warc(&[wet("one"), bad].concat());
            assert_eq!((found, alone), (texts(&["one"]), faults));
        }
    }

    #[test]
    fn a_length_that_ends_where_another_record_does_costs_its_record_alone() {
        let covered = wet("two");
        for kind in ["conversion", "metadata"] {
            let bad = record(kind, "Content-Type: text/plain\r\n", b"a text");
            let length = format!("Content-Length: {}", "a text\r\n\r\n".len() + covered.len());
            let bad = String::from_utf8(bad).unwrap().replace("Content-Length: 6", &length).into_bytes();
            for after in [wet("three"), vec![]] {
                let (found, faults, _) = warc(&[bad.clone(), covered.clone(), after].concat());
                assert_eq!((found[0].as_str(), faults.len()), ("two", 1), "{faults:?}");
                assert!(faults[0].1.starts_with("it ends after 10 of"), "{faults:?}");
            }
        }
    }

    #[test]
    fn a_length_that_ends_within_the_first_line_of_a_record_is_told_as_without_that_record() {
        for kind in ["conversion", "metadata"] {
            for length in 11..20 {
                let bad = String::from_utf8(record(kind, "Content-Type: text/plain\r\n", b"a text")).unwrap();
                let bad = bad.replace("Content-Length: 6", &format!("Content-Length: {length}")).into_bytes();
                assert_eq!(warc(&[bad.clone(), wet("two")].concat()).1, warc(&bad).1, "{kind} {length}");
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_record_is_told_wherever_it_stands() {
        let short = String::from_utf8(wet("a text of some length")).unwrap().replace("Length: 21", "Length: 9");
        let cut = wet("a text that is cut");
        let end = cut.len() - 9;
        let bytes = [short.as_bytes(), &wet("one"), b"garbage\n", &wet("two"), &cut[..end]].concat();
        let details = |bytes: &[u8]| warc(bytes).1.into_iter().map(|(_, detail, _)| detail).collect::<Vec<_>>();
        let here = details(&bytes);
        assert_eq!((here.len(), details(&[wet("a record before"), bytes].concat())), (3, here));
        // Nor is it told with the record that follows.
        let near = String::from_utf8(wet("a short text")).unwrap().replace("Length: 12", "Length: 9").into_bytes();
        assert_eq!(details(&[near.clone(), wet("two")].concat()), details(&near));
    }

    #[test]
    fn a_missing_or_unreadable_length_costs_its_record() {
        let full = String::from_utf8(wet("two")).unwrap();
        for bad in [full.replace("Content-Length: 3\r\n", ""), full.replace("Length: 3", "Length: three")] {
            let (found, faults, _) = warc(&[wet("one"), bad.into_bytes(), wet("three")].concat());
            assert_eq!(found, texts(&["one", "three"]));
            assert!(faults.len() == 1 && faults[0].1.contains("Content-Length"), "{faults:?}");
        }
    }

    #[test]
    fn garbage_between_records_is_an_error_of_its_own() {
        let bytes = [wet("one"), b"some garbage\nWARC/1.0 it is not\n".to_vec(), wet("two")].concat();
        let (found, faults, met) = warc(&bytes);
        assert_eq!((found, met.records), (texts(&["one", "two"]), 3));
        assert_eq!(faults[0].2, "some garbage\nWARC/1.0 it is not\n");
    }

    #[test]
    fn a_page_that_speaks_of_the_format_is_one_page() {
        let text = "the format:\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nabcde\r\n\r\nis it";
        let style = response("Content-Type: text/css", text.as_bytes());
        let (found, faults, met) = warc(&[wet(text), style, wet("two")].concat());
        assert_eq!((found, faults), (texts(&[text, "two"]), vec![]));
        assert_eq!((met.records, met.kinds), (3, [("style".to_owned(), 1)].into()));
    }

    #[test]
    fn a_cut_last_record_is_an_error_that_keeps_its_text() {
        let page = response("Content-Type: text/html", "<p>نص الصفحة كلها".as_bytes());
        let bytes = [wet("one"), page[..page.len() - 12].to_vec()].concat();
        let (found, faults, _) = warc(&bytes);
        assert_eq!(found, texts(&["one"]));
        assert!(faults[0].1.contains("it ends after"), "{faults:?}");
        assert!(faults[0].2.starts_with("<p>نص الصفحة"), "{faults:?}");
        let bytes = [wet("one"), b"WARC/1.0\r\nWARC-Ty".to_vec()].concat();
        let (found, faults, _) = warc(&bytes);
        assert_eq!((found, faults.len()), (texts(&["one"]), 1));
    }

    #[test]
    fn an_answer_may_have_a_long_head() {
        let headers = format!("X-Long: {}\r\nX-End: 1\r\nContent-Type: text/html", "x".repeat(200_000));
        let (found, faults, _) = warc(&[response(&headers, b"<p>page"), wet("two")].concat());
        assert_eq!((found, faults), (texts(&["<p>page", "two"]), vec![]));
    }

    #[test]
    fn a_record_that_is_too_large_is_passed_without_holding_it() {
        let options = ReadOptions { max_record: 100, ..ReadOptions::default() };
        let large = wet(&"long ".repeat(1_000_000));
        let (found, faults, met) = summed(read_bytes::<WarcDialect>(&[large, wet("two")].concat(), &options));
        assert_eq!((found, met.records), (texts(&["two"]), 2));
        assert_eq!(faults[0].0, "read.record_too_large");
    }

    #[test]
    fn a_damaged_member_costs_its_record() {
        struct Runs(Vec<Option<Cursor<Vec<u8>>>>);
        impl Read for Runs {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                while let Some(run) = self.0.first_mut() {
                    match run.as_mut().map(|r| r.read(buffer)) {
                        Some(Ok(0)) => drop(self.0.remove(0)),
                        Some(read) => return read,
                        None => {
                            self.0.remove(0);
                            return Err(io::Error::other("bad data"));
                        }
                    }
                }
                Ok(0)
            }
        }
        let run = |bytes: &[u8]| Some(Cursor::new(bytes.to_vec()));
        let whole = wet("a whole record");
        let cut = &whole[..whole.len() - 9];
        let rest = b"the rest of a record\r\n\r\n";
        let cases = [
            (vec![run(&whole), run(cut), None, run(&whole)], 2, 1),
            (vec![run(&whole), None, run(&whole)], 2, 1),
            (vec![None, None, run(&whole)], 1, 1),
            (vec![run(&whole), run(cut), None, run(rest), run(&whole), run(cut), None], 2, 2),
        ];
        for (runs, documents, errors) in cases {
            let stream = Box::new(Runs(runs));
            let (found, faults, _) =
                summed(read_stream::<WarcDialect>(stream, 0, 0..u64::MAX, &ReadOptions::default()));
            assert_eq!((found.len(), faults.len()), (documents, errors), "{faults:?}");
        }
    }

    #[test]
    fn arc_records_of_both_versions_are_read() {
        let body = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>page";
        let one = format!("http://a.example/ 10.0.0.1 20140216050221 text/html {}\n{body}\n", body.len());
        let two = format!("http://b.example/ 10.0.0.1 20140216050221 text/html 200 x - 8 f {}\n{body}\n", body.len());
        let dns = "dns:a.example 10.0.0.1 20140216050221 text/dns 3\nabc\n";
        let version = "1 0 x\nURL IP-address Archive-date Content-type Archive-length\n\n";
        let first = format!("filedesc://a.arc 0.0.0.0 20140216050221 text/plain {}\n{version}", version.len());
        let (found, faults, met) = arc([first.as_str(), &one, dns, &two].concat().as_bytes());
        assert_eq!((found, faults), (texts(&["<p>page", "<p>page"]), vec![]));
        assert_eq!(met.records, 4);
        assert_eq!(met.kinds, [("other_type".to_owned(), 1), ("warcinfo".to_owned(), 1)].into());
    }

    #[test]
    fn an_arc_record_of_a_wrong_length_costs_itself() {
        let record = |length: usize, text: &str| {
            format!("http://a.example/ 10.0.0.1 20140216050221 text/plain {length}\n{text}\n")
        };
        for length in [4, 12, 80, 100_000] {
            let bytes = [record(3, "one"), record(length, "see http://x"), record(5, "three")].concat();
            let (found, faults, met) = arc(bytes.as_bytes());
            if length == 12 {
                assert_eq!((found.len(), faults.len()), (3, 0));
            } else {
                assert_eq!((found, met.records), (texts(&["one", "three"]), 3), "{faults:?}");
                assert_eq!(faults[0].0, "read.bad_arc");
            }
        }
    }

    #[test]
    fn damage_everywhere_takes_time_in_proportion() {
        // Every record says that it has sixty megabytes.
        let bad = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 60000000\r\n\r\nx\r\n\r\n";
        let style = "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 60000000\r\n\r\nx\r\n\r\n";
        for record in [bad, style] {
            let (_, met) = read_bytes::<WarcDialect>(record.repeat(100_000).as_bytes(), &ReadOptions::default());
            assert_eq!(met.records, 100_000);
        }
        let line = "http://a.example/ 10.0.0.1 20140216050221 text/plain 60000000\nx\n";
        let (_, met) = read_bytes::<ArcDialect>(line.repeat(100_000).as_bytes(), &ReadOptions::default());
        assert_eq!(met.records, 100_000);
    }
}
