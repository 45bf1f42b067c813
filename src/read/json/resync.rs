//! Where the next record begins after damage: at an object that opens like the records before it, or stands as far out as
//! the damaged one, and is whole.

use memchr::{memchr, memchr_iter, memchr2};

use crate::read::fields::{FieldMap, Place};
use crate::read::json_values::{End, Scan};

use super::kind::{Kind, kind_of};

/// Ways in which records open that are remembered.
const MAX_OPENINGS: usize = 8;

/// Bytes of the longest opening that is remembered.
const MAX_OPENING_BYTES: usize = 256;

/// Bytes of objects that turn out to be no records, for each byte that is searched.
const WORK_PER_BYTE: usize = 16;

/// Work that is there from the beginning, in bytes.
const FIRST_WORK: usize = 1 << 20;

/// Bytes behind the beginning of another record after which a value must have ended to be whole.
pub const RUNAWAY_BYTES: usize = 64 << 10;

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A record begins here.
    At(usize),
    /// None begins before this byte; the search goes on from it.
    None(usize),
}

/// The search for records.
pub struct Search<'f> {
    fields: &'f FieldMap,
    max: usize,
    /// From the brace to the colon after the first name, as whole records had it.
    openings: Vec<Vec<u8>>,
    /// How the damaged record opens.
    own: Option<Vec<u8>>,
    /// Blanks in front of the damaged record on its line.
    indent: usize,
    work: usize,
}

impl<'f> Search<'f> {
    /// A search for records of at most `max` bytes.
    pub fn new(fields: &'f FieldMap, max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        Self { fields, max, openings: Vec::new(), own: None, indent: 0, work: FIRST_WORK }
    }

    /// Learns how records open from a whole one.
    pub fn learn(&mut self, record: &[u8]) {
        if self.openings.len() < MAX_OPENINGS
            && !self.is_known(record)
            && let Some(opening) = opening_of(record)
        {
            self.openings.push(opening.to_vec());
        }
    }

    /// Whether a whole record was met.
    pub fn has_learnt(&self) -> bool {
        !self.openings.is_empty()
    }

    /// Begins a search behind the damaged record that begins `bytes`, with `indent` blanks before it where it begins its line.
    pub fn begin(&mut self, bytes: &[u8], indent: Option<usize>) {
        self.indent = indent.unwrap_or(0);
        self.own = opening_of(bytes).map(<[u8]>::to_vec);
    }

    /// The first record that begins in `bytes` after `from` and before `to`; nothing follows the bytes where `at_end`.
    pub fn next(&mut self, bytes: &[u8], from: usize, to: usize, at_end: bool) -> Found {
        self.work += WORK_PER_BYTE * to.saturating_sub(from);
        for at in memchr_iter(b'{', &bytes[from.min(to)..to]).map(|i| from + i) {
            if !(self.is_known(&bytes[at..]) || self.is_own(&bytes[at..]) || self.may_begin(bytes, at)) {
                continue;
            }
            match self.is_record(&bytes[at..], at_end) {
                Some(true) => return Found::At(at),
                Some(false) => {}
                None => return Found::None(at),
            }
        }
        Found::None(to)
    }

    /// The first record after the first byte that opens like those before it; all bytes that are wanted are there.
    pub fn next_like_others(&mut self, bytes: &[u8]) -> Found {
        self.work += WORK_PER_BYTE * bytes.len();
        let mut all = memchr_iter(b'{', bytes).filter(|at| *at > 0);
        all.find(|at| self.is_known(&bytes[*at..]) && self.is_record(&bytes[*at..], false) == Some(true))
            .map_or(Found::None(bytes.len()), Found::At)
    }

    /// Whether a value on a line of its own, with so many blanks before it, is not the record that it seems: far from its
    /// end, another begins on a line as records do. It lost its own end, and the last brackets of the file happen to close it.
    pub fn is_runaway(&self, bytes: &[u8], indent: Option<usize>) -> bool {
        let Some(indent) = indent.filter(|_| bytes.len() > RUNAWAY_BYTES) else { return false };
        memchr_iter(b'\n', &bytes[..bytes.len() - RUNAWAY_BYTES]).any(|at| {
            let line = &bytes[at + 1..];
            let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            blanks == indent && self.is_known(&line[blanks..])
        })
    }

    fn is_known(&self, bytes: &[u8]) -> bool {
        self.openings.iter().any(|opening| bytes.starts_with(opening))
    }

    fn is_own(&self, bytes: &[u8]) -> bool {
        self.own.as_ref().is_some_and(|opening| bytes.starts_with(opening))
    }

    /// Whether the brace at `at` stands where a record may begin: on a line of its own as far out as the damaged one, or
    /// behind another object or the opening of an array, where it is not known how records open.
    fn may_begin(&self, bytes: &[u8], at: usize) -> bool {
        let blanks = bytes[..at].iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if blanks <= self.indent && bytes[..at - blanks].last() == Some(&b'\n') {
            return true;
        }
        let before = bytes[..at].trim_ascii_end();
        let before = before.strip_suffix(b",").unwrap_or(before).trim_ascii_end();
        let is_alike = !self.openings.is_empty() && self.openings.len() < MAX_OPENINGS;
        !is_alike && matches!(before.last(), Some(b'}' | b'['))
    }

