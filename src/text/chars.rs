//! One look-up per character gives all that a scan needs: its class, its script, and what it folds to.
//!
//! The table is made page by page as text needs it, so that starting costs nothing.

use std::sync::OnceLock;

use icu_properties::props::GeneralCategory;
use unicode_script::{Script, UnicodeScript};

use super::fold::{category, fold, is_joiner, is_word};

/// A letter, mark or number.
pub const WORD: u16 = 1;
/// A letter.
pub const LETTER: u16 = 1 << 1;
/// A mark on a letter.
pub const MARK: u16 = 1 << 2;
/// A digit or other number.
pub const NUMBER: u16 = 1 << 3;
/// Punctuation.
pub const PUNCTUATION: u16 = 1 << 4;
/// A symbol.
pub const SYMBOL: u16 = 1 << 5;
/// White space.
pub const SPACE: u16 = 1 << 6;
/// Of a script that is written without spaces: words come from a dictionary.
pub const UNSPACED: u16 = 1 << 7;
/// ZWNJ or ZWJ: within a word it is part of it.
pub const JOINER: u16 = 1 << 8;
/// Ends a sentence.
pub const SENTENCE_END: u16 = 1 << 9;
/// A quotation mark or bracket that may stand after the end of a sentence.
pub const CLOSER: u16 = 1 << 10;
/// Opens an item of a list.
pub const BULLET: u16 = 1 << 11;

/// All that a scan needs of a character.
#[derive(Clone, Copy, Debug)]
pub struct Char {
    /// Classes, as bits.
    pub class: u16,
    /// Its script.
    pub script: Script,
    /// What it folds to.
    pub fold: Fold,
}

/// What a character folds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Nothing.
    Nothing,
    /// A space.
    Space,
    /// One letter, mark or digit.
    Letter(char),
    /// Several: ask [`fold`].
    Long,
}

impl Char {
    /// Whether it has any of the classes.
    pub fn is(&self, classes: u16) -> bool {
        self.class & classes != 0
    }
}

const PAGE: usize = 256;
const PAGES: usize = 0x110000 / PAGE;

static TABLE: [OnceLock<Box<[Char; PAGE]>>; PAGES] = [const { OnceLock::new() }; PAGES];

/// The entry of `c`.
#[inline]
pub fn lookup(c: char) -> &'static Char {
    let page = TABLE[c as usize / PAGE].get_or_init(|| page(c as u32 / PAGE as u32));
    &page[c as usize % PAGE]
}

/// Whether the character belongs to a script that is written without spaces.
pub fn is_unspaced(c: char) -> bool {
    lookup(c).is(UNSPACED) || matches!(c, '、' | '。' | '，' | '！' | '？' | '」' | '』')
}

/// Whether the character ends a sentence.
pub fn is_sentence_end(c: char) -> bool {
    lookup(c).is(SENTENCE_END)
}

/// The folded words of `text`, one space between two.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match lookup(c).fold {
            Fold::Nothing => {}
            Fold::Letter(letter) => out.push(letter),
            Fold::Space if out.is_empty() || out.ends_with(' ') => {}
            Fold::Space => out.push(' '),
            Fold::Long => out.push_str(&fold(c)),
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

#[cold]
fn page(index: u32) -> Box<[Char; PAGE]> {
    Box::new(std::array::from_fn(|at| {
        // Surrogates are no characters and are never looked up.
        char::from_u32(index * PAGE as u32 + at as u32).map_or(NONE, entry)
    }))
}

const NONE: Char = Char { class: 0, script: Script::Unknown, fold: Fold::Space };

fn entry(c: char) -> Char {
    Char { class: class(c), script: c.script(), fold: fold_entry(c) }
}

fn fold_entry(c: char) -> Fold {
    let folded = fold(c);
    let mut letters = folded.chars();
    match (letters.next(), letters.next()) {
        (None, _) => Fold::Nothing,
        (Some(' '), None) => Fold::Space,
        (Some(letter), None) => Fold::Letter(letter),
        _ => Fold::Long,
    }
}

fn class(c: char) -> u16 {
    use GeneralCategory as G;
    let category = category(c);
    let mut class = match category {
        G::UppercaseLetter | G::LowercaseLetter | G::TitlecaseLetter | G::ModifierLetter | G::OtherLetter => LETTER,
        G::NonspacingMark | G::SpacingMark | G::EnclosingMark => MARK,
        G::DecimalNumber | G::LetterNumber | G::OtherNumber => NUMBER,
        G::MathSymbol | G::CurrencySymbol | G::ModifierSymbol | G::OtherSymbol => SYMBOL,
        G::SpaceSeparator | G::LineSeparator | G::ParagraphSeparator => SPACE,
        G::Control if matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}') => SPACE,
        G::Control | G::Format | G::Surrogate | G::PrivateUse | G::Unassigned => 0,
        _ => PUNCTUATION,
    };
    if is_word(category) {
        class |= WORD;
        if has_dictionary(c) {
            class |= UNSPACED;
        }
    }
    if is_joiner(c) {
        class |= JOINER;
    }
    if SENTENCE_ENDS.contains(c) {
        class |= SENTENCE_END;
    }
    if matches!(category, G::ClosePunctuation | G::FinalPunctuation | G::InitialPunctuation) || matches!(c, '"' | '\'')
    {
        class |= CLOSER;
    }
    if BULLETS.contains(c) {
        class |= BULLET;
    }
    class
}

/// Ends of sentences in the scripts of the world, the ellipsis among them.
const SENTENCE_ENDS: &str = ".!?…؟۔؞܀܁܂।॥။၊።፧፨។៕᠃᠉‼‽⁇⁈⁉。．！？｡‥";

/// What lists are opened with, beside numbers.
const BULLETS: &str = "•‣▪▫◦●○■□◆◇►▶➢➤★☆✓✔·-–—*";

fn has_dictionary(c: char) -> bool {
    use Script as S;
    let unspaced =
        |s: Script| matches!(s, S::Han | S::Hiragana | S::Katakana | S::Thai | S::Lao | S::Khmer | S::Myanmar);
    // The mark that lengthens a vowel in both kana belongs to neither script.
    unspaced(c.script()) || c == '\u{30fc}' || c == '\u{ff70}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_in_every_script() {
        assert!(lookup('ش').is(LETTER) && lookup('\u{064e}').is(MARK) && lookup('٣').is(NUMBER));
        assert!(lookup('،').is(PUNCTUATION) && !lookup('،').is(SENTENCE_END));
        assert!(['؟', '۔', '。', '।', '.'].iter().all(|c| is_sentence_end(*c)));
        assert!(lookup('市').is(UNSPACED) && lookup('ー').is(UNSPACED) && !lookup('한').is(UNSPACED));
        assert!(lookup('\u{200c}').is(JOINER) && !lookup('\u{200c}').is(WORD));
        assert!(lookup('😀').is(SYMBOL));
    }
}
