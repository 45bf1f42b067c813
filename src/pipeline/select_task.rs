//! Chooses the keepers among the documents that passed, and holds the choice against the guard.

use std::collections::BTreeMap;

use crate::dedup::NO_GROUP;
use crate::dedup::guard::{Guard, Trip, trips};
use crate::dedup::rank::Merits;
use crate::dedup::select::{Choice, Documents, Match, clusters, select};
use crate::error::{Error, Result};
use crate::read::input::glob_set;

use super::context::Context;
use super::resolve::{self, GROUPS, word};
use super::select::{NONE, PairTotals, SELECTED, Selected, TOTALS};
use super::sifted::{self, IndexEntry};
use super::staging::{SectionFile, SectionWriter};

/// What selection reads; empty where duplicates are not looked for.
pub struct Inputs<'i> {
    /// Outputs of Sift, by piece.
    pub sifted: &'i [String],
    /// The output of Group.
    pub group: &'i str,
    /// Outputs of Propose, by range.
    pub proposed: &'i [String],
    /// Outputs of Verify, by piece.
    pub verified: &'i [String],
}

/// Lines that the message of the guard shows.
const SHOWN_LINES: usize = 3;

/// Duplicates whose lines the message of the guard is made from.
const LOOKED_AT: usize = 50;

/// What selection looks at of each document, in order of origin.
#[derive(Default)]
struct Columns {
    passed: Vec<bool>,
    key: Vec<u64>,
    site: Vec<u64>,
    input: Vec<u32>,
}

/// Selects and writes what became of each document into the file `name`.
///
/// # Errors
/// [`Error::Guard`] where too much would go and the plan says to stop; when a file cannot be read or written.
pub fn run(context: &Context<'_>, inputs: &Inputs<'_>, name: &str) -> Result<()> {
    let columns = columns(context, inputs)?;
    let (selected, totals) = if context.plan.dedup.enabled {
        choose(context, inputs, &columns)?
    } else {
        (vec![Selected::ALONE; columns.passed.len()], PairTotals::default())
    };
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        let bytes: Vec<u8> = selected.iter().flat_map(|s| s.to_bytes()).collect();
        writer.raw(SELECTED, &bytes)?;
        writer.value(TOTALS, &totals)?;
        writer.finish()
    })?;
    Ok(())
}

fn columns(context: &Context<'_>, inputs: &Inputs<'_>) -> Result<Columns> {
    let dedup = &context.plan.dedup;
    let priorities = source_priorities(context)?;
    let documents_of = &context.ingested().documents;
    let mut columns = Columns::default();
    let (mut input, mut left) = (0, documents_of.first().copied().unwrap_or(0));
    for name in inputs.sifted {
        let file = SectionFile::open(&context.state, name)?;
        file.records(sifted::INDEX, 0..u64::MAX, |_, entry: IndexEntry| {
            while left == 0 {
                input += 1;
                left = documents_of[input];
            }
            left -= 1;
            let merits = Merits {
                chars: u64::from(entry.chars),
                published: entry.published,
                quality: None,
                source_priority: priorities[input],
            };
            columns.passed.push(entry.passed);
            columns.key.push(dedup.keeper.key(&merits));
            columns.site.push(entry.site);
            columns.input.push(input as u32);
            Ok(true)
        })?;
    }
    Ok(columns)
}

/// For each input, the place of the first glob of `dedup.sources` that matches its source.
fn source_priorities(context: &Context<'_>) -> Result<Vec<u32>> {
    let globs = glob_set(&context.plan.dedup.sources)?;
    let first = |source: &str| globs.matches(source).into_iter().min().map_or(u32::MAX, |at| at as u32);
    Ok(context.inputs.iter().map(|i| first(&i.file.source)).collect())
}

