//! What `build` says: the plan before it, the funnel after it.

use std::path::Path;

use serde_json::{Value, json};

use crate::config::BuildPlan;
use crate::dataset::card::grouped;
use crate::dataset::manifest::{Count, Manifest};
use crate::error::{Error, Result};
use crate::hash;
use crate::read::input::{self, Search};
use crate::read::source::STDIN;

use super::table;

/// Bytes on disk at the peak of a build for each byte of plain text that is read: staged text (0.35), cleaned text (0.35), band
/// keys and outcomes (0.2), shingles of candidates (0.4), shards and ledger (0.6); measured on news text.
const PEAK_DISK_PER_BYTE: f64 = 1.9;

/// What a compressed byte becomes when it is read: text compresses to about a quarter.
const UNPACKED_PER_BYTE: f64 = 4.0;

/// The funnel: what was read, what each stage took out and why, what is left; then what was written.
pub fn render(manifest: &Manifest, output: &Path) -> String {
    let read = manifest.counts.first().map_or((0, 0), |c| (c.documents, c.chars));
    let rows = manifest.counts.iter().map(|count| row(count, read)).collect();
    let funnel = table::render(&["stage", "reason", "documents", "", "characters", ""], rows, &[2, 3, 4, 5]);
    format!(
        "{funnel}\nwrote {} of {}, {}, in {} to `{}`\n{}",
        counted(manifest.total("records"), "record"),
        counted(manifest.total("kept"), "document"),
        counted(manifest.total("words_kept"), "word"),
        counted(manifest.total("shards"), "shard"),
        output.display(),
        lines(manifest),
    )
}

fn row(count: &Count, read: (u64, u64)) -> Vec<String> {
    let reason = match (&count.reason, count.stage.as_str()) {
        (Some(reason), _) => reason.clone(),
        (None, "read") => "all documents".to_owned(),
        (None, _) => "kept".to_owned(),
    };
    vec![
        count.stage.clone(),
        reason,
        grouped(count.documents),
        table::percent(count.documents, read.0),
        grouped(count.chars),
        table::percent(count.chars, read.1),
    ]
}

/// A count with what is counted, a regular noun.
fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

fn lines(manifest: &Manifest) -> String {
    let mut text = format!(
        "cleaning removed {} and repaired {}; {} of documents {} compared\n",
        counted(manifest.total("lines_removed"), "line"),
        grouped(manifest.total("lines_repaired")),
        counted(manifest.total("pairs_compared"), "pair"),
        if manifest.total("pairs_compared") == 1 { "was" } else { "were" },
    );
    if manifest.total("buckets_capped") > 0 {
        text.push_str(&format!(
            "{} buckets of candidates were so large that each document was compared with the longest ones only\n",
            grouped(manifest.total("buckets_capped"))
        ));
    }
    if manifest.total("passed_over") > 0 {
        let passed_over = manifest.total("passed_over");
        let kinds: Vec<String> = manifest
            .totals
            .iter()
            .filter_map(|(name, count)| Some(format!("{} {}", grouped(*count), name.strip_prefix("passed_over.")?)))
            .collect();
        let of_kinds =
            if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ").replace('_', " ")) };
        text.push_str(&match passed_over {
            1 => format!("1 record is no article by kind and was passed over{of_kinds}\n"),
            n => format!("{} records are no articles by kind and were passed over{of_kinds}\n", grouped(n)),
        });
    }
    if manifest.total("kept") == 0 {
        text.push_str("nothing survived: the ledger says why of each document; no shard was written\n");
    }
    text
}

/// The same as JSON.
pub fn json(manifest: &Manifest, up_to_date: bool) -> Value {
    json!({
        "up_to_date": up_to_date,
        "plan_digest": manifest.plan_digest,
        "totals": manifest.totals,
        "counts": manifest.counts,
        "languages": manifest.languages,
        "files": manifest.files,
    })
}

/// The resolved plan as TOML, its digest, the inputs and the disk that a build needs at its peak.
///
/// # Errors
/// Those of looking for the inputs.
pub fn plan(plan: &BuildPlan, inputs: &[String], output: Option<&Path>) -> Result<String> {
    let toml = toml::to_string(plan).map_err(|e| Error::Usage(format!("the plan cannot be printed: {e}")))?;
    let mut text = format!("{toml}\n# plan_digest = \"{}\"\n", hash::hex(plan.digest()));
    if inputs.iter().any(|i| i == STDIN || i.ends_with("=-")) {
        text.push_str("# inputs: the standard input, of unknown size\n");
        return Ok(text);
    }
    let never: Vec<_> = output.map(Path::to_owned).into_iter().collect();
    let search =
        Search { inputs, include: &plan.read.include, exclude: &plan.read.exclude, never: &never, stdin: None };
    let found = input::find(&search)?;
    let bytes: u64 = found.files.iter().map(|f| f.bytes).sum();
    let unpacked: f64 =
        found.files.iter().map(|f| f.bytes as f64 * if is_packed(&f.source) { UNPACKED_PER_BYTE } else { 1.0 }).sum();
    text.push_str(&format!("# inputs: {}, {}\n", counted(found.files.len() as u64, "file"), table::size(bytes)));
    text.push_str(&format!(
        "# disk at the peak of the build: about {}\n",
        table::size((unpacked * PEAK_DISK_PER_BYTE) as u64)
    ));
    Ok(text)
}

fn is_packed(source: &str) -> bool {
    [".gz", ".zst", ".parquet"].iter().any(|e| source.ends_with(e))
}
