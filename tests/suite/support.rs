//! Dumps to build from, the program to build with, and corpora to look into.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};
use tamis::dataset::manifest::Manifest;
use tamis::dataset::tables::for_each_batch;
use tempfile::TempDir;

/// The program that was built with these tests.
pub fn tamis() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tamis"))
}

/// The samples that come with the project.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// A folder of dumps, and the corpora that are built from them.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// The place of `name` in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into it.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Runs `tamis build` over `inputs` of it (or places elsewhere) into `output`, with more arguments.
    pub fn build_from(&self, inputs: &[&Path], output: &str, arguments: &[&str]) -> Output {
        let mut command = tamis();
        command.arg("build").args(inputs).arg("-o").arg(self.at(output)).args(arguments);
        command.current_dir(self.folder.path()).output().unwrap()
    }

    /// Runs `tamis build` over the folder `dumps` into `output`.
    pub fn build(&self, output: &str, arguments: &[&str]) -> Output {
        self.build_from(&[&self.at("dumps")], output, arguments)
    }

    /// The same, which must succeed; gives the corpus.
    pub fn built(&self, output: &str, arguments: &[&str]) -> Corpus {
        let result = self.build(output, arguments);
        assert!(result.status.success(), "{}", told(&result));
        Corpus::open(&self.at(output))
    }
}

/// Everything that a run said.
pub fn told(output: &Output) -> String {
    format!(
        "{}\nstdout:\n{}\nstderr:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A finished corpus.
pub struct Corpus {
    /// Its folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
}

impl Corpus {
    /// Opens the corpus in `folder`.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), manifest: Manifest::of_dataset(folder).unwrap() }
    }

    /// All rows of the tables of `role`, nulls left out.
    pub fn rows(&self, role: &str) -> Vec<Map<String, Value>> {
        let mut rows = Vec::new();
        for_each_batch(&self.folder, &self.manifest, role, &[], |_, batch| {
            rows.extend((0..batch.rows()).map(|row| batch.row(row)));
            Ok(true)
        })
        .unwrap();
        rows
    }

    /// The ledger of documents by `source#record`.
    pub fn documents(&self) -> BTreeMap<String, Map<String, Value>> {
        self.rows("documents")
            .into_iter()
            .map(|d| (format!("{}#{}", text(&d, "source"), d["source_record"]), d))
            .collect()
    }

    /// The texts of the records of one source, in order.
    pub fn texts_of(&self, source: &str) -> Vec<String> {
        self.rows("data").iter().filter(|r| text(r, "source") == source).map(|r| text(r, "text").to_owned()).collect()
    }
}

/// A column of strings; empty where null.
pub fn text<'r>(row: &'r Map<String, Value>, column: &str) -> &'r str {
    row.get(column).and_then(Value::as_str).unwrap_or("")
}

/// The bytes of every file of a corpus but the timings, by path.
pub fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                if name != "timings.json" {
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// Asserts that two corpora have equal bytes, naming the files that differ.
pub fn assert_equal_bytes(a: &Path, b: &Path) {
    let (a, b) = (bytes_of(a), bytes_of(b));
    let differing: Vec<&String> = a.keys().chain(b.keys()).filter(|name| a.get(*name) != b.get(*name)).collect();
    assert!(
        differing.is_empty(),
        "{} files differ, such as {:?}",
        differing.len(),
        &differing[..differing.len().min(5)]
    );
}

/// Words of no meaning in three scripts, drawn by a small generator: text of any length that repeats nothing.
pub fn babble(seed: u64, words: usize) -> String {
    const ALPHABETS: [&str; 3] =
        ["ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "abcdefghijklmnoprstuvwz", "абвгдежзиклмнопрстуфхцчш"];
    let letters: Vec<char> = ALPHABETS[seed as usize % ALPHABETS.len()].chars().collect();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut text = String::new();
    for word in 0..words {
        if word > 0 {
            text.push_str(if word % 40 == 0 { ".\n" } else { " " });
        }
        for _ in 0..2 + draw(7) {
            text.push(letters[draw(letters.len())]);
        }
    }
    text.push('.');
    text
}

/// A dump of `count` articles as JSON lines, with an exact and a near duplicate now and then, blank and broken lines.
pub fn dump(first: u64, count: u64) -> String {
    let mut lines = String::new();
    for i in first..first + count {
        let text = match i % 10 {
            7 => babble(i - 1, 120),
            8 => format!("{} {}", babble(i - 2, 120), babble(i, 4)),
            _ => babble(i, 60 + (i % 5) as usize * 40),
        };
        let article = serde_json::json!({"id": i, "title": babble(i + 1_000_000, 5), "text": text, "url": format!("https://site{}.example/{i}", i % 7)});
        lines.push_str(&format!("{article}\n"));
        match i % 50 {
            11 => lines.push_str("{\"text\": \"cut in the mid\n"),
            23 => lines.push('\n'),
            _ => {}
        }
    }
    lines
}
