//! What every task of one build shares: plan, inputs, places, and who listens.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use crate::config::BuildPlan;
use crate::hash;
use crate::read::input::InputFile;
use crate::read::part::Run;
use crate::read::run::SourceMet;
use crate::store::Store;

use super::event::{Listener, Stop};
use super::ingested::Ingested;
use super::layout::Layout;

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

    /// The name of a source that part `part` met.
    pub fn source(&self, part: usize, source: &SourceMet) -> Cow<'_, str> {
        let file = &self.inputs[self.parts[part][source.run as usize].input].file.source;
        match &source.member {
            Some(member) => Cow::Owned(format!("{file}!{member}")),
            None => Cow::Borrowed(file),
        }
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
