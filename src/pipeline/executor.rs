//! Who runs tasks: the threads of this process, or one after another. Results never depend on it.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::error::{Error, Result};

use super::task::Task;

/// Stack of a worker: parsers of foreign markup recurse.
const STACK_BYTES: usize = 16 << 20;

/// What a task does.
pub type Work<'w> = dyn Fn(&Task) -> Result<()> + Sync + 'w;

/// Runs tasks that do not depend on one another.
pub trait Executor: Sync {
    /// Runs each of `tasks` once; ends early when one fails.
    ///
    /// # Errors
    /// That of a task that failed.
    fn run(&self, tasks: &[Task], work: &Work<'_>) -> Result<()>;

    /// How many tasks it runs at a time.
    fn width(&self) -> usize;
}

/// Runs tasks on a pool of threads.
pub struct Threads {
    pool: rayon::ThreadPool,
}

impl Threads {
    /// A pool of `threads` threads; as many as there are cores where 0.
    ///
    /// # Errors
    /// When the threads cannot be made.
    pub fn new(threads: usize) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK_BYTES)
            .thread_name(|i| format!("tamis-{i}"))
            .build()
            .map_err(|e| Error::Usage(format!("cannot start {threads} threads: {e}")))?;
        Ok(Self { pool })
    }
}

impl Executor for Threads {
    fn run(&self, tasks: &[Task], work: &Work<'_>) -> Result<()> {
        self.pool.install(|| tasks.par_iter().with_max_len(1).try_for_each(work))
    }

    fn width(&self) -> usize {
        self.pool.current_num_threads()
    }
}

/// Runs tasks in order on one thread, each from its serialised form, as a distant worker would get it.
pub struct Serialised;

impl Executor for Serialised {
    fn run(&self, tasks: &[Task], work: &Work<'_>) -> Result<()> {
        let run = || {
            tasks.iter().try_for_each(|task| {
                let bytes = postcard::to_stdvec(task).expect("a task is plain data");
                let task: Task = postcard::from_bytes(&bytes).expect("a task reads back");
                work(&task)
            })
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
            let joined = thread.map_err(|e| Error::Usage(format!("cannot start a thread: {e}")))?.join();
            joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn width(&self) -> usize {
        1
    }
}
