//! One build from inputs to manifest: [`build`] reads like the flow.
//!
//! Every step is tasks whose outputs are files named by all that they depend on, so a build that was killed goes on with the
//! outputs that are there, and a changed option redoes only the steps after it.

mod context;
mod emit;
pub mod event;
pub mod executor;
mod ingest;
mod ingested;
mod layout;
mod prepare;
mod resolve;
mod seal;
mod select;
mod select_task;
mod sift;
mod sifted;
mod staging;
pub mod task;
mod text_bytes;
mod timings;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use crate::config::BuildPlan;
use crate::dataset::manifest::Manifest;
use crate::dataset::paths;
use crate::error::{Error, Result};
use crate::read::part;
use crate::read::source::STDIN;
use crate::store::Store;
use crate::store::lock::Lock;

use self::context::{Context, output_name};
use self::event::{Listener, Phase, Stop};
use self::executor::Executor;
use self::ingested::Ingested;
use self::prepare::{Found, Journal};
use self::task::{Table, Task};
use self::timings::Timings;

/// Bumped whenever a task writes other bytes for the same input.
const VERSION: u32 = 1;

/// What is built, and how; only `inputs` and `plan` decide the bytes of the dataset.
pub struct BuildOptions<'b> {
    /// What the user pointed at.
    pub inputs: &'b [String],
    /// Where the dataset goes.
    pub output: &'b Path,
    /// What decides the output.
    pub plan: &'b BuildPlan,
    /// Where the bulk of the unfinished build goes; beside the output where none.
    pub scratch: Option<&'b Path>,
    /// Whether a dataset or an unfinished build of another plan or other inputs is replaced.
    pub overwrite: bool,
    /// What is read for the input `-`.
    pub stdin: Option<&'b mut dyn Read>,
}

/// How a build ended.
#[derive(Debug)]
pub struct Built {
    /// The dataset.
    pub manifest: Manifest,
    /// Whether it was there already.
    pub up_to_date: bool,
}

/// Builds a dataset, or goes on with an unfinished build of it.
///
/// # Errors
/// What ends a run; the output folder then goes on with the same command.
pub fn build(
    mut options: BuildOptions<'_>,
    executor: &dyn Executor,
    listener: &dyn Listener,
    stop: &Stop,
) -> Result<Built> {
    let timings = Timings::new(listener);
    let listener: &dyn Listener = &timings;
    let found = prepare::look(options.output)?;
    let home = Store::new(options.output.join(paths::STATE));
    let output = Store::with_drafts(options.output, home.root());
    let never: Vec<PathBuf> =
        [Some(options.output), options.scratch].into_iter().flatten().map(Path::to_owned).collect();
    let uses_stdin = options.inputs.iter().any(|i| i == STDIN || i.ends_with("=-"));
    if !uses_stdin {
        // Before anything is created: bad inputs leave no folder behind.
        prepare::find(options.inputs, options.plan, &never, None)?;
    }
    let lock = Lock::take(&home.path(paths::LOCK))?;
    // Another build may have ended between the look and the lock.
    let found = if output.head(paths::MANIFEST).is_some() { Found::Dataset } else { found };
    let state = prepare::state_store(options.output, options.scratch)?;
    let stdin = match options.stdin.take() {
        Some(stdin) if uses_stdin => Some(prepare::spool_stdin(&state, stdin, stop)?),
        _ => None,
    };
    let inputs = prepare::find(options.inputs, options.plan, &never, stdin.as_deref())?;
    let corpora = prepare::notes_of_corpora(&inputs.files);
    inputs.notes.iter().chain(&corpora).for_each(|note| listener.note(note));
    let old = Journal::load(&home);
    let inputs = prepare::checksums(inputs.files, old.as_ref(), listener, stop)?;
    let journal = Journal::new(options.plan, &inputs);
    let up_to_date = match up_to_date(&options, found, &journal, old.as_ref()) {
        Err(error) if found != Found::Unfinished => {
            // A refusal leaves the folder as it was.
            seal::clear(&state, &home, lock)?;
            return Err(error);
        }
        other => other?,
    };
    if let Some(manifest) = up_to_date {
        // A build that was killed after its manifest was in place leaves its state behind.
        seal::clear(&state, &home, lock)?;
        return Ok(Built { manifest, up_to_date: true });
    }
    journal.save(&home)?;
    let files: Vec<_> = inputs.iter().map(|i| i.file.clone()).collect();
    let context = Context {
        plan: options.plan,
        parts: part::cut(&files, options.plan.read.part_bytes),
        inputs,
        state,
        output,
        listener,
        stop,
        heavy: Mutex::new(()),
        ingested: OnceLock::new(),
        layout: OnceLock::new(),
    };
    let manifest = Steps { context: &context, executor }.run()?;
    timings.save(&context, &manifest)?;
    seal::commit(&context, &manifest)?;
    seal::clear(&context.state, &home, lock)?;
    Ok(Built { manifest, up_to_date: false })
}

