//! Duplicate removal, from word hashes to keepers: exact groups, shingles, MinHash signatures, buckets, verified pairs, selection, guard.
//!
//! Everything here is a pure function of its arguments: the pipeline reads the hashes and writes the pairs. The flow is
//! [`exact`] (equal folded texts become one group) → [`shingle`] → [`minhash`] (band keys) → [`lsh`] (candidates) → [`verify`]
//! (exact counts of shared shingles) → [`rank`] and [`select`] (keepers) → [`guard`] (did that take too much?).
//! A **group** is named by its representative: the index, in order of origin, of its first document.

pub mod exact;
pub mod guard;
pub mod lsh;
pub mod minhash;
pub mod rank;
pub mod select;
pub mod shingle;
pub mod verify;

use serde::{Deserialize, Serialize};

pub use crate::dedup::guard::{
    GUARD_KEEPER_REMOVALS, GUARD_SIMILARITY, GUARD_SOURCE_DOCUMENTS, GUARD_SOURCE_SHARE, Guard,
};
pub use crate::dedup::lsh::{BUCKET_CAP, BUCKET_HEAD};
pub use crate::dedup::rank::Keeper;
pub use crate::dedup::verify::{Limits, STORE_CONTAINMENT, STORE_JACCARD};

/// Version of everything here that decides which documents are duplicates; a change of any result raises it.
pub const VERSION: u32 = 1;

/// The group of a document without text: it has none.
pub const NO_GROUP: u32 = u32::MAX;

/// Default of [`DedupOptions::bands`].
pub const BANDS: u32 = 20;

/// Default of [`DedupOptions::rows`]. With [`BANDS`], two documents become a candidate with probability 1 − (1 − J⁶)²⁰:
/// 0.27 at a Jaccard of 0.5, 0.998 at 0.8.
pub const ROWS: u32 = 6;

/// Default of [`DedupOptions::shingle`].
pub const SHINGLE: u32 = 5;

/// Default of [`DedupOptions::jaccard`].
pub const JACCARD: f64 = 0.8;

/// Default of [`DedupOptions::containment`].
pub const CONTAINMENT: f64 = 0.9;

/// The largest `bands` × `rows`: 16 kB of signature.
pub const MAX_LANES: u32 = 4096;

/// The largest `shingle`.
pub const MAX_SHINGLE: u32 = 1024;

/// The table `[dedup]` of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DedupOptions {
    /// Whether duplicates are looked for at all.
    pub enabled: bool,
    /// Which of several like documents stays.
    pub keeper: Keeper,
    /// Globs on the source, best first, for [`Keeper::SourcePriority`]; a source that none matches comes last.
    pub sources: Vec<String>,
    /// MinHash bands of a signature: more find more candidates.
    pub bands: u32,
    /// Rows of a band: more find fewer candidates.
    pub rows: u32,
    /// Words of a shingle.
    pub shingle: u32,
    /// Two documents with a Jaccard index of this or more are duplicates; not below [`STORE_JACCARD`].
    pub jaccard: f64,
    /// A document of whose shingles this share or more stands in a better-ranked one is its duplicate; not below [`STORE_CONTAINMENT`].
    pub containment: f64,
    /// What to do when selection takes suspiciously much.
    pub guard: Guard,
}

impl Default for DedupOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            keeper: Keeper::default(),
            sources: Vec::new(),
            bands: BANDS,
            rows: ROWS,
            shingle: SHINGLE,
            jaccard: JACCARD,
            containment: CONTAINMENT,
            guard: Guard::default(),
        }
    }
}

/// Why a table `[dedup]` cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OptionsError {
    /// A number stands outside its range.
    #[error("`dedup.{key}` is {found}, expected {low} to {high}")]
    OutOfRange {
        /// The key below `dedup`.
        key: &'static str,
        /// What it was set to.
        found: f64,
        /// The least that is allowed.
        low: f64,
        /// The most that is allowed.
        high: f64,
    },
    /// Signatures would be too long.
    #[error("`dedup.bands` × `dedup.rows` is {found}, expected at most {MAX_LANES}")]
    TooManyLanes {
        /// The product.
        found: u64,
    },
    /// The keeper needs a list that is not there.
    #[error("`dedup.keeper` is `source-priority`, but `dedup.sources` is empty: list the sources, best first")]
    NoSources,
}

