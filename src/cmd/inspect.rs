//! `tamis inspect`: records and removed documents, to be read by eye.

use std::path::PathBuf;

use clap::Args;
use tamis::report::inspect::{Query, What, inspect};

use super::{DONE, print};

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The folder of a corpus, or one of its shards
    #[arg(value_name = "DIR|SHARD")]
    pub place: PathBuf,
    /// How many to show, drawn evenly from all
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub sample: usize,
    /// Another seed draws others
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// All records of one document
    #[arg(long, value_name = "ID", conflicts_with_all = ["rejected", "duplicates"])]
    pub doc: Option<String>,
    /// Documents that were rejected or could not be read, all or those of one reason
    #[arg(long, value_name = "REASON", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub rejected: Option<String>,
    /// Duplicates beside the documents that they were removed for
    #[arg(long, conflicts_with = "rejected")]
    pub duplicates: bool,
    /// Print JSON lines
    #[arg(long)]
    pub json: bool,
}

/// Prints what was asked for.
///
/// # Errors
/// When the place is neither a dataset nor a shard of one.
pub fn run(args: &InspectArgs) -> anyhow::Result<u8> {
    let what = match (&args.doc, &args.rejected, args.duplicates) {
        (Some(id), ..) => What::Document(id.clone()),
        (None, Some(reason), _) => What::Rejected((!reason.is_empty()).then(|| reason.clone())),
        (None, None, true) => What::Duplicates,
        (None, None, false) => What::Records,
    };
    let found = inspect(&args.place, &Query { what, sample: args.sample, seed: args.seed })?;
    for item in &found {
        print(&if args.json { format!("{}\n", item.json()) } else { item.render() })?;
    }
    Ok(DONE)
}
