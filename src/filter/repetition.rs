//! How much of a document says again what it said before.
//!
//! Source: Rae et al., *Scaling language models: methods, analysis and insights from training Gopher*, 2021, table A1. An n-gram
//! counts as the top one where it stands at least four times: in a short life a name stands three times.

use super::{Limit, Measurable, Rule, Side, Signal, share};

const fn signal(key: &'static str, about: &'static str) -> Signal {
    Signal { rule: "repetition", key, about }
}

const fn limit(name: &'static str, signal: usize) -> Limit {
    Limit { rule: "repetition", name, signal, side: Side::Max }
}

pub(super) const RULE: Rule = Rule {
    signals: &[
        signal("duplicate_lines", "share of lines that stand before"),
        signal("duplicate_line_chars", "share of the characters of lines in lines that stand before"),
        signal("top_2_gram", "share of the characters of words in the most frequent run of 2 words"),
        signal("top_3_gram", "share of the characters of words in the most frequent run of 3 words"),
        signal("top_4_gram", "share of the characters of words in the most frequent run of 4 words"),
        signal("duplicate_5_grams", "share of the characters of words in runs of 5 words that stand before"),
        signal("duplicate_6_grams", "share of the characters of words in runs of 6 words that stand before"),
        signal("duplicate_7_grams", "share of the characters of words in runs of 7 words that stand before"),
        signal("duplicate_8_grams", "share of the characters of words in runs of 8 words that stand before"),
        signal("duplicate_9_grams", "share of the characters of words in runs of 9 words that stand before"),
        signal("duplicate_10_grams", "share of the characters of words in runs of 10 words that stand before"),
    ],
    limits: &[
        limit("max_duplicate_lines", 0),
        limit("max_duplicate_line_chars", 1),
        limit("max_top_2_gram", 2),
        limit("max_top_3_gram", 3),
        limit("max_top_4_gram", 4),
        limit("max_duplicate_5_grams", 5),
        limit("max_duplicate_6_grams", 6),
        limit("max_duplicate_7_grams", 7),
        limit("max_duplicate_8_grams", 8),
        limit("max_duplicate_9_grams", 9),
        limit("max_duplicate_10_grams", 10),
    ],
};

/// Times that an n-gram must stand to be a top one.
const MIN_TOP_COUNT: u32 = 4;

/// Odd: the golden ratio in 64 bits.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Counts hashes; its memory is reused from one document to the next.
#[derive(Debug, Default)]
pub struct Counter {
    slots: Vec<(u64, u32, u32)>,
    generation: u32,
    /// Polynomial hashes of all words before each place, and their characters.
    prefixes: Vec<u64>,
    chars: Vec<u64>,
}

impl Counter {
    /// Forgets all and makes room for `count` hashes.
    fn clear(&mut self, count: usize) {
        let size = (count * 2 + 1).next_power_of_two();
        if self.slots.len() < size || self.generation == u32::MAX {
            self.slots = vec![(0, 0, 0); size.max(self.slots.len())];
            self.generation = 0;
        }
        self.generation += 1;
    }

