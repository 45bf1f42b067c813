//! The dataset card: what a person or a hub needs to know of a dataset, made from its manifest alone.

use super::manifest::Manifest;
use super::paths;

/// Sources named one by one; more are summed up.
const MAX_SOURCES: usize = 50;

/// The bounds that the hub sorts datasets by, with their names.
const SIZES: &[(u64, &str)] = &[
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
    (10_000_000_000, "1B<n<10B"),
];

/// The card of the dataset that `manifest` describes, as Markdown with a YAML header.
pub fn render(manifest: &Manifest) -> String {
    [header(manifest), summary(manifest), funnel(manifest), languages(manifest), sources(manifest), loading()]
        .join("\n")
}

fn header(manifest: &Manifest) -> String {
    let mut yaml = String::from("---\n");
    let mut codes: Vec<&str> = manifest.languages.iter().map(|l| l.language.as_str()).filter(|l| *l != "und").collect();
    codes.dedup();
    if !codes.is_empty() {
        yaml.push_str("language:\n");
        codes.iter().for_each(|code| yaml.push_str(&format!("- {code}\n")));
    }
    let records = manifest.total("records");
    let size = SIZES.iter().find(|(bound, _)| records < *bound).map_or("n>10B", |(_, name)| name);
    yaml.push_str(&format!("size_categories:\n- {size}\ntask_categories:\n- text-generation\n"));
    if manifest.files_of("data").next().is_some() {
        yaml.push_str(
            "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*.parquet\n",
        );
    }
    yaml.push_str("dataset_info:\n  features:\n");
    for field in super::records::schema().fields() {
        yaml.push_str(&format!("  - name: {}\n    dtype: {}\n", field.name(), hub_type(field.data_type())));
    }
    let bytes: u64 = manifest.files_of("data").map(|f| f.bytes).sum();
    yaml.push_str(&format!("  download_size: {bytes}\n---\n"));
    yaml
}

fn hub_type(data_type: &arrow::datatypes::DataType) -> &'static str {
    use arrow::datatypes::DataType;
    match data_type {
        DataType::Int32 => "int32",
        DataType::Int64 => "int64",
        DataType::Float32 => "float32",
        DataType::Timestamp(_, _) => "timestamp[ms, tz=UTC]",
        _ => "string",
    }
}

fn summary(manifest: &Manifest) -> String {
    format!(
        "# Text corpus\n\n\
         {} records (paragraphs) of {} documents, {} words and {} characters, in {} shards. Built by tamis {} from {} input \
         files; every document that was read stands in `ledger/` with what became of it, and `{}` holds the whole plan \
         (digest `{}`) and the checksum of every file.\n",
        grouped(manifest.total("records")),
        grouped(manifest.total("kept")),
        grouped(manifest.total("words_kept")),
        grouped(manifest.total("chars_kept")),
        grouped(manifest.total("shards")),
        manifest.tamis,
        grouped(manifest.inputs.len() as u64),
        paths::MANIFEST,
        manifest.plan_digest,
    )
}

fn funnel(manifest: &Manifest) -> String {
    let mut text = String::from(
        "## What became of the documents\n\n| stage | reason | documents | characters |\n|---|---|--:|--:|\n",
    );
    for count in &manifest.counts {
        let reason = match (&count.reason, count.stage.as_str()) {
            (Some(reason), _) => format!("`{reason}`"),
            (None, "read") => "all that were read".to_owned(),
            (None, _) => "kept".to_owned(),
        };
        let line =
            format!("| {} | {reason} | {} | {} |\n", count.stage, grouped(count.documents), grouped(count.chars));
        text.push_str(&line);
    }
    text.push_str(&format!(
        "\nCleaning removed {} lines and repaired {}; each is a row of `ledger/lines-*.parquet` with its rule. Of {} compared \
         pairs of documents, {} are stored in `ledger/pairs-*.parquet`.\n",
        grouped(manifest.total("lines_removed")),
        grouped(manifest.total("lines_repaired")),
        grouped(manifest.total("pairs_compared")),
        grouped(manifest.total("pairs_stored")),
    ));
    text
}

fn languages(manifest: &Manifest) -> String {
    let mut text = String::from("## Languages\n\n| language | script | documents | characters |\n|---|---|--:|--:|\n");
    for entry in &manifest.languages {
        let line = format!(
            "| {} | {} | {} | {} |\n",
            entry.language,
            entry.script,
            grouped(entry.documents),
            grouped(entry.chars)
        );
        text.push_str(&line);
    }
    text
}

fn sources(manifest: &Manifest) -> String {
    let mut text =
        String::from("## Sources\n\n| source | bytes | documents | licences stated in it |\n|---|--:|--:|---|\n");
    for input in manifest.inputs.iter().take(MAX_SOURCES) {
        let licenses: Vec<String> = manifest
            .licenses
            .iter()
            .filter(|l| l.source == input.source)
            .map(|l| format!("{} ({})", cell(&l.license), grouped(l.documents)))
            .collect();
        let licenses = if licenses.is_empty() { "none".to_owned() } else { licenses.join(", ") };
        let source = cell(&input.source);
        text.push_str(&format!(
            "| `{source}` | {} | {} | {licenses} |\n",
            grouped(input.bytes),
            grouped(input.documents)
        ));
    }
    if let Some(more) = manifest.inputs.len().checked_sub(MAX_SOURCES).filter(|n| *n > 0) {
        text.push_str(&format!("\nand {} more, named in `{}`.\n", grouped(more as u64), paths::MANIFEST));
    }
    text
}

fn loading() -> String {
    "## How to load it\n\nFrom the folder above this one, named `corpus` here:\n\n```python\n\
     import pandas; records = pandas.read_parquet(\"corpus/data\")\n\
     import polars; records = polars.scan_parquet(\"corpus/data/*.parquet\")\n\
     import duckdb; records = duckdb.sql(\"select * from 'corpus/data/*.parquet'\")\n\
     from datasets import load_dataset; records = load_dataset(\"corpus\", split=\"train\")\n\
     records = spark.read.parquet(\"corpus/data\")\n\
     ```\n"
        .to_owned()
}

/// Text that stands in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// A number with thin spaces between its thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}
