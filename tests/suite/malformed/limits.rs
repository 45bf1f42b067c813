//! Few files, little memory, little room, many threads.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output};

use super::bytes::{gzip, jsonl, texts, zstd};
use super::{assert_no_panic, assert_whole, run};
use crate::support::{Bench, Corpus, babble, told};

/// Runs a build under limits of the shell.
fn limited(bench: &Bench, limits: &str, output: &str, arguments: &str) -> Output {
    let script = format!("{limits}; exec \"$0\" build dumps -o {output} --recipe raw {arguments}");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_tamis")).current_dir(bench.at(""));
    run(&mut command)
}

fn whole(bench: &Bench, output: &str, result: &Output) -> Corpus {
    assert_eq!(result.status.code(), Some(0), "{}", told(result));
    assert_no_panic(result);
    let corpus = Corpus::open(&bench.at(output));
    assert_whole(&corpus);
    corpus
}

#[test]
fn few_open_files_are_enough_for_many_inputs() {
    let bench = Bench::new();
    for i in 0..300 {
        bench.file(&format!("dumps/{i:03}.jsonl.gz"), gzip(&jsonl(&texts(2))));
    }
    for threads in [1, 16] {
        let output = format!("corpus-{threads}");
        let result =
            limited(&bench, "ulimit -n 64", &output, &format!("--threads {threads} --set read.part_bytes=1000"));
        assert_eq!(whole(&bench, &output, &result).manifest.total("documents"), 600);
    }
}

#[test]
fn little_memory_is_enough_for_a_large_input() {
    let bench = Bench::new();
    // Mostly in a field that is not read, so that it is large without taking long.
    let other = "x".repeat(10_000);
    let line = |i: u64| serde_json::json!({"text": babble(i, 30), "other": other}).to_string() + "\n";
    let large: String = (0..5000).map(line).collect();
    bench.file("dumps/a.jsonl", &large).file("dumps/b.jsonl.zst", zstd(&large.as_bytes()[..10 << 20]));
    bench.file("dumps/c.jsonl", [&b"{\"text\":\""[..], &b"x ".repeat(5 << 20), b"\"}\n"].concat());
    let result = limited(&bench, "ulimit -v 2000000", "corpus", "--threads 2");
    assert!(whole(&bench, "corpus", &result).manifest.total("documents") > 6000);
}

#[test]
fn large_records_take_turns_and_too_little_memory_ends_in_order() {
    let bench = Bench::new();
    let text = babble(1, 2_000_000);
    for i in 0..4 {
        bench.file(&format!("dumps/{i}.jsonl"), jsonl(&[format!("{i} {text}")]));
    }
    let result = limited(&bench, "ulimit -v 1000000", "corpus", "--threads 4");
    assert_eq!(whole(&bench, "corpus", &result).manifest.total("documents"), 4);
    let result = limited(&bench, "ulimit -v 250000", "small", "--threads 4");
    assert_eq!(result.status.code(), Some(3), "{}", told(&result));
    assert!(told(&result).contains("goes on where it stopped"), "{}", told(&result));
    let result = limited(&bench, "ulimit -v 1000000", "small", "--threads 1");
    assert_eq!(whole(&bench, "small", &result).manifest.total("documents"), 4);
}

#[test]
fn more_threads_than_cores_give_the_same_corpus() {
    let bench = Bench::new();
    for i in 0..20 {
        bench.file(&format!("dumps/{i:02}.jsonl"), jsonl(&texts(20)));
    }
    let corpora = [1, 64].map(|threads| {
        let output = format!("corpus-{threads}");
        let result = limited(&bench, "true", &output, &format!("--threads {threads} --set read.part_bytes=2000"));
        whole(&bench, &output, &result)
    });
    crate::support::assert_equal_bytes(&corpora[0].folder, &corpora[1].folder);
}

#[test]
fn a_place_that_is_too_small_ends_the_run_with_its_exit_code() {
    let bench = Bench::new();
    let lines: Vec<String> = (0..4000).map(|i| babble(i, 60)).collect();
    bench.file("dumps/a.jsonl", jsonl(&lines));
    let result = limited(&bench, "ulimit -f 16", "corpus", "");
    assert_eq!(result.status.code(), Some(3), "{}", told(&result));
    assert_no_panic(&result);
    assert!(!bench.at("corpus/manifest.json").exists(), "no dataset without all of its files");
    // With room enough the same command goes on to the end.
    let result = limited(&bench, "true", "corpus", "");
    assert_eq!(whole(&bench, "corpus", &result).manifest.total("documents"), 4000);
}

#[test]
fn odd_limits_are_refused_or_held() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", jsonl(&texts(30)));
    let code = |arguments: &str| limited(&bench, "true", "odd", arguments).status.code();
    for refused in [
        "--threads -1",
        "--threads x",
        "--max-record 0",
        "--max-record -5",
        "--max-record 1XB",
        "--limit x",
        "--memory 1XB",
    ] {
        assert_eq!(code(refused), Some(2), "{refused}");
        assert!(!Path::new(&bench.at("odd")).exists(), "{refused} left a folder");
    }
    for held in ["--threads 1", "--max-record 9999999TB", "--limit 18446744073709551615", "--memory 1GB"] {
        let code = code(&format!("{held} --overwrite"));
        assert!(matches!(code, Some(0 | 2)), "{held}: {code:?}");
    }
}

#[test]
fn a_line_without_end_on_the_standard_input_costs_itself() {
    let bench = Bench::new();
    let script = "(printf '{\"text\":\"one\"}\\n'; head -c 3000000 /dev/zero | tr '\\0' x; printf '\\n{\"text\":\"two\"}\\n') \
                  | \"$0\" build - -o corpus --recipe raw --max-record 1MB";
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_tamis")).current_dir(bench.at(""));
    let result = run(&mut command);
    let corpus = whole(&bench, "corpus", &result);
    assert_eq!((corpus.manifest.total("kept"), corpus.manifest.total("errors")), (2, 1));
}