    /// Counts `hash`; gives how often it was counted before.
    fn add(&mut self, hash: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = (hash ^ (hash >> 32)).wrapping_mul(BASE) as usize >> 7 & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.2 != self.generation {
                *slot = (hash, 1, self.generation);
                return 0;
            }
            if slot.0 == hash {
                slot.1 += 1;
                return slot.1 - 1;
            }
            at = (at + 1) & mask;
        }
    }

    fn prepare(&mut self, words: &[u64], lengths: &[u32]) {
        self.prefixes.clear();
        self.prefixes.push(0);
        self.chars.clear();
        self.chars.push(0);
        let (mut hash, mut chars) = (0u64, 0u64);
        for (word, length) in words.iter().zip(lengths) {
            hash = hash.wrapping_mul(BASE).wrapping_add(*word);
            chars += u64::from(*length);
            self.prefixes.push(hash);
            self.chars.push(chars);
        }
    }

    /// The run of `n` words at `at`: its hash and its characters.
    fn gram(&self, at: usize, n: usize, power: u64) -> (u64, u64) {
        let hash = self.prefixes[at + n].wrapping_sub(self.prefixes[at].wrapping_mul(power));
        (hash, self.chars[at + n] - self.chars[at])
    }

    fn runs(&self, n: usize) -> usize {
        (self.prefixes.len()).saturating_sub(n)
    }

    /// Characters in the most frequent run of `n` words; of equally frequent ones the longest counts.
    fn top(&mut self, n: usize) -> u64 {
        let power = (0..n).fold(1u64, |p, _| p.wrapping_mul(BASE));
        self.clear(self.runs(n));
        let mut best = (MIN_TOP_COUNT - 1, 0);
        for at in 0..self.runs(n) {
            let (hash, chars) = self.gram(at, n, power);
            let count = self.add(hash) + 1;
            if count >= MIN_TOP_COUNT {
                best = best.max((count, chars));
            }
        }
        if best.1 == 0 { 0 } else { u64::from(best.0) * best.1 }
    }

    /// Characters in runs of `n` words that stand before, counted without overlap.
    fn duplicates(&mut self, n: usize) -> u64 {
        let power = (0..n).fold(1u64, |p, _| p.wrapping_mul(BASE));
        self.clear(self.runs(n));
        let (mut at, mut repeated) = (0, 0);
        while at < self.runs(n) {
            let (hash, chars) = self.gram(at, n, power);
            if self.add(hash) > 0 {
                repeated += chars;
                at += n;
            } else {
                at += 1;
            }
        }
        repeated
    }
}

pub(super) fn measure(document: &Measurable<'_>, counter: &mut Counter, out: &mut Vec<f32>) {
    let scan = document.scan;
    let (mut lines, mut chars, mut all_chars) = (0, 0, 0);
    counter.clear(scan.lines.len());
    for line in &scan.lines {
        all_chars += u64::from(line.chars);
        if counter.add(line.hash) > 0 {
            lines += 1;
            chars += u64::from(line.chars);
        }
    }
    out.extend([share(lines, scan.lines.len() as u64), share(chars, all_chars)]);
    counter.prepare(&scan.words_folded, &scan.word_lengths);
    let whole = counter.chars.last().copied().unwrap_or(0);
    for n in 2..=4 {
        out.push(share(counter.top(n), whole));
    }
    let mut repeated = u64::MAX;
    for n in 5..=10 {
        // Where no run of n words stands twice, none of n + 1 does.
        if repeated != 0 {
            repeated = counter.duplicates(n);
        }
        out.push(share(repeated, whole));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(words: &[u64]) -> Counter {
        let mut counter = Counter::default();
        counter.prepare(words, &vec![3; words.len()]);
        counter
    }

    #[test]
    fn a_run_that_stands_four_times_is_the_top_one() {
        assert_eq!(counter(&[1, 2, 9, 1, 2, 8, 1, 2, 7, 1, 2, 6]).top(2), 24);
        assert_eq!(counter(&[1, 2, 9, 1, 2, 8, 1, 2, 7]).top(2), 0);
        assert_eq!(counter(&[1]).top(2), 0);
    }

    #[test]
    fn repeated_runs_are_counted_without_overlap() {
        let words = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6];
        assert_eq!(counter(&words).duplicates(5), 15);
        assert_eq!(counter(&words).duplicates(6), 18);
        assert_eq!(counter(&words).duplicates(7), 0);
        assert_eq!(counter(&[1, 2, 3]).duplicates(5), 0);
    }

    #[test]
    fn counting_forgets_between_documents() {
        let mut counter = Counter::default();
        for _ in 0..3 {
            counter.clear(4);
            assert_eq!((counter.add(7), counter.add(7), counter.add(8)), (0, 1, 0));
        }
    }
}
