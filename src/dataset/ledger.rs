//! Columns of the ledgers: one row per document, per changed line, per verified pair.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::filter::SIGNALS;

use super::records::dictionary;

/// The schema of the ledger of documents; a float column per signal.
pub fn documents_schema() -> SchemaRef {
    let required = |name: &str, data_type| Field::new(name, data_type, false);
    let optional = |name: &str, data_type| Field::new(name, data_type, true);
    let mut fields = vec![
        required("doc_id", DataType::Utf8),
        required("source", DataType::Utf8),
        required("source_record", DataType::Int64),
        optional("byte_start", DataType::Int64),
        optional("byte_end", DataType::Int64),
        optional("source_id", DataType::Utf8),
        optional("url", DataType::Utf8),
        optional("title", DataType::Utf8),
        optional("language", dictionary()),
        optional("script", dictionary()),
        optional("language_score", DataType::Float32),
        optional("content_hash", DataType::Utf8),
        optional("chars_read", DataType::Int64),
        optional("chars_kept", DataType::Int64),
        optional("lines_removed", DataType::Int32),
        required("verdict", dictionary()),
        optional("stage", dictionary()),
        optional("reason", dictionary()),
        optional("measured", DataType::Float64),
        optional("limit", DataType::Float64),
        optional("detail", DataType::Utf8),
        optional("duplicate_of", DataType::Utf8),
        optional("similarity", DataType::Float64),
        optional("cluster_id", DataType::Utf8),
        optional("group_id", DataType::Utf8),
    ];
    fields.extend(SIGNALS.iter().map(|s| optional(&signal_column(s.rule, s.key), DataType::Float32)));
    fields.push(optional("text", DataType::Utf8));
    Arc::new(Schema::new(fields))
}

/// The column of a signal.
pub fn signal_column(rule: &str, key: &str) -> String {
    format!("signal_{rule}_{key}")
}

/// The schema of the ledger of lines.
pub fn lines_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("doc_id", DataType::Utf8, false),
        Field::new("line", DataType::Int32, false),
        Field::new("rule", dictionary(), false),
        Field::new("text", DataType::Utf8, false),
        Field::new("replacement", DataType::Utf8, true),
    ]))
}

/// The schema of the ledger of pairs.
pub fn pairs_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("doc_id", DataType::Utf8, false),
        Field::new("other_id", DataType::Utf8, false),
        Field::new("jaccard", DataType::Float64, false),
        Field::new("containment", DataType::Float64, false),
        Field::new("shared", DataType::Int64, false),
        Field::new("shingles", DataType::Int64, false),
        Field::new("other_shingles", DataType::Int64, false),
    ]))
}
