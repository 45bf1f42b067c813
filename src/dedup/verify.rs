//! Verification: the exact number of shingles that two groups share, and what follows from it.

use serde::{Deserialize, Serialize};

/// Jaccard index from which a compared pair is stored: no limit may be lower.
pub const STORE_JACCARD: f64 = 0.5;

/// Containment, either way, from which a compared pair is stored: no limit may be lower.
pub const STORE_CONTAINMENT: f64 = 0.7;

/// How many times larger one set must be for a search of each of the smaller to beat a merge.
const GALLOP_FROM: usize = 16;

/// From which similarity two documents are duplicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Least Jaccard index of their shingle sets.
    pub jaccard: f64,
    /// Least share of the shingles of the later-ranked that stand in the earlier-ranked.
    pub containment: f64,
}

impl Limits {
    /// The limit by which a pair is an edge. Containment is never below the Jaccard index, so that its `similarity` is the
    /// containment.
    pub fn that_holds(self, similarity: f64) -> f64 {
        if similarity >= self.containment { self.containment } else { self.jaccard }
    }
}

/// The sizes of two sets of shingles, left and right, and of what they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Shingles in both.
    pub shared: u32,
    /// Shingles of the left.
    pub left: u32,
    /// Shingles of the right.
    pub right: u32,
}

impl Shared {
    /// Share of the union that both hold, 0 to 1; 0 where both are empty.
    pub fn jaccard(self) -> f64 {
        let union = u64::from(self.left) + u64::from(self.right) - u64::from(self.shared);
        share(self.shared.into(), union)
    }

    /// Share of the left that stands in the right, 0 to 1; 0 where the left is empty.
    pub fn containment(self) -> f64 {
        share(self.shared.into(), self.left.into())
    }

    /// The same, seen from the right.
    pub fn turned(self) -> Self {
        Self { shared: self.shared, left: self.right, right: self.left }
    }

    /// How similar the left is to the right: the larger of Jaccard index and containment.
    pub fn similarity(self) -> f64 {
        self.jaccard().max(self.containment())
    }

    /// Whether the pair belongs into the ledger: Jaccard ≥ [`STORE_JACCARD`], or containment either way ≥ [`STORE_CONTAINMENT`].
    pub fn is_stored(self) -> bool {
        self.jaccard() >= STORE_JACCARD
            || self.containment() >= STORE_CONTAINMENT
            || self.turned().containment() >= STORE_CONTAINMENT
    }

    /// Whether the left is a duplicate of the right where the right ranks before it.
    pub fn is_edge(self, limits: Limits) -> bool {
        self.jaccard() >= limits.jaccard || self.containment() >= limits.containment
    }
}

/// Correctly rounded, so that equal ratios of different counts give equal numbers, and 4 of 5 is the number written 0.8.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Two groups that were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The smaller group index.
    pub a: u32,
    /// The larger group index.
    pub b: u32,
    /// Shingles in both.
    pub shared: u32,
    /// Shingles of `a`.
    pub a_shingles: u32,
    /// Shingles of `b`.
    pub b_shingles: u32,
}

impl Pair {
    /// The pair of groups `a` and `b` with their counts, `a` being the left.
    pub fn new(a: u32, b: u32, counts: Shared) -> Self {
        let (a, b, counts) = if a <= b { (a, b, counts) } else { (b, a, counts.turned()) };
        Self { a, b, shared: counts.shared, a_shingles: counts.left, b_shingles: counts.right }
    }

    /// The counts with `a` as the left.
    pub fn counts(&self) -> Shared {
        Shared { shared: self.shared, left: self.a_shingles, right: self.b_shingles }
    }

    /// Whether the pair belongs into the ledger: see [`Shared::is_stored`].
    pub fn is_stored(&self) -> bool {
        self.counts().is_stored()
    }

    /// The group at the other end.
    pub fn other(&self, group: u32) -> u32 {
        if group == self.a { self.b } else { self.a }
    }

    /// The counts with `group`, one of the two, as the left.
    pub fn seen_from(&self, group: u32) -> Shared {
        if group == self.a { self.counts() } else { self.counts().turned() }
    }

    /// The similarity of a document of `group` to a better-ranked one of the other group, where that makes it a duplicate.
    pub fn edge(&self, group: u32, limits: Limits) -> Option<f64> {
        let counts = self.seen_from(group);
        counts.is_edge(limits).then(|| counts.similarity())
    }
}

/// Counts what two sets of shingles share; both sorted and distinct, as [`crate::dedup::shingle::shingles`] gives them.
///
/// # Panics
///
/// Where a set holds more than `u32::MAX` shingles: a text of many gigabytes, which no reader hands on.
pub fn compare(left: &[u64], right: &[u64]) -> Shared {
    let (small, large) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let shared = if small.len() * GALLOP_FROM < large.len() {
        count_galloping(small, large)
    } else {
        count_merging(small, large)
    };
    let count = |count: usize| u32::try_from(count).expect("a document has fewer than 2³² shingles");
    Shared { shared: count(shared), left: count(left.len()), right: count(right.len()) }
}

