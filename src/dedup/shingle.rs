//! Shingles: 64-bit hashes of runs of k consecutive words, from the word hashes that the text scan gives.

use crate::dedup::mix;

/// Factor between neighbouring words of a gram.
///
/// It is 3 modulo 8: then B−1, B²−1 and B⁴−1, the factors by which two grams differ that have two words swapped, hold few
/// twos, and such grams still differ in at least 60 of their 64 bits.
const BASE: u64 = 0x9fb2_1c65_1e98_df2b;

/// The grams of `units` in text order, repeats included: what [`crate::dedup::minhash::Signer`] needs, since a minimum does not count.
///
/// Gives `units.len() - k + 1` hashes; one, of all units, where there are fewer than `k`; none for no unit. `out` is cleared
/// first. A `k` of 0 is taken as 1. Equal units give equal hashes on every machine.
///
/// Source: Broder, *On the resemblance and containment of documents*, 1997; the rolling hash is a polynomial modulo 2⁶⁴, mixed.
pub fn grams(units: &[u64], k: usize, out: &mut Vec<u64>) {
    out.clear();
    let k = k.max(1).min(units.len());
    if k == 0 {
        return;
    }
    let mut rolling = units[..k].iter().fold(0u64, |sum, &unit| sum.wrapping_mul(BASE).wrapping_add(unit));
    let leaving = (0..k).fold(1u64, |power, _| power.wrapping_mul(BASE));
    out.reserve(units.len() - k + 1);
    out.push(mix(rolling));
    out.extend(units[k..].iter().zip(units).map(|(&enters, &leaves)| {
        // The product with the word that leaves does not wait for the sum, so the chain is one multiplication long.
        let change = enters.wrapping_sub(leaves.wrapping_mul(leaving));
        rolling = rolling.wrapping_mul(BASE).wrapping_add(change);
        mix(rolling)
    }));
}

/// The set of shingles of a document: its [`grams`], sorted and distinct, as [`crate::dedup::verify::compare`] takes them.
pub fn shingles(units: &[u64], k: usize, out: &mut Vec<u64>) {
    grams(units, k, out);
    out.sort_unstable();
    out.dedup();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::dedup::split_mix;

    fn shingles_of(units: &[u64], k: usize) -> Vec<u64> {
        let mut out = vec![7];
        shingles(units, k, &mut out);
        out
    }

    #[test]
    fn fewer_words_than_a_shingle_make_one_gram_of_all() {
        assert!(shingles_of(&[], 5).is_empty());
        assert_eq!(shingles_of(&[1, 2, 3], 5), shingles_of(&[1, 2, 3], 3));
        assert_eq!(shingles_of(&[1, 2, 3], 5).len(), 1);
        assert_ne!(shingles_of(&[1, 2, 3], 5), shingles_of(&[1, 2, 4], 5));
        assert_ne!(shingles_of(&[1, 2, 3], 5), shingles_of(&[3, 2, 1], 5));
    }

    #[test]
    fn a_repeated_gram_counts_once_in_the_set_and_each_time_in_text_order() {
        let units = [1, 2, 1, 2, 1, 2];
        let mut in_order = Vec::new();
        grams(&units, 2, &mut in_order);
        assert_eq!(in_order.len(), 5);
        assert_eq!((in_order[0], in_order[1]), (in_order[2], in_order[3]));
        assert_eq!(shingles_of(&units, 2).len(), 2);
    }

    #[test]
    fn hashes_are_the_same_in_every_version() {
        // They decide which documents are duplicates: a change here is a new VERSION.
        let mut out = Vec::new();
        grams(&[11, 12, 13, 14, 15, 16], 5, &mut out);
        assert_eq!(out, [11_954_234_428_896_301_053, 14_990_915_992_490_274_873]);
    }

    #[test]
    fn no_two_grams_of_a_small_vocabulary_share_a_hash() {
        // Every order of every choice of five among ten words: 10⁵ grams that differ in little.
        let words: Vec<u64> = (0..10).map(|word| split_mix(3, word)).collect();
        let mut all: BTreeSet<u64> = BTreeSet::new();
        let mut out = Vec::new();
        for choice in 0..100_000usize {
            let units = [1, 10, 100, 1_000, 10_000].map(|place| words[choice / place % 10]);
            grams(&units, 5, &mut out);
            all.extend(&out);
        }
        assert_eq!(all.len(), 100_000);
    }

    proptest! {
        #[test]
        fn rolling_gives_what_each_window_gives_alone(units in prop::collection::vec(any::<u64>(), 0..40), k in 1usize..8) {
            let (mut rolled, mut alone, mut one) = (Vec::new(), Vec::new(), Vec::new());
            grams(&units, k, &mut rolled);
            for window in units.windows(k.min(units.len().max(1))) {
                grams(window, k, &mut one);
                alone.extend_from_slice(&one);
            }
            prop_assert_eq!(&rolled, &alone);
            let set: BTreeSet<u64> = alone.into_iter().collect();
            prop_assert_eq!(shingles_of(&units, k), set.into_iter().collect::<Vec<_>>());
        }
    }
}
