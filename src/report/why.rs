//! The life of one document, from the ledger: what was measured, removed, compared and decided, and where it ended.

use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::config::BuildPlan;
use crate::dataset::ledger::signal_column;
use crate::dataset::manifest::Manifest;
use crate::dataset::tables::for_each_batch;
use crate::error::{Error, Result};
use crate::filter::{LIMITS, SIGNALS, Side};
use crate::hash::document_id;
use crate::model::document::DocumentId;

use super::table;

/// Lines and pairs shown in text; JSON has all.
const MAX_SHOWN: usize = 40;

/// Characters of a line that are shown.
const LINE_CHARS: usize = 100;

/// A signal and the limits that held for the document.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// `<rule>.<key>`.
    pub signal: String,
    /// What was measured; none where the signal does not apply.
    pub value: Option<f64>,
    /// `<rule>.<limit>`, the limit, and whether the value is within it.
    pub limits: Vec<Held>,
}

/// A limit held against a signal.
#[derive(Debug, Serialize)]
pub struct Held {
    /// The reason that it gives.
    pub limit: String,
    /// `min` or `max`.
    pub side: &'static str,
    /// The limit.
    pub value: f64,
    /// Whether the document is within it.
    pub passes: bool,
}

/// Everything that the dataset knows of one document.
#[derive(Debug, Serialize)]
pub struct Life {
    /// Its row of the ledger.
    pub document: Map<String, Value>,
    /// Its signals with their limits; empty without text.
    pub signals: Vec<Measured>,
    /// Its rows of the ledger of lines.
    pub lines: Vec<Map<String, Value>>,
    /// The verified pairs of its group.
    pub pairs: Vec<Map<String, Value>>,
    /// The row of the document that was kept for it.
    pub keeper: Option<Map<String, Value>>,
    /// The documents that were removed for it.
    pub duplicates: Vec<Map<String, Value>>,
    /// The shard that its records stand in, and their ids.
    pub shard: Option<String>,
    /// Ids of its records.
    pub records: Vec<String>,
}

/// How a user names a document.
enum Key {
    Id(String),
    Url(String),
}

impl Life {
    /// The life of the document that `name` means, an id, a url, or a source with `#RECORD`; none where there is no such document.
    ///
    /// # Errors
    /// When `folder` is no dataset or a file cannot be read.
    pub fn of(folder: &Path, name: &str) -> Result<Option<Self>> {
        let manifest = Manifest::of_dataset(folder)?;
        let key = key_of(name, &manifest);
        let found = match key {
            Key::Id(id) => find(folder, &manifest, "doc_id", &id)?,
            Key::Url(url) => find(folder, &manifest, "url", &url)?,
        };
        let Some(document) = found.into_iter().next() else { return Ok(None) };
        let id = text(&document, "doc_id").to_owned();
        let group = text(&document, "group_id").to_owned();
        let keeper = match text(&document, "duplicate_of") {
            "" => None,
            keeper => find(folder, &manifest, "doc_id", keeper)?.into_iter().next(),
        };
        let mut pairs = find_in(folder, &manifest, "pairs", "doc_id", &group)?;
        pairs.extend(find_in(folder, &manifest, "pairs", "other_id", &group)?);
        let (shard, records) = records_of(folder, &manifest, &id)?;
        Ok(Some(Self {
            signals: signals(&document, &manifest)?,
            lines: find_in(folder, &manifest, "lines", "doc_id", &id)?,
            pairs,
            keeper,
            duplicates: find(folder, &manifest, "duplicate_of", &id)?,
            shard,
            records,
            document,
        }))
    }

    /// The life as text.
    pub fn render(&self) -> String {
        let d = |key: &str| text(&self.document, key);
        let number = |key: &str| number_of(&self.document, key);
        let mut out = format!(
            "document {}\n  source    {}#{}\n",
            d("doc_id"),
            table::isolated(d("source")),
            number("source_record")
        );
        for key in ["title", "url", "source_id"] {
            if !d(key).is_empty() {
                out.push_str(&format!("  {key:<9} {}\n", table::isolated(d(key))));
            }
        }
        if self.document.contains_key("byte_start") {
            out.push_str(&format!("  bytes     {} to {}\n", number("byte_start"), number("byte_end")));
        }
        if !d("language").is_empty() {
            out.push_str(&format!(
                "  language  {} {} (score {})\n",
                d("language"),
                d("script"),
                number("language_score")
            ));
        }
        out.push_str(&format!(
            "  cleaning  {} characters read, {} after cleaning, {} lines removed\n",
            number("chars_read"),
            number("chars_kept"),
            number("lines_removed")
        ));
        out.push_str(&self.render_verdict());
        out.push_str(&self.render_signals());
        out.push_str(&self.render_lines());
        out.push_str(&self.render_duplicates());
        out
    }

