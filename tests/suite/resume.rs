//! Commit by one small file: a build that dies at any moment leaves no dataset, and the same command makes it whole.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use tamis::dataset::paths;

use crate::support::{Bench, assert_equal_bytes, dump, tamis, told};

/// Many small tasks, so that a kill falls between any two.
const SMALL: [&str; 2] = ["--set", "read.part_bytes=20000"];

fn command(bench: &Bench, output: &str) -> Command {
    let mut command = tamis();
    command.arg("build").arg(bench.at("dumps")).arg("-o").arg(bench.at(output)).args(SMALL).args(["--threads", "2"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_build_killed_at_any_moment_resumes_to_the_same_bytes() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 600)).file("dumps/b.jsonl", dump(400, 600));
    let begun = std::time::Instant::now();
    assert!(command(&bench, "whole").status().unwrap().success());
    let whole = begun.elapsed();
    let mut killed = 0;
    for tenth in 0..10u32 {
        let output = format!("killed-{tenth}");
        let mut child = command(&bench, &output).spawn().unwrap();
        std::thread::sleep(whole * tenth / 10 + Duration::from_millis(1));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        if !status.success() {
            killed += 1;
        }
        assert!(command(&bench, &output).status().unwrap().success());
        assert_equal_bytes(&bench.at("whole"), &bench.at(&output));
        assert!(!bench.at(&output).join(paths::STATE).exists());
        assert!(bench.at(&output).join(paths::TIMINGS).exists());
        fs::remove_dir_all(bench.at(&output)).unwrap();
    }
    assert!(killed > 0, "no build was killed in time");
}

#[test]
fn a_finished_build_is_up_to_date_and_is_not_touched() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 30));
    bench.built("corpus", &[]);
    let before = fs::metadata(bench.at("corpus/manifest.json")).unwrap().modified().unwrap();
    let again = bench.build("corpus", &[]);
    assert!(told(&again).contains("up to date"), "{}", told(&again));
    assert_eq!(fs::metadata(bench.at("corpus/manifest.json")).unwrap().modified().unwrap(), before);
    assert!(!bench.at("corpus").join(paths::STATE).exists());
}

#[test]
fn another_plan_or_other_inputs_are_refused_until_overwritten() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 30));
    bench.built("corpus", &[]);
    let other_plan = bench.build("corpus", &["--recipe", "raw"]);
    assert_eq!(other_plan.status.code(), Some(2), "{}", told(&other_plan));
    assert!(told(&other_plan).contains("another plan"), "{}", told(&other_plan));
    bench.file("dumps/a.jsonl", dump(0, 31));
    let other_inputs = bench.build("corpus", &[]);
    assert_eq!(other_inputs.status.code(), Some(2), "{}", told(&other_inputs));
    assert!(told(&other_inputs).contains("other inputs"), "{}", told(&other_inputs));
    bench.built("corpus", &["--recipe", "raw", "--overwrite"]);
    bench.built("fresh", &["--recipe", "raw"]);
    assert_equal_bytes(&bench.at("corpus"), &bench.at("fresh"));
}

#[test]
fn a_folder_that_is_not_ours_is_never_touched() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 3)).file("mine/letter.txt", "dear");
    let refused = bench.build("mine", &["--overwrite"]);
    assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
    assert_eq!(fs::read_dir(bench.at("mine")).unwrap().count(), 1);
}

#[test]
fn two_builds_never_write_into_one_folder() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 3));
    fs::create_dir_all(bench.at("corpus/.tamis")).unwrap();
    let lock = fs::File::create(bench.at("corpus/.tamis/lock")).unwrap();
    lock.lock().unwrap();
    let refused = bench.build("corpus", &[]);
    assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
    assert!(told(&refused).contains("another build"), "{}", told(&refused));
    lock.unlock().unwrap();
    bench.built("corpus", &[]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_build_says_how_to_go_on() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 3000));
    let mut build = command(&bench, "corpus");
    let child = build.stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(60));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", told(&ended));
    assert!(told(&ended).contains("same command again"), "{}", told(&ended));
    assert!(command(&bench, "corpus").status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_leaves_a_folder_that_goes_on() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 2000));
    let limited = |kilobytes: u32| {
        let build = format!(
            "ulimit -f {kilobytes}; exec '{}' build '{}' -o '{}'",
            env!("CARGO_BIN_EXE_tamis"),
            bench.at("dumps").display(),
            bench.at("corpus").display()
        );
        Command::new("bash").args(["-c", &build]).output().unwrap()
    };
    let full = limited(100);
    assert_eq!(full.status.code(), Some(3), "{}", told(&full));
    assert!(told(&full).contains("no space left"), "{}", told(&full));
    assert!(!bench.at("corpus/manifest.json").exists());
    bench.built("corpus", &[]);
    bench.built("fresh", &[]);
    assert_equal_bytes(&bench.at("corpus"), &bench.at("fresh"));
}
