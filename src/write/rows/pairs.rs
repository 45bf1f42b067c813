//! Rows of the ledger of pairs: one for each that was verified.

use arrow::array::{Float64Builder, Int64Builder, StringBuilder};

use crate::dataset::ledger;
use crate::model::document::DocumentId;

use super::{Rows, columns};

columns!(
    /// Columns of the ledger of pairs.
    PairColumns of ledger::pairs_schema {
        doc_id: StringBuilder,
        other_id: StringBuilder,
        jaccard: Float64Builder,
        containment: Float64Builder,
        shared: Int64Builder,
        shingles: Int64Builder,
        other_shingles: Int64Builder,
    }
);

/// Rows of the ledger of pairs.
pub type PairRows = Rows<PairColumns>;

/// A verified pair, as counts of shingles.
#[derive(Clone, Copy, Debug)]
pub struct PairCounts {
    /// In both.
    pub shared: u32,
    /// Of the first document.
    pub shingles: u32,
    /// Of the other.
    pub other_shingles: u32,
}

impl PairRows {
    /// Appends one pair of groups, named by their first documents.
    pub fn push(&mut self, id: DocumentId, other: DocumentId, counts: PairCounts) {
        let PairCounts { shared, shingles, other_shingles } = counts;
        let union = i64::from(shingles) + i64::from(other_shingles) - i64::from(shared);
        let c = &mut self.columns;
        c.doc_id.append_value(id.to_string());
        c.other_id.append_value(other.to_string());
        c.jaccard.append_value(f64::from(shared) / union as f64);
        c.containment.append_value(f64::from(shared) / f64::from(shingles));
        c.shared.append_value(i64::from(shared));
        c.shingles.append_value(i64::from(shingles));
        c.other_shingles.append_value(i64::from(other_shingles));
        self.added(0);
    }
}