/// The manifest, when the dataset that is there is this one.
///
/// # Errors
/// [`Error::Occupied`] when what is there is of another plan or other inputs and is not to be replaced.
fn up_to_date(
    options: &BuildOptions<'_>,
    found: Found,
    journal: &Journal,
    old: Option<&Journal>,
) -> Result<Option<Manifest>> {
    let differs = match found {
        Found::Nothing => None,
        Found::Unfinished => old.and_then(|old| old.same_build(journal)),
        Found::Dataset => match Manifest::load(options.output) {
            Ok(Some(manifest)) => match journal.differs_from(&manifest) {
                None => return Ok(Some(manifest)),
                Some(differs) => Some(differs),
            },
            Ok(None) => None,
            Err(_) if options.overwrite => Some("a damaged manifest"),
            Err(error) => return Err(Error::Occupied(format!("{error}; --overwrite replaces it"))),
        },
    };
    match differs {
        Some(differs) if !options.overwrite => Err(Error::Occupied(format!(
            "`{}` was built with {differs}; give another -o, or --overwrite to replace it",
            options.output.display()
        ))),
        _ => Ok(None),
    }
}

/// The steps of one build, each a list of tasks.
struct Steps<'s> {
    context: &'s Context<'s>,
    executor: &'s dyn Executor,
}

