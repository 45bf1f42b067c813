//! What selection made of every document, as a file that is read at any document.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::document::DocumentId;
use crate::model::outcome::{Duplicate, Selection};

use super::context::Context;
use super::sifted;
use super::staging::SectionFile;

/// Raw section of [`ENTRY_BYTES`] a document, in order of origin.
pub const SELECTED: &str = "selected";

/// Section of one [`PairTotals`].
pub const TOTALS: &str = "totals";

/// Four indices and counts of 4 bytes, a similarity of 8, a flag.
pub const ENTRY_BYTES: usize = 25;

/// No document.
pub const NONE: u32 = u32::MAX;

/// What comparing found, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairTotals {
    /// Pairs whose shingles were compared.
    pub compared: u64,
    /// Pairs that are stored.
    pub stored: u64,
    /// Buckets in which each document was compared with the first ones only.
    pub capped: u64,
}

/// What selection made of one document, by indices in order of origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selected {
    /// The first document with the same folded text; [`NONE`] without text.
    pub group: u32,
    /// The keeper of a duplicate; [`NONE`] for any other.
    pub keeper: u32,
    /// As in [`Selection`].
    pub cluster_size: u32,
    /// As in [`Selection`].
    pub cluster_sources: u32,
    /// As in [`Duplicate`]; 0 where it is none.
    pub similarity: f64,
    /// As in [`Duplicate`].
    pub exact: bool,
}

impl Selected {
    /// A document that stands alone.
    pub const ALONE: Self =
        Self { group: NONE, keeper: NONE, cluster_size: 1, cluster_sources: 1, similarity: 0.0, exact: false };

    /// The entry in the file.
    pub fn to_bytes(self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[0..4].copy_from_slice(&self.group.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.keeper.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.cluster_size.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.cluster_sources.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.similarity.to_le_bytes());
        bytes[24] = u8::from(self.exact);
        bytes
    }

    /// Reads an entry of [`ENTRY_BYTES`].
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        Self {
            group: word(0),
            keeper: word(4),
            cluster_size: word(8),
            cluster_sources: word(12),
            similarity: f64::from_le_bytes(bytes[16..24].try_into().expect("eight bytes")),
            exact: bytes[24] != 0,
        }
    }
}

/// Selections of all documents, with the ids that they name.
pub struct Selections {
    file: SectionFile,
    ids: Vec<SectionFile>,
    ends: Vec<u64>,
}

impl Selections {
    /// Opens the output of Select beside those of Sift.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn open(context: &Context<'_>, select: &str, sifted: &[String]) -> Result<Self> {
        let file = SectionFile::open(&context.state, select)?;
        let ids = sifted.iter().map(|name| SectionFile::open(&context.state, name)).collect::<Result<_>>()?;
        let ends = context.ingested().pieces.iter().map(|p| p.documents.end).collect();
        Ok(Self { file, ids, ends })
    }

    /// What selection made of document `index`, by indices.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn selected(&self, index: u64) -> Result<Selected> {
        let at = index as usize * ENTRY_BYTES;
        Ok(Selected::from_bytes(&self.file.raw(SELECTED)?[at..at + ENTRY_BYTES]))
    }

    /// What selection made of document `index`.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn get(&self, index: u64) -> Result<Selection> {
        let selected = self.selected(index)?;
        let id = |index: u32| (index != NONE).then(|| self.id(u64::from(index))).transpose();
        let duplicate = id(selected.keeper)?.map(|keeper| Duplicate {
            keeper,
            similarity: selected.similarity,
            exact: selected.exact,
        });
        Ok(Selection {
            group: id(selected.group)?,
            duplicate,
            cluster_size: selected.cluster_size,
            cluster_sources: selected.cluster_sources,
        })
    }

    /// The id of document `index`.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn id(&self, index: u64) -> Result<DocumentId> {
        let piece = self.ends.partition_point(|end| *end <= index);
        let first = if piece == 0 { 0 } else { self.ends[piece - 1] };
        let at = (index - first) as usize * 16;
        let bytes = &self.ids[piece].raw(sifted::IDS)?[at..at + 16];
        Ok(DocumentId(u128::from_le_bytes(bytes.try_into().expect("sixteen bytes"))))
    }

    /// What comparing found, in numbers.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn totals(&self) -> Result<PairTotals> {
        self.file.value(TOTALS)
    }
}
