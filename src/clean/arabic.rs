//! Tatweel: it stretches a word on the line, and the word is the same without it.
//!
//! It stays where it stands for something: after a single letter, as in the abbreviation of the Hijri year, and where it carries a
//! mark with no letter before it.

use std::borrow::Cow;

use crate::text::arabic::{is_arabic_letter, is_arabic_mark};

const TATWEEL: char = '\u{0640}';

/// The line without tatweel that only stretches.
pub fn apply(line: &str) -> Cow<'_, str> {
    if memchr::memmem::find(line.as_bytes(), TATWEEL.encode_utf8(&mut [0; 4]).as_bytes()).is_none() {
        return line.into();
    }
    let chars: Vec<char> = line.chars().collect();
    let follows = letters_follow(&chars);
    let mut out = String::with_capacity(line.len());
    let mut letters = 0;
    for (at, c) in chars.iter().enumerate() {
        if *c == TATWEEL {
            if letters == 0 || letters == 1 && !follows[at] {
                out.push(*c);
            }
            continue;
        }
        letters = if is_arabic_letter(*c) {
            letters + 1
        } else if is_arabic_mark(*c) {
            letters
        } else {
            0
        };
        out.push(*c);
    }
    out.into()
}

/// For each character whether a letter of its word stands there or later.
fn letters_follow(chars: &[char]) -> Vec<bool> {
    let mut seen = false;
    let mut follows: Vec<bool> = chars
        .iter()
        .rev()
        .map(|c| {
            seen = is_arabic_letter(*c) || seen && (is_arabic_mark(*c) || *c == TATWEEL);
            seen
        })
        .collect();
    follows.reverse();
    follows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretched_word_is_the_word_and_an_abbreviation_stays() {
        for (before, after) in [
            ("مـــرحـبـا", "مرحبا"),
            ("سلامـ", "سلام"),
            ("سنة 1445 هـ.", "سنة 1445 هـ."),
            ("لـلمدينة", "للمدينة"),
            ("ـَ", "ـَ"),
            ("كـَتب", "كَتب"),
        ] {
            assert_eq!(apply(before), after);
            assert_eq!(apply(after), after);
        }
    }

    #[test]
    fn a_run_of_a_million_is_read_once() {
        let run = "ـ".repeat(1 << 20);
        assert_eq!(apply(&run), run);
        assert_eq!(apply(&format!("هـ{run}ا")), "ها");
    }
}
