//! The pass over the tags of a page.

use std::collections::BTreeMap;
use std::ops::Range;

use super::role::{Role, role};
use super::unclosed::{COMMENT, Mend, Unclosed};
use super::{MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_DEPTH, MAX_FORMATTING, MIN_NOSCRIPT};

/// What the pass over a page finds.
pub(super) struct Found {
    /// Bytes to take out, and what goes in for them.
    pub(super) edits: Vec<(Range<usize>, &'static str)>,
    /// [`super::Tamed::elements`].
    pub(super) elements: usize,
    /// [`super::Tamed::work`].
    pub(super) work: usize,
}

/// Reads the tags of a page.
pub(super) fn scan(html: &str) -> Found {
    let mut scan = Scan {
        html,
        cuts: Vec::new(),
        title_ends: Vec::new(),
        unclosed: Unclosed::default(),
        open: Vec::new(),
        names: BTreeMap::new(),
        formatting: 0,
        noscript_end: 0,
        elements: 0,
        work: 0,
    };
    scan.run();
    let ends = scan.title_ends.into_iter().map(|at| (at..at, "</title>"));
    Found {
        edits: scan.cuts.into_iter().map(|cut| (cut, "")).chain(ends).collect(),
        elements: scan.elements,
        work: scan.work,
    }
}

/// The pass over the tags: a model of the parser's stack that never underrates its depth by much.
struct Scan<'a> {
    html: &'a str,
    cuts: Vec<Range<usize>>,
    /// Where titles without an end tag end.
    title_ends: Vec<usize>,
    unclosed: Unclosed,
    open: Vec<Open>,
    /// How many elements of a name are open, so that an end tag without a start costs nothing.
    names: BTreeMap<u64, u32>,
    formatting: usize,
    /// Where the last `</noscript` that was looked for stands, or the length of the page.
    noscript_end: usize,
    elements: usize,
    work: usize,
}

/// An open element.
#[derive(Clone, Copy)]
struct Open {
    name: u64,
    role: Role,
    /// Its tags are dropped.
    dropped: bool,
}

