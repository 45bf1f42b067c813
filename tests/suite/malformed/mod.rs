//! Damaged, hostile and odd inputs: each costs at most itself, and all that is whole comes through.
//!
//! A family is a table of cases. All cases of a family are files of one folder, read by one build between two healthy
//! files, so that a file that costs another is seen; the build is run twice, the second time cut into tiny parts.

mod archives;
mod bytes;
mod charsets;
mod compression;
mod csv;
mod file_system;
mod html;
mod json;
mod limits;
mod markup;
mod parquet;
mod warc;
mod xml;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tamis::dataset::manifest::Manifest;

use crate::support::{Bench, Corpus, tamis, text, told};

/// How long a run may take before it is killed: far above what it takes, so that only a hang is found by it.
const PATIENCE: Duration = Duration::from_secs(300);

/// One damaged file and what must come of it.
struct Case {
    name: String,
    bytes: Vec<u8>,
    texts: Texts,
    /// Reasons of records that are errors, in order of reason.
    errors: Vec<String>,
    /// Further errors may be there.
    more_errors: bool,
    rejected: usize,
    passed_over: u64,
}

/// The texts of the documents that are kept, in order.
enum Texts {
    /// These.
    Are(Vec<String>),
    /// So many.
    Count(usize),
    /// The first ones of these, at least so many.
    BeginningOf(Vec<String>, usize),
    /// Some of these in order, at least so many.
    Among(Vec<String>, usize),
    /// At least so many, whatever they say.
    AtLeast(usize),
    /// As many as these, each holding its own.
    Hold(Vec<String>),
    /// Whatever there is: only the run and the other files matter.
    Any,
}

/// A file that gives nothing: no text, no error, nothing passed over.
fn case(name: impl Into<String>, bytes: impl AsRef<[u8]>) -> Case {
    Case {
        name: name.into(),
        bytes: bytes.as_ref().to_vec(),
        texts: Texts::Are(Vec::new()),
        errors: Vec::new(),
        more_errors: false,
        rejected: 0,
        passed_over: 0,
    }
}

fn owned<T: AsRef<str>>(texts: &[T]) -> Vec<String> {
    texts.iter().map(|t| t.as_ref().to_owned()).collect()
}

impl Case {
    fn gives<T: AsRef<str>>(mut self, texts: &[T]) -> Self {
        self.texts = Texts::Are(owned(texts));
        self
    }

    fn count(mut self, documents: usize) -> Self {
        self.texts = Texts::Count(documents);
        self
    }

    fn beginning_of<T: AsRef<str>>(mut self, texts: &[T], least: usize) -> Self {
        self.texts = Texts::BeginningOf(owned(texts), least);
        self
    }

    fn among<T: AsRef<str>>(mut self, texts: &[T], least: usize) -> Self {
        self.texts = Texts::Among(owned(texts), least);
        self
    }

    fn at_least(mut self, documents: usize) -> Self {
        self.texts = Texts::AtLeast(documents);
        self
    }

    fn holds<T: AsRef<str>>(mut self, phrases: &[T]) -> Self {
        self.texts = Texts::Hold(owned(phrases));
        self
    }

    fn gives_anything(mut self) -> Self {
        self.texts = Texts::Any;
        self
    }

    fn errors(mut self, reasons: &[&str]) -> Self {
        self.errors = owned(reasons);
        self.errors.sort();
        self
    }

    fn or_more_errors(mut self) -> Self {
        self.more_errors = true;
        self
    }

    fn rejects(mut self, documents: usize) -> Self {
        self.rejected = documents;
        self
    }

    fn passes_over(mut self, records: u64) -> Self {
        self.passed_over = records;
        self
    }
}

/// What came of one file.
#[derive(Default)]
struct Came {
    texts: Vec<String>,
    errors: Vec<String>,
    rejected: Vec<String>,
    passed_over: u64,
}

impl Case {
    /// What is wrong, where something is.
    fn judge(&self, came: &Came) -> Option<String> {
        let mut wrong = Vec::new();
        if let Some(what) = self.texts.judge(&came.texts) {
            wrong.push(what);
        }
        let expected = |reason: &String| self.errors.iter().filter(|e| *e == reason).count();
        let found = |reason: &String| came.errors.iter().filter(|e| *e == reason).count();
        let errors = match self.more_errors {
            true => self.errors.iter().all(|e| found(e) >= expected(e)),
            false => self.errors == came.errors,
        };
        if !errors {
            wrong.push(format!("errors: expected {}, found {}", brief(&self.errors), brief(&came.errors)));
        }
        if self.rejected != came.rejected.len() && !matches!(self.texts, Texts::Any) {
            wrong.push(format!("rejected: expected {}, found {}", self.rejected, brief(&came.rejected)));
        }
        if self.passed_over != came.passed_over {
            wrong.push(format!("passed over: expected {}, found {}", self.passed_over, came.passed_over));
        }
        (!wrong.is_empty()).then(|| format!("`{}`: {}", self.name, wrong.join("; ")))
    }
}

