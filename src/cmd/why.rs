//! `tamis why`: the life of one document.

use std::path::PathBuf;

use clap::Args;
use tamis::error::Error;
use tamis::report::why::Life;

use super::{DONE, print};

/// Arguments of `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The folder of the corpus
    pub dir: PathBuf,
    /// A document: its id, its url, or its source with #RECORD (0 where not given)
    #[arg(value_name = "ID|URL|SOURCE[#RECORD]", allow_hyphen_values = true)]
    pub document: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints what is known of the document.
///
/// # Errors
/// When the folder is no dataset, or there is no such document in it.
pub fn run(args: &WhyArgs) -> anyhow::Result<u8> {
    let life = Life::of(&args.dir, &args.document)?.ok_or_else(|| {
        Error::Usage(format!(
            "no document of `{}` has the id, url or source `{}`; sources stand in its {} and in `tamis stats`",
            args.dir.display(),
            args.document,
            tamis::dataset::paths::MANIFEST
        ))
    })?;
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&life)?))?;
    } else {
        print(&life.render())?;
    }
    Ok(DONE)
}
