//! What a feed says of all its items, and whether anything was lost between them.

use crate::read::hole::has_hole;
use crate::read::outside::{Mark, has_words, marks};
use crate::read::pieces::SHOWN_BYTES;

use super::names::Names;
use super::parts::parts;

/// Elements that hold items, or the channel.
const ROOTS: [&str; 4] = ["rss", "rdf", "feed", "channel"];

/// Elements of a channel that may hold a title or a text of their own.
const OF_CHANNELS: [&str; 14] = [
    "image",
    "textinput",
    "author",
    "contributor",
    "owner",
    "group",
    "liveitem",
    "title",
    "subtitle",
    "tagline",
    "description",
    "summary",
    "rights",
    "info",
];

/// Elements by which what holds them is told to be a record of another kind.
const OF_RECORDS: [&str; 8] = ["title", "description", "abstract", "summary", "content", "encoded", "body", "text"];

/// Elements below the root of Atom by which a feed without entries is told.
const OF_ATOM: [&str; 5] = ["id", "title", "updated", "modified", "link"];

/// What a feed says of all its items.
#[derive(Debug, Default)]
pub(super) struct Channel {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    pub(super) rights: Option<String>,
    /// There was a channel, or what Atom has in its place.
    is_feed: bool,
    /// A root was opened, and none was closed.
    is_open: bool,
    /// The first record of another kind.
    other: Option<String>,
}

impl Channel {
    /// Takes what stands in front of the first item, and between items; the first word counts.
    pub(super) fn read(&mut self, outside: &str, names: &Names) {
        for part in parts(outside, names) {
            let Ok(part) = part else { return };
            let text = || Some(part.text.trim().to_owned()).filter(|t| !t.is_empty());
            match part.name.as_str() {
                "title" => self.title = self.title.take().or_else(text),
                "language" | "dc:language" => self.language = self.language.take().or_else(text),
                "copyright" | "rights" | "dc:rights" => self.rights = self.rights.take().or_else(text),
                "feed" | "rss" | "channel" => self.language = self.language.take().or(part.language),
                _ => {}
            }
        }
    }

    /// What in a stretch without an item belongs to nothing that a feed has beside items, from where it begins to the end
    /// of the stretch; none where there is nothing. Takes note of records of another kind.
    pub(super) fn lost<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let mut open: Option<Open<'t>> = None;
        // Where the last element begins that is no root, and whether words were seen.
        let (mut begun, mut words, mut root_closed) = (None, false, false);
        for (at, mark) in marks(text) {
            match mark {
                Mark::Open(name) | Mark::Empty(name) if open.is_none() => {
                    let name = name.to_ascii_lowercase();
                    self.is_open |= ROOTS.contains(&&*name) && matches!(mark, Mark::Open(_));
                    root_closed = false;
                    self.is_feed |= name == "channel" || OF_ATOM.contains(&&*name);
                    if !ROOTS.contains(&&*name) && matches!(mark, Mark::Open(_)) {
                        open = Some(Open { is_channels: OF_CHANNELS.contains(&&*name), ..Open::new(mark, at) });
                        begun = Some(at);
                    }
                }
                Mark::Open(_) | Mark::Empty(_) => open = open.map(|open| open.holds(mark)),
                Mark::Close(name) if is_record(name) && words => return Some(&text[begun.unwrap_or(at)..]),
                Mark::Close(name) => match &mut open {
                    Some(held) if held.name != name => {}
                    Some(held) if held.depth > 1 => held.depth -= 1,
                    Some(held) => {
                        if held.is_other() {
                            self.other.get_or_insert_with(|| text[held.begun..at].to_owned());
                        }
                        open = None;
                    }
                    None if ROOTS.iter().any(|root| name.eq_ignore_ascii_case(root)) => {
                        (self.is_open, root_closed) = (false, true);
                    }
                    None => {}
                },
                Mark::Text(content) => {
                    let (says, is_hole) = (has_words(content), has_hole(content.as_bytes()));
                    words |= says;
                    // Zeros that fill the last block of a file hide nothing.
                    if open.is_none() && says || is_hole && !root_closed {
                        return Some(&text[at..]);
                    }
                }
            }
        }
        // What is shown of a long stretch may end anywhere.
        open.filter(|open| open.is_other() && text.len() < SHOWN_BYTES).map(|open| &text[open.begun..])
    }

    /// What a file in which no item was found holds instead; none where it is a feed without items.
    pub(super) fn instead(&self) -> Option<&str> {
        let other = self.other.as_deref();
        other.or_else(|| (!self.is_feed || self.is_open).then_some(""))
    }
}

/// An element that is open.
#[derive(Clone, Copy)]
struct Open<'t> {
    name: &'t str,
    /// It and those of its name within it.
    depth: usize,
    begun: usize,
    /// It may hold what records hold.
    is_channels: bool,
    /// It holds what records hold.
    is_record: bool,
}

impl<'t> Open<'t> {
    fn new(mark: Mark<'t>, begun: usize) -> Self {
        let (Mark::Open(name) | Mark::Empty(name) | Mark::Close(name) | Mark::Text(name)) = mark;
        Self { name, depth: 1, begun, is_channels: false, is_record: false }
    }

    /// With an element within it.
    fn holds(mut self, mark: Mark<'t>) -> Self {
        if let Mark::Open(name) = mark {
            self.depth += usize::from(name == self.name);
            self.is_record |= OF_RECORDS.iter().any(|of| name.eq_ignore_ascii_case(of));
        }
        self
    }

    fn is_other(&self) -> bool {
        self.is_record && !self.is_channels
    }
}

/// Whether a tag of this name is that of an item.
fn is_record(name: &str) -> bool {
    name.eq_ignore_ascii_case("item") || name.eq_ignore_ascii_case("entry")
}
