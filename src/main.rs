//! The program `tamis`: reads the command line, runs a command, ends with its exit code.

mod allocator;
mod cli;
mod cmd;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tamis::error::Error;

use crate::cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: allocator::BySize = allocator::BySize;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Build(args) => cmd::build::run(args),
        Command::Stats(args) => cmd::stats::run(&args),
        Command::Inspect(args) => cmd::inspect::run(&args),
        Command::Why(args) => cmd::why::run(&args),
        Command::Verify(args) => cmd::verify::run(&args),
        Command::Recipes(args) => cmd::recipes::run(&args),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_closed_stdout(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even stderr is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "tamis: {error}");
            let code = error.downcast_ref::<Error>().map_or(3, Error::exit_code);
            ExitCode::from(u8::try_from(code).unwrap_or(3))
        }
    }
}

/// Whether the reader of our output has gone, as `head` does when it has enough.
fn is_closed_stdout(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
