//! Character references whose ampersand became a space: `the firm #39;s profit`, ` quot;yes quot;`. Old news feeds and
//! the corpora made from them are full of these.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::entities::decode_entity;

/// Names that are no words: between a space and a semicolon each is a reference.
const NAMES: &[&str] = &["quot", "nbsp", "apos", "hellip", "mdash", "ndash", "lsquo", "rsquo", "ldquo", "rdquo"];
/// Names that are words or units too: references only in a line that holds a sure one.
const WORDS: &[&str] = &["amp", "lt", "gt"];
/// The longest reference, from its `#` or letter to its semicolon, in bytes.
const MAX_BYTES: usize = 7;

/// A reference in a line.
struct Parted {
    /// From the space that was an ampersand to the semicolon.
    bytes: Range<usize>,
    text: String,
    is_sure: bool,
}

/// The line with such references as what they stand for; borrowed where it has none that is sure.
pub fn apply(line: &str) -> Cow<'_, str> {
    let mut from = 0;
    let parted = |end: usize| {
        let found = parted_at(line, from, end)?;
        from = end + 1;
        Some(found)
    };
    let found: Vec<Parted> = memchr::memchr_iter(b';', line.as_bytes()).filter_map(parted).collect();
    if !found.iter().any(|parted| parted.is_sure) {
        return line.into();
    }
    let mut out = String::with_capacity(line.len());
    let (mut from, mut is_quoted) = (0, false);
    for Parted { bytes, text, .. } in found {
        out.push_str(&line[from..bytes.start]);
        if text == "\"" {
            is_quoted = !is_quoted;
            // Where runs of spaces have become one, the space before a quote that opens is a space as well.
            if is_quoted && !out.is_empty() && !out.ends_with(char::is_whitespace) {
                out.push(' ');
            }
        } else if matches!(text.as_str(), "&" | "<" | ">") && !out.ends_with(char::is_whitespace) {
            out.push(' ');
        }
        out.push_str(&text);
        from = bytes.end;
    }
    out.push_str(&line[from..]);
    out.into()
}

/// The reference that ends with the semicolon at `end` and begins at `from` or later.
fn parted_at(line: &str, from: usize, end: usize) -> Option<Parted> {
    let bytes = line.as_bytes();
    let window = from.max(end.saturating_sub(MAX_BYTES + 1));
    let start = window + memchr::memrchr(b' ', &bytes[window..end])?;
    let name = &line[start + 1..end];
    let is_number = name.strip_prefix('#').is_some_and(|n| n.len() > 1 && n.bytes().all(|b| b.is_ascii_digit()));
    if !is_number && !NAMES.contains(&name) && !WORDS.contains(&name) {
        return None;
    }
    let (text, _) = decode_entity(&format!("&{name};"))?;
    if text.is_empty() || text.chars().any(char::is_alphanumeric) {
        return None;
    }
    // `issue #39; then` is a number.
    let is_sure = if is_number { line[end + 1..].starts_with(char::is_alphanumeric) } else { NAMES.contains(&name) };
    Some(Parted { bytes: start..end + 1, text: text.into_owned(), is_sure })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_without_their_ampersand_are_what_they_stand_for() {
        for (line, mended) in [
            (
                "the firm #39;s profit of US #36;53 in the winners #39; circle",
                "the firm's profit of US$53 in the winners' circle",
            ),
            ("He said:  quot;That #39;s all. quot; Then", "He said: \"That's all.\" Then"),
            ("to halt the quot;war of words quot; today", "to halt the \"war of words\" today"),
            ("Smith  amp; Sons #39;s", "Smith & Sons's"),
            ("Smith amp; Sons #39;s", "Smith & Sons's"),
            (" quot;نعم quot; قال", "\"نعم\" قال"),
            ("It #146;s late #8212;very", "It’s late—very"),
        ] {
            assert_eq!(apply(line), mended);
        }
    }

    #[test]
    fn numbers_words_and_whole_references_stay() {
        for line in [
            "see issue #39; then #40; and so on",
            "a guitar, an amp; a drum",
            "x &#39;s y &quot;z&quot;",
            "#39;s first; last",
            "colour #65;A and #0;x and #;y",
            "نص؛ ونص; آخر",
            ";;; ; quo;te",
        ] {
            assert!(matches!(apply(line), Cow::Borrowed(_)), "{line}");
        }
    }
}
