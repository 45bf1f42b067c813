//! What a document is made of: words, symbols, lists, scripts, function words.
//!
//! Source of the shares: Rae et al., 2021 (Gopher) for words with letters, symbols, bullets, ellipses and function words; Penedo et
//! al., *The FineWeb datasets*, 2024, for lines that end a sentence and short lines. Here ends of sentences and letters are those
//! of every script.

use crate::text::language::UNKNOWN;
use crate::text::profiles::is_function_word;

use super::function_words::function_words;
use super::{Limit, Measurable, Rule, Side, Signal, share};

const fn signal(key: &'static str, about: &'static str) -> Signal {
    Signal { rule: "quality", key, about }
}

const fn limit(name: &'static str, signal: usize, side: Side) -> Limit {
    Limit { rule: "quality", name, signal, side }
}

pub(super) const RULE: Rule = Rule {
    signals: &[
        signal("letter_words", "share of words with a letter"),
        signal("symbols_per_word", "hash signs and ellipses per word"),
        signal("bullet_lines", "share of lines that open with a bullet"),
        signal("ellipsis_lines", "share of lines that end with an ellipsis"),
        signal("ended_lines", "share of lines that end a sentence"),
        signal("short_lines", "share of lines of at most 30 characters"),
        signal("main_script", "share of letters in the main script"),
        signal("digit_share", "digits among letters and digits"),
        signal("braces_per_word", "opening braces per word"),
        signal(
            "function_words",
            "share of words that are function words of the language, or of any of the script where none is named; none where there is no list",
        ),
        signal("lines_removed", "share of the characters read that stood in lines which cleaning removed"),
    ],
    limits: &[
        limit("min_letter_words", 0, Side::Min),
        limit("max_symbols_per_word", 1, Side::Max),
        limit("max_bullet_lines", 2, Side::Max),
        limit("max_ellipsis_lines", 3, Side::Max),
        limit("min_ended_lines", 4, Side::Min),
        limit("max_short_lines", 5, Side::Max),
        limit("min_main_script", 6, Side::Min),
        limit("max_digit_share", 7, Side::Max),
        limit("max_braces_per_word", 8, Side::Max),
        limit("min_function_words", 9, Side::Min),
        limit("max_lines_removed", 10, Side::Max),
    ],
};

/// Characters of a short line.
const SHORT_LINE_CHARS: u32 = 30;

/// Words of a text of no known language below which it may have no function words by chance.
const MIN_WORDS_UNKNOWN: usize = 30;

pub(super) fn measure(document: &Measurable<'_>, out: &mut Vec<f32>) {
    let scan = document.scan;
    let lines = scan.lines.len() as u64;
    let of_lines =
        |is: fn(&crate::text::scan::Line) -> bool| share(scan.lines.iter().filter(|l| is(l)).count() as u64, lines);
    let most = scan.scripts.iter().map(|(_, n)| *n).max().unwrap_or(0);
    // The letters of Japanese are of three scripts.
    let most = if document.language.script == "Jpan" { scan.unspaced } else { most };
    let removed: usize =
        document.changes.iter().filter(|c| c.replacement.is_none()).map(|c| c.text.chars().count()).sum();
    out.extend([
        share(scan.words_with_letter, scan.words),
        share(scan.hash_signs + scan.ellipses, scan.words),
        of_lines(|l| l.is_bullet),
        of_lines(|l| l.ends_ellipsis),
        of_lines(|l| l.ends_sentence),
        of_lines(|l| l.chars <= SHORT_LINE_CHARS),
        share(most, scan.letters),
        share(scan.numbers, scan.letters + scan.numbers),
        share(scan.braces, scan.words),
        function_share(document),
        share(removed as u64, document.chars_read),
    ]);
}

fn function_share(document: &Measurable<'_>) -> f32 {
    let words = &document.scan.words_folded;
    let language = document.language;
    let found = match function_words(language.code) {
        Some(list) => words.iter().filter(|w| list.binary_search(w).is_ok()).count(),
        // Where no language is named, those of all languages of the script count: running text of any has some of them.
        None if language.code == UNKNOWN && words.len() >= MIN_WORDS_UNKNOWN => {
            words.iter().filter(|w| is_function_word(**w, language.script)).count()
        }
        None => return f32::NAN,
    };
    share(found as u64, words.len() as u64)
}
