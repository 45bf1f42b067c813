//! Files to raw documents: what the inputs are ([`input`]), how they are cut ([`part`]), how their bytes are told apart
//! ([`recognise`]) and unpacked ([`unpack`]), and one file per format.

pub mod archive;
mod bzip2_blocks;
pub mod compression;
mod delimited;
mod epub;
mod feed;
pub mod fields;
mod hole;
mod html;
pub mod input;
mod json;
mod json_record;
mod json_value;
mod json_values;
mod jsonl;
mod lines;
mod markup;
mod mediawiki;
pub mod members;
mod nesting;
mod outside;
mod parquet;
pub mod part;
mod pieces;
mod plain_text;
pub mod recognise;
pub mod run;
mod sgml;
mod sgml_text;
pub mod source;
mod transcode;
pub mod unpack;
mod warc;
mod window;
mod zip_kind;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::document::{Body, Fault, Metadata, RawDocument};
use crate::text::charset::Charset;

use self::compression::Compression;
use self::fields::FieldNames;
use self::recognise::Format;
use self::unpack::Unpacked;

/// Bumped whenever a reader gives another result for the same bytes.
pub const VERSION: u32 = 8;

/// Largest record that is read, in bytes of the decompressed source.
pub const DEFAULT_MAX_RECORD: u64 = 64 << 20;

/// Bytes of input that one part aims at: large enough to make overheads vanish, small enough to keep every core busy.
pub const DEFAULT_PART_BYTES: u64 = 16 << 20;

/// The reason of a record, or a table, in which no field is known to hold text.
const NO_TEXT_FIELD: &str = "read.no_text_field";

/// The reason of a record whose field for text holds objects of an unknown form.
const TEXT_IS_OBJECT: &str = "read.text_is_object";

/// How a broken record is cut before it goes to the ledger, in bytes.
const FAULT_TEXT_BYTES: usize = 64 << 10;

/// Keys of `[read]` in a recipe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    /// Globs on the source: only these are read; all where there is none.
    pub include: Vec<String>,
    /// Globs on the source: these are not read.
    pub exclude: Vec<String>,
    /// Dump fields that go to the column `extra`.
    pub keep: Vec<String>,
    /// Only the first documents in order of origin.
    pub limit: Option<u64>,
    /// Largest record in bytes; a larger one is an error of its own.
    pub max_record: u64,
    /// Input bytes per unit of parallel work.
    pub part_bytes: u64,
    /// Names under which dumps keep what.
    pub fields: FieldNames,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            include: Vec::new(),
            exclude: Vec::new(),
            keep: Vec::new(),
            limit: None,
            max_record: DEFAULT_MAX_RECORD,
            part_bytes: DEFAULT_PART_BYTES,
            fields: FieldNames::default(),
        }
    }
}

/// What a reader is given: the bytes of one slice and what is known about them.
pub struct Slice<'a> {
    /// The decompressed bytes. Where decompression fails, `read` gives an error, and reading on goes on with the next
    /// intact member of the file, or ends.
    pub content: Unpacked,
    /// The first decompressed bytes of the file, at most [`unpack::HEAD_BYTES`], wherever the slice begins.
    pub head: &'a [u8],
    /// How text in it is encoded; seen in the head of the file.
    pub charset: Charset,
    /// Where the records of this slice begin and end in the decompressed source; a record belongs where its first byte lies.
    pub range: std::ops::Range<u64>,
    /// Options of the plan.
    pub options: &'a ReadOptions,
    /// The fields of the plan, ready for look-up.
    pub fields: &'a fields::FieldMap,
    /// A folder for unnamed temporary files.
    pub scratch: &'a Path,
}

/// What a reader met, beside the documents that it gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// All records: documents and those passed over.
    pub records: u64,
    /// Records that are no articles by kind.
    pub passed_over: u64,
    /// How many of them are of which kind, such as `redirect`, where the reader tells.
    pub kinds: BTreeMap<String, u64>,
}

impl Met {
    /// Counts a record that is no article, of a kind with a name in `snake_case`.
    pub fn pass_over(&mut self, kind: &str) {
        self.records += 1;
        self.passed_over += 1;
        match self.kinds.get_mut(kind) {
            Some(count) => *count += 1,
            None => drop(self.kinds.insert(kind.to_owned(), 1)),
        }
    }
}

/// Where a reader hands its documents; gives false when no more are wanted.
pub type Sink<'s> = dyn FnMut(RawDocument) -> Result<bool> + 's;

/// A file that is large enough to be read in parallel.
pub struct BigFile<'f> {
    /// The file.
    pub file: &'f File,
    /// Its size.
    pub bytes: u64,
    /// How it is compressed.
    pub compression: Compression,
    /// How its text is encoded.
    pub charset: Charset,
    /// Bytes of the file that a piece aims at.
    pub part_bytes: u64,
}

/// Where pieces of a file begin, beside its beginning: ascending, within the file.
pub enum Cuts {
    /// Offsets in a file that is not compressed. [`Slice::range`] is the piece; the bytes of the file begin one byte before it.
    Bytes(Vec<u64>),
    /// Offsets in a compressed file at which members begin that hold whole records. Each piece is given as bytes of its own.
    Members(Vec<u64>),
}

/// One format of dumps.
pub trait Reader: Sync {
    /// The format that it reads.
    fn format(&self) -> Format;

    /// Gives every record of the slice to `sink`, in order; a broken record as [`Body::Broken`].
    ///
    /// # Errors
    /// Only what ends the run: errors of `sink` and of the scratch folder.
    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met>;

    /// Where a big file may be cut so that its pieces are read beside one another, or none.
    fn cuts(&self, _file: &BigFile<'_>) -> Option<Cuts> {
        None
    }
}

/// Every format that is read: the one list that drives recognition, messages and documentation.
pub const READERS: &[&dyn Reader] = &[
    &jsonl::JsonLines,
    &json::Json,
    &parquet::Parquet,
    &mediawiki::MediaWiki,
    &warc::Warc,
    &warc::Arc,
    &delimited::Delimited,
    &sgml::Sgml,
    &feed::Feed,
    &epub::Epub,
    &html::Html,
    &plain_text::PlainText,
];

/// The reader of `format`, or none where it is not read.
pub fn reader_of(format: Format) -> Option<&'static dyn Reader> {
    READERS.iter().copied().find(|r| r.format() == format)
}

/// The body of a field that holds an article: a page or fragment of HTML where its markup says so and `fields` allows,
/// else text.
fn body_of(text: String, fields: &fields::FieldMap) -> Body {
    match markup::kind_of(&text) {
        _ if fields.verbatim => Body::Text(text),
        markup::Kind::Page => Body::Html(text),
        markup::Kind::Fragment => Body::Fragment(text),
        markup::Kind::Text => Body::Text(text),
    }
}

/// A record that could not be read.
fn broken(record: u64, reason: &str, detail: String, bytes: &[u8]) -> RawDocument {
    let cut = &bytes[..bytes.len().min(FAULT_TEXT_BYTES)];
    let text = (!cut.is_empty()).then(|| String::from_utf8_lossy(cut).into_owned());
    RawDocument {
        record,
        bytes: None,
        metadata: Metadata::default(),
        body: Body::Broken(Fault { reason: reason.into(), detail, text }),
    }
}
