//! Records and removed documents, drawn for reading by eye.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::dataset::manifest::{FileEntry, Manifest};
use crate::dataset::paths;
use crate::dataset::tables::{Batch, for_each_batch};
use crate::error::{Error, Result};

use super::table;

/// What to show.
#[derive(Clone, Debug)]
pub enum What {
    /// Records.
    Records,
    /// All records of the document of that id.
    Document(String),
    /// Documents that were rejected or could not be read, of one reason or of any.
    Rejected(Option<String>),
    /// Duplicates beside their keepers.
    Duplicates,
}

/// What to show, and how many.
#[derive(Clone, Debug)]
pub struct Query {
    /// What.
    pub what: What,
    /// How many, drawn evenly from all; a document's records are all shown.
    pub sample: usize,
    /// Another seed draws others.
    pub seed: u64,
}

/// One thing to read.
#[derive(Debug)]
pub struct Item {
    row: Map<String, Value>,
    keeper_text: Option<String>,
}

/// Says of each row of a batch whether it is wanted.
type Wanted<'q> = Box<dyn Fn(&Batch) -> Result<Vec<bool>> + 'q>;

/// Columns that are said in the line above the text.
const IN_HEADLINE: &[&str] =
    &["record_id", "doc_id", "language", "script", "source", "source_record", "reason", "title", "text"];

impl Item {
    /// As one JSON object.
    pub fn json(&self) -> Value {
        let mut row = self.row.clone();
        if let Some(text) = &self.keeper_text {
            row.insert("keeper_text".into(), text.as_str().into());
        }
        Value::Object(row)
    }

    /// As text: a line of what it is, a line of what is known, and the text by itself.
    pub fn render(&self) -> String {
        let text = |key: &str| self.row.get(key).and_then(Value::as_str).unwrap_or("");
        let id = if text("record_id").is_empty() { text("doc_id") } else { text("record_id") };
        let record = self.row.get("source_record").map(Value::to_string).unwrap_or_default();
        let mut shown = format!(
            "── {id}  {} {}  {}#{record}  {}\n",
            text("language"),
            text("script"),
            table::isolated(text("source")),
            text("reason")
        );
        if !text("title").is_empty() {
            shown.push_str(&format!("{}\n", text("title")));
        }
        let known: Vec<String> = self
            .row
            .iter()
            .filter(|(key, _)| !IN_HEADLINE.contains(&key.as_str()) && !key.starts_with("signal_"))
            .map(|(key, value)| match value {
                Value::String(s) => format!("{key}={}", table::isolated(s)),
                other => format!("{key}={other}"),
            })
            .collect();
        shown.push_str(&format!("{}\n\n{}\n\n", known.join("  "), text("text")));
        if let Some(keeper) = &self.keeper_text {
            shown.push_str(&format!("   kept instead:\n\n{keeper}\n\n"));
        }
        shown
    }
}

/// Draws what `query` asks for from a dataset or one of its shards, in order of origin.
///
/// # Errors
/// When the place is no dataset, or a file cannot be read.
pub fn inspect(place: &Path, query: &Query) -> Result<Vec<Item>> {
    let (folder, manifest) = dataset_of(place)?;
    let (role, wanted): (&str, Wanted<'_>) = match &query.what {
        What::Records => ("data", Box::new(|batch| Ok(vec![true; batch.rows()]))),
        What::Document(id) => ("data", Box::new(move |batch| equal(batch, "doc_id", id))),
        What::Rejected(reason) => ("documents", Box::new(move |batch| rejected(batch, reason.as_deref()))),
        What::Duplicates => ("documents", Box::new(|batch| equal(batch, "verdict", "duplicate"))),
    };
    let all = matches!(query.what, What::Document(_));
    let mut drawn: BTreeMap<u64, (u64, Map<String, Value>)> = BTreeMap::new();
    let mut ordinal = 0;
    let id_column = if role == "data" { "record_id" } else { "doc_id" };
    for_each_batch(&folder, &manifest, role, &[], |_, batch| {
        let ids = batch.strings(id_column)?;
        for (row, wanted) in wanted(batch)?.into_iter().enumerate() {
            ordinal += 1;
            if !wanted {
                continue;
            }
            // The smallest hashes of the ids are an even sample that does not depend on how the corpus is cut.
            let key = if all { ordinal } else { xxh3_64_with_seed(ids.value(row).as_bytes(), query.seed) };
            if all || drawn.len() < query.sample || drawn.last_key_value().is_some_and(|(last, _)| key < *last) {
                drawn.insert(key, (ordinal, batch.row(row)));
                if !all && drawn.len() > query.sample {
                    drawn.pop_last();
                }
            }
        }
        Ok(true)
    })?;
    if drawn.is_empty() {
        explain_nothing(query, &manifest, place)?;
    }
    let mut rows: Vec<_> = drawn.into_values().collect();
    rows.sort_by_key(|(ordinal, _)| *ordinal);
    let mut items: Vec<Item> = rows.into_iter().map(|(_, row)| Item { row, keeper_text: None }).collect();
    if matches!(query.what, What::Duplicates) {
        add_keepers(&folder, &manifest, &mut items)?;
    }
    Ok(items)
}

