//! The command line, as clap reads it.

use clap::{Parser, Subcommand};

use crate::cmd;

/// Turns raw article dumps into a clean, deduplicated, sharded training corpus.
#[derive(Debug, Parser)]
#[command(name = "tamis", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build a corpus from dumps, or go on with an unfinished build
    Build(cmd::build::BuildArgs),
    /// Statistics of a corpus: shards, languages, sources, stages, lengths
    Stats(cmd::stats::StatsArgs),
    /// Look at records, at rejected documents, or at duplicates beside their keepers
    Inspect(cmd::inspect::InspectArgs),
    /// The life of one document: what was measured, removed and decided, and where it ended
    Why(cmd::why::WhyArgs),
    /// Hold the files of a corpus against its manifest
    Verify(cmd::verify::VerifyArgs),
    /// The built-in recipes; with a name, its full TOML with the source of each number
    Recipes(cmd::recipes::RecipesArgs),
}
