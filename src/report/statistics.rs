//! The numbers of a corpus: shards, languages, sources, stages, lengths.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::dataset::card::grouped;
use crate::dataset::manifest::{Count, FileEntry, LanguageEntry, Manifest};
use crate::dataset::tables::for_each_batch;
use crate::error::Result;

use super::table;

/// Sources shown one by one.
const MAX_SOURCES: usize = 20;

/// Widest bar of a histogram, in characters.
const BAR_WIDTH: u64 = 40;

/// The statistics of one dataset.
#[derive(Debug, Serialize)]
pub struct Statistics {
    /// Sums by name.
    pub totals: BTreeMap<String, u64>,
    /// What each stage took out.
    pub counts: Vec<Count>,
    /// Shards of records.
    pub shards: Vec<FileEntry>,
    /// By split.
    pub splits: BTreeMap<String, SplitNumbers>,
    /// Kept documents by language and script.
    pub languages: Vec<LanguageEntry>,
    /// Verdicts by source, as the ledger has them.
    pub sources: BTreeMap<String, SourceNumbers>,
    /// Records by characters: lower bound of the bin → records; bins double.
    pub record_chars: BTreeMap<u64, u64>,
    /// Kept documents by characters, in the same bins.
    pub document_chars: BTreeMap<u64, u64>,
    /// Records by kind.
    pub kinds: BTreeMap<String, u64>,
}

/// One split.
#[derive(Debug, Default, Serialize)]
pub struct SplitNumbers {
    /// Shards.
    pub shards: u64,
    /// Records.
    pub records: u64,
    /// Documents.
    pub documents: u64,
    /// Bytes of Parquet.
    pub bytes: u64,
}

/// One source.
#[derive(Debug, Default, Serialize)]
pub struct SourceNumbers {
    /// All documents.
    pub documents: u64,
    /// Those kept.
    pub kept: u64,
    /// Those judged out.
    pub rejected: u64,
    /// Those that a kept document says.
    pub duplicate: u64,
    /// Those that could not be read.
    pub error: u64,
    /// Characters of those kept, as they are kept.
    pub chars_kept: u64,
}

impl Statistics {
    /// Reads manifest, ledger and the columns of lengths of the dataset in `folder`.
    ///
    /// # Errors
    /// When it is no dataset or a file cannot be read.
    pub fn of(folder: &Path) -> Result<Self> {
        let manifest = Manifest::of_dataset(folder)?;
        let mut statistics = Self {
            totals: manifest.totals.clone(),
            counts: manifest.counts.clone(),
            shards: manifest.files_of("data").cloned().collect(),
            splits: BTreeMap::new(),
            languages: manifest.languages.clone(),
            sources: BTreeMap::new(),
            record_chars: BTreeMap::new(),
            document_chars: BTreeMap::new(),
            kinds: BTreeMap::new(),
        };
        for shard in &statistics.shards {
            let split = statistics.splits.entry(shard.split.clone().unwrap_or_default()).or_default();
            split.shards += 1;
            split.records += shard.rows.unwrap_or(0);
            split.documents += shard.documents.unwrap_or(0);
            split.bytes += shard.bytes;
        }
        statistics.read_ledger(folder, &manifest)?;
        statistics.read_records(folder, &manifest)?;
        Ok(statistics)
    }

    fn read_ledger(&mut self, folder: &Path, manifest: &Manifest) -> Result<()> {
        for_each_batch(folder, manifest, "documents", &["source", "verdict", "chars_kept"], |_, batch| {
            let (sources, verdicts) = (batch.strings("source")?, batch.strings("verdict")?);
            let chars = batch.integers("chars_kept")?;
            for (row, chars) in chars.into_iter().enumerate() {
                let kept = u64::try_from(chars.unwrap_or(0)).unwrap_or(0);
                if !self.sources.contains_key(sources.value(row)) {
                    self.sources.insert(sources.value(row).to_owned(), SourceNumbers::default());
                }
                let source = self.sources.get_mut(sources.value(row)).expect("it was put there");
                source.documents += 1;
                match verdicts.value(row) {
                    "kept" => {
                        source.kept += 1;
                        source.chars_kept += kept;
                        *self.document_chars.entry(bin(kept)).or_default() += 1;
                    }
                    "rejected" => source.rejected += 1,
                    "duplicate" => source.duplicate += 1,
                    _ => source.error += 1,
                }
            }
            Ok(true)
        })
    }

    fn read_records(&mut self, folder: &Path, manifest: &Manifest) -> Result<()> {
        for_each_batch(folder, manifest, "data", &["chars", "kind"], |_, batch| {
            let kinds = batch.strings("kind")?;
            for (row, chars) in batch.integers("chars")?.into_iter().enumerate() {
                *self.record_chars.entry(bin(u64::try_from(chars.unwrap_or(0)).unwrap_or(0))).or_default() += 1;
                *self.kinds.entry(kinds.value(row).to_owned()).or_default() += 1;
            }
            Ok(true)
        })
    }