impl Steps<'_> {
    fn run(&self) -> Result<Manifest> {
        let ingested = self.ingest()?;
        let sifted = self.sift(&ingested)?;
        let (verified, select) = self.resolve(&sifted)?;
        self.layout(&sifted, &verified, &select)?;
        let files = self.emit(&sifted, &verified, &select)?;
        seal::place(self.context, &files)
    }

    /// Runs the tasks whose outputs are not there.
    fn tasks(&self, tasks: &[(Task, &String)], work: impl Fn(&Task, &str) -> Result<()> + Sync) -> Result<()> {
        let due: Vec<Task> =
            tasks.iter().filter(|(_, name)| self.context.state.head(name).is_none()).map(|(t, _)| t.clone()).collect();
        let names: HashMap<&Task, &String> = tasks.iter().map(|(task, name)| (task, *name)).collect();
        self.executor.run(&due, &|task| {
            self.context.stop.check()?;
            work(task, names[task])
        })
    }

    fn ingest(&self) -> Result<Vec<String>> {
        let context = self.context;
        let plan = context.plan;
        let names: Vec<String> = (0..context.parts.len())
            .map(|part| {
                let runs: Vec<_> = context.parts[part]
                    .iter()
                    .map(|r| (&context.inputs[r.input].file.source, context.inputs[r.input].xxh3_128, &r.piece))
                    .collect();
                let options = (&plan.read.fields, &plan.read.keep, plan.read.max_record, plan.read.limit);
                let extract = serde_json::to_string(&plan.extract).expect("options are plain data");
                output_name("ingest", part, &(ingest::versions(), options, extract, plan.clean.enabled, runs))
            })
            .collect();
        context.listener.begin(Phase::Ingest, context.inputs.iter().map(|i| i.file.bytes).sum());
        let tasks: Vec<_> = names.iter().enumerate().map(|(part, n)| (Task::Ingest { part }, n)).collect();
        self.tasks(&tasks, |task, name| match task {
            Task::Ingest { part } => ingest::run(context, *part, name),
            _ => unreachable!("ingest runs ingest tasks"),
        })?;
        context.listener.end(Phase::Ingest);
        let found = Ingested::load(context, &names)?;
        for (format, (count, example)) in &found.unread {
            let readable: Vec<&str> = crate::read::READERS.iter().map(|r| r.format().name()).collect();
            context.listener.note(&format!(
                "passed over {} of a format that is not read ({format}), such as `{example}`; read are {}, plain or \
                 compressed (gzip, zstd, bzip2, xz), and in zip and tar",
                files(*count),
                readable.join(", ")
            ));
        }
        context.ingested.set(found).expect("ingest runs once");
        Ok(names)
    }

    fn sift(&self, ingested: &[String]) -> Result<Vec<String>> {
        let context = self.context;
        let plan = context.plan;
        let found = context.ingested();
        let options = [
            serde_json::to_string(&plan.clean),
            serde_json::to_string(&plan.segment),
            serde_json::to_string(&(&plan.filter, &plan.language, &plan.script)),
        ]
        .map(|json| json.expect("options are plain data"));
        let dedup = (plan.dedup.enabled, plan.dedup.bands, plan.dedup.rows, plan.dedup.shingle);
        let names: Vec<String> = (0..found.pieces.len())
            .map(|index| {
                let piece = &found.pieces[index];
                let depends_on =
                    (sift::versions(), &options, dedup, &ingested[piece.part], &piece.staged, &found.bases[piece.part]);
                output_name("sift", index, &depends_on)
            })
            .collect();
        context.listener.begin(Phase::Sift, 0);
        let tasks: Vec<_> = names.iter().enumerate().map(|(piece, n)| (Task::Sift { piece }, n)).collect();
        self.tasks(&tasks, |task, name| match task {
            Task::Sift { piece } => sift::run(context, *piece, &ingested[found.pieces[*piece].part], name),
            _ => unreachable!("sift runs sift tasks"),
        })?;
        context.listener.end(Phase::Sift);
        Ok(names)
    }

    /// Gives the outputs of Verify and of Select.
    fn resolve(&self, sifted: &[String]) -> Result<(Vec<String>, String)> {
        let context = self.context;
        let plan = context.plan;
        context.listener.begin(Phase::Resolve, 0);
        let mut verified = Vec::new();
        let mut proposed = Vec::new();
        let mut group = String::new();
        if plan.dedup.enabled {
            group = output_name("group", 0, &sifted);
            self.tasks(&[(Task::Group, &group)], |_, name| resolve::group(context, sifted, name))?;
            proposed = self.propose(sifted, &group)?;
            verified = self.compare(sifted, &proposed)?;
        }
        let options = serde_json::to_string(&plan.dedup).expect("options are plain data");
        let select = output_name("select", 0, &(options, sifted, &group, &verified));
        self.tasks(&[(Task::Select, &select)], |_, name| {
            let inputs = select_task::Inputs { sifted, group: &group, proposed: &proposed, verified: &verified };
            select_task::run(context, &inputs, name)
        })?;
        context.listener.end(Phase::Resolve);
        Ok((verified, select))
    }

    fn propose(&self, sifted: &[String], group: &String) -> Result<Vec<String>> {
        let context = self.context;
        let ranges = resolve::ranges(context);
        let names: Vec<String> =
            (0..ranges).map(|range| output_name("propose", range, &(ranges, sifted, group))).collect();
        let tasks: Vec<_> = names.iter().enumerate().map(|(range, n)| (Task::Propose { range }, n)).collect();
        self.tasks(&tasks, |task, name| match task {
            Task::Propose { range } => resolve::propose(context, *range, sifted, group, name),
            _ => unreachable!("propose runs propose tasks"),
        })?;
        Ok(names)
    }

    fn compare(&self, sifted: &[String], proposed: &[String]) -> Result<Vec<String>> {
        let context = self.context;
        let pieces = context.ingested().pieces.len();
        let gathered: Vec<String> =
            (0..pieces).map(|piece| output_name("gather", piece, &(&sifted[piece], proposed))).collect();
        let tasks: Vec<_> = gathered.iter().enumerate().map(|(piece, n)| (Task::Gather { piece }, n)).collect();
        self.tasks(&tasks, |task, name| match task {
            Task::Gather { piece } => resolve::gather(context, *piece, sifted, proposed, name),
            _ => unreachable!("gather runs gather tasks"),
        })?;
        let verified: Vec<String> =
            (0..pieces).map(|piece| output_name("verify", piece, &(&gathered, proposed))).collect();
        let tasks: Vec<_> = verified.iter().enumerate().map(|(piece, n)| (Task::Verify { piece }, n)).collect();
        self.tasks(&tasks, |task, name| match task {
            Task::Verify { piece } => resolve::verify(context, *piece, proposed, &gathered, name),
            _ => unreachable!("verify runs verify tasks"),
        })?;
        Ok(verified)
    }

    fn layout(&self, sifted: &[String], verified: &[String], select: &String) -> Result<()> {
        let context = self.context;
        let options = (context.plan.write.shard_text, context.plan.ledger.text);
        // Its totals tell what was passed over, too.
        let passed_over = (&context.ingested().passed_over, &context.ingested().kinds);
        let name = output_name("layout", 0, &(options, sifted, verified, select, passed_over));
        self.tasks(&[(Task::Layout, &name)], |_, name| layout::run(context, sifted, select, name))?;
        let layout = layout::load(context, &name)?;
        context.layout.set(layout).expect("layout runs once");
        Ok(())
    }

    fn emit(&self, sifted: &[String], verified: &[String], select: &str) -> Result<Vec<(Table, usize, String)>> {
        let context = self.context;
        let layout = context.layout();
        let plan = context.plan;
        let tables = [
            (Table::Data, &layout.data),
            (Table::Documents, &layout.documents),
            (Table::Lines, &layout.lines),
            (Table::Pairs, &layout.pairs),
        ];
        let options = (crate::write::VERSION, plan.write.zstd_level, plan.ledger.text, env!("CARGO_PKG_VERSION"));
        let limits = [plan.dedup.jaccard.to_bits(), plan.dedup.containment.to_bits()];
        let mut files = Vec::new();
        for (table, entries) in tables {
            for (index, entry) in entries.iter().enumerate() {
                let depends_on = (options, limits, table, entry, sifted, verified, select);
                files.push((table, index, output_name("emit", index, &depends_on)));
            }
        }
        context.listener.begin(Phase::Emit, 0);
        let tasks: Vec<_> =
            files.iter().map(|(table, index, n)| (Task::Emit { table: *table, index: *index }, n)).collect();
        let sources = emit::Sources { sifted, verified, select };
        self.tasks(&tasks, |task, name| match task {
            Task::Emit { table, index } => emit::run(context, *table, *index, &sources, name),
            _ => unreachable!("emit runs emit tasks"),
        })?;
        context.listener.end(Phase::Emit);
        Ok(files)
    }
}

/// `1 file`, `2 files`.
fn files(count: u64) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
