//! `tamis verify`: the files of a corpus against its manifest.

use std::path::PathBuf;

use clap::Args;
use tamis::report::verify::verify;

use super::{DONE, FOUND, print};

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The folder of the corpus
    pub dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Names each damage; exit code 1 where there is any.
///
/// # Errors
/// When the folder is no dataset or a file cannot be read.
pub fn run(args: &VerifyArgs) -> anyhow::Result<u8> {
    let verified = verify(&args.dir)?;
    if args.json {
        print(&format!("{}\n", serde_json::to_string(&verified)?))?;
    } else {
        for damage in &verified.damages {
            print(&format!("{}: {}\n", damage.path, damage.what))?;
        }
        print(&verified.summary())?;
    }
    Ok(if verified.damages.is_empty() { DONE } else { FOUND })
}