    /// The statistics as text.
    pub fn render(&self) -> String {
        let read = self.totals.get("documents").copied().unwrap_or(0);
        let mut text = String::new();
        let mut part = |title: &str, body: String| text.push_str(&format!("{title}\n{body}\n"));
        part("STAGES (characters as read)", self.render_stages(read));
        part("SHARDS", self.render_shards());
        part("LANGUAGES (kept documents, characters as cleaned)", self.render_languages());
        part("SOURCES", self.render_sources());
        part("KINDS OF RECORDS", self.render_kinds());
        part("RECORDS BY CHARACTERS", histogram(&self.record_chars));
        part("DOCUMENTS BY CHARACTERS", histogram(&self.document_chars));
        text
    }

    fn render_stages(&self, read: u64) -> String {
        let rows = self
            .counts
            .iter()
            .map(|c| {
                let reason =
                    c.reason.clone().unwrap_or_else(|| if c.stage == "read" { "all documents" } else { "kept" }.into());
                vec![c.stage.clone(), reason, grouped(c.documents), table::percent(c.documents, read), grouped(c.chars)]
            })
            .collect();
        table::render(&["stage", "reason", "documents", "", "characters"], rows, &[2, 3, 4])
    }

    fn render_shards(&self) -> String {
        let row = |name: &str, records: u64, documents: u64, bytes: u64| {
            vec![name.to_owned(), grouped(records), grouped(documents), table::size(bytes)]
        };
        let mut rows: Vec<_> =
            self.shards.iter().map(|s| row(&s.path, s.rows.unwrap_or(0), s.documents.unwrap_or(0), s.bytes)).collect();
        rows.extend(self.splits.iter().map(|(name, s)| row(&format!("split {name}"), s.records, s.documents, s.bytes)));
        table::render(&["shard", "records", "documents", "size"], rows, &[1, 2, 3])
    }

    fn render_languages(&self) -> String {
        let all: u64 = self.languages.iter().map(|l| l.documents).sum();
        let mut languages: Vec<_> = self.languages.iter().collect();
        languages.sort_by_key(|l| std::cmp::Reverse(l.documents));
        let rows = languages
            .iter()
            .map(|l| {
                vec![
                    l.language.clone(),
                    l.script.clone(),
                    grouped(l.documents),
                    table::percent(l.documents, all),
                    grouped(l.chars),
                ]
            })
            .collect();
        table::render(&["language", "script", "documents", "", "characters"], rows, &[2, 3, 4])
    }

    fn render_sources(&self) -> String {
        let mut sources: Vec<_> = self.sources.iter().collect();
        sources.sort_by_key(|(name, s)| (std::cmp::Reverse(s.documents), name.as_str()));
        let rows = sources
            .iter()
            .take(MAX_SOURCES)
            .map(|(name, s)| {
                vec![
                    table::isolated(name),
                    grouped(s.documents),
                    grouped(s.kept),
                    grouped(s.rejected),
                    grouped(s.duplicate),
                    grouped(s.error),
                ]
            })
            .collect();
        let head = ["source", "documents", "kept", "rejected", "duplicates", "errors"];
        let mut text = table::render(&head, rows, &[1, 2, 3, 4, 5]);
        if sources.len() > MAX_SOURCES {
            text.push_str(&format!("and {} more (all with --json)\n", grouped((sources.len() - MAX_SOURCES) as u64)));
        }
        text
    }

    fn render_kinds(&self) -> String {
        let rows = self.kinds.iter().map(|(kind, n)| vec![kind.clone(), grouped(*n)]).collect();
        table::render(&["kind", "records"], rows, &[1])
    }
}

/// The lower bound of the bin of `value`: 0, or a power of two.
fn bin(value: u64) -> u64 {
    if value == 0 { 0 } else { 1 << value.ilog2() }
}

fn histogram(bins: &BTreeMap<u64, u64>) -> String {
    let most = bins.values().copied().max().unwrap_or(1).max(1);
    let rows = bins
        .iter()
        .map(|(low, count)| {
            let bar = "█".repeat((count * BAR_WIDTH).div_ceil(most) as usize);
            vec![format!("{} –", grouped(*low)), grouped(*count), bar]
        })
        .collect();
    table::render(&["from", "count", ""], rows, &[0, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_double() {
        assert_eq!([0, 1, 2, 3, 4, 1023, 1024].map(bin), [0, 1, 2, 2, 4, 512, 1024]);
    }
}
