//! The files of a dataset against its manifest, and its tables against one another.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use arrow::array::Array;
use arrow::datatypes::SchemaRef;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Serialize;

use crate::dataset::card::grouped;
use crate::dataset::manifest::{FileEntry, Manifest};
use crate::dataset::tables::{Batch, for_each_batch};
use crate::dataset::{ledger, paths, records};
use crate::error::{Error, Result};
use crate::hash;
use crate::model::paragraph::PARAGRAPH_BREAK;
use crate::store::{Store, map_file};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub what: String,
}

/// What was checked and found.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// Everything that is wrong.
    pub damages: Vec<Damage>,
    /// Files that were compared with the manifest.
    pub files: usize,
    /// Documents of the ledger that were checked; 0 where files are damaged.
    pub documents: u64,
    /// Records that were checked; 0 where files are damaged.
    pub records: u64,
}

impl Verified {
    /// One line on the whole.
    pub fn summary(&self) -> String {
        let (files, documents, records) = (self.files as u64, self.documents, self.records);
        let checked =
            format!("{} files, {} documents, {} records", grouped(files), grouped(documents), grouped(records));
        match self.damages.len() {
            0 => format!("whole: {checked} are as the manifest says\n"),
            1 => format!("damaged: 1 thing is wrong ({checked} checked)\n"),
            n => format!("damaged: {n} things are wrong ({checked} checked)\n"),
        }
    }
}

/// Verifies the dataset in `folder`. The tables are read only where all files are as the manifest says.
///
/// # Errors
/// When there is no manifest or the folder cannot be read; damage is no error.
pub fn verify(folder: &Path) -> Result<Verified> {
    let mut verified = Verified { damages: Vec::new(), files: 0, documents: 0, records: 0 };
    let manifest = match Manifest::of_dataset(folder) {
        Ok(manifest) => manifest,
        Err(Error::Damaged { detail, .. }) => {
            verified.damages.push(Damage { path: paths::MANIFEST.into(), what: detail });
            return Ok(verified);
        }
        Err(error) => return Err(error),
    };
    for file in &manifest.files {
        verified.files += 1;
        if let Some(what) = file_damage(folder, file) {
            verified.damages.push(Damage { path: file.path.clone(), what });
        }
    }
    verified.damages.extend(unlisted(folder, &manifest)?);
    if verified.damages.is_empty() {
        Tables { folder, manifest: &manifest, verified: &mut verified }.check()?;
    }
    Ok(verified)
}

fn file_damage(folder: &Path, file: &FileEntry) -> Option<String> {
    let path = folder.join(&file.path);
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => return Some("is a folder".into()),
        Ok(_) => fs::metadata(&path),
        Err(error) => Err(error),
    };
    let bytes = match metadata {
        Ok(metadata) => metadata.len(),
        Err(_) => return Some("is missing".into()),
    };
    if bytes != file.bytes {
        return Some(format!("has {bytes} bytes, the manifest says {}", file.bytes));
    }
    let found = match map_file(&path) {
        Ok(map) => hash::hex(hash::checksum(&map)),
        Err(error) => return Some(error.to_string()),
    };
    (found != file.xxh3_128).then(|| format!("has the checksum {found}, the manifest says {}", file.xxh3_128))
}

fn unlisted(folder: &Path, manifest: &Manifest) -> Result<Vec<Damage>> {
    let listed: BTreeSet<&str> = manifest.files.iter().map(|f| f.path.as_str()).collect();
    let store = Store::new(folder);
    let mut damages = Vec::new();
    for place in paths::LISTED_FOLDERS {
        for path in store.list(place)?.into_iter().filter(|p| !listed.contains(p.as_str())) {
            damages.push(Damage { path, what: "is not in the manifest".into() });
        }
    }
    Ok(damages)
}

/// Checks of what the tables hold.
struct Tables<'t> {
    folder: &'t Path,
    manifest: &'t Manifest,
    verified: &'t mut Verified,
}

/// A kept document as the ledger has it.
struct Kept {
    id: String,
    content_hash: String,
    chars: i64,
}

