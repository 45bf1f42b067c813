//! Documents and decisions to the files of the dataset, each file by a task of its own.

use std::ops::Range;

use crate::error::Result;
use crate::model::lines::LineChange;
use crate::model::outcome::Outcome;
use crate::model::verdict::Verdict;
use crate::write::TableWriter;
use crate::write::rows::{
    Columns, DocumentRows, KeptDocument, LineRows, PairCounts, PairRows, RecordRows, Rows, stride,
};

use super::context::Context;
use super::event::Phase;
use super::resolve::stored_pairs;
use super::select::Selections;
use super::sifted;
use super::staging::SectionFile;
use super::task::Table;

/// What an emit task reads.
pub struct Sources<'s> {
    /// Outputs of Sift, by piece.
    pub sifted: &'s [String],
    /// Outputs of Verify, by piece.
    pub verified: &'s [String],
    /// The output of Select.
    pub select: &'s str,
}

/// Writes one file of `table` into the file `name`.
///
/// # Errors
/// When a file cannot be read or written, and when a stop was asked for.
pub fn run(context: &Context<'_>, table: Table, index: usize, sources: &Sources<'_>, name: &str) -> Result<()> {
    let layout = context.layout();
    match table {
        Table::Data => data(context, &layout.data[index].covers, sources, name),
        Table::Documents => documents(context, &layout.documents[index].covers, sources, name),
        Table::Lines => lines(context, &layout.lines[index].covers, sources, name),
        Table::Pairs => pairs(context, &layout.pairs[index].covers, sources, name),
    }
}

/// Writes the rows that `fill` appends, batch by batch.
fn table<C: Columns>(
    context: &Context<'_>,
    name: &str,
    mut rows: Rows<C>,
    fill: impl FnOnce(&mut dyn FnMut(&mut dyn FnMut(&mut Rows<C>)) -> Result<()>) -> Result<()>,
) -> Result<()> {
    context.state.put_new(name, |out| {
        let mut writer = TableWriter::new(out, C::schema(), context.plan.write.zstd_level)?;
        fill(&mut |append| {
            append(&mut rows);
            if rows.is_full() { writer.write(&rows.batch()) } else { Ok(()) }
        })?;
        if !rows.is_empty() {
            writer.write(&rows.batch())?;
        }
        writer.finish()?;
        Ok(())
    })?;
    Ok(())
}

fn data(context: &Context<'_>, covers: &Range<u64>, sources: &Sources<'_>, name: &str) -> Result<()> {
    let selections = Selections::open(context, sources.select, sources.sifted)?;
    table(context, name, RecordRows::default(), |append| {
        for_each_piece(context, covers, sources, |file, first, local| {
            let outcomes = collect::<Outcome>(file, sifted::OUTCOMES, &local)?;
            let mut bytes = 0;
            sifted::texts(file, local.clone(), |at, text| {
                context.stop.check()?;
                let outcome = &outcomes[(at - local.start) as usize];
                let selection = selections.get(first + at)?;
                if selection.verdict(outcome.judgement.as_ref()) == Verdict::Kept {
                    let document =
                        KeptDocument { outcome, text: &text.text, paragraphs: &text.paragraphs, selection: &selection };
                    let mut at = 0;
                    for (index, paragraph) in text.paragraphs.iter().enumerate() {
                        append(&mut |rows| rows.push(&document, index, at))?;
                        at += stride(paragraph);
                    }
                    bytes += text.text.len() as u64;
                }
                Ok(true)
            })?;
            context.listener.advance(Phase::Emit, outcomes.len() as u64, bytes);
            Ok(())
        })
    })
}

fn documents(context: &Context<'_>, covers: &Range<u64>, sources: &Sources<'_>, name: &str) -> Result<()> {
    let selections = Selections::open(context, sources.select, sources.sifted)?;
    let limits = context.plan.dedup.limits();
    table(context, name, DocumentRows::default(), |append| {
        for_each_piece(context, covers, sources, |file, first, local| {
            let outcomes = collect::<Outcome>(file, sifted::OUTCOMES, &local)?;
            sifted::texts(file, local.clone(), |at, text| {
                context.stop.check()?;
                let outcome = &outcomes[(at - local.start) as usize];
                let selection = selections.get(first + at)?;
                let is_kept = selection.verdict(outcome.judgement.as_ref()) == Verdict::Kept;
                let text = text.text.as_ref();
                let shown = (!is_kept && context.plan.ledger.text && !text.is_empty()).then_some(text);
                append(&mut |rows| rows.push(outcome, &selection, limits, shown))?;
                Ok(true)
            })
        })
    })
}

fn lines(context: &Context<'_>, covers: &Range<u64>, sources: &Sources<'_>, name: &str) -> Result<()> {
    let selections = Selections::open(context, sources.select, sources.sifted)?;
    table(context, name, LineRows::default(), |append| {
        for_each_piece(context, covers, sources, |file, first, local| {
            file.records(sifted::CHANGES, local, |at, changes: Vec<LineChange>| {
                context.stop.check()?;
                let id = selections.id(first + at)?;
                for change in &changes {
                    append(&mut |rows| rows.push(id, change))?;
                }
                Ok(true)
            })
        })
    })
}

fn pairs(context: &Context<'_>, covers: &Range<u64>, sources: &Sources<'_>, name: &str) -> Result<()> {
    let selections = Selections::open(context, sources.select, sources.sifted)?;
    table(context, name, PairRows::default(), |append| {
        let mut first = 0;
        for verified in sources.verified {
            let file = SectionFile::open(&context.state, verified)?;
            let pairs = stored_pairs(&file)?;
            let end = first + pairs.len() as u64;
            for (at, pair) in (first..end).zip(pairs) {
                if covers.contains(&at) {
                    let (id, other) = (selections.id(u64::from(pair.a))?, selections.id(u64::from(pair.b))?);
                    let counts =
                        PairCounts { shared: pair.shared, shingles: pair.a_shingles, other_shingles: pair.b_shingles };
                    append(&mut |rows| rows.push(id, other, counts))?;
                }
            }
            first = end;
        }
        Ok(())
    })
}

/// Gives each piece that `covers` touches: its file, the index of its first document, and the touched documents within it.
fn for_each_piece(
    context: &Context<'_>,
    covers: &Range<u64>,
    sources: &Sources<'_>,
    mut visit: impl FnMut(&SectionFile, u64, Range<u64>) -> Result<()>,
) -> Result<()> {
    for (piece, name) in context.ingested().pieces.iter().zip(sources.sifted) {
        let start = covers.start.max(piece.documents.start);
        let end = covers.end.min(piece.documents.end);
        if start < end {
            let first = piece.documents.start;
            visit(&SectionFile::open(&context.state, name)?, first, start - first..end - first)?;
        }
    }
    Ok(())
}

fn collect<T: for<'de> serde::Deserialize<'de>>(
    file: &SectionFile,
    section: &str,
    range: &Range<u64>,
) -> Result<Vec<T>> {
    let mut records = Vec::with_capacity((range.end - range.start) as usize);
    file.records(section, range.clone(), |_, record| {
        records.push(record);
        Ok(true)
    })?;
    Ok(records)
}
