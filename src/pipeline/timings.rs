//! How long each phase took: passed on to the listener, and written beside the dataset as the one file that differs from run to run.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use crate::dataset::manifest::Manifest;
use crate::dataset::paths;
use crate::error::{Error, Result};

use super::context::Context;
use super::event::{Listener, Phase};

/// Takes times between a build and its listener.
pub struct Timings<'l> {
    inner: &'l dyn Listener,
    started: Instant,
    phases: Mutex<Vec<(Phase, Instant, f64)>>,
}

impl<'l> Timings<'l> {
    /// Starts the clock.
    pub fn new(inner: &'l dyn Listener) -> Self {
        Self { inner, started: Instant::now(), phases: Mutex::new(Vec::new()) }
    }

    /// Writes seconds per phase and the rates of the whole.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, context: &Context<'_>, manifest: &Manifest) -> Result<()> {
        let seconds = self.started.elapsed().as_secs_f64();
        let bytes: u64 = manifest.inputs.iter().map(|i| i.bytes).sum();
        let phases: BTreeMap<&str, f64> = self.phases().iter().map(|(p, _, s)| (p.name(), *s)).collect();
        let json = serde_json::json!({
            "seconds": seconds,
            "seconds_by_phase": phases,
            "documents_per_second": manifest.total("documents") as f64 / seconds,
            "input_megabytes_per_second": bytes as f64 / 1e6 / seconds,
        });
        context.output.put_new(paths::TIMINGS, |out| {
            serde_json::to_writer_pretty(&mut *out, &json).map_err(|e| Error::Write(e.into()))?;
            Ok(out.write_all(b"\n")?)
        })?;
        Ok(())
    }

    fn phases(&self) -> std::sync::MutexGuard<'_, Vec<(Phase, Instant, f64)>> {
        self.phases.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Listener for Timings<'_> {
    fn begin(&self, phase: Phase, bytes: u64) {
        self.phases().push((phase, Instant::now(), 0.0));
        self.inner.begin(phase, bytes);
    }

    fn advance(&self, phase: Phase, documents: u64, bytes: u64) {
        self.inner.advance(phase, documents, bytes);
    }

    fn end(&self, phase: Phase) {
        if let Some((_, begun, seconds)) = self.phases().iter_mut().find(|(p, ..)| *p == phase) {
            *seconds = begun.elapsed().as_secs_f64();
        }
        self.inner.end(phase);
    }

    fn note(&self, message: &str) {
        self.inner.note(message);
    }
}
