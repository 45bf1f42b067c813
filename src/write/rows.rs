//! Documents, lines and pairs as rows of the tables in `dataset`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float32Builder, Float64Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder,
    StringDictionaryBuilder, TimestampMillisecondBuilder,
};
use arrow::datatypes::{Int32Type, SchemaRef};

use crate::dataset::{ledger, records};
use crate::dedup::verify::Limits;
use crate::filter::SIGNALS;
use crate::hash;
use crate::model::document::DocumentId;
use crate::model::lines::LineChange;
use crate::model::outcome::{Outcome, Selection};
use crate::model::paragraph::{PARAGRAPH_BREAK, Paragraph};
use crate::model::verdict::{Stage, Verdict};

/// A batch is full at this many rows.
const BATCH_ROWS: usize = 4096;

/// Or when its texts have this many bytes: fields of a document are repeated on each of its records.
const BATCH_BYTES: usize = 64 << 20;

/// Rows of one table on their way to a batch.
pub trait Rows {
    /// The columns.
    fn schema(&self) -> SchemaRef;

    /// Rows since the last batch.
    fn len(&self) -> usize;

    /// Whether there is no row since the last batch.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of text in them, those that can be large.
    fn bytes(&self) -> usize;

    /// Whether a batch is due.
    fn is_full(&self) -> bool {
        self.len() >= BATCH_ROWS || self.bytes() >= BATCH_BYTES
    }

    /// The rows since the last batch.
    fn columns(&mut self) -> Vec<ArrayRef>;

    /// The rows since the last batch, as a batch.
    fn batch(&mut self) -> RecordBatch {
        let columns = self.columns();
        RecordBatch::try_new(self.schema(), columns).expect("builders are made by the schema")
    }
}

type Dictionary = StringDictionaryBuilder<Int32Type>;

/// Declares a struct of column builders and how they finish, in order of the schema.
macro_rules! columns {
    ($name:ident { $($field:ident: $builder:ty),+ $(,)? }) => {
        #[derive(Default)]
        struct $name { $($field: $builder),+ }

        impl $name {
            fn finish(&mut self) -> Vec<ArrayRef> {
                vec![$(Arc::new(self.$field.finish())),+]
            }
        }
    };
}

columns!(RecordColumns {
    record_id: StringBuilder,
    doc_id: StringBuilder,
    paragraph: Int32Builder,
    paragraphs: Int32Builder,
    text: StringBuilder,
    kind: Dictionary,
    chars: Int32Builder,
    words: Int32Builder,
    tokens: Int32Builder,
    char_start: Int64Builder,
    char_end: Int64Builder,
    title: StringBuilder,
    url: StringBuilder,
    site: StringBuilder,
    author: StringBuilder,
    category: StringBuilder,
    license: StringBuilder,
    published: Instants,
    language: Dictionary,
    script: Dictionary,
    language_score: Float32Builder,
    source: StringBuilder,
    source_record: Int64Builder,
    source_id: StringBuilder,
    cluster_id: StringBuilder,
    cluster_size: Int32Builder,
    cluster_sources: Int32Builder,
    quality: Float32Builder,
    extra: StringBuilder,
});

/// A builder of instants in UTC.
struct Instants(TimestampMillisecondBuilder);

impl Default for Instants {
    fn default() -> Self {
        Self(TimestampMillisecondBuilder::new().with_timezone("UTC"))
    }
}

impl Instants {
    fn finish(&mut self) -> arrow::array::TimestampMillisecondArray {
        self.0.finish()
    }
}

/// Rows of `data/`.
#[derive(Default)]
pub struct RecordRows {
    columns: RecordColumns,
    rows: usize,
    bytes: usize,
}

/// The id of a record.
pub fn record_id(id: DocumentId, paragraph: usize) -> String {
    format!("{id}-{paragraph:05}")
}

/// A kept document on its way to records.
#[derive(Clone, Copy)]
pub struct KeptDocument<'d> {
    /// What is known of it.
    pub outcome: &'d Outcome,
    /// Its cleaned text.
    pub text: &'d str,
    /// The paragraphs of the text.
    pub paragraphs: &'d [Paragraph],
    /// Its place among duplicates.
    pub selection: &'d Selection,
}

/// Characters from the beginning of a paragraph to that of the next.
pub fn stride(paragraph: &Paragraph) -> i64 {
    i64::from(paragraph.chars) + PARAGRAPH_BREAK.len() as i64
}

