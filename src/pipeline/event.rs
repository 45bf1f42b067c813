//! What a build tells while it runs, and how it is asked to stop.

use std::sync::atomic::{AtomicI32, Ordering};

use crate::error::{Error, Result};

/// A phase of a build, as users see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Checksums of the inputs.
    Checksum,
    /// Reading and extracting.
    Ingest,
    /// Cleaning and filtering.
    Sift,
    /// Duplicates.
    Resolve,
    /// Writing.
    Emit,
}

impl Phase {
    /// The label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checksum => "checksum",
            Self::Ingest => "ingest",
            Self::Sift => "sift",
            Self::Resolve => "resolve",
            Self::Emit => "emit",
        }
    }
}

/// Who listens to a build.
pub trait Listener: Sync {
    /// A phase begins, with the bytes that it will go through.
    fn begin(&self, phase: Phase, bytes: u64);

    /// Documents and bytes went through the phase.
    fn advance(&self, phase: Phase, documents: u64, bytes: u64);

    /// The phase is over.
    fn end(&self, phase: Phase);

    /// Something that the user should know.
    fn note(&self, message: &str);
}

/// Hears nothing.
pub struct Silent;

impl Listener for Silent {
    fn begin(&self, _: Phase, _: u64) {}
    fn advance(&self, _: Phase, _: u64, _: u64) {}
    fn end(&self, _: Phase) {}
    fn note(&self, _: &str) {}
}

/// A request to stop, made by a signal.
#[derive(Debug, Default)]
pub struct Stop(AtomicI32);

impl Stop {
    /// Asks the build to stop because of `signal`.
    pub fn ask(&self, signal: i32) {
        self.0.store(signal, Ordering::Relaxed);
    }

    /// # Errors
    /// [`Error::Interrupted`] once a stop was asked for.
    pub fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Error::Interrupted(signal)),
        }
    }
}
