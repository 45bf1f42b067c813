//! One article on its way through the pipeline: as a reader gives it ([`RawDocument`]) and as text ([`Document`]).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::paragraph::Kind;
use super::wiki_site::WikiSite;

/// The identity of a document: xxh3-128 of its source, a NUL byte and its ordinal in the source.
///
/// Displays as 32 lower-case hex digits in canonical (big-endian) order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentId(pub u128);

impl DocumentId {
    /// The id that 32 hex digits spell, or none.
    pub fn parse(hex: &str) -> Option<Self> {
        (hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| u128::from_str_radix(hex, 16).ok().map(Self))
            .flatten()
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Where a record stands in the decompressed source, in bytes, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteSpan {
    /// First byte.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
}

/// What a dump, its markup or its page residue says about an article, beside the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Headline.
    pub title: Option<String>,
    /// Address of the page.
    pub url: Option<String>,
    /// The name that the page gives its site.
    pub site: Option<String>,
    /// Author or authors.
    pub author: Option<String>,
    /// Section or category.
    pub category: Option<String>,
    /// Licence of the text.
    pub license: Option<String>,
    /// Time of publication, in milliseconds since 1970-01-01T00:00:00Z.
    pub published: Option<i64>,
    /// The language that the dump declares, as it declares it.
    pub language: Option<String>,
    /// The dump's own id.
    pub source_id: Option<String>,
    /// JSON object of the dump fields that the user asked to keep.
    pub extra: Option<String>,
}

/// The part of a record that holds the article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Text without markup.
    Text(String),
    /// A page of HTML, decoded: the article is somewhere in it.
    Html(String),
    /// HTML of which all that is visible is the article: a field of a record, an entry of a feed, the chapters of a book.
    Fragment(String),
    /// An article in the markup of MediaWiki, and the wiki that it comes from.
    Wikitext {
        /// The markup, its XML undone.
        text: String,
        /// What its dump says of the wiki.
        site: Arc<WikiSite>,
    },
    /// The record could not be read.
    Broken(Fault),
}

/// Why a record or a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The reason in the ledger, such as `read.bad_json`.
    pub reason: String,
    /// What was found and where, for a person.
    pub detail: String,
    /// The record as it stood, decoded leniently and cut to a bounded length.
    pub text: Option<String>,
}

/// One record of a dump as its reader gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDocument {
    /// Ordinal among all records that the reader met in its slice of the source, from 0.
    pub record: u64,
    /// Position in the decompressed source, where the format has one.
    pub bytes: Option<ByteSpan>,
    /// What the dump says beside the text.
    pub metadata: Metadata,
    /// The article itself.
    pub body: Body,
}

/// A run of lines of a marked-up document that make one paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What the markup says it is.
    pub kind: Kind,
    /// Its lines in the document's text, 0-based, end exclusive.
    pub lines: Range<u32>,
}

/// One article as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What is known beside the text.
    pub metadata: Metadata,
    /// The text, lines separated by `\n`.
    pub text: String,
    /// The paragraphs that markup gave, in order and disjoint; empty for text without markup.
    pub blocks: Vec<Block>,
}
