//! Characters: one normal form, letters instead of their presentation forms, nothing invisible that carries nothing.
//!
//! NFC; presentation forms of Arabic letters to letters (signs that are one symbol of many words stay); controls, soft hyphens and
//! marks of direction out; joiners stay where they shape a word; every space of Unicode is a space.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::text::arabic::{is_arabic_letter, is_arabic_mark, is_indic};

/// The line with its characters put right.
pub fn apply(line: &str) -> Cow<'_, str> {
    if line.is_ascii() {
        return match line.bytes().any(|b| b != b'\t' && b.is_ascii_control()) {
            true => line.chars().filter(|c| *c == '\t' || !c.is_ascii_control()).collect::<String>().into(),
            false => line.into(),
        };
    }
    let mut is_normal = true;
    for c in line.chars() {
        if is_plain(c) {
            continue;
        }
        if is_touched(c) {
            return normalized(Cow::Owned(rewrite(line)));
        }
        is_normal = false;
    }
    if is_normal { line.into() } else { normalized(line.into()) }
}

fn normalized(text: Cow<'_, str>) -> Cow<'_, str> {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    if nfc.is_normalized(&text) { text } else { Cow::Owned(nfc.normalize(&text).into_owned()) }
}

/// Characters of the commonest scripts that are never touched and change no others in the normal form.
fn is_plain(c: char) -> bool {
    matches!(c, '\t' | ' '..='~' | '¡'..='¬' | '®'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{5d0}'..='\u{5ea}'
        | '\u{60c}' | '\u{61b}' | '\u{61f}'..='\u{64a}' | '\u{660}'..='\u{66f}' | '\u{671}'..='\u{6d3}' | '\u{6d4}' | '\u{6f0}'..='\u{6fc}'
        | '\u{2010}'..='\u{2027}' | '\u{20ac}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

/// Characters that [`rewrite`] may take out or replace.
fn is_touched(c: char) -> bool {
    c >= '\u{2000}'
        && (is_invisible(c) || is_space(c) || is_presentation_form(c) || matches!(c, '\u{200c}' | '\u{200d}'))
        || c < '\u{2000}' && (c.is_control() && c != '\t' || matches!(c, '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{1680}'))
}

fn rewrite(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            _ if is_space(c) => out.push(' '),
            _ if is_invisible(c) || c.is_control() && c != '\t' => {}
            '\u{200c}' => {
                if parts_letters(out.chars().next_back(), chars.peek().copied()) {
                    out.push(c);
                }
            }
            '\u{200d}' => {
                if joins(out.chars().next_back(), chars.peek().copied()) {
                    out.push(c);
                }
            }
            _ if is_presentation_form(c) => push_letters(c, &mut out),
            _ => out.push(c),
        }
    }
    out
}

/// A non-joiner stands between two letters of a script whose letters join: as in Persian, Urdu, Kurdish and the scripts of India.
fn parts_letters(before: Option<char>, after: Option<char>) -> bool {
    let shapes = |c: Option<char>| c.is_some_and(|c| is_arabic_letter(c) || is_indic(c) || is_arabic_mark(c));
    shapes(before) && shapes(after)
}

/// A joiner forms a conjunct, an emoji, or shows the joining form of a letter that stands alone.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let is_pictograph = |c: char| c >= '\u{2190}' && !c.is_alphanumeric();
    match (before, after) {
        (Some(b), _) if is_indic(b) => true,
        (Some(b), Some(a)) if is_pictograph(b) && is_pictograph(a) => true,
        (Some(b), Some(a)) => is_arabic_letter(b) != is_arabic_letter(a),
        (Some(b), None) => is_arabic_letter(b),
        _ => false,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

fn is_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Forms of Arabic letters by their place in the word. Ornate brackets and signs of a whole phrase are no letters.
fn is_presentation_form(c: char) -> bool {
    matches!(c, '\u{fb50}'..='\u{fbb1}' | '\u{fbd3}'..='\u{fd3d}' | '\u{fd50}'..='\u{fdc7}' | '\u{fe70}'..='\u{fefc}')
}

fn push_letters(c: char, out: &mut String) {
    let mut buffer = [0; 4];
    let letters = ComposingNormalizerBorrowed::new_nfkc().normalize(c.encode_utf8(&mut buffer));
    // Forms of a mark that stands alone are a space with the mark: the mark belongs to the letter before it.
    out.extend(letters.chars().filter(|c| *c != ' '));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_nothing_goes_and_what_shapes_a_word_stays() {
        for (before, after) in [
            ("e\u{301}te\u{301}", "été"),
            ("\u{202b}خبر\u{202c}\u{200f}", "خبر"),
            ("می\u{200c}شود", "می\u{200c}شود"),
            ("خبر\u{200c} عاجل", "خبر عاجل"),
            ("a\u{200c}b\u{200d}c", "abc"),
            ("क्\u{200d}ष", "क्\u{200d}ष"),
            ("👨\u{200d}👩", "👨\u{200d}👩"),
            ("ﺍﻟﺨﺒﺮ ﻻ", "الخبر لا"),
            ("قال ﷺ ﴿نص﴾", "قال ﷺ ﴿نص﴾"),
            ("soft\u{ad}hyphen\u{feff}", "softhyphen"),
            ("a\u{a0}b\u{3000}c\u{2009}d", "a b c d"),
            ("bell\u{7}\u{85}", "bell"),
            ("مُدَرِّسة ١٢", "مُدَرِّسة ١٢"),
        ] {
            assert_eq!(apply(before), after);
            assert_eq!(apply(after), after);
        }
    }

    #[test]
    fn clean_text_is_borrowed() {
        assert!(matches!(apply("كان الخبر — صحيحًا"), Cow::Borrowed(_)));
    }
}
