//! Rows of the ledger of documents: one for each that was read.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Builder, Float64Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow::datatypes::SchemaRef;

use crate::dataset::ledger;
use crate::dedup::verify::Limits;
use crate::filter::SIGNALS;
use crate::hash;
use crate::model::outcome::{Outcome, Selection};
use crate::model::verdict::{Stage, Verdict};

use super::{Columns, Dictionary, Rows, columns};

columns!(
    /// Columns of the ledger of documents before its signals.
    FactColumns {
        doc_id: StringBuilder,
        source: StringBuilder,
        source_record: Int64Builder,
        byte_start: Int64Builder,
        byte_end: Int64Builder,
        source_id: StringBuilder,
        url: StringBuilder,
        title: StringBuilder,
        language: Dictionary,
        script: Dictionary,
        language_score: Float32Builder,
        content_hash: StringBuilder,
        chars_read: Int64Builder,
        chars_kept: Int64Builder,
        lines_removed: Int32Builder,
        verdict: Dictionary,
        stage: Dictionary,
        reason: Dictionary,
        measured: Float64Builder,
        limit: Float64Builder,
        detail: StringBuilder,
        duplicate_of: StringBuilder,
        similarity: Float64Builder,
        cluster_id: StringBuilder,
        group_id: StringBuilder,
    }
);

/// Columns of the ledger of documents.
pub struct DocumentColumns {
    facts: FactColumns,
    signals: Vec<Float32Builder>,
    text: StringBuilder,
}

impl Default for DocumentColumns {
    fn default() -> Self {
        Self {
            facts: FactColumns::default(),
            signals: SIGNALS.iter().map(|_| Float32Builder::new()).collect(),
            text: StringBuilder::new(),
        }
    }
}

impl Columns for DocumentColumns {
    fn schema() -> SchemaRef {
        ledger::documents_schema()
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        let mut arrays = self.facts.arrays();
        arrays.extend(self.signals.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        arrays.push(Arc::new(self.text.finish()));
        arrays
    }
}

/// Rows of the ledger of documents.
pub type DocumentRows = Rows<DocumentColumns>;

/// The reason of a duplicate whose folded text is that of its keeper.
pub const DEDUP_EXACT: &str = "dedup.exact";

/// The reason of any other duplicate.
pub const DEDUP_NEAR: &str = "dedup.near";

/// Stage and reason of a document that was taken out.
fn stage_and_reason<'o>(outcome: &'o Outcome, selection: &Selection) -> Option<(Stage, &'o str)> {
    match (&outcome.judgement, selection.duplicate) {
        (Some(judgement), _) => Some((judgement.stage, &judgement.reason)),
        (None, Some(duplicate)) => Some((Stage::Dedup, if duplicate.exact { DEDUP_EXACT } else { DEDUP_NEAR })),
        (None, None) => None,
    }
}

impl DocumentRows {
    /// Appends one document; `text` is what the ledger keeps of it.
    pub fn push(&mut self, outcome: &Outcome, selection: &Selection, dedup: Limits, text: Option<&str>) {
        let measures = outcome.measures.as_ref();
        let verdict = selection.verdict(outcome.judgement.as_ref());
        let reason = stage_and_reason(outcome, selection);
        let judgement = outcome.judgement.as_ref();
        let duplicate = selection.duplicate.filter(|_| judgement.is_none());
        let is_error = verdict == Verdict::Error;
        let c = &mut self.columns.facts;
        c.doc_id.append_value(outcome.id.to_string());
        c.source.append_value(&outcome.source);
        c.source_record.append_value(outcome.record as i64);
        c.byte_start.append_option(outcome.bytes.map(|b| b.start as i64));
        c.byte_end.append_option(outcome.bytes.map(|b| b.end as i64));
        c.source_id.append_option(outcome.metadata.source_id.as_deref());
        c.url.append_option(outcome.metadata.url.as_deref());
        c.title.append_option(outcome.metadata.title.as_deref());
        c.language.append_option(measures.map(|m| m.language.as_str()));
        c.script.append_option(measures.map(|m| m.script.as_str()));
        c.language_score.append_option(measures.map(|m| m.language_score));
        c.content_hash.append_option(measures.map(|m| hash::hex(m.content_hash)));
        c.chars_read.append_option((!is_error).then_some(outcome.chars_read as i64));
        c.chars_kept.append_option((!is_error).then_some(outcome.chars() as i64));
        c.lines_removed.append_option((!is_error).then_some(outcome.lines_removed as i32));
        c.verdict.append_value(verdict.name());
        c.stage.append_option(reason.map(|(stage, _)| stage.name()));
        c.reason.append_option(reason.map(|(_, reason)| reason));
        c.measured.append_option(judgement.and_then(|j| j.measured).or(duplicate.map(|d| d.similarity)));
        c.limit.append_option(
            judgement
                .and_then(|j| j.limit)
                .or(duplicate.map(|d| if d.exact { dedup.jaccard } else { dedup.that_holds(d.similarity) })),
        );
        c.detail.append_option(judgement.and_then(|j| j.detail.as_deref()));
        c.duplicate_of.append_option(duplicate.map(|d| d.keeper.to_string()));
        c.similarity.append_option(duplicate.map(|d| d.similarity));
        let cluster = match duplicate {
            Some(duplicate) => Some(duplicate.keeper),
            None => (selection.cluster_size > 1).then_some(outcome.id),
        };
        c.cluster_id.append_option(cluster.map(|id| id.to_string()));
        c.group_id.append_option(selection.group.map(|id| id.to_string()));
        for (index, builder) in self.columns.signals.iter_mut().enumerate() {
            builder.append_option(measures.map(|m| m.signals[index]).filter(|v| !v.is_nan()));
        }
        self.columns.text.append_option(text);
        self.added(text.map_or(0, str::len));
    }
}
