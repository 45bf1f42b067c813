//! Tasks: the units of work as plain values. What a task writes is a function of the plan, the inputs and the task alone.

use serde::{Deserialize, Serialize};

/// One unit of work.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    /// Reads and extracts the documents of a part and stages them.
    Ingest {
        /// Index of the part.
        part: usize,
    },
    /// Cleans, measures and judges the documents of a piece: a run of staged blocks of one part.
    Sift {
        /// Index of the piece.
        piece: usize,
    },
    /// Finds the exact groups.
    Group,
    /// Finds the pairs that share a band key within a range of keys.
    Propose {
        /// Index of the range.
        range: usize,
    },
    /// Shingles the documents of a piece that are in some pair.
    Gather {
        /// Index of the piece.
        piece: usize,
    },
    /// Compares the pairs whose first document is in a piece.
    Verify {
        /// Index of the piece.
        piece: usize,
    },
    /// Chooses the keepers.
    Select,
    /// Says where each output file begins.
    Layout,
    /// Writes one output file.
    Emit {
        /// Its table.
        table: Table,
        /// Its index among the files of the table.
        index: usize,
    },
}

/// The tables of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Table {
    /// Records.
    Data,
    /// The ledger of documents.
    Documents,
    /// The ledger of lines.
    Lines,
    /// The ledger of pairs.
    Pairs,
}
