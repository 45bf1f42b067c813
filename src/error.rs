//! Errors that end a run, each with the exit code that it stands for. A bad document is never one of these.

use std::io;
use std::path::{Path, PathBuf};

/// Why a run ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line or a recipe cannot be used as it stands.
    #[error("{0}")]
    Usage(String),
    /// Two files would have the same identity.
    #[error(
        "`{}` and `{}` both have the source `{source_name}`; put a label before one of them (`LABEL=PATH`) or give the folder above both",
        first.display(),
        second.display()
    )]
    SameSource {
        /// The source that both would have.
        source_name: String,
        /// The file met first.
        first: PathBuf,
        /// The file met second.
        second: PathBuf,
    },
    /// The output folder belongs to another build or to someone else.
    #[error("{0}")]
    Occupied(String),
    /// No input file was found.
    #[error("nothing to read: {0}")]
    NothingToRead(String),
    /// An input changed between its checksum and its last byte.
    #[error("input `{0}` changed while it was read; run the command again when nothing writes to it")]
    InputChanged(String),
    /// The disk is full, or the file would be larger than the system allows.
    #[error("no space left while writing `{}`: free some disk space or move the bulk with --scratch, then run the same command again", .0.display())]
    DiskFull(PathBuf),
    /// A file could not be read or written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried: `read`, `create`, `rename`, …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is being written could not be; the store names it on the way up.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// A file of the dataset, or of an unfinished build, is not as this program writes it.
    #[error("`{}` is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The blast-radius guard stopped the build before anything was removed.
    #[error("{0}")]
    Guard(String),
    /// A signal asked the run to end.
    #[error("interrupted; run the same command again to go on where it stopped")]
    Interrupted(i32),
}

/// What fallible functions of this crate give back.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps what the system said about `path`; a full disk has an error of its own.
    pub fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull(path.to_owned())
            }
            _ => Self::Io { action, path: path.to_owned(), source },
        }
    }

    /// The exit code of a process that ends with this error.
    pub fn exit_code(&self) -> i32 {
        match self {
            Self::Guard(_) => 1,
            Self::Usage(_) | Self::SameSource { .. } | Self::Occupied(_) => 2,
            Self::NothingToRead(_)
            | Self::InputChanged(_)
            | Self::DiskFull(_)
            | Self::Io { .. }
            | Self::Write(_)
            | Self::Damaged { .. } => 3,
            Self::Interrupted(signal) => 128 + signal,
        }
    }
}
