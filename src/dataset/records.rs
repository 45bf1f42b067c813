//! Columns of the records in `data/`.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A dictionary of strings, for columns of few values.
pub fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// Milliseconds since the epoch in UTC.
pub fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// The schema of every shard, whatever the input.
pub fn schema() -> SchemaRef {
    let required = |name: &str, data_type| Field::new(name, data_type, false);
    let optional = |name: &str, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        required("record_id", DataType::Utf8),
        required("doc_id", DataType::Utf8),
        required("paragraph", DataType::Int32),
        required("paragraphs", DataType::Int32),
        required("text", DataType::Utf8),
        required("kind", dictionary()),
        required("chars", DataType::Int32),
        required("words", DataType::Int32),
        optional("tokens", DataType::Int32),
        required("char_start", DataType::Int64),
        required("char_end", DataType::Int64),
        optional("title", DataType::Utf8),
        optional("url", DataType::Utf8),
        optional("site", DataType::Utf8),
        optional("author", DataType::Utf8),
        optional("category", DataType::Utf8),
        optional("license", DataType::Utf8),
        optional("published", instant()),
        required("language", dictionary()),
        required("script", dictionary()),
        required("language_score", DataType::Float32),
        required("source", DataType::Utf8),
        required("source_record", DataType::Int64),
        optional("source_id", DataType::Utf8),
        optional("cluster_id", DataType::Utf8),
        required("cluster_size", DataType::Int32),
        required("cluster_sources", DataType::Int32),
        optional("quality", DataType::Float32),
        optional("extra", DataType::Utf8),
    ]))
}
