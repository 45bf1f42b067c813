//! What is told of a record that is lost, and what is kept of its text.

use std::io;

use crate::model::document::Body;
use crate::read::FAULT_TEXT_BYTES;

use super::dialect::{Dialect, Head};
use super::payload::{Candidate, Payload};

/// Bytes that are told of what follows a block.
const FOUND_BYTES: usize = 24;

/// What is told of the bytes that follow a block: not the record behind them, which other readers may not have at hand.
pub(super) fn found<D: Dialect>(bytes: &[u8]) -> String {
    let near = &bytes[..bytes.len().min(FOUND_BYTES + D::OVERLAP_BYTES)];
    let shown = D::find(near, false).unwrap_or(near.len()).min(FOUND_BYTES);
    String::from_utf8_lossy(&near[..shown]).into_owned()
}

/// What is wrong with a block that the end, or another record, comes before the end of.
pub(super) fn ended_early(there: u64, length: u64) -> String {
    format!("it ends after {there} of {length} bytes")
}

/// What is wrong with a block within which the compressed data is damaged.
pub(super) fn damaged(fault: &io::Error) -> String {
    format!("the compressed data is damaged within it: {fault}")
}

/// Whether a fault of the stream says that its bytes are others than were written.
pub(super) fn is_checksum(fault: &io::Error) -> bool {
    let fault = fault.to_string().to_ascii_lowercase();
    ["checksum", "crc"].iter().any(|word| fault.contains(word))
}

/// What can be read in the damaged block of an article.
pub(super) fn readable(head: &Head, block: &[u8], max: u64) -> Option<String> {
    match Candidate::of(head, block).ok()?.payload(head, block, max) {
        Payload::Document(Body::Text(mut text) | Body::Html(mut text), _) => {
            text.truncate(text.floor_char_boundary(FAULT_TEXT_BYTES));
            Some(text)
        }
        _ => None,
    }
}

/// The beginning of what is lost; none where there is nothing.
pub(super) fn lossy(bytes: &[u8]) -> Option<String> {
    let cut = &bytes[..bytes.len().min(FAULT_TEXT_BYTES)];
    (!cut.is_empty()).then(|| String::from_utf8_lossy(cut).into_owned())
}
