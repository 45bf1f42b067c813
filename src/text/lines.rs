//! Lines of text without markup: whether they were cut to a width.

use super::chars;

/// A hard-wrapped text has at least this many lines that are followed by another without a blank one between.
const MIN_WRAPPED_LINES: usize = 4;

/// The widest line of hard-wrapped text, in characters: pages of terminals, mail and printed lists are not wider.
const MAX_WRAP_WIDTH: usize = 120;

/// Lines of hard-wrapped text that another follows are at least this share of the widest, with few exceptions.
const MIN_FILL: f64 = 0.65;

/// The share of lines that must be so filled.
const MIN_FILLED_SHARE: f64 = 0.85;

/// Above this share of lines that end a sentence, they are paragraphs of their own.
const MAX_ENDED_SHARE: f64 = 0.6;

/// Whether the lines were cut to a width: nearly all that another follows are about as wide as the widest, and few of them end a
/// sentence. Each line comes with whether a blank line stands before it.
pub fn is_hard_wrapped<'l>(lines: impl Iterator<Item = (&'l str, bool)> + Clone) -> bool {
    let pairs = || lines.clone().zip(lines.clone().skip(1));
    let continued = || pairs().filter(|(_, (_, gap))| !gap).map(|((line, _), _)| line);
    if continued().take(MIN_WRAPPED_LINES).count() < MIN_WRAPPED_LINES {
        return false;
    }
    // A line of more bytes than that has more characters in every script.
    if lines.clone().any(|(line, _)| line.len() > 4 * MAX_WRAP_WIDTH) {
        return false;
    }
    let width = |line: &str| line.chars().count();
    let widest = lines.clone().map(|(line, _)| width(line)).max().unwrap_or(0);
    if widest > MAX_WRAP_WIDTH {
        return false;
    }
    let all = continued().count() as f64;
    let filled = continued().filter(|l| width(l) as f64 >= MIN_FILL * widest as f64).count() as f64;
    let ended = continued().filter(|l| l.chars().next_back().is_some_and(chars::is_sentence_end)).count() as f64;
    filled >= MIN_FILLED_SHARE * all && ended <= MAX_ENDED_SHARE * all
}
