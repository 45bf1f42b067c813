//! What every task of one build shares: plan, inputs, places, and who listens.

use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::config::BuildPlan;
use crate::error::{Error, Result};
use crate::hash;
use crate::read::input::InputFile;
use crate::read::part::{Run, RunMet};
use crate::store::Store;

use super::event::{Listener, Stop};
use super::ingest;
use super::layout::Layout;
use super::staging::SectionFile;

/// Bytes of staged text, before compression, that one piece aims at.
const PIECE_BLOCKS: usize = 16;

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

/// What the ingest tasks found, put in order of origin.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// Pieces, in order.
    pub pieces: Vec<Piece>,
    /// For each part and run, the ordinal in its source of the run's first record.
    pub bases: Vec<Vec<u64>>,
    /// For each input, records that are no documents.
    pub passed_over: Vec<u64>,
    /// For each input, documents.
    pub documents: Vec<u64>,
    /// Inputs of formats that are not read: index and format.
    pub unread: Vec<(usize, String)>,
    /// All documents.
    pub total: u64,
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
    /// Known once all parts are ingested.
    pub ingested: OnceLock<Ingested>,
    /// Known once Layout ran.
    pub layout: OnceLock<Layout>,
}

impl Context<'_> {
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
        let mut records = vec![0; count];
        let limit = self.plan.read.limit.unwrap_or(u64::MAX);
        for (part, name) in names.iter().enumerate() {
            let file = SectionFile::open(&self.state, name)?;
            let runs: Vec<RunMet> = file.value(ingest::RUNS)?;
            let mut bases = Vec::new();
            for (run, met) in self.parts[part].iter().zip(&runs) {
                bases.push(records[run.input]);
                records[run.input] += met.met.records;
                all.documents[run.input] += met.met.records - met.met.passed_over;
                all.passed_over[run.input] += met.met.passed_over;
                if let Some(format) = &met.unread {
                    all.unread.push((run.input, format.clone()));
                }
            }
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

    /// Counts again what lies before the limit: parts that were read beside one another may have gone past it.
    fn cut_at_limit(&self, names: &[String], all: &mut Ingested) -> Result<()> {
        let mut last = vec![None; self.inputs.len()];
        all.documents.fill(0);
        for piece in &all.pieces {
            let file = SectionFile::open(&self.state, &names[piece.part])?;
            file.for_each(ingest::DOCUMENTS, piece.staged.clone(), |index, bytes| {
                let (staged, rest) = postcard::take_from_bytes::<ingest::Staged<'_>>(bytes)
                    .map_err(|e| Error::Usage(format!("staged document {index}: {e}")))?;
                if piece.staged.contains(&index) {
                    let input = self.parts[piece.part][staged.run as usize].input;
                    all.documents[input] += 1;
                    last[input] = Some(all.bases[piece.part][staged.run as usize] + staged.record);
                }
                Ok((rest, true))
            })?;
        }
        let reached = all.total == self.plan.read.limit.unwrap_or(u64::MAX);
        let final_input = last.iter().rposition(Option::is_some);
        for (input, last) in last.iter().enumerate() {
            if reached && Some(input) >= final_input {
                all.passed_over[input] = last.map_or(0, |l| l + 1 - all.documents[input]);
            }
        }
        Ok(())
    }

    /// The source and ordinal of a staged document.
    pub fn origin(&self, piece: &Piece, run: u32, record: u64) -> (&str, u64) {
        let run = run as usize;
        let input = self.parts[piece.part][run].input;
        (&self.inputs[input].file.source, self.ingested().bases[piece.part][run] + record)
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
