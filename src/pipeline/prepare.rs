//! Before the first task: the output folder, the inputs with their checksums, and the journal that a resumed build trusts.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::config::BuildPlan;
use crate::dataset::manifest::Manifest;
use crate::dataset::paths;
use crate::error::{Error, Result};
use crate::hash;
use crate::read::input::{self, InputFile, Search};
use crate::read::source::STDIN;
use crate::store::{Store, create_folder};

use super::context::Input;
use super::event::{Listener, Phase, Stop};

/// Bytes read at a time for a checksum.
const CHUNK_BYTES: usize = 1 << 20;

/// Where the standard input is kept, within the state.
const SPOOL: &str = "stdin";

/// What stands in the journal of an unfinished build.
#[derive(Debug, Serialize, Deserialize)]
pub struct Journal {
    plan_digest: String,
    inputs: Vec<JournalInput>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct JournalInput {
    source: String,
    bytes: u64,
    /// Decimal, since JSON numbers do not reach so far.
    modified: String,
    xxh3_128: String,
}

/// What the output folder is before the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Missing or empty.
    Nothing,
    /// An unfinished build.
    Unfinished,
    /// A dataset, perhaps with an unfinished build over it.
    Dataset,
}

/// Looks at the output folder.
///
/// # Errors
/// [`Error::Occupied`] when something else is there; an I/O error when it cannot be listed.
pub fn look(output: &Path) -> Result<Found> {
    let entries = match fs::read_dir(output) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(_) if output.is_file() => {
            return Err(Error::Occupied(format!(
                "`{}` is a file; give the output a folder of its own",
                output.display()
            )));
        }
        other => other.map_err(|e| Error::io("list", output, e))?,
    };
    let names: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.file_name())).collect();
    if names.iter().any(|n| n == paths::MANIFEST) {
        Ok(Found::Dataset)
    } else if names.iter().any(|n| n == paths::STATE) {
        Ok(Found::Unfinished)
    } else if names.is_empty() {
        Ok(Found::Nothing)
    } else {
        Err(Error::Occupied(format!(
            "`{}` is not empty and holds neither a dataset nor an unfinished build; give the output a folder of its own",
            output.display()
        )))
    }
}

/// Keeps what comes by the standard input, so that it can be read as a file.
///
/// # Errors
/// When it cannot be read or kept.
pub fn spool_stdin(state: &Store, stdin: &mut dyn Read, stop: &Stop) -> Result<PathBuf> {
    let path = state.path(SPOOL);
    state.put_new(SPOOL, |out| {
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            stop.check()?;
            match stdin.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(n) => out.write_all(&chunk[..n])?,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(Error::io("read", Path::new(STDIN), e)),
            }
        }
    })?;
    Ok(path)
}

/// Finds the inputs of a plan.
///
/// # Errors
/// Those of [`input::find`].
pub fn find(inputs: &[String], plan: &BuildPlan, never: &[PathBuf], stdin: Option<&Path>) -> Result<input::Found> {
    input::find(&Search { inputs, include: &plan.read.include, exclude: &plan.read.exclude, never, stdin })
}

/// A note for each corpus among the inputs: its ledger holds what was removed once.
pub fn notes_of_corpora(files: &[InputFile]) -> Vec<String> {
    let folder_of = |file: &InputFile| {
        let folder = file.path.parent().filter(|_| file.path.ends_with(paths::MANIFEST))?.to_owned();
        ["data", "ledger"].iter().all(|part| folder.join(part).is_dir()).then_some(folder)
    };
    let note = |folder: PathBuf| {
        format!("`{}` is a corpus, and is read like any input; --exclude leaves it out", folder.display())
    };
    files.iter().filter_map(folder_of).map(note).collect()
}

/// The checksum of every input, taken from the journal where size and time of change still stand there.
///
/// # Errors
/// When an input changes meanwhile, and when a stop was asked for. One that cannot be opened or read has the checksum of what could
/// be read; reading it makes an error of it in the ledger.
pub fn checksums(
    files: Vec<InputFile>,
    journal: Option<&Journal>,
    listener: &dyn Listener,
    stop: &Stop,
) -> Result<Vec<Input>> {
    listener.begin(Phase::Checksum, files.iter().map(|f| f.bytes).sum());
    let by_source: HashMap<&str, &JournalInput> =
        journal.iter().flat_map(|j| &j.inputs).map(|i| (i.source.as_str(), i)).collect();
    let known = |file: &InputFile| {
        by_source.get(file.source.as_str()).filter(|k| k.bytes == file.bytes && k.modified == file.modified.to_string())
    };
    let inputs = files
        .par_iter()
        .map(|file| {
            let xxh3_128 = match known(file).and_then(|k| u128::from_str_radix(&k.xxh3_128, 16).ok()) {
                Some(known) => known,
                None => checksum(file, listener, stop)?,
            };
            Ok(Input { file: file.clone(), xxh3_128 })
        })
        .collect::<Result<_>>()?;
    listener.end(Phase::Checksum);
    Ok(inputs)
}