impl Scan<'_> {
    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        // Each sign of a character reference makes the parser start anew.
        self.elements += memchr::memchr_iter(b'&', bytes).count() / 16;
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
            self.work += found * self.open.len().min(MAX_DEPTH) / 64;
            at += found;
            let next = match &bytes[at + 1..] {
                [b'!', b'-', b'-', ..] => self.comment(at),
                [b'!' | b'?', ..] => past(bytes, at, b'>'),
                [b'/', c, ..] if c.is_ascii_alphabetic() => self.end_tag(at),
                [c, ..] if c.is_ascii_alphabetic() => self.start_tag(at),
                // Judges write the page down again, where a bare sign takes four bytes.
                _ => {
                    self.elements += 1;
                    Some(at + 1)
                }
            };
            let Some(next) = next else { return };
            at = next;
        }
    }

    /// Gives the place after a comment; none where it never ends.
    fn comment(&mut self, at: usize) -> Option<usize> {
        let rest = &self.html.as_bytes()[at + 4..];
        let end = match rest {
            [b'>', ..] => Some(at + 5),
            [b'-', b'>', ..] => Some(at + 6),
            _ if self.unclosed.is_endless(COMMENT) => None,
            _ => memchr::memmem::find(rest, b"-->").map(|found| at + 4 + found + 3),
        };
        if let Some(next) = end.is_none().then(|| self.mend(COMMENT, at..at + 4)).flatten() {
            return Some(next);
        }
        let until = end.unwrap_or(self.html.len());
        if until - at > MAX_ATTRIBUTE {
            self.cuts.push(at..until);
        }
        end
    }

    /// Ends what opens with a tag and has no end; gives the place where the page goes on, none where it was cut.
    fn mend(&mut self, name: &[u8], tag: Range<usize>) -> Option<usize> {
        match self.unclosed.mend(self.html.as_bytes(), name, tag)? {
            Mend::Drop(bytes) => {
                self.cuts.push(bytes.clone());
                Some(bytes.end)
            }
            Mend::End(at) => {
                self.title_ends.push(at);
                Some(at)
            }
        }
    }

    fn end_tag(&mut self, at: usize) -> Option<usize> {
        let name = tag_name(&self.html.as_bytes()[at + 2..]);
        let end = past(self.html.as_bytes(), at, b'>')?;
        if name == b"noscript" {
            self.cuts.push(at..end);
            return Some(end);
        }
        let role = role(&name);
        if self.close(key(&name), role) {
            self.cuts.push(at..end);
        }
        Some(end)
    }

    /// Takes an element off the stack; says whether its start tag was dropped.
    fn close(&mut self, name: u64, role: Role) -> bool {
        if self.names.get(&name).is_none_or(|count| *count == 0) {
            return false;
        }
        let stop = |open: &Open| match role {
            Role::Formatting => open.role == Role::Barrier,
            Role::Inline => matches!(open.role, Role::Barrier | Role::Block | Role::Implied),
            Role::Implied => open.role == Role::Barrier && open.name != key(b"td") && open.name != key(b"th"),
            _ => matches!(open.name, n if n == key(b"table") || n == key(b"td") || n == key(b"th")),
        };
        for at in (0..self.open.len()).rev() {
            if self.open[at].name == name {
                let dropped = self.open[at].dropped;
                if role == Role::Formatting {
                    self.forget(at)
                } else {
                    self.pop_to(at)
                }
                return dropped;
            }
            if stop(&self.open[at]) {
                break;
            }
        }
        false
    }

    fn forget(&mut self, at: usize) {
        let gone = self.open.remove(at);
        if let Some(count) = self.names.get_mut(&gone.name) {
            *count -= 1;
        }
        if gone.role == Role::Formatting && !gone.dropped {
            self.formatting -= 1;
        }
    }

    /// Ends the element at a place of the stack and all above it but formatting, which opens again after it.
    fn pop_to(&mut self, at: usize) {
        for above in (at..self.open.len()).rev() {
            if self.open[above].role != Role::Formatting {
                self.forget(above);
            }
        }
    }

    fn start_tag(&mut self, at: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let name = tag_name(&bytes[at + 1..]);
        let role = role(&name);
        let (end, json) = self.attributes(at + 1 + name.len())?;
        if name == b"noscript" {
            return Some(self.noscript(at, end));
        }
        if matches!(role, Role::Implied | Role::Block | Role::Barrier) {
            self.end_implied(&name);
            self.elements += self.formatting;
        }
        self.elements += 1;
        self.work += self.open.len().min(MAX_DEPTH);
        match role {
            Role::Void => return Some(end),
            Role::Raw => return self.raw_text(&name, at..end, json),
            _ => {}
        }
        // A link ends the one before it.
        if name == b"a" {
            self.close(key(b"a"), Role::Formatting);
        }
        let dropped = self.open.len() >= MAX_DEPTH || (role == Role::Formatting && self.formatting >= MAX_FORMATTING);
        if dropped {
            self.cuts.push(at..end);
        }
        if role == Role::Formatting && !dropped {
            self.formatting += 1;
        }
        *self.names.entry(key(&name)).or_default() += 1;
        self.open.push(Open { name: key(&name), role, dropped });
        Some(end)
    }

    /// Ends the open paragraph, item, cell or row that a new element of this name ends.
    fn end_implied(&mut self, name: &[u8]) {
        let ends: &[&[u8]] = match name {
            b"li" => &[b"p", b"li"],
            b"dt" | b"dd" => &[b"p", b"dt", b"dd"],
            b"td" | b"th" => &[b"p", b"td", b"th"],
            b"tr" => &[b"td", b"th", b"tr"],
            b"thead" | b"tbody" | b"tfoot" => &[b"td", b"th", b"tr", b"thead", b"tbody", b"tfoot"],
            b"option" | b"optgroup" => &[b"option"],
            b"rp" | b"rt" => &[b"rp", b"rt"],
            _ => &[b"p"],
        };
        let of_table = matches!(name, b"td" | b"th" | b"tr" | b"thead" | b"tbody" | b"tfoot");
        for ended in ends {
            let ended = key(ended);
            if self.names.get(&ended).is_none_or(|count| *count == 0) {
                continue;
            }
            for at in (0..self.open.len()).rev().take(MAX_DEPTH) {
                if self.open[at].name == ended {
                    self.pop_to(at);
                    break;
                }
                let cell = [key(b"td"), key(b"th"), key(b"tr")].contains(&self.open[at].name);
                let stops = match self.open[at].role {
                    Role::Barrier => !(cell && of_table),
                    Role::Block => !of_table,
                    Role::Implied => !of_table && self.open[at].name != key(b"p"),
                    _ => false,
                };
                if stops {
                    break;
                }
            }
        }
    }

    /// Reads the attributes from a place within a tag, dropping giant and surplus ones; gives the place after the tag
    /// and whether they speak of JSON. None where the tag never ends.
    fn attributes(&mut self, from: usize) -> Option<(usize, bool)> {
        let bytes = self.html.as_bytes();
        let (mut at, mut count, mut json) = (from, 0, false);
        loop {
            while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
                at += 1;
            }
            if *bytes.get(at)? == b'>' {
                return Some((at + 1, json));
            }
            let start = at;
            at += 1;
            at = bytes[at..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='))? + at;
            let equals = bytes[at..].iter().position(|b| !b.is_ascii_whitespace())? + at;
            if bytes[equals] == b'=' {
                at = bytes[equals + 1..].iter().position(|b| !b.is_ascii_whitespace())? + equals + 1;
                at = match bytes[at] {
                    quote @ (b'"' | b'\'') => match past(bytes, at + 1, quote) {
                        Some(after) => after,
                        None => {
                            let end = past(bytes, at, b'>')?;
                            self.cuts.push(start..end - 1);
                            return Some((end, json));
                        }
                    },
                    _ => bytes[at..].iter().position(|b| b.is_ascii_whitespace() || *b == b'>')? + at,
                };
            }
            count += 1;
            if at - start > MAX_ATTRIBUTE || count > MAX_ATTRIBUTES {
                self.cuts.push(start..at);
            } else if bytes[start..at].len() < 64 {
                json |= bytes[start..at].windows(4).any(|w| w.eq_ignore_ascii_case(b"json"));
            }
        }
    }

    /// Drops a short `<noscript>` whole, and of a long one the tags alone, since parsers differ on what it holds.
    fn noscript(&mut self, at: usize, end: usize) -> usize {
        let bytes = self.html.as_bytes();
        if self.noscript_end < end {
            let found = [&b"</noscript"[..], b"</NOSCRIPT"].map(|tag| memchr::memmem::find(&bytes[end..], tag));
            self.noscript_end = found.into_iter().flatten().min().map_or(bytes.len(), |found| end + found);
        }
        match Some(self.noscript_end).filter(|close| *close < bytes.len()) {
            Some(close) if close - end < MIN_NOSCRIPT => {
                let after = past(bytes, close, b'>').unwrap_or(bytes.len());
                self.cuts.push(at..after);
                after
            }
            _ => {
                self.cuts.push(at..end);
                end
            }
        }
    }

    /// Passes over the text behind `tag` up to its end tag, dropping code; none where it never ends.
    fn raw_text(&mut self, name: &[u8], tag: Range<usize>, json: bool) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let from = tag.end;
        let mut at = from;
        loop {
            let known = self.unclosed.is_endless(name);
            let next = if known { None } else { memchr::memmem::find(&bytes[at..], b"</") };
            let Some(found) = next else { return self.mend(name, tag) };
            at += found;
            let after = &bytes[at + 2..];
            let ends = after.len() > name.len() && after[..name.len()].eq_ignore_ascii_case(name);
            if ends && matches!(after[name.len()], b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C) {
                break;
            }
            at += 2;
        }
        if !json && matches!(name, b"script" | b"style") && at > from {
            self.cuts.push(from..at);
        }
        past(bytes, at, b'>').or_else(|| self.mend(name, tag))
    }
}

/// The place after the next such byte.
fn past(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, &bytes[at..]).map(|found| at + found + 1)
}

/// The name of a tag in lower case.
pub(super) fn tag_name(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(bytes.len());
    bytes[..end].to_ascii_lowercase()
}

/// A name as a number; equal names are equal, and long ones are told apart by hash.
fn key(name: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(name)
}