impl Texts {
    fn judge(&self, found: &[String]) -> Option<String> {
        let (right, expected) = match self {
            Self::Are(texts) => (texts == found, brief(texts)),
            Self::Count(count) => (found.len() == *count, format!("{count} texts")),
            Self::BeginningOf(texts, least) => (
                found.len() >= *least && texts.starts_with(found),
                format!("at least {least} of the beginning of {}", brief(texts)),
            ),
            Self::Among(texts, least) => {
                let mut rest = texts.iter();
                let in_order = found.iter().all(|f| rest.any(|t| t == f));
                (found.len() >= *least && in_order, format!("at least {least} among {}", brief(texts)))
            }
            Self::AtLeast(least) => (found.len() >= *least, format!("at least {least} texts")),
            Self::Hold(phrases) => (
                found.len() == phrases.len() && found.iter().zip(phrases).all(|(f, p)| f.contains(p.as_str())),
                format!("texts that hold {}", brief(phrases)),
            ),
            Self::Any => (true, String::new()),
        };
        (!right).then(|| format!("found {}, expected {expected}", brief(found)))
    }
}

/// A list for a message.
fn brief(list: &[String]) -> String {
    let cut = |s: &String| format!("{:?}", s.chars().take(40).collect::<String>());
    let shown = list.iter().take(4).map(cut).collect::<Vec<_>>().join(", ");
    format!("{} [{shown}{}]", list.len(), if list.len() > 4 { ", …" } else { "" })
}

/// The lines of the healthy files.
const HEALTHY: &str = "{\"text\":\"The river was calm that day.\"}\n{\"text\":\"وكان النهر هادئا ذلك اليوم.\"}\n";

