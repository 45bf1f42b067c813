//! `tamis stats`: the numbers of a corpus.

use std::path::PathBuf;

use clap::Args;
use tamis::report::statistics::Statistics;

use super::{DONE, print};

/// Arguments of `stats`.
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// The folder of the corpus
    pub dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the statistics.
///
/// # Errors
/// When the folder is no dataset or a file cannot be read.
pub fn run(args: &StatsArgs) -> anyhow::Result<u8> {
    let statistics = Statistics::of(&args.dir)?;
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&statistics)?))?;
    } else {
        print(&statistics.render())?;
    }
    Ok(DONE)
}
