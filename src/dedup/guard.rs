//! Blast-radius guard: says where selection took so much that a limit, a template or a dump is likely to be at fault.

use serde::{Deserialize, Serialize};

use crate::dedup::select::{Choice, Match};

/// Removals of at least this similarity are not counted: their texts are nearly equal.
pub const GUARD_SIMILARITY: f64 = 0.9;

/// Documents from which a source is watched.
pub const GUARD_SOURCE_DOCUMENTS: u64 = 1000;

/// Share of its documents that a watched source may lose.
pub const GUARD_SOURCE_SHARE: f64 = 0.5;

/// Documents that one keeper may take.
pub const GUARD_KEEPER_REMOVALS: u64 = 1000;

/// What to do when the guard trips.
///
/// To warn is the default: the ledger holds every text that was removed, and another setting redoes the selection alone, so a build
/// that goes on loses nothing that cannot be brought back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// End the build after selection.
    Stop,
    /// Say so and go on.
    #[default]
    Warn,
    /// Do not look.
    Off,
}

/// A place where selection took too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trip {
    /// A source of at least [`GUARD_SOURCE_DOCUMENTS`] lost more than [`GUARD_SOURCE_SHARE`] of its documents.
    Source {
        /// Index of the source.
        source: u32,
        /// Its documents, whatever became of them.
        documents: u64,
        /// Those removed with a similarity below [`GUARD_SIMILARITY`].
        removed: u64,
    },
    /// A keeper took more than [`GUARD_KEEPER_REMOVALS`] documents.
    Keeper {
        /// Index of the keeper in order of origin.
        keeper: u32,
        /// Documents that name it with a similarity below [`GUARD_SIMILARITY`].
        removed: u64,
    },
}

/// What tripped: sources by index, then keepers by index; none where all is well.
///
/// `choices` is what selection gave, in order of origin, and `sources` the index of each document's source, from 0. Exact
/// duplicates are not counted, nor is what is as similar as [`GUARD_SIMILARITY`].
///
/// # Panics
///
/// Where the slices differ in length.
pub fn trips(choices: &[Choice], sources: &[u32]) -> Vec<Trip> {
    assert_eq!(choices.len(), sources.len(), "one source for each document");
    let count = sources.iter().max().map_or(0, |&last| last as usize + 1);
    let mut of_source = vec![(0u64, 0u64); count];
    let mut named: Vec<u32> = Vec::new();
    for (choice, &source) in choices.iter().zip(sources) {
        let (documents, removed) = &mut of_source[source as usize];
        *documents += 1;
        if choice.kind == Match::Near && choice.similarity < GUARD_SIMILARITY {
            *removed += 1;
            named.push(choice.keeper);
        }
    }
    named.sort_unstable();
    let sources = (0..).zip(of_source).filter(|&(_, (documents, removed))| {
        documents >= GUARD_SOURCE_DOCUMENTS && removed as f64 > documents as f64 * GUARD_SOURCE_SHARE
    });
    let keepers = named.chunk_by(|left, right| left == right).filter(|same| same.len() as u64 > GUARD_KEEPER_REMOVALS);
    sources
        .map(|(source, (documents, removed))| Trip::Source { source, documents, removed })
        .chain(keepers.map(|same| Trip::Keeper { keeper: same[0], removed: same.len() as u64 }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(keeper: u32, similarity: f64) -> Choice {
        Choice { keeper, similarity, kind: Match::Near }
    }

    fn own(document: u32) -> Choice {
        Choice { keeper: document, similarity: 1.0, kind: Match::None }
    }

    /// `removed` of `documents` of one source, each by a keeper of its own in another source.
    fn source_that_loses(removed: u32, documents: u32, choice: impl Fn(u32) -> Choice) -> Vec<Trip> {
        let mut choices: Vec<Choice> = (0..documents).map(own).collect();
        for (document, slot) in (0..removed).zip(&mut choices) {
            *slot = choice(documents + document);
        }
        choices.extend((documents..documents + removed).map(own));
        let sources: Vec<u32> = (0..documents + removed).map(|document| u32::from(document < documents)).collect();
        trips(&choices, &sources)
    }

    #[test]
    fn a_source_may_lose_half_and_no_more() {
        assert_eq!(source_that_loses(500, 1000, |keeper| near(keeper, 0.8)), []);
        let expected = [Trip::Source { source: 1, documents: 1000, removed: 501 }];
        assert_eq!(source_that_loses(501, 1000, |keeper| near(keeper, 0.8)), expected);
    }

    #[test]
    fn a_small_source_is_not_watched() {
        assert_eq!(source_that_loses(998, 999, |keeper| near(keeper, 0.8)), []);
    }

    #[test]
    fn exact_and_nearly_equal_removals_do_not_count() {
        assert_eq!(source_that_loses(900, 1000, |keeper| near(keeper, 0.9)), []);
        assert_eq!(source_that_loses(900, 1000, |keeper| Choice { kind: Match::Exact, ..near(keeper, 0.5) }), []);
        assert_eq!(source_that_loses(900, 1000, |keeper| near(keeper, 0.899)).len(), 1);
    }

    #[test]
    fn a_keeper_may_take_a_thousand_and_no_more() {
        let taken = |removed: u32| {
            let mut choices = vec![own(0)];
            choices.extend((0..removed).map(|_| near(0, 0.85)));
            // Every document has a source of its own, so that no source is watched.
            trips(&choices, &(0..=removed).collect::<Vec<_>>())
        };
        assert_eq!(taken(1000), []);
        assert_eq!(taken(1001), [Trip::Keeper { keeper: 0, removed: 1001 }]);
    }
}
