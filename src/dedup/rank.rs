//! Rank: which of two documents is kept, as one number to sort by, for each keeper policy.

use serde::{Deserialize, Serialize};

/// Which of several like documents stays. Whatever the policy, ties go to the first by origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeper {
    /// The one with most characters.
    #[default]
    Longest,
    /// The first by origin.
    First,
    /// The one published first; those without a time come last.
    Earliest,
    /// The one published last; those without a time come last too.
    Latest,
    /// The one of highest quality; those without a score come last.
    Best,
    /// The one whose source stands first in the list of the recipe.
    SourcePriority,
}

/// What a policy may look at in one document.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Merits {
    /// Unicode scalar values of the cleaned text.
    pub chars: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub published: Option<i64>,
    /// 0 to 1; not a number counts as none.
    pub quality: Option<f32>,
    /// Place of the source in the list of the recipe, from 0; `u32::MAX` where none matches.
    pub source_priority: u32,
}

impl Keeper {
    /// All policies, in the order in which help lists them.
    pub const ALL: [Self; 6] =
        [Self::Longest, Self::First, Self::Earliest, Self::Latest, Self::Best, Self::SourcePriority];

    /// The rank key of a document under this policy: the smaller is kept.
    ///
    /// Together with the index in order of origin, which breaks ties, it makes the total order of [`ranks_before`]. The two
    /// times at the ends of `i64`, 292 million years away, share a key with their neighbours, since none has the last key.
    pub fn key(self, merits: &Merits) -> u64 {
        const NONE: u64 = u64::MAX;
        const SIGN: u64 = 1 << 63;
        match self {
            Self::Longest => !merits.chars,
            Self::First => 0,
            Self::Earliest => merits.published.map_or(NONE, |time| (time.cast_unsigned() ^ SIGN).min(NONE - 1)),
            Self::Latest => merits.published.map_or(NONE, |time| (!(time.cast_unsigned() ^ SIGN)).min(NONE - 1)),
            Self::Best => {
                merits.quality.filter(|quality| !quality.is_nan()).map_or(NONE, |quality| !ascending(quality))
            }
            Self::SourcePriority => u64::from(merits.source_priority),
        }
    }
}

/// Whether the document of rank key `key` and index `document` stands before the other: it would be kept rather than it.
#[inline]
pub fn ranks_before((key, document): (u64, u32), (other_key, other): (u64, u32)) -> bool {
    (key, document) < (other_key, other)
}

/// A number, at least 1, that grows with `value` (not NaN); both zeros give the same.
fn ascending(value: f32) -> u64 {
    let bits = (value + 0.0).to_bits();
    let ordered = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
    u64::from(ordered) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indices of `documents`, best first.
    fn order(keeper: Keeper, documents: &[Merits]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..documents.len()).collect();
        order.sort_by_key(|&document| (keeper.key(&documents[document]), document));
        order
    }

    #[test]
    fn longest_counts_characters_and_ties_go_to_the_first() {
        let documents = [3, 9, 0, 9, u64::MAX].map(|chars| Merits { chars, ..Merits::default() });
        assert_eq!(order(Keeper::Longest, &documents), [4, 1, 3, 0, 2]);
        assert_eq!(order(Keeper::First, &documents), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn documents_without_a_time_come_last_both_ways() {
        let times = [None, Some(5), Some(-5), Some(i64::MAX), None, Some(i64::MIN), Some(0)];
        let documents = times.map(|published| Merits { published, ..Merits::default() });
        assert_eq!(order(Keeper::Earliest, &documents), [5, 2, 6, 1, 3, 0, 4]);
        assert_eq!(order(Keeper::Latest, &documents), [3, 1, 6, 2, 5, 0, 4]);
    }

    #[test]
    fn documents_without_a_score_come_last() {
        let scores =
            [None, Some(0.5), Some(1.0), Some(f32::NAN), Some(-0.0), Some(0.0), Some(-1.0), Some(f32::NEG_INFINITY)];
        let documents = scores.map(|quality| Merits { quality, ..Merits::default() });
        assert_eq!(order(Keeper::Best, &documents), [2, 1, 4, 5, 6, 7, 0, 3]);
    }

    #[test]
    fn a_source_that_is_not_listed_comes_last() {
        let documents = [u32::MAX, 2, 0].map(|source_priority| Merits { source_priority, ..Merits::default() });
        assert_eq!(order(Keeper::SourcePriority, &documents), [2, 1, 0]);
    }

    #[test]
    fn policies_are_written_in_kebab_case() {
        let names = Keeper::ALL.map(|keeper| serde_json::to_string(&keeper).expect("a name"));
        assert_eq!(names.join(" "), r#""longest" "first" "earliest" "latest" "best" "source-priority""#);
    }
}
