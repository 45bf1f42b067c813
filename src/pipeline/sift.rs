//! A piece of staged documents to outcomes: clean, segment, measure, judge, sign.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;

use crate::clean::{self, Cleaner};
use crate::dedup::minhash::Signer;
use crate::dedup::shingle::grams;
use crate::error::{Error, Result};
use crate::filter::{self, Counter, Measurable};
use crate::hash;
use crate::model::document::{ByteSpan, Document, Fault, Metadata};
use crate::model::lines::LineChange;
use crate::model::outcome::{Measures, Outcome};
use crate::model::paragraph::CleanDocument;
use crate::model::verdict::{Judgement, Stage, Verdict};
use crate::read::run::SourceMet;
use crate::segment::{self, Unit};
use crate::text::language::identify;
use crate::text::scan::Scanner;

use super::context::Context;
use super::event::Phase;
use super::ingest::{self, Content, Staged};
use super::ingested::Base;
use super::sifted::{
    BAND_ENTRY_BYTES, BANDS, CHANGES, IDS, INDEX, IndexEntry, JUDGED_OUT, JudgedOut, LICENSES, Licenses, OUTCOMES,
    TEXTS, Text,
};
use super::staging::{SectionFile, SectionWriter};

/// The reason of a document without text, in every recipe.
const NO_TEXT: &str = "clean.no_text";

/// Bytes that a row of the ledger of lines counts beside its text.
const CHANGE_ROW_BYTES: usize = 64;

/// Bytes of a message about a record, at most.
const DETAIL_BYTES: usize = 1000;

/// What one thread reuses from document to document.
struct Worker<'c> {
    context: &'c Context<'c>,
    cleaner: Cleaner,
    scanner: Scanner,
    signer: Signer,
    signature: Vec<u32>,
    shingles: Vec<u64>,
    signals: Vec<f32>,
    counter: Counter,
    bands: Vec<(u64, u32)>,
    /// Limits by language and script, as they were met.
    limits: HashMap<(&'static str, &'static str), Vec<Option<f64>>>,
}

/// What sifting makes of one document.
struct Sifted {
    outcome: Outcome,
    document: CleanDocument,
    changes: Vec<LineChange>,
    entry: IndexEntry,
}

/// Sifts piece `piece` from `staged` into the file `name`.
///
/// # Errors
/// When a file cannot be read or written, and when a stop was asked for.
pub fn run(context: &Context<'_>, piece: usize, staged: &str, name: &str) -> Result<()> {
    let file = SectionFile::open(&context.state, staged)?;
    let sources: Vec<SourceMet> = file.value(ingest::SOURCES)?;
    let piece = &context.ingested().pieces[piece];
    let mut worker = Worker::new(context);
    let (mut outcomes, mut changes, mut index) = (Vec::new(), Vec::new(), Vec::new());
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        writer.begin(TEXTS);
        file.for_each(ingest::DOCUMENTS, piece.staged.clone(), |at, bytes| {
            let (staged, rest) = postcard::take_from_bytes::<Staged<'_>>(bytes)
                .map_err(|e| Error::Damaged { path: name.into(), detail: e.to_string() })?;
            if piece.staged.contains(&at) {
                context.stop.check()?;
                let base = context.ingested().bases[piece.part][staged.source as usize];
                let source = context.source(piece.part, &sources[staged.source as usize]);
                let turn = context.turn(staged.text_bytes());
                let sifted = worker.sift(&source, base, staged, (at - piece.staged.start) as u32);
                let CleanDocument { text, paragraphs } = sifted.document;
                if turn.is_some() {
                    worker.shed();
                }
                writer.push(&Text { text: Cow::Owned(text), paragraphs })?;
                outcomes.push(sifted.outcome);
                changes.push(sifted.changes);
                index.push(sifted.entry);
            }
            Ok((rest, true))
        })?;
        writer.end()?;
        section(&mut writer, OUTCOMES, &outcomes)?;
        section(&mut writer, CHANGES, &changes)?;
        section(&mut writer, INDEX, &index)?;
        writer.raw(BANDS, &worker.band_bytes())?;
        let ids: Vec<u8> = outcomes.iter().flat_map(|o| o.id.0.to_le_bytes()).collect();
        writer.raw(IDS, &ids)?;
        writer.value(JUDGED_OUT, &judged_out(&outcomes))?;
        writer.value(LICENSES, &licenses(&outcomes))?;
        writer.finish()
    })?;
    let bytes = index.iter().map(|e| u64::from(e.text_bytes)).sum();
    context.listener.advance(Phase::Sift, index.len() as u64, bytes);
    Ok(())
}

