//! How long a document and its words are.

use super::{Limit, Measurable, Rule, Side, Signal, share};

pub(super) const RULE: Rule = Rule {
    signals: &[
        Signal { rule: "length", key: "words", about: "words" },
        Signal { rule: "length", key: "chars", about: "characters" },
        Signal {
            rule: "length",
            key: "mean_word_chars",
            about: "letters and digits of a word on average, marks not counted",
        },
    ],
    limits: &[
        Limit { rule: "length", name: "min_words", signal: 0, side: Side::Min },
        Limit { rule: "length", name: "max_words", signal: 0, side: Side::Max },
        Limit { rule: "length", name: "min_chars", signal: 1, side: Side::Min },
        Limit { rule: "length", name: "min_mean_word_chars", signal: 2, side: Side::Min },
        Limit { rule: "length", name: "max_mean_word_chars", signal: 2, side: Side::Max },
    ],
};

pub(super) fn measure(document: &Measurable<'_>, out: &mut Vec<f32>) {
    let scan = document.scan;
    out.extend([scan.words as f32, scan.chars as f32, share(scan.word_chars, scan.words)]);
}
