//! What became of a document, at which stage, and why.

use serde::{Deserialize, Serialize};

/// The end of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is in the corpus.
    Kept,
    /// A rule judged it out.
    Rejected,
    /// A kept document says the same.
    Duplicate,
    /// It could not be read.
    Error,
}

impl Verdict {
    /// The name in the `verdict` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::Error => "error",
        }
    }
}

/// The stage that took a document out, in order of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Bytes to raw documents.
    Read,
    /// Markup to text.
    Extract,
    /// Text to clean text.
    Clean,
    /// Signals to verdicts.
    Filter,
    /// Duplicates to keepers.
    Dedup,
}

impl Stage {
    /// The name in the `stage` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Extract => "extract",
            Self::Clean => "clean",
            Self::Filter => "filter",
            Self::Dedup => "dedup",
        }
    }
}

/// Why a document was taken out: a named rule, what it measured and what it held that against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Rejected or error; duplicates are judged by selection.
    pub verdict: Verdict,
    /// Where.
    pub stage: Stage,
    /// `<rule>.<limit>`, such as `length.min_words`.
    pub reason: String,
    /// The value of the signal.
    pub measured: Option<f64>,
    /// The limit that it failed.
    pub limit: Option<f64>,
    /// What a person needs to know beside.
    pub detail: Option<String>,
}