fn judged_out(outcomes: &[Outcome]) -> JudgedOut {
    let mut counts = JudgedOut::new();
    for outcome in outcomes {
        if let Some(judgement) = &outcome.judgement {
            counts.entry((judgement.stage, judgement.reason.clone())).or_default().add(outcome.chars_read);
        }
    }
    counts
}

fn licenses(outcomes: &[Outcome]) -> Licenses {
    let mut counts = Licenses::new();
    for outcome in outcomes {
        if let Some(license) = &outcome.metadata.license {
            *counts.entry((outcome.source.clone(), license.clone())).or_default() += 1;
        }
    }
    counts
}

fn section<T: Serialize>(writer: &mut SectionWriter<'_>, name: &str, records: &[T]) -> Result<()> {
    writer.begin(name);
    records.iter().try_for_each(|r| writer.push(r))?;
    writer.end()
}

impl<'c> Worker<'c> {
    fn new(context: &'c Context<'c>) -> Self {
        let dedup = &context.plan.dedup;
        Self {
            context,
            cleaner: Cleaner::new(&context.plan.clean),
            scanner: Scanner::new(),
            signer: Signer::new(dedup.bands, dedup.rows),
            signature: Vec::new(),
            shingles: Vec::new(),
            signals: Vec::new(),
            counter: Counter::default(),
            bands: Vec::new(),
            limits: HashMap::new(),
        }
    }

    /// Gives back the memory that a large document took.
    fn shed(&mut self) {
        self.cleaner = Cleaner::new(&self.context.plan.clean);
        self.scanner = Scanner::new();
        self.counter = Counter::default();
        self.shingles = Vec::new();
    }

    fn sift(&mut self, source: &str, base: Base, staged: Staged<'_>, index: u32) -> Sifted {
        let record = base.records + staged.record;
        let mut outcome = Outcome {
            id: hash::document_id(source, record),
            source: source.to_owned(),
            record,
            bytes: staged.bytes.map(|b| ByteSpan { start: base.bytes + b.start, end: base.bytes + b.end }),
            metadata: Metadata::default(),
            measures: None,
            chars_read: 0,
            lines_removed: 0,
            judgement: None,
        };
        match staged.content {
            Content::Fault(fault) => {
                let text = fault.text.clone().unwrap_or_default();
                outcome.judgement = Some(error_of(&fault));
                let document = CleanDocument { text, paragraphs: Vec::new() };
                self.finish(outcome, document, Vec::new(), 0)
            }
            Content::Text { text, blocks } => {
                outcome.chars_read = text.chars().count() as u64;
                let document = Document {
                    metadata: staged.metadata.into_owned(),
                    text: text.into_owned(),
                    blocks: blocks.into_owned(),
                };
                let (metadata, document, changes) = self.clean(document);
                outcome.metadata = metadata;
                outcome.lines_removed = changes.iter().filter(|c| c.replacement.is_none()).count() as u32;
                self.measure(outcome, document, changes, index)
            }
        }
    }

    fn clean(&mut self, document: Document) -> (Metadata, CleanDocument, Vec<LineChange>) {
        let unit = self.context.plan.segment.unit;
        if !self.context.plan.clean.enabled {
            let cleaned = match unit {
                Unit::Document => segment::whole(document.text),
                Unit::Paragraph => segment::segment_raw(&document.text),
            };
            return (document.metadata, cleaned, Vec::new());
        }
        let cleaned = self.cleaner.clean(document);
        let segmented = match unit {
            Unit::Paragraph => segment::segment(&cleaned),
            Unit::Document => segment::whole(segment::segment(&cleaned).text),
        };
        (cleaned.metadata, segmented, cleaned.changes)
    }

