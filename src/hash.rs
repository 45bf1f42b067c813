//! Every hash that reaches a file: xxh3 with seed 0, so that equal input gives equal values on every machine.

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::model::document::DocumentId;

/// 128-bit checksum of `bytes`.
pub fn checksum(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// A 128-bit value as 32 lower-case hex digits, canonical (big-endian) order.
pub fn hex(value: u128) -> String {
    format!("{value:032x}")
}

/// The id of record `record` of `source`: xxh3-128 of the source, a NUL byte and the ordinal in decimal.
pub fn document_id(source: &str, record: u64) -> DocumentId {
    let mut hasher = Xxh3::new();
    hasher.update(source.as_bytes());
    hasher.update(&[0]);
    hasher.update(record.to_string().as_bytes());
    DocumentId(hasher.digest128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_id_is_the_published_example() {
        assert_eq!(document_id("a.jsonl", 0).to_string(), "ccb883c78f1e549ddcdbab51a0c5784e");
    }
}
