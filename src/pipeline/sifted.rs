//! What sifting writes of a piece, for the steps after it: its sections and what stands in them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::paragraph::Paragraph;
use crate::model::tally::Tally;
use crate::model::verdict::Stage;

use super::staging::SectionFile;
use super::text_bytes;

/// Section of [`Text`] records.
pub const TEXTS: &str = "texts";
/// Section of [`Outcome`](crate::model::outcome::Outcome) records.
pub const OUTCOMES: &str = "outcomes";
/// Section of `Vec<LineChange>` records.
pub const CHANGES: &str = "changes";
/// Section of [`IndexEntry`] records.
pub const INDEX: &str = "index";
/// Raw section of [`BAND_ENTRY_BYTES`] an entry, sorted: a band key and the document's index in the piece, little-endian.
pub const BANDS: &str = "bands";
/// Raw section of the ids of the documents, 16 bytes each, little-endian.
pub const IDS: &str = "ids";
/// Section of one [`JudgedOut`].
pub const JUDGED_OUT: &str = "judged-out";
/// Section of one [`Licenses`].
pub const LICENSES: &str = "licenses";

/// A key of 8 bytes and an index of 4.
pub const BAND_ENTRY_BYTES: usize = 12;

/// The text of a document as later stages need it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Text<'t> {
    /// The cleaned text; of a document that could not be read, what is left of the record.
    #[serde(borrow, with = "text_bytes")]
    pub text: Cow<'t, str>,
    /// Its paragraphs; none where it could not be read.
    pub paragraphs: Vec<Paragraph>,
}

/// Documents that were taken out before duplicates were looked for, by stage and reason.
pub type JudgedOut = BTreeMap<(Stage, String), Tally>;

/// Documents by source and the licence that they state.
pub type Licenses = BTreeMap<(String, String), u64>;

/// What the steps that see all documents need of each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexEntry {
    /// xxh3-128 of the folded text; 0 where there is none.
    pub fold_hash: u128,
    /// Low half of the document's id.
    pub id_low: u64,
    /// Hash of its site, else its source.
    pub site: u64,
    /// When it was published.
    pub published: Option<i64>,
    /// ISO 639-3; empty without text.
    pub language: String,
    /// ISO 15924; empty without text.
    pub script: String,
    /// Characters that cleaning was given.
    pub chars_read: u64,
    /// Characters of its cleaned text.
    pub chars: u32,
    /// Words of it.
    pub words: u32,
    /// Paragraphs of it.
    pub paragraphs: u32,
    /// Rows in the ledger of lines.
    pub changes: u32,
    /// Those of them that were removed or moved.
    pub lines_removed: u32,
    /// Bytes of its text.
    pub text_bytes: u32,
    /// Bytes of its rows in the ledger of lines.
    pub change_bytes: u32,
    /// Whether it has text.
    pub has_text: bool,
    /// Whether it passed the filters.
    pub passed: bool,
}

/// Gives the texts of `range`, borrowed from their block; `visit` says whether it wants more.
///
/// # Errors
/// When a block cannot be decoded, and those of `visit`.
pub fn texts(
    file: &SectionFile,
    range: Range<u64>,
    mut visit: impl FnMut(u64, Text<'_>) -> Result<bool>,
) -> Result<()> {
    file.for_each(TEXTS, range.clone(), |at, bytes| {
        let (text, rest) = file.decode(bytes)?;
        let more = if range.contains(&at) { visit(at, text)? } else { true };
        Ok((rest, more))
    })
}

/// The bytes of a band entry: key and index in the piece.
pub fn band_entry(bytes: &[u8]) -> (u64, u32) {
    let (key, index) = bytes.split_at(8);
    (
        u64::from_le_bytes(key.try_into().expect("eight bytes")),
        u32::from_le_bytes(index.try_into().expect("four bytes")),
    )
}
