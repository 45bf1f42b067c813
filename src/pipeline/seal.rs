//! The last step: files take their names, the card is written, and the manifest makes the folder a dataset.

use std::collections::BTreeMap;

use crate::dataset::card;
use crate::dataset::manifest::{Count, FORMAT, FileEntry, InputEntry, LanguageEntry, LicenseEntry, Manifest};
use crate::dataset::paths;
use crate::error::Result;
use crate::hash;
use crate::model::tally::Tally;
use crate::model::verdict::Stage;
use crate::store::lock::Lock;
use crate::store::{Store, sync_folder};

use super::context::Context;
use super::layout::{FileLayout, Layout};
use super::task::Table;

/// The split of all documents until splits are asked for.
const TRAIN: &str = "train";

/// The stage of what was kept, in the counts.
const WRITE_STAGE: &str = "write";

/// Puts the emitted `files` and the card in place; gives the manifest that is to be committed.
///
/// A dataset that was there stays whole until here: its manifest goes first, then its files.
///
/// # Errors
/// When a file cannot be moved, removed or written.
pub fn place(context: &Context<'_>, files: &[(Table, usize, String)]) -> Result<Manifest> {
    context.output.remove(paths::MANIFEST)?;
    sync_folder(context.output.root())?;
    for folder in paths::LISTED_FOLDERS {
        for old in context.output.list(folder)? {
            context.output.remove(&old)?;
        }
    }
    let layout = context.layout();
    let mut entries = Vec::new();
    for (table, index, name) in files {
        let mut entry = entry(layout, *table, *index);
        let bytes = context.state.map(name)?;
        entry.bytes = bytes.len() as u64;
        entry.xxh3_128 = hash::hex(hash::checksum(&bytes));
        drop(bytes);
        context.state.move_to(name, &context.output, &entry.path)?;
        entries.push(entry);
    }
    let mut manifest = manifest(context, entries);
    let text = card::render(&manifest);
    let written = context.output.put_new(paths::CARD, |out| Ok(out.write_all(text.as_bytes())?))?;
    manifest.files.push(FileEntry {
        path: paths::CARD.into(),
        role: "card".into(),
        bytes: written.bytes,
        xxh3_128: hash::hex(written.xxh3_128),
        ..FileEntry::default()
    });
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(manifest)
}

/// Makes the folder a dataset.
///
/// # Errors
/// When the manifest cannot be written.
pub fn commit(context: &Context<'_>, manifest: &Manifest) -> Result<()> {
    context.output.put_new(paths::MANIFEST, |out| Ok(out.write_all(&manifest.to_bytes())?))?;
    Ok(())
}

/// Removes everything of the unfinished build.
///
/// # Errors
/// When it cannot be removed.
pub fn clear(state: &Store, home: &Store, lock: Lock) -> Result<()> {
    state.remove_all()?;
    // The lock goes last, so that nobody takes it while the folder is being removed.
    home.remove_all()?;
    drop(lock);
    Ok(())
}

fn entry(layout: &Layout, table: Table, index: usize) -> FileEntry {
    let (path, role, file) = match table {
        Table::Data => (paths::shard(TRAIN, index, layout.data.len()), "data", &layout.data[index]),
        Table::Documents => (paths::ledger_documents(index), "documents", &layout.documents[index]),
        Table::Lines => (paths::ledger_lines(index), "lines", &layout.lines[index]),
        Table::Pairs => (paths::ledger_pairs(index), "pairs", &layout.pairs[index]),
    };
    let FileLayout { documents, rows, first_record_id, last_record_id, .. } = file.clone();
    FileEntry {
        path,
        role: role.into(),
        split: (table == Table::Data).then(|| TRAIN.into()),
        rows: Some(rows),
        documents: (table != Table::Pairs).then_some(documents),
        first_record_id,
        last_record_id,
        ..FileEntry::default()
    }
}

fn manifest(context: &Context<'_>, files: Vec<FileEntry>) -> Manifest {
    let layout = context.layout();
    let found = context.ingested();
    let inputs = context.inputs.iter().enumerate().map(|(index, input)| InputEntry {
        source: input.file.source.clone(),
        bytes: input.file.bytes,
        xxh3_128: hash::hex(input.xxh3_128),
        documents: found.documents[index],
        passed_over: found.passed_over[index],
    });
    let mut inputs: Vec<InputEntry> = inputs.collect();
    // An archive is read where its members stand, and listed where its own name does.
    inputs.sort_by(|a, b| a.source.as_bytes().cmp(b.source.as_bytes()));
    let plan = context.plan;
    Manifest {
        format: FORMAT,
        tamis: env!("CARGO_PKG_VERSION").into(),
        plan: serde_json::to_value(plan).expect("a plan is plain data"),
        plan_digest: hash::hex(plan.digest()),
        inputs,
        files,
        counts: counts(layout),
        languages: languages(layout),
        licenses: licenses(layout),
        totals: totals(layout),
    }
}

fn counts(layout: &Layout) -> Vec<Count> {
    let count = |stage: &str, reason: Option<&String>, tally: Tally| Count {
        stage: stage.into(),
        reason: reason.cloned(),
        documents: tally.documents,
        chars: tally.chars,
    };
    let mut counts = vec![count(Stage::Read.name(), None, layout.read)];
    counts.extend(layout.removed.iter().map(|((stage, reason), tally)| count(stage.name(), Some(reason), *tally)));
    counts.push(count(WRITE_STAGE, None, layout.kept));
    counts
}

fn languages(layout: &Layout) -> Vec<LanguageEntry> {
    let entry = |((language, script), tally): (&(String, String), &Tally)| LanguageEntry {
        language: language.clone(),
        script: script.clone(),
        documents: tally.documents,
        chars: tally.chars,
    };
    layout.languages.iter().map(entry).collect()
}

fn licenses(layout: &Layout) -> Vec<LicenseEntry> {
    let entry = |((source, license), documents): (&(String, String), &u64)| LicenseEntry {
        source: source.clone(),
        license: license.clone(),
        documents: *documents,
    };
    layout.licenses.iter().map(entry).collect()
}

fn totals(layout: &Layout) -> BTreeMap<String, u64> {
    let sum = |stages: &[Stage]| -> u64 {
        layout.removed.iter().filter(|((s, _), _)| stages.contains(s)).map(|(_, t)| t.documents).sum()
    };
    let mut totals = layout.totals.clone();
    totals.extend([
        ("documents".to_owned(), layout.read.documents),
        ("kept".to_owned(), layout.kept.documents),
        ("errors".to_owned(), sum(&[Stage::Read, Stage::Extract])),
        ("rejected".to_owned(), sum(&[Stage::Clean, Stage::Filter])),
        ("duplicates".to_owned(), sum(&[Stage::Dedup])),
        ("shards".to_owned(), layout.data.len() as u64),
    ]);
    totals
}