    /// Whether a whole record stands at the beginning of `bytes`, and what follows it may follow a record; none where
    /// more bytes are needed to tell.
    fn is_record(&mut self, bytes: &[u8], at_end: bool) -> Option<bool> {
        let mut scan = Scan::default();
        let is_record = match scan.end(&bytes[..bytes.len().min(self.work)], at_end) {
            Some(End::Whole(length)) if length <= self.max => {
                let follows = follows(&bytes[length..], at_end, false)?;
                let record = || kind_of(&bytes[..length], self.fields, &Place::top(), 0) == Kind::Record;
                follows && (self.is_known(bytes) || record())
            }
            None if !at_end && bytes.len() <= self.max.min(self.work) => return None,
            _ => false,
        };
        if !is_record {
            self.work = self.work.saturating_sub(scan.seen());
        }
        Some(is_record)
    }
}

/// From the brace to the colon after the first name.
fn opening_of(record: &[u8]) -> Option<&[u8]> {
    let record = &record[..record.len().min(MAX_OPENING_BYTES)];
    let name = 1 + record.get(1..)?.iter().position(|b| !b.is_ascii_whitespace())?;
    if record[0] != b'{' || record[name] != b'"' {
        return None;
    }
    let end = name + 1 + memchr2(b'"', b'\\', &record[name + 1..])?;
    let colon = end + memchr(b':', &record[end..])?;
    record[end + 1..colon].trim_ascii().is_empty().then(|| &record[..=colon])
}

/// Whether the first byte that is no blank may follow a record, or a value of any kind; none where it is not there yet.
fn follows(bytes: &[u8], at_end: bool, any: bool) -> Option<bool> {
    let Some(at) = bytes.iter().position(|b| !b.is_ascii_whitespace()) else { return at_end.then_some(true) };
    match bytes[at] {
        b'{' | b'[' | b']' | 0x1e => Some(true),
        b'}' => Some(any),
        b',' if any => Some(true),
        // What follows a comma is another record, and no member of an object around this one.
        b',' => match bytes[at + 1..].iter().find(|b| !b.is_ascii_whitespace()) {
            Some(next) => Some(matches!(next, b'{' | b'[' | b']')),
            None => at_end.then_some(true),
        },
        _ => Some(false),
    }
}

/// The length of the value that begins `bytes` as brackets and quotes alone tell, whatever stands between them; none
/// where it does not end before `to`, or nothing that may follow a value does.
pub fn balanced(bytes: &[u8], to: usize, at_end: bool) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    let length = loop {
        match *bytes[..to].get(at)? {
            b'"' => {
                at += 1;
                loop {
                    at += memchr2(b'"', b'\\', bytes[..to].get(at..)?)?;
                    if bytes[at] == b'"' {
                        break;
                    }
                    at += 2;
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => break at.max(1),
            _ if depth == 0 && at + 1 < to => {
                at += 1;
                continue;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break at;
        }
    };
    // What stands before a brace without brackets of its own is the end of an object.
    let within = !matches!(bytes[0], b'{' | b'[') && bytes[length..].trim_ascii_start().starts_with(b"}");
    (!within && follows(&bytes[length..], at_end, true) == Some(true)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::fields::FieldNames;

    fn next(learnt: &str, damage: &str) -> Option<usize> {
        let map = FieldMap::new(&FieldNames::default(), &[]);
        let mut search = Search::new(&map, 1000);
        search.learn(learnt.as_bytes());
        search.begin(damage.as_bytes(), Some(0));
        match search.next(damage.as_bytes(), 1, damage.len(), true) {
            Found::At(at) => Some(at),
            Found::None(_) => None,
        }
    }

    #[test]
    fn a_record_opens_as_others_did_or_stands_as_far_out_as_the_damage() {
        assert_eq!(next(r#"{"id": 1}"#, r#"{"text":"cut{"id": 2}{"id": 3}"#), Some(12));
        assert_eq!(next("", "{\"n\":0,\"text\":\"cut\n  {\"text\":\"deep\"}\n{\"text\":\"b\"}"), Some(37));
        assert_eq!(next("", r#"{"n":0,"text":"cut},{"text":"b"}]"#), Some(20));
        assert_eq!(next("", r#"{"text":"cut{"text":"b"}{"text":"c"}"#), Some(12));
    }

    #[test]
    fn objects_within_a_record_are_none() {
        assert_eq!(next(r#"{"id":1}"#, r#"{"id":2,"author":{"id":3},"text":oops x}"#), None);
        assert_eq!(next(r#"{"id":1}"#, r#"{"id":2,"text":oops x,"author":{"id":3}}"#), None);
        assert_eq!(next("", r#"{"notes":[{"a":1},{"a":2}],"text":oops x}"#), None);
    }

    #[test]
    fn a_value_ends_with_its_brackets_where_something_follows_that_may() {
        let balanced = |json: &str| balanced(json.as_bytes(), json.len(), true);
        assert_eq!(balanced(r#"{"a" "b",,},{"#), Some(11));
        assert_eq!(balanced(r#"{"a" "b}"}"#), Some(10));
        assert_eq!(balanced(r#"{"a":"cut},{"a":":} x"},"#), None);
        assert_eq!(balanced("word,"), Some(4));
        assert_eq!(balanced("\"half\" }, {"), None);
        assert_eq!(balanced("word another"), None);
        assert_eq!(balanced("{\"a"), None);
    }

    #[test]
    fn objects_that_hold_one_another_take_time_in_proportion() {
        let deep = r#"{"id":"#.repeat(300_000);
        let begun = std::time::Instant::now();
        assert_eq!(next(r#"{"id":1}"#, &deep), None);
        assert!(begun.elapsed().as_secs() < 10);
    }
}
