//! What was typed → a validated, complete plan with a digest.
//!
//! A recipe is a TOML file; `extends` and `--set` are merges of tables; the result is checked key by key.

mod keys;
mod limits;
mod recipe;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clean::CleanOptions;
use crate::dataset::canonical;
use crate::dedup::{DedupOptions, Keeper};
use crate::error::{Error, Result};
use crate::extract::ExtractOptions;
use crate::hash;
use crate::read::ReadOptions;
use crate::segment::SegmentOptions;
use crate::write::WriteOptions;

pub use limits::{LimitTable, LimitValue, LimitsOf};
pub use recipe::{RECIPES, Recipe, load, recipe_named};

/// Keys of `[ledger]` in a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerOptions {
    /// Whether the ledger of documents holds the text of those that are not kept.
    pub text: bool,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self { text: true }
    }
}

/// Limits that hold for one language or script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    /// As `[filter]`, each limit in place of the general one.
    pub filter: LimitTable,
}

/// Everything that decides the output, beside the inputs. Thread counts and places are no part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildPlan {
    /// Which files and fields.
    pub read: ReadOptions,
    /// Markup to text.
    pub extract: ExtractOptions,
    /// Text to clean text.
    pub clean: CleanOptions,
    /// Limits by rule; a limit that is not here is not held.
    pub filter: LimitTable,
    /// Limits by ISO 639-3 code, over those of the script.
    pub language: BTreeMap<String, Overrides>,
    /// Limits by ISO 15924 code, over the general ones.
    pub script: BTreeMap<String, Overrides>,
    /// Duplicates.
    pub dedup: DedupOptions,
    /// Documents to paragraphs.
    pub segment: SegmentOptions,
    /// Records to shards.
    pub write: WriteOptions,
    /// What the ledger holds.
    pub ledger: LedgerOptions,
}

impl BuildPlan {
    /// The plan as compact JSON with sorted keys: the manifest's `plan`.
    pub fn canonical_json(&self) -> String {
        canonical::to_string(&serde_json::to_value(self).expect("a plan is plain data"))
    }

    /// xxh3-128 of [`Self::canonical_json`].
    pub fn digest(&self) -> u128 {
        hash::checksum(self.canonical_json().as_bytes())
    }

    /// The limits for a document, in order of [`crate::filter::LIMITS`]: those of its language over those of its script over the
    /// general ones.
    pub fn limits(&self, language: &str, script: &str) -> Vec<Option<f64>> {
        let of_language = self.language.get(language).map(|o| &o.filter);
        let of_script = self.script.get(script).map(|o| &o.filter);
        crate::filter::LIMITS
            .iter()
            .map(|limit| {
                [of_language, of_script, Some(&self.filter)]
                    .into_iter()
                    .flatten()
                    .find_map(|table| table.get(limit.rule, limit.name))
                    .and_then(|value| value.0)
            })
            .collect()
    }

    /// Refuses values that make no sense together.
    ///
    /// # Errors
    /// [`Error::Usage`] that names the key, what it holds and what it may hold.
    pub fn validate(&self) -> Result<()> {
        self.dedup.validate().map_err(|e| Error::Usage(e.to_string()))?;
        if self.dedup.keeper == Keeper::Best {
            // Documents have no score of quality yet, so the policy would fall back on origin without a word.
            return Err(Error::Usage("`dedup.keeper` is `best`, but no scorer gives documents a quality".into()));
        }
        self.write.validate().map_err(Error::Usage)?;
        let positive = [("read.max_record", self.read.max_record), ("read.part_bytes", self.read.part_bytes)];
        for (key, value) in positive {
            if value == 0 {
                return Err(Error::Usage(format!("`{key}` is 0; it must be at least 1")));
            }
        }
        Ok(())
    }
}

/// A number of bytes from `65536`, `64KB`, `64MB`, `1.5GiB`; units are powers of 1024.
///
/// # Errors
/// [`Error::Usage`] where it is none of these.
pub fn parse_size(text: &str) -> Result<u64> {
    let wrong = || Error::Usage(format!("`{text}` is no size; write bytes or a number with KB, MB, GB or TB"));
    let text_trimmed = text.trim();
    let digits = text_trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let number: f64 = digits.parse().map_err(|_| wrong())?;
    let unit = match text_trimmed[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return Err(wrong()),
    };
    let bytes = number * 1024f64.powi(unit);
    if !(0.0..9e18).contains(&bytes) {
        return Err(wrong());
    }
    Ok(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(parse_size("64MB").unwrap(), 64 << 20);
        assert_eq!(parse_size("1.5 GiB").unwrap(), 3 << 29);
        assert_eq!(parse_size("512").unwrap(), 512);
        for wrong in ["", "MB", "-1", "64QB", "nan"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