    fn render_verdict(&self) -> String {
        let d = |key: &str| text(&self.document, key);
        let number = |key: &str| number_of(&self.document, key);
        match d("verdict") {
            "kept" => format!(
                "  verdict   kept: {} records in {}\n",
                self.records.len(),
                self.shard.as_deref().unwrap_or("no shard")
            ),
            "duplicate" => format!(
                "  verdict   duplicate at stage {}: {}, similarity {} (limit {})\n            kept instead: {} {}\n",
                d("stage"),
                d("reason"),
                number("similarity"),
                number("limit"),
                d("duplicate_of"),
                self.keeper.as_ref().map_or(String::new(), |k| format!(
                    "({}#{})",
                    table::isolated(text(k, "source")),
                    number_of(k, "source_record")
                )),
            ),
            verdict => {
                let mut line = format!("  verdict   {verdict} at stage {}: {}", d("stage"), d("reason"));
                if self.document.contains_key("measured") {
                    line.push_str(&format!(", measured {}, limit {}", number("measured"), number("limit")));
                }
                if !d("detail").is_empty() {
                    line.push_str(&format!("\n            {}", d("detail")));
                }
                line + "\n"
            }
        }
    }

    fn render_signals(&self) -> String {
        if self.signals.is_empty() {
            return String::new();
        }
        let rows = self
            .signals
            .iter()
            .map(|m| {
                let limits: Vec<String> = m
                    .limits
                    .iter()
                    .map(|h| format!("{} {} {}{}", h.side, h.value, h.limit, if h.passes { "" } else { "  ← fails" }))
                    .collect();
                vec![m.signal.clone(), m.value.map_or_else(|| "–".to_owned(), |v| format!("{v:.4}")), limits.join(", ")]
            })
            .collect();
        format!("\n{}", table::render(&["signal", "value", "limits"], rows, &[1]))
    }

    fn render_lines(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let mut out = String::from("\nlines changed by cleaning\n");
        for line in self.lines.iter().take(MAX_SHOWN) {
            let number = line.get("line").map_or_else(String::new, Value::to_string);
            let replacement = line.get("replacement").and_then(Value::as_str);
            let (before, after) = match replacement {
                Some(replacement) => differing(text(line, "text"), replacement),
                None => (table::shortened(text(line, "text"), LINE_CHARS), String::new()),
            };
            let shown = table::isolated(&before);
            out.push_str(&format!("  {number:>5}  {:<14} {shown}\n", text(line, "rule")));
            if replacement.is_some() {
                let shown = table::isolated(&after);
                out.push_str(&format!("         {:<14} {shown}\n", "is now"));
            }
        }
        out + &more(self.lines.len())
    }

    fn render_duplicates(&self) -> String {
        let mut out = String::new();
        if !self.duplicates.is_empty() {
            out.push_str("\nremoved in favour of this document\n");
            for d in self.duplicates.iter().take(MAX_SHOWN) {
                out.push_str(&format!(
                    "  {}  {} similarity {}  {}#{}\n",
                    text(d, "doc_id"),
                    text(d, "reason"),
                    number_of(d, "similarity"),
                    table::isolated(text(d, "source")),
                    number_of(d, "source_record"),
                ));
            }
            out.push_str(&more(self.duplicates.len()));
        }
        if !self.pairs.is_empty() {
            out.push_str("\ncompared with (the first documents of their exact groups)\n");
            for p in self.pairs.iter().take(MAX_SHOWN) {
                let number = |key: &str| number_of(p, key);
                out.push_str(&format!(
                    "  {} {}  Jaccard {}, {} shared of {} and {} shingles\n",
                    text(p, "doc_id"),
                    text(p, "other_id"),
                    number("jaccard"),
                    number("shared"),
                    number("shingles"),
                    number("other_shingles"),
                ));
            }
            out.push_str(&more(self.pairs.len()));
        }
        out
    }
}