fn choose(context: &Context<'_>, inputs: &Inputs<'_>, columns: &Columns) -> Result<(Vec<Selected>, PairTotals)> {
    let file = SectionFile::open(&context.state, inputs.group)?;
    let bytes = file.raw(GROUPS)?;
    let group: Vec<u32> = (0..columns.passed.len()).map(|at| word(bytes, at)).collect();
    let mut totals = PairTotals::default();
    let mut pairs = Vec::new();
    for name in inputs.proposed {
        totals.capped += resolve::capped(&SectionFile::open(&context.state, name)?)?;
    }
    for name in inputs.verified {
        let file = SectionFile::open(&context.state, name)?;
        totals.compared += resolve::compared(&file)?;
        pairs.extend(resolve::stored_pairs(&file)?);
    }
    totals.stored = pairs.len() as u64;
    let documents = Documents { passed: &columns.passed, group: &group, key: &columns.key };
    let choices = select(documents, &pairs, context.plan.dedup.limits());
    guard(context, inputs, &choices, &columns.input)?;
    let mut selected: Vec<Selected> = choices.iter().zip(&group).map(|(c, g)| selected(c, *g)).collect();
    for cluster in clusters(&choices, &columns.site) {
        let keeper = &mut selected[cluster.keeper as usize];
        (keeper.cluster_size, keeper.cluster_sources) = (cluster.documents, cluster.sites);
    }
    Ok((selected, totals))
}

fn selected(choice: &Choice, group: u32) -> Selected {
    let is_duplicate = choice.kind != Match::None;
    Selected {
        group: if group == NO_GROUP { NONE } else { group },
        keeper: if is_duplicate { choice.keeper } else { NONE },
        similarity: choice.similarity,
        exact: choice.kind == Match::Exact,
        ..Selected::ALONE
    }
}

fn guard(context: &Context<'_>, inputs: &Inputs<'_>, choices: &[Choice], input: &[u32]) -> Result<()> {
    let guard = context.plan.dedup.guard;
    let tripped = if guard == Guard::Off { Vec::new() } else { trips(choices, input) };
    let Some(first) = tripped.first() else { return Ok(()) };
    let mut message = String::from("near duplicates take away more than is likely to be right:\n");
    for trip in &tripped {
        message.push_str(&match trip {
            Trip::Source { source, documents, removed } => format!(
                "  `{}` loses {removed} of its {documents} documents\n",
                context.inputs[*source as usize].file.source
            ),
            Trip::Keeper { keeper, removed } => {
                format!("  document number {keeper} would stand for {removed} others\n")
            }
        });
    }
    let affected = |at: usize| match first {
        Trip::Source { source, .. } => input[at] == *source,
        Trip::Keeper { keeper, .. } => choices[at].keeper == *keeper,
    };
    let looked_at: Vec<u64> = (0..choices.len())
        .filter(|&at| choices[at].kind == Match::Near && affected(at))
        .take(LOOKED_AT)
        .map(|at| at as u64)
        .collect();
    let lines = shared_lines(context, inputs.sifted, &looked_at)?;
    if !lines.is_empty() {
        message.push_str("lines that they share:\n");
        lines.iter().for_each(|(line, count)| message.push_str(&format!("  {count} × {line}\n")));
    }
    message.push_str(
        "go on with a higher dedup.jaccard, with clean rules that remove those lines, or with --set dedup.guard=off",
    );
    if guard == Guard::Stop {
        return Err(Error::Guard(message));
    }
    context.listener.note(&message);
    Ok(())
}

/// The paragraphs that most of `documents` share, cut to a line, with how many of them have each.
fn shared_lines(context: &Context<'_>, sifted: &[String], documents: &[u64]) -> Result<Vec<(String, usize)>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (piece, name) in context.ingested().pieces.iter().zip(sifted) {
        let wanted: Vec<u64> = documents.iter().copied().filter(|d| piece.documents.contains(d)).collect();
        let Some(last) = wanted.last() else { continue };
        let file = SectionFile::open(&context.state, name)?;
        sifted::texts(&file, 0..last + 1 - piece.documents.start, |at, text| {
            if wanted.binary_search(&(piece.documents.start + at)).is_ok() {
                let mut lines: Vec<&str> = text.paragraphs.iter().map(|p| &text.text[p.bytes.clone()]).collect();
                lines.sort_unstable();
                lines.dedup();
                for line in lines {
                    *counts.entry(line.chars().take(100).collect()).or_default() += 1;
                }
            }
            Ok(true)
        })?;
    }
    let mut lines: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    lines.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    lines.truncate(SHOWN_LINES);
    Ok(lines)
}
