//! `tamis build`: from dumps to a corpus.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tamis::config::{self, BuildPlan, parse_size};
use tamis::error::Error;
use tamis::pipeline::event::Stop;
use tamis::pipeline::executor::Threads;
use tamis::pipeline::{self, BuildOptions, Built};
use tamis::report::summary;

use super::progress::Progress;
use super::{DONE, FOUND, print};

/// Arguments of `build`.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Files, folders (read recursively), globs, or `-` for JSON lines on the standard input; LABEL= puts LABEL/ in front of their sources
    #[arg(value_name = "[LABEL=]INPUT", required = true)]
    pub inputs: Vec<String>,
    /// The folder of the corpus
    #[arg(short, long, value_name = "DIR", required_unless_present = "plan")]
    pub output: Option<PathBuf>,
    /// A built-in recipe (see `tamis recipes`) or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    pub recipe: String,
    /// Set a key of the recipe, such as filter.length.min_words=20; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Read only inputs whose source matches this glob; may be given again
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Do not read inputs whose source matches this glob; may be given again
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Keep a field of the dump in the column `extra`; may be given again
    #[arg(long, value_name = "FIELD")]
    pub keep: Vec<String>,
    /// Read only the first N documents, in order of origin
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<u64>,
    /// Largest record that is read, such as 64MB
    #[arg(long, value_name = "SIZE")]
    pub max_record: Option<String>,
    /// Threads; all cores where not given
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub threads: Option<usize>,
    /// Memory to stay within, such as 2GB; fewer parts are worked on at a time where it is small
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// Folder for the bulk of the unfinished build
    #[arg(long, value_name = "DIR")]
    pub scratch: Option<PathBuf>,
    /// Print the resolved plan and the disk that it needs at its peak, and stop
    #[arg(long)]
    pub plan: bool,
    /// Replace a corpus, or an unfinished build, of another plan or other inputs
    #[arg(long)]
    pub overwrite: bool,
    /// Exit with 1 when a record or file could not be read
    #[arg(long)]
    pub strict: bool,
    /// No progress; what was made, and what is to be known of it, is told
    #[arg(short, long)]
    pub quiet: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// Memory that work on one part takes at its peak, as a multiple of the bytes of a part: its text, staged and cleaned, and its
/// rows. Measured at 5 to 7 on news text.
const MEMORY_PER_PART_BYTE: u64 = 8;

/// Builds, or prints the plan.
///
/// # Errors
/// What ends a build; the exit code is the error's.
pub fn run(args: BuildArgs) -> anyhow::Result<u8> {
    let plan = plan_of(&args)?;
    if args.plan {
        print(&summary::plan(&plan, &args.inputs, args.output.as_deref())?)?;
        return Ok(DONE);
    }
    let output = args.output.as_deref().unwrap_or(Path::new("."));
    let progress = Progress::new(args.quiet);
    let stop = stop_on_signals()?;
    let executor = Threads::new(threads(&args, &plan)?)?;
    let mut stdin = std::io::stdin();
    let options = BuildOptions {
        inputs: &args.inputs,
        output,
        plan: &plan,
        scratch: args.scratch.as_deref(),
        overwrite: args.overwrite,
        stdin: Some(&mut stdin),
    };
    let built = pipeline::build(options, &executor, &progress, &stop)?;
    answer(&args, output, &built)
}

fn answer(args: &BuildArgs, output: &Path, built: &Built) -> anyhow::Result<u8> {
    if args.json {
        print(&format!("{}\n", serde_json::to_string(&summary::json(&built.manifest, built.up_to_date))?))?;
    } else if built.up_to_date {
        print(&format!("`{}` is up to date\n", output.display()))?;
    } else {
        print(&summary::render(&built.manifest, output))?;
    }
    if built.up_to_date {
        return Ok(DONE);
    }
    let nothing_survived = built.manifest.total("kept") == 0;
    let strict_errors = args.strict && built.manifest.total("errors") > 0;
    Ok(if nothing_survived || strict_errors { FOUND } else { DONE })
}

fn plan_of(args: &BuildArgs) -> Result<BuildPlan, Error> {
    let mut plan = config::load(&args.recipe, &args.set)?;
    plan.read.include.extend(args.include.iter().cloned());
    plan.read.exclude.extend(args.exclude.iter().cloned());
    plan.read.keep.extend(args.keep.iter().cloned());
    plan.read.limit = args.limit.or(plan.read.limit);
    if let Some(size) = &args.max_record {
        plan.read.max_record = parse_size(size)?;
    }
    plan.validate()?;
    Ok(plan)
}

fn threads(args: &BuildArgs, plan: &BuildPlan) -> Result<usize, Error> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wanted = args.threads.unwrap_or(cores).max(1);
    let Some(memory) = &args.memory else { return Ok(wanted) };
    let parts = parse_size(memory)? / (plan.read.part_bytes * MEMORY_PER_PART_BYTE);
    Ok(wanted.min(usize::try_from(parts).unwrap_or(usize::MAX)).max(1))
}

/// Asks the build to stop at the first INT or TERM; the second ends the process at once.
fn stop_on_signals() -> anyhow::Result<Arc<Stop>> {
    let stop = Arc::new(Stop::default());
    let asked = Arc::clone(&stop);
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        let mut seen = false;
        for signal in signals.forever() {
            if seen {
                std::process::exit(128 + signal);
            }
            seen = true;
            asked.ask(signal);
        }
    });
    ignore_file_size_signal()?;
    Ok(stop)
}

/// A file above the limit of the process is an error of the write, not the end of the process.
#[cfg(unix)]
fn ignore_file_size_signal() -> std::io::Result<()> {
    let ignored = Arc::new(std::sync::atomic::AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, ignored).map(|_| ())
}

#[cfg(not(unix))]
fn ignore_file_size_signal() -> std::io::Result<()> {
    Ok(())
}
