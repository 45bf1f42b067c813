//! What every task of one build shares: plan, inputs, places, and who listens.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use crate::config::BuildPlan;
use crate::error::{Error, Result};
use crate::hash;
use crate::read::input::InputFile;
use crate::read::part::{Piece as FilePiece, Run};
use crate::read::run::SourceMet;
use crate::store::Store;

use super::event::{Listener, Stop};
use super::ingest;
use super::layout::Layout;
use super::staging::SectionFile;

/// Bytes of staged text, before compression, that one piece aims at.
const PIECE_BLOCKS: usize = 16;

/// Bytes of text from which on a document is not sifted beside another such.
pub const HEAVY_BYTES: usize = 4 << 20;

/// An input file with its checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The file.
    pub file: InputFile,
    /// xxh3-128 of its bytes.
    pub xxh3_128: u128,
}

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
    fn add_kinds(&mut self, source: &SourceMet) {
        for (kind, count) in source.met.kinds.iter().map(|(k, n)| (k, *n)).chain(source.unread.iter().map(|f| (f, 1))) {
            *self.kinds.entry(kind.clone()).or_default() += count;
        }
    }
}

/// One build.
pub struct Context<'b> {
    /// What decides the output.
    pub plan: &'b BuildPlan,
    /// Files by source.
    pub inputs: Vec<Input>,
    /// Parts, each a list of runs, in order of origin.
    pub parts: Vec<Vec<Run>>,
    /// Where tasks put their outputs.
    pub state: Store,
    /// Where the dataset goes.
    pub output: Store,
    /// Who listens.
    pub listener: &'b dyn Listener,
    /// Whether to stop.
    pub stop: &'b Stop,
    /// Held while a document of [`HEAVY_BYTES`] is sifted: one at a time, since each takes many times its size.
    pub heavy: Mutex<()>,
    /// Known once all parts are ingested.
    pub ingested: OnceLock<Ingested>,
    /// Known once Layout ran.
    pub layout: OnceLock<Layout>,
}

impl Context<'_> {
    /// The turn of a document of `bytes` bytes of text, where it needs one: no other such is sifted while it is held.
    pub fn turn(&self, bytes: usize) -> Option<MutexGuard<'_, ()>> {
        (bytes >= HEAVY_BYTES).then(|| self.heavy.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What ingest found.
    ///
    /// # Panics
    /// Before all parts are ingested: phases run one after another.
    pub fn ingested(&self) -> &Ingested {
        self.ingested.get().expect("ingest ran before")
    }

    /// Where each file begins.
    ///
    /// # Panics
    /// Before Layout ran: phases run one after another.
    pub fn layout(&self) -> &Layout {
        self.layout.get().expect("layout ran before")
    }

    /// Reads the output of every ingest task and puts it in order of origin.
    ///
    /// # Errors
    /// When an output cannot be read, and when there are more documents than can be numbered.
    pub fn load_ingested(&self, names: &[String]) -> Result<Ingested> {
        let count = self.inputs.len();
        let mut all = Ingested { passed_over: vec![0; count], documents: vec![0; count], ..Ingested::default() };
        let mut ends = vec![Base::default(); count];
        let limit = self.plan.read.limit.unwrap_or(u64::MAX);
        for (part, name) in names.iter().enumerate() {
            let file = SectionFile::open(&self.state, name)?;
            let sources: Vec<SourceMet> = file.value(ingest::SOURCES)?;
            let bases = sources.iter().map(|source| self.add(part, source, &mut ends, &mut all)).collect();
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
        if limit < u64::MAX {
            self.cut_at_limit(names, &mut all)?;
        }
        Ok(all)
    }

    /// Adds what was met of a source; gives where it begins.
    fn add(&self, part: usize, source: &SourceMet, ends: &mut [Base], all: &mut Ingested) -> Base {
        let run = &self.parts[part][source.run as usize];
        all.documents[run.input] += source.met.records - source.met.passed_over;
        all.passed_over[run.input] += source.met.passed_over;
        all.add_kinds(source);
        if let Some(format) = &source.unread {
            let first = || self.source(part, source).into_owned();
            all.unread.entry(format.clone()).or_insert_with(|| (0, first())).0 += 1;
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

    /// The name of a source that part `part` met.
    pub fn source(&self, part: usize, source: &SourceMet) -> Cow<'_, str> {
        let file = &self.inputs[self.parts[part][source.run as usize].input].file.source;
        match &source.member {
            Some(member) => Cow::Owned(format!("{file}!{member}")),
            None => Cow::Borrowed(file),
        }
    }

    /// Counts again what lies before the limit: parts that were read beside one another may have gone past it.
    fn cut_at_limit(&self, names: &[String], all: &mut Ingested) -> Result<()> {
        if all.total < self.plan.read.limit.unwrap_or(u64::MAX) {
            return Ok(());
        }
        all.documents.fill(0);
        all.passed_over.fill(0);
        // Of which kind those before the limit are is not known record by record.
        all.kinds.clear();
        let Some(last) = all.pieces.last().map(|p| p.part) else { return Ok(()) };
        for (part, name) in names.iter().enumerate().take(last + 1) {
            let file = SectionFile::open(&self.state, name)?;
            let sources: Vec<SourceMet> = file.value(ingest::SOURCES)?;
            let mut taken = vec![0; sources.len()];
            let mut end = None;
            for piece in all.pieces.iter().filter(|p| p.part == part) {
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
                let input = self.parts[part][source.run as usize].input;
                let passed_over = match end {
                    Some((source_end, _)) if part == last && at > source_end => continue,
                    Some((source_end, record)) if part == last && at == source_end => record + 1 - taken[at],
                    _ => source.met.passed_over,
                };
                all.documents[input] += taken[at];
                all.passed_over[input] += passed_over;
            }
        }
        Ok(())
    }
}

/// The name of a task's output: its kind and place, and a hash of everything that it depends on.
pub fn output_name(kind: &str, index: usize, depends_on: &impl Serialize) -> String {
    let bytes = postcard::to_stdvec(depends_on).expect("what a task depends on is plain data");
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    hasher.update(kind.as_bytes());
    hasher.update(&(index as u64).to_le_bytes());
    hasher.update(&super::VERSION.to_le_bytes());
    hasher.update(&bytes);
    format!("{}/{kind}-{index:06}-{}", crate::dataset::paths::TASKS, hash::hex(hasher.digest128()))
}
