//! How sure the language is.

use super::{Limit, Measurable, Rule, Side, Signal};

pub(super) const RULE: Rule = Rule {
    signals: &[Signal { rule: "language", key: "score", about: "how sure the language is, 0 to 1" }],
    limits: &[Limit { rule: "language", name: "min_score", signal: 0, side: Side::Min }],
};

pub(super) fn measure(document: &Measurable<'_>, out: &mut Vec<f32>) {
    out.push(document.language.score);
}
