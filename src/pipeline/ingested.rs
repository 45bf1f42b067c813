//! What the ingest tasks found, put in order of origin: pieces of documents, and where each begins in its source.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::read::part::Piece as FilePiece;
use crate::read::run::SourceMet;

use super::context::Context;
use super::ingest;
use super::staging::SectionFile;

/// Staged blocks of one piece, at most.
const PIECE_BLOCKS: usize = 16;

/// A run of staged blocks of one part: the unit of work after ingest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The part.
    pub part: usize,
    /// Its staged documents, counted from the first of the part.
    pub staged: Range<u64>,
    /// The same documents, counted from the first of all in order of origin.
    pub documents: Range<u64>,
}

/// Where a piece of a source begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Records of the source before it.
    pub records: u64,
    /// Decompressed bytes before those that its offsets count from.
    pub bytes: u64,
}

/// What the ingest tasks found, put in order of origin.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// Pieces, in order.
    pub pieces: Vec<Piece>,
    /// For each part and source in it, where what the part has of the source begins.
    pub bases: Vec<Vec<Base>>,
    /// For each input, records that are no documents.
    pub passed_over: Vec<u64>,
    /// How many of them are of which kind, where their reader tells, or of which format.
    pub kinds: BTreeMap<String, u64>,
    /// For each input, documents.
    pub documents: Vec<u64>,
    /// Formats that are not read: how many files and members, and the source of the first.
    pub unread: BTreeMap<String, (u64, String)>,
    /// All documents.
    pub total: u64,
}

impl Ingested {
    /// Reads the output of every ingest task and puts it in order of origin.
    ///
    /// # Errors
    /// When an output cannot be read, and when there are more documents than can be numbered.
    pub fn load(context: &Context<'_>, names: &[String]) -> Result<Self> {
        let count = context.inputs.len();
        let mut all = Self { passed_over: vec![0; count], documents: vec![0; count], ..Self::default() };
        let mut ends = vec![Base::default(); count];
        let limit = context.plan.read.limit.unwrap_or(u64::MAX);
        for (part, name) in names.iter().enumerate() {
            let file = SectionFile::open(&context.state, name)?;
            let sources: Vec<SourceMet> = file.value(ingest::SOURCES)?;
            let bases = sources.iter().map(|source| all.add(context, part, source, &mut ends)).collect();
            all.bases.push(bases);
            for blocks in file.blocks(ingest::DOCUMENTS)?.chunks(PIECE_BLOCKS) {
                let first = blocks[0].records.start;
                let end = blocks[blocks.len() - 1].records.end.min(first + (limit - all.total));
                if end > first {
                    let documents = all.total..all.total + (end - first);
                    all.total = documents.end;
                    all.pieces.push(Piece { part, staged: first..end, documents });
                }
            }
        }
        if all.total >= u64::from(u32::MAX) {
            return Err(Error::Usage(format!(
                "{} documents are more than one build can number; build the dumps in several corpora",
                all.total
            )));
        }
        if all.total >= limit {
            all.cut_at_limit(context, names)?;
        }
        Ok(all)
    }

    /// Adds what was met of a source; gives where it begins.
    fn add(&mut self, context: &Context<'_>, part: usize, source: &SourceMet, ends: &mut [Base]) -> Base {
        let run = &context.parts[part][source.run as usize];
        self.documents[run.input] += source.met.records - source.met.passed_over;
        self.passed_over[run.input] += source.met.passed_over;
        self.add_kinds(source);
        if let Some(format) = &source.unread {
            let first = || context.source(part, source).into_owned();
            self.unread.entry(format.clone()).or_insert_with(|| (0, first())).0 += 1;
        }
        // A member is never cut, a file may be.
        if source.member.is_some() {
            return Base::default();
        }
        let end = &mut ends[run.input];
        let base = *end;
        end.records += source.met.records;
        if matches!(run.piece, FilePiece::Packed(_)) {
            end.bytes += source.unpacked;
        }
        base
    }

    fn add_kinds(&mut self, source: &SourceMet) {
        for (kind, count) in source.met.kinds.iter().map(|(k, n)| (k, *n)).chain(source.unread.iter().map(|f| (f, 1))) {
            *self.kinds.entry(kind.clone()).or_default() += count;
        }
    }

    /// Counts again what lies before the limit: parts that were read beside one another may have gone past it.
    fn cut_at_limit(&mut self, context: &Context<'_>, names: &[String]) -> Result<()> {
        self.documents.fill(0);
        self.passed_over.fill(0);
        // Of which kind those before the limit are is not known record by record.
        self.kinds.clear();
        let Some(last) = self.pieces.last().map(|p| p.part) else { return Ok(()) };
        for (part, name) in names.iter().enumerate().take(last + 1) {
            let file = SectionFile::open(&context.state, name)?;
            let sources: Vec<SourceMet> = file.value(ingest::SOURCES)?;
            let mut taken = vec![0; sources.len()];
            let mut end = None;
            for piece in self.pieces.iter().filter(|p| p.part == part) {
                file.for_each(ingest::DOCUMENTS, piece.staged.clone(), |index, bytes| {
                    let (staged, rest) = postcard::take_from_bytes::<ingest::Staged<'_>>(bytes)
                        .map_err(|e| Error::Usage(format!("staged document {index}: {e}")))?;
                    if piece.staged.contains(&index) {
                        taken[staged.source as usize] += 1;
                        end = Some((staged.source as usize, staged.record));
                    }
                    Ok((rest, true))
                })?;
            }
            for (at, source) in sources.iter().enumerate() {
                let input = context.parts[part][source.run as usize].input;
                let passed_over = match end {
                    Some((source_end, _)) if part == last && at > source_end => continue,
                    Some((source_end, record)) if part == last && at == source_end => record + 1 - taken[at],
                    _ => source.met.passed_over,
                };
                self.documents[input] += taken[at];
                self.passed_over[input] += passed_over;
            }
        }
        Ok(())
    }
}
