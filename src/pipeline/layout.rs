//! Where each output file begins, and what is in it: one scan over all documents in order of origin.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::tally::Tally;
use crate::model::verdict::Stage;
use crate::write::rows::{DEDUP_EXACT, DEDUP_NEAR, record_id};

use super::context::Context;
use super::select::{NONE, Selections};
use super::sifted::{self, IndexEntry, JudgedOut, Licenses};
use super::staging::{SectionFile, SectionWriter};

/// Section of one [`Layout`].
const LAYOUT: &str = "layout";

/// Bytes that a row of the ledger of documents counts beside its text.
const DOCUMENT_ROW_BYTES: u64 = 256;

/// Bytes that a verified pair counts.
const PAIR_ROW_BYTES: u64 = 80;

/// One output file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLayout {
    /// Documents that it covers in order of origin; pairs, for the ledger of pairs.
    pub covers: Range<u64>,
    /// Documents with rows in it.
    pub documents: u64,
    /// Its rows.
    pub rows: u64,
    /// Id of the first record; data only.
    pub first_record_id: Option<String>,
    /// Id of the last record; data only.
    pub last_record_id: Option<String>,
}

/// All output files and the counts of the whole build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Shards of records.
    pub data: Vec<FileLayout>,
    /// Ledger of documents.
    pub documents: Vec<FileLayout>,
    /// Ledger of lines.
    pub lines: Vec<FileLayout>,
    /// Ledger of pairs.
    pub pairs: Vec<FileLayout>,
    /// All documents.
    pub read: Tally,
    /// Those taken out, by stage and reason.
    pub removed: BTreeMap<(Stage, String), Tally>,
    /// Those kept.
    pub kept: Tally,
    /// Those kept, by language and script.
    pub languages: BTreeMap<(String, String), Tally>,
    /// Documents by source and the licence that they state.
    pub licenses: Licenses,
    /// Sums by name.
    pub totals: BTreeMap<String, u64>,
}

/// Lays the files out into the file `name`.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(context: &Context<'_>, sifted: &[String], select: &str, name: &str) -> Result<()> {
    let selections = Selections::open(context, select, sifted)?;
    let target = context.plan.write.shard_text;
    let mut layout = Layout::default();
    let mut totals = Totals::default();
    let mut data = Cutter::new(target);
    let mut documents = Cutter::new(target);
    let mut lines = Cutter::new(target);
    for (piece, sifted) in context.ingested().pieces.iter().zip(sifted) {
        let file = SectionFile::open(&context.state, sifted)?;
        for (reason, tally) in file.value::<JudgedOut>(sifted::JUDGED_OUT)? {
            *layout.removed.entry(reason).or_default() += tally;
        }
        for (license, documents) in file.value::<Licenses>(sifted::LICENSES)? {
            *layout.licenses.entry(license).or_default() += documents;
        }
        file.records(sifted::INDEX, 0..u64::MAX, |at, entry: IndexEntry| {
            let index = piece.documents.start + at;
            let selected = selections.selected(index)?;
            layout.read.add(entry.chars_read);
            totals.add(&entry);
            let kept = entry.passed && selected.keeper == NONE;
            if kept {
                let id = selections.id(index)?;
                layout.kept.add(entry.chars_read);
                totals.keep(&entry);
                let language = (entry.language.clone(), entry.script.clone());
                layout.languages.entry(language).or_default().add(u64::from(entry.chars));
                data.add(index, u64::from(entry.text_bytes), u64::from(entry.paragraphs), entry.id_low);
                let file = data.open_file();
                file.first_record_id.get_or_insert_with(|| record_id(id, 0));
                file.last_record_id = Some(record_id(id, entry.paragraphs as usize - 1));
            } else if entry.passed {
                let reason = if selected.exact { DEDUP_EXACT } else { DEDUP_NEAR };
                layout.removed.entry((Stage::Dedup, reason.to_owned())).or_default().add(entry.chars_read);
            }
            let text = if kept || !context.plan.ledger.text { 0 } else { u64::from(entry.text_bytes) };
            documents.add(index, text + DOCUMENT_ROW_BYTES, 1, entry.id_low);
            if entry.changes > 0 {
                lines.add(index, u64::from(entry.change_bytes), u64::from(entry.changes), entry.id_low);
            }
            Ok(true)
        })?;
    }
    let end = context.ingested().total;
    layout.data = data.finish(end);
    layout.documents = documents.finish(end);
    layout.lines = lines.finish(end);
    let pairs = selections.totals()?;
    layout.pairs = pair_files(pairs.stored, target);
    totals.name(&mut layout.totals);
    layout.totals.extend([
        ("pairs_compared".to_owned(), pairs.compared),
        ("pairs_stored".to_owned(), pairs.stored),
        ("buckets_capped".to_owned(), pairs.capped),
        ("passed_over".to_owned(), context.ingested().passed_over.iter().sum()),
    ]);
    let kinds = &context.ingested().kinds;
    layout.totals.extend(kinds.iter().map(|(kind, count)| (format!("passed_over.{kind}"), *count)));
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        writer.value(LAYOUT, &layout)?;
        writer.finish()
    })?;
    Ok(())
}

