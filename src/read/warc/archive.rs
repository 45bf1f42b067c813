//! The way through an archive: from head to block to head, and back onto it after damage.
//!
//! A block is believed to be as long as its head says when a record, or the end, follows it. Where something else
//! follows, the record is lost and the next beginning of a record is searched for, in the block first. Every byte is
//! searched a bounded number of times, and no more than a record of the largest allowed size is held.

use std::io::Read;
use std::marker::PhantomData;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, Fault, Metadata, RawDocument};
use crate::read::window::ByteWindow;
use crate::read::{Met, ReadOptions, Sink, Slice};

use super::dialect::{Dialect, Head, Parsed};
use super::lost::{damaged, ended_early, found, is_checksum, lossy, readable};
use super::passed::Passed;
use super::payload::{Candidate, Payload};

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
    let mut window = ByteWindow::new(slice.content.reader, slice.content.start);
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
    window: ByteWindow<Box<dyn Read>>,
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
                Some(fault) if is_checksum(fault) => {
                    let ill = After::Ill(format!("the compressed data is damaged: {fault}"));
                    self.is_fault_told = true;
                    ill
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
mod tests;
