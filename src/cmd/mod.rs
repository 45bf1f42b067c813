//! One file per subcommand: each reads its arguments, calls the library, prints the answer and gives the exit code.

pub mod build;
pub mod inspect;
mod progress;
pub mod recipes;
pub mod stats;
pub mod verify;
pub mod why;

use std::io::{self, Write};

/// Everything went as asked.
pub const DONE: u8 = 0;

/// Something was found that the caller asked about: damage, errors under `--strict`, nothing that survived.
pub const FOUND: u8 = 1;

/// Prints the answer.
///
/// # Errors
/// What stdout says; a closed one ends the program quietly.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
