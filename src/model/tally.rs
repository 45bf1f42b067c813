//! Counts that add: of documents, characters and lines, so that any split of the work gives the same total.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Documents and the characters in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Number of documents.
    pub documents: u64,
    /// Unicode scalar values in their text as it was read.
    pub chars: u64,
}

impl Tally {
    /// Counts one document of `chars` characters.
    pub fn add(&mut self, chars: u64) {
        self.documents += 1;
        self.chars += chars;
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.documents += other.documents;
        self.chars += other.chars;
    }
}
