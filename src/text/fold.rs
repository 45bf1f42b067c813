//! The fold: for hashing only, letters that writers exchange freely become one. Stored text is never folded.
//!
//! NFKC and lower case; marks off in Latin, Greek, Cyrillic, Arabic and Hebrew; tatweel and joiners off; alef forms, hamza
//! carriers, yeh, keheh and teh marbuta unified; digits of every script as ASCII; everything else but letters, marks and numbers
//! is a space.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use unicode_script::{Script, UnicodeScript};

/// Bumped whenever a text folds to another.
pub const FOLD_VERSION: u32 = 1;

/// What one character folds to: nothing, a space, or letters.
pub fn fold(c: char) -> String {
    let mut folded = String::new();
    if is_joiner(c) || c == TATWEEL {
        return folded;
    }
    let mut buffer = [0; 4];
    let compatible = ComposingNormalizerBorrowed::new_nfkc().normalize(c.encode_utf8(&mut buffer));
    for c in compatible.chars().flat_map(char::to_lowercase) {
        fold_lower(c, &mut folded);
    }
    folded
}

/// Stretches a word on the line; the word is the same without it.
const TATWEEL: char = '\u{0640}';

/// Whether the character joins or parts letters without being one.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn fold_lower(c: char, folded: &mut String) {
    if !drops_marks(c.script()) {
        push(c, folded);
        return;
    }
    let mut buffer = [0; 4];
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize(c.encode_utf8(&mut buffer)).chars() {
        if !is_mark(c) {
            push(unified(c), folded);
        }
    }
}

/// Scripts in which readers leave marks out. Marks that belong to no script (acute, fathatan) are of these as well.
fn drops_marks(script: Script) -> bool {
    matches!(
        script,
        Script::Latin | Script::Greek | Script::Cyrillic | Script::Arabic | Script::Hebrew | Script::Inherited
    )
}

fn unified(c: char) -> char {
    match c {
        'ٱ' | 'ٲ' | 'ٳ' | 'ٵ' => 'ا',
        'ى' | 'ی' | 'ې' | 'ے' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ة' => 'ه',
        'ς' => 'σ',
        _ => c,
    }
}

fn push(c: char, folded: &mut String) {
    match category(c) {
        GeneralCategory::DecimalNumber => folded.push(ascii_digit(c)),
        _ if is_word(category(c)) => folded.push(c),
        _ if folded.ends_with(' ') => {}
        _ => folded.push(' '),
    }
}

/// The digit of the same value: digits of a script stand in runs of ten.
fn ascii_digit(c: char) -> char {
    let before = (1..10u32)
        .take_while(|back| {
            char::from_u32(c as u32 - back).is_some_and(|c| category(c) == GeneralCategory::DecimalNumber)
        })
        .count();
    char::from(b'0' + before as u8)
}

/// The general category of a character.
pub fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Letters, marks and numbers make words.
pub fn is_word(category: GeneralCategory) -> bool {
    use GeneralCategory as G;
    matches!(
        category,
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
            | G::NonspacingMark
            | G::SpacingMark
            | G::EnclosingMark
            | G::DecimalNumber
            | G::LetterNumber
            | G::OtherNumber
    )
}

fn is_mark(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        text.chars().map(fold).collect()
    }

    #[test]
    fn what_writers_exchange_freely_is_one() {
        for (a, b) in [
            ("مُدَرِّسَةٌ", "مدرسه"),
            ("أإآٱا", "ااااا"),
            ("مؤمن رئيس", "مومن رييس"),
            ("مصطفى علی", "مصطفي علي"),
            ("کتاب", "كتاب"),
            ("مـــرحبا", "مرحبا"),
            ("ﻻ", "لا"),
            ("می‌شود", "ميشود"),
            ("٢٠٢٤ ۲۰۲۴ २०२४", "2024 2024 2024"),
            ("CAFÉ", "cafe"),
            ("Ёлка", "елка"),
            ("Άνθρωπος", "ανθρωποσ"),
            ("ﬁn Ⅷ", "fin viii"),
        ] {
            assert_eq!(folded(a), b);
        }
    }

    #[test]
    fn digits_keep_their_values_and_marks_of_other_scripts_stay() {
        assert_ne!(folded("١٢"), folded("١٣"));
        assert_eq!(folded("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn the_rest_is_spaces() {
        assert_eq!(folded("a،b—c"), "a b c");
    }
}
