//! Signals and limits: what is measured on every document, and what it is held against.
//!
//! Every document with text gets every signal, so that a limit can be tried again from the ledger; the first limit in order that
//! fails gives the reason. Signals are made of + − × ÷ and comparisons in a fixed order: equal on every machine.

mod function_words;
mod language;
mod length;
mod quality;
mod repetition;

use crate::model::lines::LineChange;
use crate::model::verdict::{Judgement, Stage, Verdict};
use crate::text::language::Language;
use crate::text::scan::Scan;

pub use repetition::Counter;

/// Bumped whenever a signal measures otherwise.
pub const VERSION: u32 = 3;

/// Something that is measured; the ledger has it in the column `signal_<rule>_<key>`.
#[derive(Clone, Copy, Debug)]
pub struct Signal {
    /// The rule that it belongs to.
    pub rule: &'static str,
    /// Its name within the rule.
    pub key: &'static str,
    /// What it is, with its unit.
    pub about: &'static str,
}

/// From which side a limit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The signal must not be less.
    Min,
    /// The signal must not be more.
    Max,
}

/// A limit on a signal: the key `filter.<rule>.<name>` of a recipe, and the reason `<rule>.<name>` of those that fail it.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The rule.
    pub rule: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Index of its signal in [`SIGNALS`].
    pub signal: usize,
    /// Its side.
    pub side: Side,
}

/// What each rule measures, in order of the rules.
struct Rule {
    signals: &'static [Signal],
    /// Limits, with the index of the signal within the rule.
    limits: &'static [Limit],
}

const RULES: &[Rule] = &[language::RULE, length::RULE, repetition::RULE, quality::RULE];

const SIGNAL_COUNT: usize = count(true);
const LIMIT_COUNT: usize = count(false);

const fn count(signals: bool) -> usize {
    let (mut total, mut rule) = (0, 0);
    while rule < RULES.len() {
        total += if signals { RULES[rule].signals.len() } else { RULES[rule].limits.len() };
        rule += 1;
    }
    total
}

const fn all_signals() -> [Signal; SIGNAL_COUNT] {
    let mut all = [RULES[0].signals[0]; SIGNAL_COUNT];
    let (mut at, mut rule) = (0, 0);
    while rule < RULES.len() {
        let mut i = 0;
        while i < RULES[rule].signals.len() {
            all[at] = RULES[rule].signals[i];
            at += 1;
            i += 1;
        }
        rule += 1;
    }
    all
}

const fn all_limits() -> [Limit; LIMIT_COUNT] {
    let mut all = [RULES[0].limits[0]; LIMIT_COUNT];
    let (mut at, mut rule, mut signals) = (0, 0, 0);
    while rule < RULES.len() {
        let mut i = 0;
        while i < RULES[rule].limits.len() {
            let limit = RULES[rule].limits[i];
            all[at] = Limit { signal: signals + limit.signal, ..limit };
            at += 1;
            i += 1;
        }
        signals += RULES[rule].signals.len();
        rule += 1;
    }
    all
}

/// Every signal, in order of the ledger.
pub const SIGNALS: &[Signal] = &all_signals();

/// Every limit, in order of judgement.
pub const LIMITS: &[Limit] = &all_limits();

/// What is measured on.
pub struct Measurable<'m> {
    /// The scanned text.
    pub scan: &'m Scan,
    /// Its language.
    pub language: &'m Language,
    /// What cleaning did.
    pub changes: &'m [LineChange],
    /// Characters that cleaning was given.
    pub chars_read: u64,
}

/// Puts every signal into `out`, in order of [`SIGNALS`]; NaN where one does not apply.
pub fn measure(document: &Measurable<'_>, counter: &mut Counter, out: &mut Vec<f32>) {
    out.clear();
    language::measure(document, out);
    length::measure(document, out);
    repetition::measure(document, counter, out);
    quality::measure(document, out);
    debug_assert_eq!(out.len(), SIGNALS.len());
}

/// The first limit that fails, or none. `limits` are in order of [`LIMITS`]; a signal that does not apply fails none.
pub fn judge(signals: &[f32], limits: &[Option<f64>]) -> Option<Judgement> {
    LIMITS.iter().zip(limits).find_map(|(limit, held)| {
        let held = (*held)?;
        let measured = f64::from(signals[limit.signal]);
        let fails = match limit.side {
            Side::Min => measured < held,
            Side::Max => measured > held,
        };
        fails.then(|| Judgement {
            verdict: Verdict::Rejected,
            stage: Stage::Filter,
            reason: format!("{}.{}", limit.rule, limit.name),
            measured: Some(measured),
            limit: Some(held),
            detail: None,
        })
    })
}

/// `part` ÷ `whole`, 0 where there is no whole.
fn share(part: u64, whole: u64) -> f32 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_point_at_signals_of_their_rule() {
        for limit in LIMITS {
            assert_eq!(SIGNALS[limit.signal].rule, limit.rule, "{}", limit.name);
        }
        let mut names: Vec<_> = LIMITS.iter().map(|l| (l.rule, l.name)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), LIMITS.len());
    }

    #[test]
    fn the_first_limit_that_fails_gives_the_reason() {
        let at = |name| LIMITS.iter().position(|l| l.name == name).unwrap();
        let mut limits = vec![None; LIMITS.len()];
        let mut signals = vec![0.0; SIGNALS.len()];
        assert_eq!(judge(&signals, &limits), None);
        limits[at("min_words")] = Some(5.0);
        limits[at("max_digit_share")] = Some(0.2);
        signals[LIMITS[at("min_words")].signal] = 4.0;
        signals[LIMITS[at("max_digit_share")].signal] = 0.5;
        let judged = judge(&signals, &limits).unwrap();
        assert_eq!((judged.reason.as_str(), judged.measured, judged.limit), ("length.min_words", Some(4.0), Some(5.0)));
        signals[LIMITS[at("min_words")].signal] = 5.0;
        assert_eq!(judge(&signals, &limits).unwrap().reason, "quality.max_digit_share");
    }

    #[test]
    fn a_signal_that_does_not_apply_fails_no_limit() {
        let limits = vec![Some(0.5); LIMITS.len()];
        assert_eq!(judge(&vec![f32::NAN; SIGNALS.len()], &limits), None);
    }
}
