//! A part of the inputs to staged documents: read, extract, stage.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::extract::{self, extract};
use crate::model::document::{Block, Body, ByteSpan, Document, Fault, Metadata, RawDocument};
use crate::read::fields::FieldMap;
use crate::read::part::RunContext;
use crate::read::run::{SourceMet, read_run};

use super::context::Context;
use super::event::Phase;
use super::staging::SectionWriter;
use super::text_bytes;

/// Section of [`Staged`] records.
pub const DOCUMENTS: &str = "documents";

/// Section of one `Vec<SourceMet>`, in order of origin.
pub const SOURCES: &str = "sources";

/// Documents between two looks at the stop flag.
const CHECK_EVERY: u64 = 64;

/// A document on its way from ingest to sift.
#[derive(Debug, Serialize, Deserialize)]
pub struct Staged<'s> {
    /// Index of its source among those of the part.
    pub source: u32,
    /// Ordinal of its record in what the part has of the source.
    pub record: u64,
    /// Where it stands in that.
    pub bytes: Option<ByteSpan>,
    /// What is known beside the text.
    pub metadata: Cow<'s, Metadata>,
    /// The text, or why there is none.
    #[serde(borrow)]
    pub content: Content<'s>,
}

impl Staged<'_> {
    /// Bytes of its text.
    pub fn text_bytes(&self) -> usize {
        match &self.content {
            Content::Text { text, .. } => text.len(),
            Content::Fault(fault) => fault.text.as_ref().map_or(0, String::len),
        }
    }
}

/// What was read of a document.
#[derive(Debug, Serialize, Deserialize)]
pub enum Content<'s> {
    /// Its text and the paragraphs that markup gave.
    Text {
        /// Lines separated by `\n`.
        #[serde(borrow, with = "text_bytes")]
        text: Cow<'s, str>,
        /// Runs of lines.
        blocks: Cow<'s, [Block]>,
    },
    /// It could not be read.
    Fault(Cow<'s, Fault>),
}

/// Stages the documents of part `part` in the file `name`.
///
/// # Errors
/// What ends the run: an input that changed, a file that cannot be written, a stop.
pub fn run(context: &Context<'_>, part: usize, name: &str) -> Result<()> {
    let plan = context.plan;
    let mut fields = FieldMap::new(&plan.read.fields, &plan.read.keep);
    // Without cleaning a field is given byte for byte.
    fields.verbatim = !plan.clean.enabled;
    let reading = RunContext { options: &plan.read, fields: &fields, scratch: context.state.root() };
    let limit = plan.read.limit.unwrap_or(u64::MAX);
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        writer.begin(DOCUMENTS);
        let mut sources: Vec<SourceMet> = Vec::new();
        let mut documents = 0;
        for (index, run) in context.parts[part].iter().enumerate() {
            let input = &context.inputs[run.input];
            if documents >= limit {
                break;
            }
            read_run(&input.file, (index as u32, run), &reading, &mut sources, &mut |source, raw| {
                if documents.is_multiple_of(CHECK_EVERY) {
                    context.stop.check()?;
                }
                documents += 1;
                stage(context, source, raw, &mut writer)?;
                Ok(documents < limit)
            })?;
            context.listener.advance(Phase::Ingest, 0, run.bytes(&input.file));
        }
        context.listener.advance(Phase::Ingest, documents, 0);
        writer.end()?;
        writer.value(SOURCES, &sources)?;
        writer.finish()
    })?;
    Ok(())
}

fn stage(context: &Context<'_>, source: usize, raw: RawDocument, writer: &mut SectionWriter<'_>) -> Result<()> {
    let (record, bytes) = (raw.record, raw.bytes);
    let source = u32::try_from(source).expect("a part has fewer than 2^32 sources");
    match extracted(context, raw) {
        Ok(Document { metadata, text, blocks }) => writer.push(&Staged {
            source,
            record,
            bytes,
            metadata: Cow::Borrowed(&metadata),
            content: Content::Text { text: Cow::Borrowed(&text), blocks: Cow::Borrowed(&blocks) },
        }),
        Err(fault) => writer.push(&Staged {
            source,
            record,
            bytes,
            metadata: Cow::Owned(Metadata::default()),
            content: Content::Fault(Cow::Borrowed(&fault)),
        }),
    }
}

fn extracted(context: &Context<'_>, raw: RawDocument) -> std::result::Result<Document, Fault> {
    match raw.body {
        // Without cleaning the text stays as the reader gave it, line ends too.
        Body::Text(text) if !context.plan.clean.enabled => {
            Ok(Document { metadata: raw.metadata, text, blocks: Vec::new() })
        }
        _ => extract(raw, &context.plan.extract),
    }
}

/// What the name of an ingest output depends on beside the part.
pub fn versions() -> [u32; 2] {
    [crate::read::VERSION, extract::VERSION]
}