impl RecordRows {
    /// Appends paragraph `index` of a kept document, whose text begins at character `at` of the document.
    pub fn push(&mut self, document: &KeptDocument<'_>, index: usize, at: i64) {
        let KeptDocument { outcome, text, paragraphs, selection } = *document;
        let measures = outcome.measures.as_ref().expect("a kept document has text");
        let doc_id = outcome.id.to_string();
        let site = outcome
            .metadata
            .site
            .clone()
            .or_else(|| outcome.metadata.url.as_deref().and_then(crate::model::outcome::host));
        let c = &mut self.columns;
        let paragraph = &paragraphs[index];
        let m = &outcome.metadata;
        let chars = i64::from(paragraph.chars);
        c.record_id.append_value(record_id(outcome.id, index));
        c.doc_id.append_value(&doc_id);
        c.paragraph.append_value(index as i32);
        c.paragraphs.append_value(paragraphs.len() as i32);
        c.text.append_value(&text[paragraph.bytes.clone()]);
        c.kind.append_value(paragraph.kind.name());
        c.chars.append_value(paragraph.chars as i32);
        c.words.append_value(paragraph.words as i32);
        c.tokens.append_null();
        c.char_start.append_value(at);
        c.char_end.append_value(at + chars);
        c.title.append_option(outcome.metadata.title.as_deref());
        c.url.append_option(outcome.metadata.url.as_deref());
        c.site.append_option(site.as_deref());
        c.author.append_option(outcome.metadata.author.as_deref());
        c.category.append_option(outcome.metadata.category.as_deref());
        c.license.append_option(outcome.metadata.license.as_deref());
        c.published.0.append_option(outcome.metadata.published);
        c.language.append_value(&measures.language);
        c.script.append_value(&measures.script);
        c.language_score.append_value(measures.language_score);
        c.source.append_value(&outcome.source);
        c.source_record.append_value(outcome.record as i64);
        c.source_id.append_option(outcome.metadata.source_id.as_deref());
        c.cluster_id.append_option((selection.cluster_size > 1).then_some(doc_id.as_str()));
        c.cluster_size.append_value(selection.cluster_size as i32);
        c.cluster_sources.append_value(selection.cluster_sources as i32);
        c.quality.append_null();
        c.extra.append_option(outcome.metadata.extra.as_deref());
        let repeated = [&m.title, &m.url, &m.author, &m.extra].map(|v| v.as_ref().map_or(0, String::len));
        self.bytes += paragraph.bytes.len() + repeated.iter().sum::<usize>();
        self.rows += 1;
    }
}

impl Rows for RecordRows {
    fn schema(&self) -> SchemaRef {
        records::schema()
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        (self.rows, self.bytes) = (0, 0);
        self.columns.finish()
    }
}

columns!(DocumentColumns {
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
});

/// Rows of the ledger of documents.
pub struct DocumentRows {
    columns: DocumentColumns,
    signals: Vec<Float32Builder>,
    text: StringBuilder,
    rows: usize,
    bytes: usize,
}

impl Default for DocumentRows {
    fn default() -> Self {
        Self {
            columns: DocumentColumns::default(),
            signals: SIGNALS.iter().map(|_| Float32Builder::new()).collect(),
            text: StringBuilder::new(),
            rows: 0,
            bytes: 0,
        }
    }
}

/// The reason of a duplicate whose folded text is that of its keeper.
pub const DEDUP_EXACT: &str = "dedup.exact";

/// The reason of any other duplicate.
pub const DEDUP_NEAR: &str = "dedup.near";

/// Stage and reason of a document that was taken out.
pub fn stage_and_reason<'o>(outcome: &'o Outcome, selection: &Selection) -> Option<(Stage, &'o str)> {
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
        let c = &mut self.columns;
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
        for (index, builder) in self.signals.iter_mut().enumerate() {
            builder.append_option(measures.map(|m| m.signals[index]).filter(|v| !v.is_nan()));
        }
        self.text.append_option(text);
        self.bytes += text.map_or(0, str::len);
        self.rows += 1;
    }
}

impl Rows for DocumentRows {
    fn schema(&self) -> SchemaRef {
        ledger::documents_schema()
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        (self.rows, self.bytes) = (0, 0);
        let mut columns = self.columns.finish();
        columns.extend(self.signals.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        columns.push(Arc::new(self.text.finish()));
        columns
    }
}

columns!(LineColumns {
    doc_id: StringBuilder,
    line: Int32Builder,
    rule: Dictionary,
    text: StringBuilder,
    replacement: StringBuilder,
});

/// Rows of the ledger of lines.
#[derive(Default)]
pub struct LineRows {
    columns: LineColumns,
    rows: usize,
    bytes: usize,
}

impl LineRows {
    /// Appends one changed line.
    pub fn push(&mut self, id: DocumentId, change: &LineChange) {
        let c = &mut self.columns;
        c.doc_id.append_value(id.to_string());
        c.line.append_value(change.line as i32);
        c.rule.append_value(&change.rule);
        c.text.append_value(&change.text);
        c.replacement.append_option(change.replacement.as_deref());
        self.bytes += change.text.len() + change.replacement.as_ref().map_or(0, String::len);
        self.rows += 1;
    }
}

impl Rows for LineRows {
    fn schema(&self) -> SchemaRef {
        ledger::lines_schema()
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn bytes(&self) -> usize {
        self.bytes
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        (self.rows, self.bytes) = (0, 0);
        self.columns.finish()
    }
}

columns!(PairColumns {
    doc_id: StringBuilder,
    other_id: StringBuilder,
    jaccard: Float64Builder,
    containment: Float64Builder,
    shared: Int64Builder,
    shingles: Int64Builder,
    other_shingles: Int64Builder,
});

/// Rows of the ledger of pairs.
#[derive(Default)]
pub struct PairRows {
    columns: PairColumns,
    rows: usize,
}

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
        self.rows += 1;
    }
}

impl Rows for PairRows {
    fn schema(&self) -> SchemaRef {
        ledger::pairs_schema()
    }

    fn len(&self) -> usize {
        self.rows
    }

    fn bytes(&self) -> usize {
        0
    }

    fn columns(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        self.columns.finish()
    }
}
