//! What cleaning gives back: the lines that stay, and what was done to the others.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::document::{Block, Metadata};

/// A line that stays, as a span of [`Cleaned::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanLine {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// Its 0-based number in the text that cleaning was given.
    pub line: u32,
    /// The block of the document that it belongs to; none in text without markup.
    pub block: Option<u32>,
    /// Whether a blank or removed line stands before it (true for the first line).
    pub gap: bool,
}

/// One row of the ledger of lines: a line and the rule that removed, moved or repaired it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineChange {
    /// The 0-based number of the line in the text that cleaning was given.
    pub line: u32,
    /// The rule.
    pub rule: Cow<'static, str>,
    /// The line as it stood.
    pub text: String,
    /// The line as it is now; none where it was removed.
    pub replacement: Option<String>,
}

/// A document after the rules of cleaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Metadata, with what was found in lines put where the dump gave nothing.
    pub metadata: Metadata,
    /// The lines that stay, separated by `\n`.
    pub text: String,
    /// One entry per line of `text`, in order. None is blank.
    pub lines: Vec<CleanLine>,
    /// Whether its lines were cut to a width, so that those without a gap between are one paragraph.
    pub is_wrapped: bool,
    /// The blocks of the document that was given, for the kinds of its lines.
    pub blocks: Vec<Block>,
    /// Removed, moved and repaired lines, by line number.
    pub changes: Vec<LineChange>,
}
