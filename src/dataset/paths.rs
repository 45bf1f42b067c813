//! The name of every file of a dataset.

/// The small file by which a folder is a dataset.
pub const MANIFEST: &str = "manifest.json";

/// The dataset card.
pub const CARD: &str = "README.md";

/// Times and rates: the one file that differs from run to run.
pub const TIMINGS: &str = "timings.json";

/// Everything of an unfinished build.
pub const STATE: &str = ".tamis";

/// Held while a build writes, within [`STATE`].
pub const LOCK: &str = "lock";

/// Plan and inputs of an unfinished build, within [`STATE`].
pub const JOURNAL: &str = "journal.json";

/// Outputs of tasks, within [`STATE`] or the scratch folder.
pub const TASKS: &str = "tasks";

/// Folders in which every file is listed in the manifest.
pub const LISTED_FOLDERS: &[&str] = &["data", "ledger", "index", "templates"];

/// A shard of records.
pub fn shard(split: &str, index: usize, of: usize) -> String {
    format!("data/{split}-{index:05}-of-{of:05}.parquet")
}

/// A file of the ledger of documents.
pub fn ledger_documents(index: usize) -> String {
    format!("ledger/documents-{index:05}.parquet")
}

/// A file of the ledger of lines.
pub fn ledger_lines(index: usize) -> String {
    format!("ledger/lines-{index:05}.parquet")
}

/// A file of the ledger of verified pairs.
pub fn ledger_pairs(index: usize) -> String {
    format!("ledger/pairs-{index:05}.parquet")
}