/// Reads the output of [`run`].
///
/// # Errors
/// When it cannot be read.
pub fn load(context: &Context<'_>, name: &str) -> Result<Layout> {
    SectionFile::open(&context.state, name)?.value(LAYOUT)
}

/// Pairs have no ids of their own, so their files are cut by count.
fn pair_files(pairs: u64, target: u64) -> Vec<FileLayout> {
    let per_file = (target / PAIR_ROW_BYTES).max(1);
    (0..pairs.div_ceil(per_file))
        .map(|i| {
            let covers = i * per_file..((i + 1) * per_file).min(pairs);
            FileLayout { rows: covers.end - covers.start, covers, ..FileLayout::default() }
        })
        .collect()
}

#[derive(Default)]
struct Totals {
    chars_read: u64,
    chars_clean: u64,
    lines_removed: u64,
    lines_repaired: u64,
    kept_chars: u64,
    kept_words: u64,
    records: u64,
}

impl Totals {
    fn add(&mut self, entry: &IndexEntry) {
        self.chars_read += entry.chars_read;
        self.chars_clean += u64::from(entry.chars);
        self.lines_removed += u64::from(entry.lines_removed);
        self.lines_repaired += u64::from(entry.changes - entry.lines_removed);
    }

    fn keep(&mut self, entry: &IndexEntry) {
        self.kept_chars += u64::from(entry.chars);
        self.kept_words += u64::from(entry.words);
        self.records += u64::from(entry.paragraphs);
    }

    fn name(&self, totals: &mut BTreeMap<String, u64>) {
        totals.extend([
            ("chars_read".to_owned(), self.chars_read),
            ("chars_clean".to_owned(), self.chars_clean),
            ("chars_kept".to_owned(), self.kept_chars),
            ("words_kept".to_owned(), self.kept_words),
            ("records".to_owned(), self.records),
            ("lines_removed".to_owned(), self.lines_removed),
            ("lines_repaired".to_owned(), self.lines_repaired),
        ]);
    }
}

/// Cuts a run of documents into files.
///
/// A file ends before the first document, past half of the target, whose id's low 64 bits, as a fraction of 2^64, lie under its
/// bytes ÷ half of the target; at latest at twice the target. So an insertion moves the cuts of its own neighbourhood only.
struct Cutter {
    target: u64,
    files: Vec<FileLayout>,
    bytes: u64,
}

impl Cutter {
    fn new(target: u64) -> Self {
        Self { target, files: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, index: u64, bytes: u64, rows: u64, id_low: u64) {
        let half = self.target / 2;
        let drawn = u128::from(id_low) * u128::from(half) < u128::from(bytes) << 64;
        let due = self.bytes >= half && drawn || self.bytes + bytes > 2 * self.target;
        if self.files.is_empty() || (due && self.bytes > 0) {
            let start = match self.files.last_mut() {
                Some(last) => {
                    last.covers.end = index;
                    index
                }
                None => 0,
            };
            self.files.push(FileLayout { covers: start..start, ..FileLayout::default() });
            self.bytes = 0;
        }
        self.bytes += bytes;
        let file = self.open_file();
        file.documents += 1;
        file.rows += rows;
    }

    fn open_file(&mut self) -> &mut FileLayout {
        self.files.last_mut().expect("a document was added")
    }

    fn finish(mut self, end: u64) -> Vec<FileLayout> {
        if let Some(last) = self.files.last_mut() {
            last.covers.end = end;
        }
        self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::document_id;

    fn cuts(records: impl Iterator<Item = u64>, target: u64) -> Vec<FileLayout> {
        let mut cutter = Cutter::new(target);
        let mut end = 0;
        for (index, record) in records.enumerate() {
            cutter.add(index as u64, 100, 1, document_id("a", record).0 as u64);
            end = index as u64 + 1;
        }
        cutter.finish(end)
    }

    #[test]
    fn files_follow_one_another_within_their_bounds() {
        let files = cuts(0..5000, 10_000);
        assert!(files.len() > 20);
        for pair in files.windows(2) {
            assert_eq!(pair[0].covers.end, pair[1].covers.start);
            assert!((50..=200).contains(&pair[0].rows), "{:?}", pair[0]);
        }
        assert_eq!(files.iter().map(|f| f.rows).sum::<u64>(), 5000);
    }

    #[test]
    fn an_insertion_moves_the_cuts_of_its_neighbourhood_only() {
        let before = cuts(0..5000, 10_000);
        let after = cuts((0..1000).chain([9999]).chain(1000..5000), 10_000);
        let ends = |files: &[FileLayout], shift: u64| -> Vec<u64> {
            files.iter().map(|f| f.covers.end - shift).filter(|e| *e > 2000).collect()
        };
        let (a, b) = (ends(&before, 0), ends(&after, 1));
        assert_eq!(a[a.len() - 10..], b[b.len() - 10..]);
    }
}
