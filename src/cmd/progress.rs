//! Progress of a build on stderr: bars on a terminal, plain lines elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tamis::dataset::card::grouped;
use tamis::pipeline::event::{Listener, Phase};

/// Time between two plain lines of one phase.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows a build on stderr.
pub struct Progress {
    quiet: bool,
    terminal: bool,
    state: Mutex<Option<Running>>,
    documents: AtomicU64,
    bytes: AtomicU64,
}

struct Running {
    phase: Phase,
    total: u64,
    begun: Instant,
    told: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Bars where stderr is a terminal, lines elsewhere; nothing but notes where `quiet`.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            terminal: io::stderr().is_terminal(),
            state: Mutex::new(None),
            documents: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn line(&self, running: &Running) -> String {
        let seconds = running.begun.elapsed().as_secs_f64();
        let (documents, bytes) = (self.documents.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        let mut line = running.phase.name().to_owned();
        if documents > 0 {
            let rate = documents as f64 / seconds.max(1e-3);
            line.push_str(&format!(": {} documents ({}/s)", grouped(documents), grouped(rate as u64)));
        }
        if bytes > 0 && running.total > 0 {
            let rate = bytes as f64 / 1e6 / seconds.max(1e-3);
            line.push_str(&format!(
                ", {:.0} of {:.0} MB ({rate:.1} MB/s)",
                bytes as f64 / 1e6,
                running.total as f64 / 1e6
            ));
            if bytes < running.total {
                let left = seconds * (running.total - bytes) as f64 / bytes as f64;
                line.push_str(&format!(", {left:.0} s left"));
            }
        }
        line
    }
}

fn bar(phase: Phase, total: u64) -> ProgressBar {
    let template = if total > 0 {
        "{prefix:>9} [{bar:30}] {msg}{bytes}/{total_bytes} ({bytes_per_sec}, {eta} left)"
    } else {
        "{prefix:>9} {spinner} {msg}{elapsed}"
    };
    let style = ProgressStyle::with_template(template).expect("the template is valid").progress_chars("=> ");
    let bar = if total > 0 { ProgressBar::new(total) } else { ProgressBar::new_spinner() };
    bar.set_style(style);
    bar.set_prefix(phase.name());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Listener for Progress {
    fn begin(&self, phase: Phase, bytes: u64) {
        self.documents.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
        let now = Instant::now();
        let bar = (self.terminal && !self.quiet).then(|| bar(phase, bytes));
        *self.state() = Some(Running { phase, total: bytes, begun: now, told: now, bar });
    }

    fn advance(&self, _: Phase, documents: u64, bytes: u64) {
        let documents = self.documents.fetch_add(documents, Ordering::Relaxed) + documents;
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if self.quiet {
            return;
        }
        if let Some(running) = self.state().as_mut() {
            if let Some(bar) = &running.bar {
                bar.set_position(bytes.min(running.total));
                if documents > 0 {
                    bar.set_message(format!("{} documents, ", grouped(documents)));
                }
            } else if running.told.elapsed() >= LINE_EVERY {
                running.told = Instant::now();
                let line = self.line(running);
                let _ = writeln!(io::stderr(), "{line}");
            }
        }
    }

    fn end(&self, _: Phase) {
        if let Some(running) = self.state().take() {
            if let Some(bar) = &running.bar {
                bar.finish_and_clear();
            }
            if !self.quiet && running.begun.elapsed() >= LINE_EVERY {
                let _ = writeln!(io::stderr(), "{}, done", self.line(&running));
            }
        }
    }

    fn note(&self, message: &str) {
        match self.state().as_ref().and_then(|r| r.bar.as_ref()) {
            Some(bar) => bar.suspend(|| {
                let _ = writeln!(io::stderr(), "tamis: {message}");
            }),
            None => {
                let _ = writeln!(io::stderr(), "tamis: {message}");
            }
        }
    }
}