    fn measure(
        &mut self,
        mut outcome: Outcome,
        mut document: CleanDocument,
        changes: Vec<LineChange>,
        index: u32,
    ) -> Sifted {
        if document.text.trim().is_empty() {
            outcome.judgement = Some(no_text());
            return self.finish(outcome, CleanDocument::default(), changes, 0);
        }
        let plan = self.context.plan;
        let scan = self.scanner.scan(&mut document);
        let language = identify(&document.text, scan);
        let measurable = Measurable { scan, language: &language, changes: &changes, chars_read: outcome.chars_read };
        filter::measure(&measurable, &mut self.counter, &mut self.signals);
        let limits = self
            .limits
            .entry((language.code, language.script))
            .or_insert_with(|| plan.limits(language.code, language.script));
        outcome.judgement = filter::judge(&self.signals, limits);
        outcome.measures = Some(Measures {
            language: language.code.to_owned(),
            script: language.script.to_owned(),
            language_score: language.score,
            content_hash: hash::checksum(document.text.as_bytes()),
            chars: scan.chars,
            words: scan.words,
            signals: self.signals.clone(),
        });
        let fold_hash = scan.fold_hash;
        if plan.dedup.enabled {
            // A signature takes its grams in any order, repeats too: sorting is left to the few that are compared.
            grams(&scan.units, plan.dedup.shingle as usize, &mut self.shingles);
            self.signer.sign(&self.shingles, &mut self.signature);
            self.bands.extend(self.signer.band_keys(&self.signature).map(|key| (key, index)));
        }
        self.finish(outcome, document, changes, fold_hash)
    }

    fn finish(&self, outcome: Outcome, document: CleanDocument, changes: Vec<LineChange>, fold_hash: u128) -> Sifted {
        let change_bytes =
            |c: &LineChange| c.text.len() + c.replacement.as_ref().map_or(0, String::len) + CHANGE_ROW_BYTES;
        let entry = IndexEntry {
            fold_hash,
            id_low: outcome.id.0 as u64,
            site: xxhash_rust::xxh3::xxh3_64(outcome.site_or_source().as_bytes()),
            published: outcome.metadata.published,
            language: outcome.measures.as_ref().map_or_else(String::new, |m| m.language.clone()),
            script: outcome.measures.as_ref().map_or_else(String::new, |m| m.script.clone()),
            chars_read: outcome.chars_read,
            chars: outcome.chars() as u32,
            words: outcome.measures.as_ref().map_or(0, |m| m.words as u32),
            paragraphs: document.paragraphs.len() as u32,
            changes: changes.len() as u32,
            lines_removed: outcome.lines_removed,
            text_bytes: document.text.len() as u32,
            change_bytes: changes.iter().map(change_bytes).sum::<usize>() as u32,
            has_text: outcome.measures.is_some(),
            passed: outcome.judgement.is_none(),
        };
        Sifted { outcome, document, changes, entry }
    }

    fn band_bytes(&mut self) -> Vec<u8> {
        self.bands.sort_unstable();
        let mut bytes = Vec::with_capacity(self.bands.len() * BAND_ENTRY_BYTES);
        for (key, index) in &self.bands {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&index.to_le_bytes());
        }
        bytes
    }
}

fn error_of(fault: &Fault) -> Judgement {
    let stage = if fault.reason.starts_with("extract.") { Stage::Extract } else { Stage::Read };
    Judgement {
        verdict: Verdict::Error,
        stage,
        reason: fault.reason.clone(),
        measured: None,
        limit: None,
        detail: Some(shortened(&fault.detail)),
    }
}

/// What a message says, up to [`DETAIL_BYTES`]: parsers quote what they refuse, however long it is.
fn shortened(detail: &str) -> String {
    match detail.char_indices().find(|(at, _)| *at >= DETAIL_BYTES) {
        Some((end, _)) => format!("{}…", &detail[..end]),
        None => detail.to_owned(),
    }
}

fn no_text() -> Judgement {
    Judgement {
        verdict: Verdict::Rejected,
        stage: Stage::Clean,
        reason: NO_TEXT.to_owned(),
        measured: Some(0.0),
        limit: Some(1.0),
        detail: None,
    }
}

/// What the name of a sift output depends on beside its piece.
pub fn versions() -> [u32; 6] {
    let text = [crate::text::fold::FOLD_VERSION, crate::text::language::VERSION];
    [clean::VERSION, segment::VERSION, filter::VERSION, crate::dedup::VERSION, text[0], text[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_at_their_limit_between_characters() {
        assert_eq!(shortened("قصير"), "قصير");
        let long = shortened(&"خ".repeat(DETAIL_BYTES));
        assert_eq!(long, format!("{}…", "خ".repeat(DETAIL_BYTES / 2)));
    }
}