fn more(all: usize) -> String {
    if all > MAX_SHOWN { format!("  and {} more (all with --json)\n", all - MAX_SHOWN) } else { String::new() }
}

fn key_of(name: &str, manifest: &Manifest) -> Key {
    if DocumentId::parse(name).is_some() {
        return Key::Id(name.to_ascii_lowercase());
    }
    let is_source = |s: &str| manifest.inputs.iter().any(|i| i.source == s || s.starts_with(&format!("{}!", i.source)));
    if let Some((source, record)) = name.rsplit_once('#')
        && let Ok(record) = record.parse()
        && is_source(source)
    {
        return Key::Id(document_id(source, record).to_string());
    }
    if is_source(name) { Key::Id(document_id(name, 0).to_string()) } else { Key::Url(name.to_owned()) }
}

fn text<'r>(row: &'r Map<String, Value>, key: &str) -> &'r str {
    row.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Both texts from a little before the place where they first differ.
fn differing(before: &str, after: &str) -> (String, String) {
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(LINE_CHARS / 2);
    let part = |text: &str| {
        let rest: String = text.chars().skip(from).collect();
        let mark = if from > 0 { "…" } else { "" };
        format!("{mark}{}", table::shortened(&rest, LINE_CHARS))
    };
    (part(before), part(after))
}

/// A number as people read it: four digits after the point at most; a dash where there is none.
fn number_of(row: &Map<String, Value>, key: &str) -> String {
    match row.get(key) {
        None => "–".to_owned(),
        Some(value) => match value.as_f64() {
            Some(float) if value.is_f64() => format!("{}", (float * 1e4).round() / 1e4),
            _ => value.to_string(),
        },
    }
}

fn find(folder: &Path, manifest: &Manifest, column: &str, value: &str) -> Result<Vec<Map<String, Value>>> {
    find_in(folder, manifest, "documents", column, value)
}

fn find_in(
    folder: &Path,
    manifest: &Manifest,
    role: &str,
    column: &str,
    value: &str,
) -> Result<Vec<Map<String, Value>>> {
    let mut found = Vec::new();
    if value.is_empty() {
        return Ok(found);
    }
    for_each_batch(folder, manifest, role, &[], |_, batch| {
        let values = batch.strings(column)?;
        found.extend((0..batch.rows()).filter(|row| values.value(*row) == value).map(|row| batch.row(row)));
        Ok(true)
    })?;
    Ok(found)
}

fn records_of(folder: &Path, manifest: &Manifest, id: &str) -> Result<(Option<String>, Vec<String>)> {
    let (mut shard, mut records) = (None, Vec::new());
    for_each_batch(folder, manifest, "data", &["doc_id", "record_id"], |file, batch| {
        let (documents, ids) = (batch.strings("doc_id")?, batch.strings("record_id")?);
        for row in (0..batch.rows()).filter(|row| documents.value(*row) == id) {
            shard = Some(file.path.clone());
            records.push(ids.value(row).to_owned());
        }
        Ok(true)
    })?;
    Ok((shard, records))
}

fn signals(document: &Map<String, Value>, manifest: &Manifest) -> Result<Vec<Measured>> {
    if text(document, "language").is_empty() {
        return Ok(Vec::new());
    }
    let plan: BuildPlan = serde_json::from_value(manifest.plan.clone())
        .map_err(|e| Error::Usage(format!("the plan in the manifest cannot be read: {e}")))?;
    let limits = plan.limits(text(document, "language"), text(document, "script"));
    let held = |index: usize, value: Option<f64>| {
        LIMITS
            .iter()
            .zip(&limits)
            .filter(|(limit, _)| limit.signal == index)
            .filter_map(|(limit, held)| Some((limit, (*held)?)))
            .map(|(limit, held)| Held {
                limit: format!("{}.{}", limit.rule, limit.name),
                side: match limit.side {
                    Side::Min => "min",
                    Side::Max => "max",
                },
                value: held,
                passes: value.is_none_or(|v| match limit.side {
                    Side::Min => v >= held,
                    Side::Max => v <= held,
                }),
            })
            .collect()
    };
    Ok(SIGNALS
        .iter()
        .enumerate()
        .map(|(index, signal)| {
            let value = document.get(&signal_column(signal.rule, signal.key)).and_then(Value::as_f64);
            Measured { signal: format!("{}.{}", signal.rule, signal.key), value, limits: held(index, value) }
        })
        .collect())
}
