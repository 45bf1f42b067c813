//! What the rules ask of a line.

use crate::text::chars::{self, folded, lookup};

/// Bytes of a line above which it is running text, whatever it says.
pub const MAX_LINE_BYTES: usize = 700;

/// The same for a line beside the text itself, where only short kinds of residue are looked for.
pub const MAX_END_BYTES: usize = 450;

/// A line as the rules see it.
pub struct Facts<'l> {
    /// The line.
    pub raw: &'l str,
    /// Its words folded, one space between two; empty where the line is too long to be residue.
    pub folded: String,
    /// Words; two letters of a script without spaces are one.
    pub words: usize,
    /// Characters.
    pub chars: usize,
    /// It opens with a bullet.
    pub is_bullet: bool,
    /// It ends a sentence.
    pub ends_sentence: bool,
}

impl<'l> Facts<'l> {
    /// The facts of a line.
    pub fn of(raw: &'l str) -> Self {
        let folded = if raw.len() > MAX_LINE_BYTES { String::new() } else { folded(raw) };
        let unspaced = folded.chars().filter(|c| lookup(*c).is(chars::UNSPACED)).count();
        let words = if folded.is_empty() { raw.len() / 8 } else { folded.split(' ').count() + unspaced / 2 };
        let last = raw.chars().rev().find(|c| !lookup(*c).is(chars::SPACE | chars::CLOSER));
        Self {
            raw,
            words,
            chars: raw.chars().count(),
            is_bullet: raw.chars().next().is_some_and(|c| lookup(c).is(chars::BULLET)),
            ends_sentence: last.is_some_and(chars::is_sentence_end),
            folded,
        }
    }

    /// What stands before the first colon, folded, and what stands after it; none where there is no colon.
    pub fn label(&self) -> Option<(String, &'l str)> {
        let (before, after) = self.raw.split_once([':', '：'])?;
        Some((folded(before), after.trim()))
    }
}

/// Whether `folded` begins with `phrase` as whole words.
pub fn starts(line: &str, phrase: &str) -> bool {
    line.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || ends_unspaced(phrase))
}

/// Whether `phrase`, which stands at byte `at` of `line`, stands there as whole words.
pub fn is_whole(line: &str, at: usize, phrase: &str) -> bool {
    (at == 0 || line[..at].ends_with(' ') || ends_unspaced(phrase)) && starts(&line[at..], phrase)
}

fn ends_unspaced(phrase: &str) -> bool {
    phrase.chars().next_back().is_some_and(|c| lookup(c).is(chars::UNSPACED))
}