impl Tables<'_> {
    fn check(&mut self) -> Result<()> {
        for (role, schema) in [
            ("data", records::schema()),
            ("documents", ledger::documents_schema()),
            ("lines", ledger::lines_schema()),
            ("pairs", ledger::pairs_schema()),
        ] {
            self.schemas(role, &schema)?;
        }
        if self.verified.damages.is_empty() {
            let kept = self.documents()?;
            self.records(&kept)?;
        }
        Ok(())
    }

    fn damage(&mut self, path: &str, what: String) {
        self.verified.damages.push(Damage { path: path.into(), what });
    }

    fn schemas(&mut self, role: &str, expected: &SchemaRef) -> Result<()> {
        for file in self.manifest.files_of(role) {
            let path = self.folder.join(&file.path);
            let opened = fs::File::open(&path).map_err(|e| Error::io("read", &path, e))?;
            match ParquetRecordBatchReaderBuilder::try_new(opened) {
                Err(error) => self.damage(&file.path, format!("is no Parquet file: {error}")),
                Ok(builder) => {
                    if builder.schema().fields() != expected.fields() {
                        self.damage(&file.path, "has other columns than this version writes".into());
                    }
                    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
                    if Some(rows) != file.rows {
                        let said = file.rows.unwrap_or(0);
                        self.damage(&file.path, format!("has {rows} rows, the manifest says {said}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Holds the ledger of documents against counts, inputs and itself; gives the kept ones in order.
    fn documents(&mut self) -> Result<Vec<Kept>> {
        let mut kept = Vec::new();
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        let mut sources: BTreeMap<String, u64> = BTreeMap::new();
        let mut keepers: BTreeSet<String> = BTreeSet::new();
        let mut last: Option<(String, i64)> = None;
        let mut wrong = Vec::new();
        let mut count = 0;
        for_each_batch(self.folder, self.manifest, "documents", &[], |file, batch| {
            let column = |name| batch.strings(name);
            let (ids, from, verdicts, reason) =
                (column("doc_id")?, column("source")?, column("verdict")?, column("reason")?);
            let (hashes, duplicate_of) = (column("content_hash")?, column("duplicate_of")?);
            let (ordinals, chars) = (batch.integers("source_record")?, batch.integers("chars_kept")?);
            for row in 0..batch.rows() {
                count += 1;
                let (source, record) = (from.value(row), ordinals[row].unwrap_or(-1));
                if hash::document_id(source, record as u64).to_string() != ids.value(row) {
                    wrong.push((file.path.clone(), format!("`{}` is not the id of {source}#{record}", ids.value(row))));
                }
                if last.as_ref().is_some_and(|(s, r)| (s.as_str(), *r) >= (source, record)) {
                    wrong.push((file.path.clone(), format!("{source}#{record} is not in order of origin")));
                }
                last = Some((source.to_owned(), record));
                *sources.entry(self.input_of(source).to_owned()).or_default() += 1;
                if verdicts.value(row) == "kept" {
                    kept.push(Kept {
                        id: ids.value(row).to_owned(),
                        content_hash: hashes.value(row).to_owned(),
                        chars: chars[row].unwrap_or(-1),
                    });
                } else {
                    *reasons.entry(reason.value(row).to_owned()).or_default() += 1;
                    if duplicate_of.is_valid(row) {
                        keepers.insert(duplicate_of.value(row).to_owned());
                    }
                }
            }
            Ok(true)
        })?;
        self.verified.documents = count;
        for id in &kept {
            keepers.remove(&id.id);
        }
        wrong.extend(
            keepers
                .into_iter()
                .map(|k| (paths::ledger_documents(0), format!("`{k}` is named as a keeper and is not kept"))),
        );
        self.conservation(count, kept.len() as u64, &reasons, &sources);
        wrong.into_iter().for_each(|(path, what)| self.damage(&path, what));
        Ok(kept)
    }

    /// The input that a source belongs to: itself, or the archive that it is a member of.
    fn input_of<'s>(&self, source: &'s str) -> &'s str {
        let is_input = |s: &str| self.manifest.inputs.binary_search_by(|i| i.source.as_str().cmp(s)).is_ok();
        let prefixes = source.match_indices('!').map(|(at, _)| &source[..at]);
        std::iter::once(source).chain(prefixes).find(|s| is_input(s)).unwrap_or(source)
    }

    fn conservation(
        &mut self,
        count: u64,
        kept: u64,
        reasons: &BTreeMap<String, u64>,
        sources: &BTreeMap<String, u64>,
    ) {
        let mut said: BTreeMap<String, u64> = BTreeMap::new();
        for entry in &self.manifest.counts {
            if let Some(reason) = &entry.reason {
                *said.entry(reason.clone()).or_default() += entry.documents;
            }
        }
        if &said != reasons {
            self.damage(paths::MANIFEST, format!("counts by reason are {said:?}, the ledger has {reasons:?}"));
        }
        for (name, found) in [("documents", count), ("kept", kept)] {
            let total = self.manifest.total(name);
            if total != found {
                self.damage(paths::MANIFEST, format!("says {total} {name}, the ledger has {found}"));
            }
        }
        for input in &self.manifest.inputs {
            let found = sources.get(&input.source).copied().unwrap_or(0);
            if found != input.documents {
                let what = format!("says {} documents of `{}`, the ledger has {found}", input.documents, input.source);
                self.damage(paths::MANIFEST, what);
            }
        }
    }

    /// Holds the records against the kept documents of the ledger, which stand in the same order.
    fn records(&mut self, kept: &[Kept]) -> Result<()> {
        let mut check = RecordCheck { kept, at: 0, text: String::new(), next: 0, of: 0, char_at: 0, wrong: Vec::new() };
        let mut count = 0;
        for_each_batch(self.folder, self.manifest, "data", &[], |file, batch| {
            count += batch.rows() as u64;
            check.batch(file, batch)?;
            Ok(true)
        })?;
        check.end_document(paths::MANIFEST);
        if check.at != kept.len() {
            check
                .wrong
                .push((paths::MANIFEST.into(), format!("{} kept documents have no records", kept.len() - check.at)));
        }
        self.verified.records = count;
        let wrong = check.wrong;
        wrong.into_iter().for_each(|(path, what)| self.damage(&path, what));
        Ok(())
    }
}

struct RecordCheck<'k> {
    kept: &'k [Kept],
    /// The kept document whose records come, by index.
    at: usize,
    text: String,
    next: i64,
    of: i64,
    char_at: i64,
    wrong: Vec<(String, String)>,
}

impl RecordCheck<'_> {
    fn batch(&mut self, file: &FileEntry, batch: &Batch) -> Result<()> {
        let (ids, records, texts) = (batch.strings("doc_id")?, batch.strings("record_id")?, batch.strings("text")?);
        let numbers =
            |name| -> Result<Vec<i64>> { Ok(batch.integers(name)?.into_iter().map(|n| n.unwrap_or(-1)).collect()) };
        let (paragraph, paragraphs) = (numbers("paragraph")?, numbers("paragraphs")?);
        let (chars, starts, ends) = (numbers("chars")?, numbers("char_start")?, numbers("char_end")?);
        for row in 0..batch.rows() {
            if paragraph[row] == 0 {
                self.end_document(&file.path);
                self.of = paragraphs[row];
            }
            let id = ids.value(row);
            let text = texts.value(row);
            let length = text.chars().count() as i64;
            let in_order = self.kept.get(self.at).is_some_and(|k| k.id == id) && paragraph[row] == self.next;
            let numbered = paragraphs[row] == self.of && records.value(row) == format!("{id}-{:05}", paragraph[row]);
            let spanned = chars[row] == length && starts[row] == self.char_at && ends[row] == self.char_at + length;
            if !in_order {
                self.wrong.push((
                    file.path.clone(),
                    format!("record `{}` is not where the ledger has its document", records.value(row)),
                ));
            } else if !numbered {
                self.wrong.push((file.path.clone(), format!("record `{}` is numbered wrongly", records.value(row))));
            } else if !spanned {
                self.wrong.push((file.path.clone(), format!("record `{}` has a wrong span", records.value(row))));
            }
            if self.next > 0 {
                self.text.push_str(PARAGRAPH_BREAK);
            }
            self.text.push_str(text);
            self.next += 1;
            self.char_at += length + PARAGRAPH_BREAK.len() as i64;
        }
        Ok(())
    }

    fn end_document(&mut self, path: &str) {
        if self.next == 0 {
            return;
        }
        if let Some(kept) = self.kept.get(self.at) {
            let whole = self.next == self.of
                && hash::hex(hash::checksum(self.text.as_bytes())) == kept.content_hash
                && self.text.chars().count() as i64 == kept.chars;
            if !whole {
                self.wrong
                    .push((path.into(), format!("the records of `{}` are not the text that the ledger has", kept.id)));
            }
        }
        self.at += 1;
        self.text.clear();
        (self.next, self.char_at) = (0, 0);
    }
}
