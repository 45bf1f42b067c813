//! Candidates: groups that share a band key, and so are likely to share many shingles.

use std::cmp::Reverse;

/// Groups in a bucket above which not all of its pairs are compared.
pub const BUCKET_CAP: usize = 1000;

/// Groups of a bucket above [`BUCKET_CAP`] with which each of its groups is compared: the first by `longest`, whatever the policy.
pub const BUCKET_HEAD: usize = 64;

/// Pairs that may wait before repeats among them are first dropped: 8 MB.
const COMPACT_FROM: usize = 1 << 20;

/// What the buckets of a range of band keys propose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Distinct pairs of groups, smaller index first, sorted.
    pub pairs: Vec<(u32, u32)>,
    /// Buckets with more than [`BUCKET_CAP`] groups.
    pub capped: u64,
}

/// The candidates among `entries`: (band key, group), sorted by band key, in any order and with any repeats within one.
///
/// A bucket is the distinct groups that share a key. `chars` gives the characters of a group (of its longest document) and is
/// asked in buckets above [`BUCKET_CAP`] only; ties go to the first by origin. A key that stands at both sides of a cut of the
/// entries would lose pairs: cut between keys. The same pair can come from two calls: merge and drop repeats.
pub fn candidates(entries: &[(u64, u32)], chars: impl Fn(u32) -> u64) -> Candidates {
    let mut found = Candidates::default();
    let mut bucket: Vec<u32> = Vec::new();
    let mut compact_at = COMPACT_FROM;
    for same_key in entries.chunk_by(|left, right| left.0 == right.0) {
        if same_key.len() < 2 {
            continue;
        }
        bucket.clear();
        bucket.extend(same_key.iter().map(|&(_, group)| group));
        bucket.sort_unstable();
        bucket.dedup();
        if bucket.len() > BUCKET_CAP {
            found.capped += 1;
            pair_with_head(&bucket, &chars, &mut found.pairs);
        } else {
            pair_all(&bucket, &mut found.pairs);
        }
        if found.pairs.len() >= compact_at {
            sort_distinct(&mut found.pairs);
            compact_at = COMPACT_FROM.max(2 * found.pairs.len());
        }
    }
    sort_distinct(&mut found.pairs);
    found
}

/// Every pair of a sorted bucket.
fn pair_all(bucket: &[u32], pairs: &mut Vec<(u32, u32)>) {
    for (place, &smaller) in bucket.iter().enumerate() {
        pairs.extend(bucket[place + 1..].iter().map(|&larger| (smaller, larger)));
    }
}

/// Each group of a sorted bucket with each of its head, once.
fn pair_with_head(bucket: &[u32], chars: impl Fn(u32) -> u64, pairs: &mut Vec<(u32, u32)>) {
    let mut by_length: Vec<(Reverse<u64>, u32)> = bucket.iter().map(|&group| (Reverse(chars(group)), group)).collect();
    by_length.select_nth_unstable(BUCKET_HEAD - 1);
    let mut head: Vec<u32> = by_length[..BUCKET_HEAD].iter().map(|&(_, group)| group).collect();
    head.sort_unstable();
    pair_all(&head, pairs);
    for &group in bucket {
        if head.binary_search(&group).is_err() {
            pairs.extend(head.iter().map(|&first| (first.min(group), first.max(group))));
        }
    }
}

fn sort_distinct(pairs: &mut Vec<(u32, u32)>) {
    pairs.sort_unstable_by_key(|&(smaller, larger)| u64::from(smaller) << 32 | u64::from(larger));
    pairs.dedup();
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::dedup::split_mix;

    #[test]
    fn groups_that_share_a_key_are_a_candidate_once() {
        let entries = [(1, 7), (1, 3), (1, 7), (2, 3), (2, 7), (3, 9), (4, 9), (4, 1)];
        let found = candidates(&entries, |_| unreachable!("no bucket is above the cap"));
        assert_eq!(found, Candidates { pairs: vec![(1, 9), (3, 7)], capped: 0 });
    }

    #[test]
    fn a_bucket_counts_groups_and_not_members() {
        // 1,500 entries, but 750 groups: all pairs.
        let entries: Vec<(u64, u32)> = (0..1500).map(|member| (1, member / 2)).collect();
        let found = candidates(&entries, |_| unreachable!("no bucket is above the cap"));
        assert_eq!((found.pairs.len(), found.capped), (750 * 749 / 2, 0));
    }

    #[test]
    fn the_cap_is_the_last_size_with_all_pairs() {
        let bucket = |groups: u32| candidates(&(0..groups).map(|group| (1, group)).collect::<Vec<_>>(), |_| 1);
        let (full, capped) = (bucket(1000), bucket(1001));
        assert_eq!((full.pairs.len(), full.capped), (1000 * 999 / 2, 0));
        assert_eq!((capped.pairs.len(), capped.capped), (64 * 63 / 2 + 64 * (1001 - 64), 1));
        // All are of one length: the head is the first by origin.
        assert!(capped.pairs.iter().all(|&(smaller, _)| smaller < 64));
    }

    #[test]
    fn a_capped_bucket_compares_each_with_its_64_longest() {
        let chars = |group: u32| split_mix(5, u64::from(group)) % 300;
        let mut order: Vec<u32> = (0..1200).collect();
        order.sort_by_key(|&group| (Reverse(chars(group)), group));
        let mut expected = BTreeSet::new();
        for &first in &order[..64] {
            expected
                .extend((0..1200).filter(|&group| group != first).map(|group| (first.min(group), first.max(group))));
        }
        let entries: Vec<(u64, u32)> = (0..2400).map(|member| (8, member % 1200)).collect();
        let found = candidates(&entries, chars);
        assert_eq!(found.pairs, expected.into_iter().collect::<Vec<_>>());
        assert_eq!(found.capped, 1);
    }

    #[test]
    fn repeats_over_many_buckets_do_not_pile_up() {
        let entries: Vec<(u64, u32)> = (0..40_000).map(|entry| (u64::from(entry / 1000), entry % 1000)).collect();
        let found = candidates(&entries, |_| 1);
        assert_eq!(found.pairs.len(), 1000 * 999 / 2);
        assert!(found.pairs.capacity() < 8 * 1000 * 999 / 2, "capacity {}", found.pairs.capacity());
    }

    proptest! {
        #[test]
        fn pairs_are_those_that_share_a_key(mut entries in prop::collection::vec((0u64..12, 0u32..20), 0..120)) {
            let mut expected = BTreeSet::new();
            for &(key, group) in &entries {
                for &(other_key, other) in &entries {
                    if key == other_key && group < other {
                        expected.insert((group, other));
                    }
                }
            }
            entries.sort_by_key(|&(key, _)| key);
            let found = candidates(&entries, |_| 1);
            prop_assert_eq!(found.pairs, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