/// Refuses what names something that is not there.
fn explain_nothing(query: &Query, manifest: &Manifest, place: &Path) -> Result<()> {
    let place = place.display();
    match &query.what {
        What::Document(id) => Err(Error::Usage(format!(
            "no record of `{place}` is of a document `{id}`; `tamis why` tells what became of one that was not kept"
        ))),
        What::Rejected(_) | What::Duplicates if manifest.files_of("documents").next().is_none() => {
            Err(Error::Usage(format!("`{place}` is a shard, which holds records alone; give the folder of the corpus")))
        }
        What::Rejected(Some(reason)) => {
            let reasons: Vec<&str> =
                manifest.counts.iter().filter(|c| c.stage != "dedup").filter_map(|c| c.reason.as_deref()).collect();
            if reasons.contains(&reason.as_str()) {
                return Ok(());
            }
            let known = if reasons.is_empty() { "none".to_owned() } else { reasons.join(", ") };
            Err(Error::Usage(format!("no document was rejected for `{reason}`; reasons in this corpus: {known}")))
        }
        _ => Ok(()),
    }
}

fn equal(batch: &Batch, column: &str, value: &str) -> Result<Vec<bool>> {
    let values = batch.strings(column)?;
    Ok((0..batch.rows()).map(|row| values.value(row) == value).collect())
}

fn rejected(batch: &Batch, reason: Option<&str>) -> Result<Vec<bool>> {
    let (verdicts, reasons) = (batch.strings("verdict")?, batch.strings("reason")?);
    Ok((0..batch.rows())
        .map(|row| {
            matches!(verdicts.value(row), "rejected" | "error")
                && reason.is_none_or(|wanted| reasons.value(row) == wanted)
        })
        .collect())
}

/// The dataset that `place` is, or that it is a shard of; then with that shard alone.
fn dataset_of(place: &Path) -> Result<(std::path::PathBuf, Manifest)> {
    if place.is_dir() || !place.exists() {
        return Ok((place.to_owned(), Manifest::of_dataset(place)?));
    }
    let folder = place.parent().and_then(Path::parent).unwrap_or(Path::new(".")).to_owned();
    let folder = if folder.as_os_str().is_empty() { Path::new(".").to_owned() } else { folder };
    let mut manifest = Manifest::of_dataset(&folder)?;
    let name = place.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let is_it = |f: &FileEntry| f.role == "data" && f.path.rsplit('/').next() == Some(&name);
    if !manifest.files.iter().any(is_it) {
        return Err(Error::Usage(format!(
            "`{}` is no shard of records that {} lists",
            place.display(),
            paths::MANIFEST
        )));
    }
    manifest.files.retain(is_it);
    Ok((folder, manifest))
}

fn add_keepers(folder: &Path, manifest: &Manifest, items: &mut [Item]) -> Result<()> {
    let keeper_of = |item: &Item| item.row.get("duplicate_of").and_then(Value::as_str).unwrap_or("").to_owned();
    let mut texts: BTreeMap<String, String> = items.iter().map(|i| (keeper_of(i), String::new())).collect();
    for_each_batch(folder, manifest, "data", &["doc_id", "text"], |_, batch| {
        let (ids, paragraphs) = (batch.strings("doc_id")?, batch.strings("text")?);
        for row in 0..batch.rows() {
            if let Some(text) = texts.get_mut(ids.value(row)) {
                if !text.is_empty() {
                    text.push_str(crate::model::paragraph::PARAGRAPH_BREAK);
                }
                text.push_str(paragraphs.value(row));
            }
        }
        Ok(true)
    })?;
    for item in items {
        item.keeper_text = texts.get(&keeper_of(item)).cloned();
    }
    Ok(())
}
