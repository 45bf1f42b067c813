//! A cleaned document as the paragraphs that become records.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a paragraph is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Running text.
    #[default]
    Paragraph,
    /// A heading within the document.
    Heading,
    /// A whole list, one item a line.
    List,
    /// A quotation set apart.
    Quote,
    /// Preformatted code.
    Code,
    /// A table, one row a line.
    Table,
    /// A whole document as one record.
    Document,
}

impl Kind {
    /// The name in the `kind` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Heading => "heading",
            Self::List => "list",
            Self::Quote => "quote",
            Self::Code => "code",
            Self::Table => "table",
            Self::Document => "document",
        }
    }
}

/// One paragraph of a cleaned document, as a span of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// What it is.
    pub kind: Kind,
    /// Bytes of the document's text that it covers.
    pub bytes: Range<usize>,
    /// Unicode scalar values in it; 0 until the document is scanned.
    pub chars: u32,
    /// Words in it; 0 until the document is scanned.
    pub words: u32,
}

/// Separates the paragraphs in the text of a cleaned document.
pub const PARAGRAPH_BREAK: &str = "\n\n";

/// A document after cleaning: its paragraphs joined by [`PARAGRAPH_BREAK`], and where each stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanDocument {
    /// The whole text.
    pub text: String,
    /// Ordered, disjoint spans that cover all of the text but the breaks.
    pub paragraphs: Vec<Paragraph>,
}