/// Builds from all cases at once, whole and in tiny parts, and holds what came of each against what must.
fn check(cases: &[Case], options: &[&str]) {
    let bench = Bench::new();
    bench.file("dumps/0-healthy.jsonl", HEALTHY).file("dumps/zz-healthy.jsonl", HEALTHY);
    bench.file("canary/untouched", "x");
    for case in cases {
        assert!(!bench.at("dumps").join(&case.name).exists(), "two cases are called `{}`", case.name);
        bench.file(&format!("dumps/{}", case.name), &case.bytes);
    }
    let mut wrong = Vec::new();
    for part_bytes in ["16777216", "3000"] {
        let output = format!("corpus-{part_bytes}");
        let part_bytes = format!("read.part_bytes={part_bytes}");
        let options = [&["--set", &part_bytes], options].concat();
        let corpus = whole_corpus(&bench, &output, &options);
        let mut came = came_of(&corpus);
        for healthy in ["0-healthy.jsonl", "zz-healthy.jsonl"] {
            let healthy = came.remove(healthy).unwrap_or_default();
            assert_eq!((healthy.texts.len(), healthy.errors.len()), (2, 0), "a bad file costs another");
        }
        for case in cases {
            let came = came.remove(&case.name).unwrap_or_default();
            wrong.extend(case.judge(&came).filter(|w| !wrong.contains(w)));
        }
        assert!(came.is_empty(), "sources of no file: {:?}", came.keys());
    }
    assert_eq!(fs::read_dir(bench.at("canary")).unwrap().count(), 1, "something was written by the name of a member");
    let mut beside: Vec<_> = fs::read_dir(bench.at("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["canary", "corpus-16777216", "corpus-3000", "dumps"], "something was written beside");
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Builds with the recipe `raw`, one row a document, from the folder `dumps`: the run must end well, the corpus be whole.
fn whole_corpus(bench: &Bench, output: &str, options: &[&str]) -> Corpus {
    let mut command = tamis();
    command.arg("build").arg(bench.at("dumps")).arg("-o").arg(bench.at(output));
    command.args(["--recipe", "raw", "--set", "segment.unit=document"]).args(options);
    let result = run(command.current_dir(bench.at("")));
    assert_eq!(result.status.code(), Some(0), "{}", told(&result));
    assert_no_panic(&result);
    let corpus = Corpus::open(&bench.at(output));
    assert_whole(&corpus);
    corpus
}

/// Runs a command to its end, or kills it when it hangs.
fn run(command: &mut Command) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let (stdout, stderr) = (folder.path().join("stdout"), folder.path().join("stderr"));
    command.stdin(Stdio::null()).stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it hangs: {command:?}\n{}", fs::read_to_string(&stderr).unwrap_or_default());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Output { status, stdout: fs::read(stdout).unwrap(), stderr: fs::read(stderr).unwrap() }
}

fn assert_no_panic(result: &Output) {
    let said = told(result).to_lowercase();
    assert!(!said.contains("panick") && !said.contains("overflow") && !said.contains("abort"), "{}", told(result));
}

/// `verify` finds it whole, and inputs, ledger and totals tell the same.
fn assert_whole(corpus: &Corpus) {
    let verified = run(tamis().arg("verify").arg(&corpus.folder));
    assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
    let m = &corpus.manifest;
    let rows = corpus.rows("documents");
    assert_eq!(m.total("documents"), rows.len() as u64);
    assert_eq!(m.inputs.iter().map(|i| i.documents).sum::<u64>(), rows.len() as u64);
    let parts = ["kept", "rejected", "duplicates", "errors"].map(|name| m.total(name));
    assert_eq!(m.total("documents"), parts.iter().sum::<u64>());
    let mut seen: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut rows_of_file: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &rows {
        seen.entry(text(row, "source")).or_default().push(row["source_record"].as_i64().unwrap());
        *rows_of_file.entry(file_of(text(row, "source"), m)).or_default() += 1;
        if text(row, "verdict") == "error" {
            assert!(!text(row, "detail").is_empty(), "an error without detail: {row:?}");
        }
    }
    for input in &m.inputs {
        let rows = rows_of_file.remove(input.source.as_str()).unwrap_or(0);
        assert_eq!(input.documents, rows, "`{}` has another number of rows in the ledger", input.source);
        let last = seen.get(input.source.as_str()).and_then(|ordinals| ordinals.last());
        let met = (input.documents + input.passed_over) as i64;
        assert!(last.is_none_or(|last| *last < met), "`{}`: an ordinal is not below {met}", input.source);
    }
    assert!(rows_of_file.is_empty(), "sources of no input: {:?}", rows_of_file.keys());
    for (source, ordinals) in &seen {
        assert!(ordinals.is_sorted_by(|a, b| a < b), "ordinals of `{source}` are out of order");
    }
}

/// The input that a source is, or is a member of.
fn file_of<'s>(source: &'s str, manifest: &Manifest) -> &'s str {
    let ends = source.match_indices('!').map(|(at, _)| at).chain([source.len()]);
    let is_input = |end: &usize| manifest.inputs.iter().any(|i| i.source == source[..*end]);
    ends.into_iter().find(is_input).map_or(source, |end| &source[..end])
}

/// What came of each file, the members of an archive taken together.
fn came_of(corpus: &Corpus) -> BTreeMap<String, Came> {
    let mut came: BTreeMap<String, Came> = BTreeMap::new();
    let file_of = |source: &str| file_of(source, &corpus.manifest).to_owned();
    for row in corpus.rows("data") {
        came.entry(file_of(text(&row, "source"))).or_default().texts.push(text(&row, "text").to_owned());
    }
    for row in corpus.rows("documents") {
        let of = came.entry(file_of(text(&row, "source"))).or_default();
        match text(&row, "verdict") {
            "error" => of.errors.push(text(&row, "reason").to_owned()),
            "kept" => {}
            _ => of.rejected.push(text(&row, "reason").to_owned()),
        }
    }
    for input in &corpus.manifest.inputs {
        came.entry(file_of(&input.source)).or_default().passed_over += input.passed_over;
    }
    came.values_mut().for_each(|c| c.errors.sort());
    came
}

/// Rows of the ledger of one source.
fn rows_of(corpus: &Corpus, source: &str) -> Vec<Map<String, Value>> {
    corpus.rows("documents").into_iter().filter(|row| text(row, "source") == source).collect()
}

/// Whether files can be made unreadable: not to the administrator.
fn is_administrator(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::write(&probe, "x").unwrap();
    let mut permissions = fs::metadata(&probe).unwrap().permissions();
    permissions.set_readonly(true);
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0);
    fs::set_permissions(&probe, permissions).unwrap();
    let readable = File::open(&probe).is_ok();
    fs::remove_file(&probe).unwrap();
    readable
}
