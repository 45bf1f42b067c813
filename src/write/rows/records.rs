//! Rows of `data/`: a paragraph each.

use arrow::array::{
    Float32Builder, Int32Builder, Int64Builder, StringBuilder, TimestampMillisecondArray, TimestampMillisecondBuilder,
};

use crate::dataset::records;
use crate::model::document::DocumentId;
use crate::model::outcome::{Outcome, Selection, host};
use crate::model::paragraph::{PARAGRAPH_BREAK, Paragraph};

use super::{Dictionary, Rows, columns};

columns!(
    /// Columns of `data/`.
    RecordColumns of records::schema {
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
    }
);

/// A builder of instants in UTC.
struct Instants(TimestampMillisecondBuilder);

impl Default for Instants {
    fn default() -> Self {
        Self(TimestampMillisecondBuilder::new().with_timezone("UTC"))
    }
}

impl Instants {
    fn finish(&mut self) -> TimestampMillisecondArray {
        self.0.finish()
    }
}

/// Rows of `data/`.
pub type RecordRows = Rows<RecordColumns>;

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
        let site = outcome.metadata.site.clone().or_else(|| outcome.metadata.url.as_deref().and_then(host));
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
        self.added(paragraph.bytes.len() + repeated.iter().sum::<usize>());
    }
}