impl DedupOptions {
    /// The limits of an edge.
    pub fn limits(&self) -> Limits {
        Limits { jaccard: self.jaccard, containment: self.containment }
    }

    /// Checks every value against its range.
    ///
    /// # Errors
    ///
    /// The first value outside its range. Limits below [`STORE_JACCARD`] and [`STORE_CONTAINMENT`] are refused because pairs
    /// below those are not stored: a selection with lower limits would miss edges without saying so.
    pub fn validate(&self) -> Result<(), OptionsError> {
        let ranges = [
            ("bands", f64::from(self.bands), 1.0, f64::from(MAX_LANES)),
            ("rows", f64::from(self.rows), 1.0, f64::from(MAX_LANES)),
            ("shingle", f64::from(self.shingle), 1.0, f64::from(MAX_SHINGLE)),
            ("jaccard", self.jaccard, STORE_JACCARD, 1.0),
            ("containment", self.containment, STORE_CONTAINMENT, 1.0),
        ];
        for (key, found, low, high) in ranges {
            if !(low..=high).contains(&found) {
                return Err(OptionsError::OutOfRange { key, found, low, high });
            }
        }
        let lanes = u64::from(self.bands) * u64::from(self.rows);
        if lanes > u64::from(MAX_LANES) {
            return Err(OptionsError::TooManyLanes { found: lanes });
        }
        if self.keeper == Keeper::SourcePriority && self.sources.is_empty() {
            return Err(OptionsError::NoSources);
        }
        Ok(())
    }
}

/// Spreads every bit of `value` over the whole result; a bijection.
///
/// Source: the finaliser of SplitMix64 (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014).
#[inline(always)]
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Value `ordinal` of the SplitMix64 sequence that begins at `seed`.
fn split_mix(seed: u64, ordinal: u64) -> u64 {
    mix(seed.wrapping_add(ordinal.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_published_table() {
        let written = toml::to_string(&DedupOptions::default()).expect("options are a table");
        assert_eq!(
            written,
            "enabled = true\nkeeper = \"longest\"\nsources = []\nbands = 20\nrows = 6\nshingle = 5\njaccard = 0.8\n\
             containment = 0.9\nguard = \"warn\"\n"
        );
        assert_eq!(toml::from_str(&written), Ok(DedupOptions::default()));
        assert_eq!(DedupOptions::default().validate(), Ok(()));
    }

    #[test]
    fn a_table_may_name_some_keys_but_no_unknown_one() {
        let options: DedupOptions =
            toml::from_str("keeper = \"source-priority\"\nsources = [\"a/**\"]").expect("known keys");
        assert_eq!((options.keeper, options.rows), (Keeper::SourcePriority, ROWS));
        assert!(toml::from_str::<DedupOptions>("band = 3").is_err());
        assert!(toml::from_str::<DedupOptions>("keeper = \"shortest\"").is_err());
    }

    #[test]
    fn limits_below_the_stored_floor_are_refused() {
        let error = DedupOptions { jaccard: 0.49, ..DedupOptions::default() }.validate().expect_err("below the floor");
        assert_eq!(error.to_string(), "`dedup.jaccard` is 0.49, expected 0.5 to 1");
        for options in [
            DedupOptions { containment: 0.69, ..DedupOptions::default() },
            DedupOptions { containment: 1.01, ..DedupOptions::default() },
            DedupOptions { jaccard: f64::NAN, ..DedupOptions::default() },
            DedupOptions { bands: 0, ..DedupOptions::default() },
            DedupOptions { rows: 0, ..DedupOptions::default() },
            DedupOptions { shingle: 0, ..DedupOptions::default() },
            DedupOptions { bands: 100, rows: 100, ..DedupOptions::default() },
            DedupOptions { keeper: Keeper::SourcePriority, ..DedupOptions::default() },
        ] {
            assert!(options.validate().is_err(), "{options:?}");
        }
        assert_eq!(DedupOptions { jaccard: 0.5, containment: 0.7, ..DedupOptions::default() }.validate(), Ok(()));
    }

    #[test]
    fn the_seeded_sequence_is_the_published_one() {
        // The first three values of SplitMix64 for the seed 1234567.
        let first: Vec<u64> = (0..3).map(|ordinal| split_mix(1_234_567, ordinal)).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