/// One step of both cursors a round and no branch on the data, which is random: a wrong guess would cost more than the round.
fn count_merging(left: &[u64], right: &[u64]) -> usize {
    let (mut at_left, mut at_right, mut shared) = (0, 0, 0);
    while let (Some(&a), Some(&b)) = (left.get(at_left), right.get(at_right)) {
        shared += usize::from(a == b);
        at_left += usize::from(a <= b);
        at_right += usize::from(b <= a);
    }
    shared
}

/// Looks each of the few up in the rest of the many, in steps that double.
fn count_galloping(few: &[u64], mut many: &[u64]) -> usize {
    let mut shared = 0;
    for &wanted in few {
        let mut step = 1;
        while step < many.len() && many[step] < wanted {
            step *= 2;
        }
        let reach = many.len().min(step);
        many = &many[many[..reach].partition_point(|&shingle| shingle < wanted)..];
        shared += usize::from(many.first() == Some(&wanted));
    }
    shared
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { jaccard: 0.8, containment: 0.9 };

    #[test]
    fn the_limit_that_is_named_is_the_one_that_holds() {
        for shared in [Shared { shared: 92, left: 100, right: 900 }, Shared { shared: 85, left: 100, right: 90 }] {
            let held = LIMITS.that_holds(shared.similarity());
            let (by_jaccard, by_containment) =
                (Limits { containment: 1.1, ..LIMITS }, Limits { jaccard: 1.1, ..LIMITS });
            assert!(shared.is_edge(LIMITS) && shared.similarity() >= held);
            assert_eq!(held == LIMITS.jaccard, shared.is_edge(by_jaccard));
            assert_eq!(held == LIMITS.containment, shared.is_edge(by_containment));
        }
    }

    #[test]
    fn a_pair_at_the_limit_is_an_edge_and_one_shingle_less_is_none() {
        let edge = |shared, left, right| Shared { shared, left, right }.is_edge(LIMITS);
        // Jaccard 8 of 10, then 7 of 10.
        assert!(edge(8, 9, 9));
        assert!(!edge(7, 8, 9));
        // Containment 9 of 10, then 8 of 10.
        assert!(edge(9, 10, 100));
        assert!(!edge(8, 10, 100));
    }

    #[test]
    fn containment_counts_from_the_later_ranked_alone() {
        let pair = Pair::new(7, 2, Shared { shared: 10, left: 10, right: 100 });
        assert_eq!(pair, Pair { a: 2, b: 7, shared: 10, a_shingles: 100, b_shingles: 10 });
        assert_eq!(pair.edge(7, LIMITS), Some(1.0));
        assert_eq!(pair.edge(2, LIMITS), None);
        assert_eq!((pair.other(2), pair.other(7)), (7, 2));
    }

    #[test]
    fn the_ledger_begins_at_half_the_union_or_seven_tenths_of_one_side() {
        let stored = |shared, left, right| Shared { shared, left, right }.is_stored();
        assert!(stored(50, 75, 75));
        assert!(!stored(49, 75, 75));
        assert!(stored(7, 10, 1000) && stored(7, 1000, 10));
        assert!(!stored(6, 10, 1000) && !stored(6, 1000, 10));
        assert!(!stored(0, 0, 0));
    }

    #[test]
    fn sets_that_differ_in_size_are_counted_right() {
        let many: Vec<u64> = (0..1000).map(|value| 3 * value).collect();
        for few in [vec![], vec![0], vec![2997], vec![2998], vec![0, 1, 3, 1500, 2997, 5000], vec![u64::MAX]] {
            let expected = few.iter().filter(|&&value| value < 3000 && value % 3 == 0).count();
            assert_eq!(count_galloping(&few, &many), expected, "{few:?}");
            assert_eq!(compare(&few, &many).shared as usize, expected, "{few:?}");
        }
    }

    proptest! {
        #[test]
        fn counts_are_those_of_sets(
            left in prop::collection::btree_set(0u64..300, 0..40),
            right in prop::collection::btree_set(0u64..300, 0..260),
        ) {
            let shared = left.intersection(&right).count();
            let (a, b): (Vec<u64>, Vec<u64>) = (left.iter().copied().collect(), right.iter().copied().collect());
            let counts = compare(&a, &b);
            prop_assert_eq!((counts.shared as usize, counts.left as usize, counts.right as usize), (shared, a.len(), b.len()));
            prop_assert_eq!(compare(&b, &a), counts.turned());
            prop_assert_eq!(count_merging(&a, &b), shared);
            prop_assert_eq!(count_galloping(&a, &b), shared);
            let union: BTreeSet<_> = left.union(&right).collect();
            prop_assert!((counts.jaccard() * union.len() as f64 - shared as f64).abs() < 1e-9);
        }
    }
}