fn checksum(file: &InputFile, listener: &dyn Listener, stop: &Stop) -> Result<u128> {
    let mut hasher = Xxh3::new();
    let Ok(mut opened) = File::open(&file.path) else {
        return Ok(hasher.digest128());
    };
    let mut chunk = vec![0; CHUNK_BYTES.min(file.bytes as usize + 1)];
    let mut bytes = 0;
    loop {
        stop.check()?;
        match opened.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => {
                hasher.update(&chunk[..n]);
                bytes += n as u64;
                listener.advance(Phase::Checksum, 0, n as u64);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                let source = &file.source;
                listener
                    .note(&format!("cannot read `{source}` to its end ({e}); its checksum is of what could be read"));
                return Ok(hasher.digest128());
            }
        }
    }
    if bytes == file.bytes { Ok(hasher.digest128()) } else { Err(Error::InputChanged(file.source.clone())) }
}

impl Journal {
    /// The journal of a build of `plan` over `inputs`.
    pub fn new(plan: &BuildPlan, inputs: &[Input]) -> Self {
        let entry = |input: &Input| JournalInput {
            source: input.file.source.clone(),
            bytes: input.file.bytes,
            modified: input.file.modified.to_string(),
            xxh3_128: hash::hex(input.xxh3_128),
        };
        Self { plan_digest: hash::hex(plan.digest()), inputs: inputs.iter().map(entry).collect() }
    }

    /// The journal in `state`; none where there is none or it cannot be read, which costs only the time to take checksums again.
    pub fn load(state: &Store) -> Option<Self> {
        serde_json::from_slice(&state.map(paths::JOURNAL).ok()?).ok()
    }

    /// Writes the journal into `state`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, state: &Store) -> Result<()> {
        state.put_new(paths::JOURNAL, |out| {
            serde_json::to_writer_pretty(out, self).map_err(|e| Error::Write(e.into()))
        })?;
        Ok(())
    }

    /// Whether `other` is of the same plan and inputs, by their checksums.
    pub fn same_build(&self, other: &Self) -> Option<&'static str> {
        if self.plan_digest != other.plan_digest {
            return Some("another plan");
        }
        let names = |j: &Self| j.inputs.iter().map(|i| (i.source.clone(), i.xxh3_128.clone())).collect::<Vec<_>>();
        (names(self) != names(other)).then_some("other inputs")
    }

    /// What of the dataset `manifest` is another: its plan or its inputs.
    pub fn differs_from(&self, manifest: &Manifest) -> Option<&'static str> {
        let inputs = |m: &Manifest| m.inputs.iter().map(|i| (i.source.clone(), i.xxh3_128.clone())).collect::<Vec<_>>();
        if self.plan_digest != manifest.plan_digest {
            return Some("another plan");
        }
        let mut mine: Vec<_> = self.inputs.iter().map(|i| (i.source.clone(), i.xxh3_128.clone())).collect();
        mine.sort();
        (mine != inputs(manifest)).then_some("other inputs")
    }
}

/// Where the bulk of the state goes: beside the lock, or in a folder of its own below `scratch`.
///
/// # Errors
/// When it cannot be created.
pub fn state_store(output: &Path, scratch: Option<&Path>) -> Result<Store> {
    let Some(scratch) = scratch else {
        return Ok(Store::new(output.join(paths::STATE)));
    };
    create_folder(output)?;
    let real = fs::canonicalize(output).map_err(|e| Error::io("read", output, e))?;
    let name = hash::hex(hash::checksum(real.as_os_str().as_encoded_bytes()));
    let root = scratch.join(format!("tamis-{name}"));
    create_folder(&root)?;
    Ok(Store::new(root))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::pipeline::event::Silent;

    #[test]
    fn an_input_that_the_disk_does_not_give_ends_no_run() {
        let folder = tempfile::tempdir().unwrap();
        // It opens, and every read of it fails.
        let path = folder.path().to_owned();
        let file = InputFile { path, source: "bad".into(), bytes: 9, ..InputFile::default() };
        let found = checksums(vec![file], None, &Silent, &Stop::default()).unwrap();
        assert_eq!(found[0].xxh3_128, hash::checksum(b""));
    }
}
