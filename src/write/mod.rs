//! Rows to Parquet files whose bytes depend on the rows alone.

pub mod rows;
mod table;

use serde::{Deserialize, Serialize};

pub use table::TableWriter;

/// Bumped whenever the same rows give other bytes.
pub const VERSION: u32 = 2;

/// Keys of `[write]` in a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WriteOptions {
    /// Bytes of text that a shard aims at.
    pub shard_text: u64,
    /// Level of Zstandard, 1 to 22.
    pub zstd_level: i32,
}

/// Bytes of text that a shard aims at: about 100 MB of Parquet, as readers of training data like it.
pub const DEFAULT_SHARD_TEXT: u64 = 256 << 20;

/// Level 3: half a percent larger than 6 on news text at less than half of the time.
pub const DEFAULT_ZSTD_LEVEL: i32 = 3;

impl Default for WriteOptions {
    fn default() -> Self {
        Self { shard_text: DEFAULT_SHARD_TEXT, zstd_level: DEFAULT_ZSTD_LEVEL }
    }
}

impl WriteOptions {
    /// Refuses values that no file can be written with.
    ///
    /// # Errors
    /// The key and what it may hold.
    pub fn validate(&self) -> Result<(), String> {
        if self.shard_text < 2 {
            return Err(format!("`write.shard_text` is {}; it must be at least 2 bytes", self.shard_text));
        }
        if !(1..=22).contains(&self.zstd_level) {
            return Err(format!("`write.zstd_level` is {}; it must be from 1 to 22", self.zstd_level));
        }
        Ok(())
    }
}
