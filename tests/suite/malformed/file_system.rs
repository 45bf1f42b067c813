//! Names, links, pipes and rights: what lies in a folder of dumps beside dumps.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::{came_of, is_administrator, rows_of, run, whole_corpus};
use crate::support::{Bench, tamis, text, told};

/// A folder with one dump.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.file("dumps/a.txt", "The first text.");
    bench
}

fn sources(bench: &Bench, output: &str) -> Vec<String> {
    let corpus = whole_corpus(bench, output, &[]);
    corpus.manifest.inputs.iter().map(|i| i.source.clone()).collect()
}

#[test]
fn what_is_no_file_is_left_out_and_told() {
    let bench = bench();
    let at = |name: &str| bench.at("dumps").join(name);
    symlink("nowhere", at("dangling.txt")).unwrap();
    symlink("itself.txt", at("itself.txt")).unwrap();
    symlink("two.txt", at("one.txt")).unwrap();
    symlink("one.txt", at("two.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.jsonl")).status().unwrap().success());
    let _socket = UnixListener::bind(at("socket.jsonl")).unwrap();
    symlink("/dev/zero", at("device.txt")).unwrap();
    fs::create_dir(at("folder.jsonl")).unwrap();
    fs::create_dir_all(at("empty/emptier")).unwrap();
    bench.file("dumps/.hidden.txt", "no").file("dumps/.folder/x.txt", "no").file("dumps/nothing.txt", "");
    assert_eq!(sources(&bench, "corpus"), ["a.txt", "nothing.txt"]);
    let result = bench.build("again", &["--recipe", "raw"]);
    for name in ["dangling.txt", "pipe.jsonl", "socket.jsonl", "device.txt"] {
        assert!(told(&result).contains(name), "{name} is not told: {}", told(&result));
    }
}

#[test]
fn links_in_a_circle_are_walked_once() {
    let bench = bench();
    fs::create_dir_all(bench.at("dumps/deep/deeper")).unwrap();
    symlink("..", bench.at("dumps/deep/up")).unwrap();
    symlink("../..", bench.at("dumps/deep/deeper/top")).unwrap();
    symlink(bench.at("dumps"), bench.at("dumps/all")).unwrap();
    let corpus = whole_corpus(&bench, "corpus", &[]);
    assert_eq!(corpus.manifest.total("documents"), 1);
}

#[test]
fn one_file_under_many_names_is_read_once() {
    let bench = bench();
    fs::hard_link(bench.at("dumps/a.txt"), bench.at("dumps/hard-link.txt")).unwrap();
    symlink("a.txt", bench.at("dumps/link.txt")).unwrap();
    bench.file("elsewhere/b.txt", "The second text.");
    symlink(bench.at("elsewhere"), bench.at("dumps/folder")).unwrap();
    symlink(bench.at("elsewhere"), bench.at("dumps/folder-again")).unwrap();
    assert_eq!(sources(&bench, "corpus"), ["folder-again/b.txt", "hard-link.txt"]);
}

#[test]
fn a_file_that_may_not_be_read_costs_itself() {
    let bench = bench();
    bench.file("dumps/b.txt", "The second text.").file("dumps/closed/c.txt", "The third text.");
    fs::set_permissions(bench.at("dumps/b.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(bench.at("dumps/closed"), fs::Permissions::from_mode(0o000)).unwrap();
    bench.file("dumps/listed/d.txt", "The fourth text.");
    fs::set_permissions(bench.at("dumps/listed"), fs::Permissions::from_mode(0o444)).unwrap();
    if !is_administrator(&bench.at("")) {
        let corpus = whole_corpus(&bench, "corpus", &[]);
        // The folder cannot be listed, and the status of the last file cannot be read.
        for source in ["b.txt", "closed", "listed/d.txt"] {
            let rows = rows_of(&corpus, source);
            assert_eq!((rows.len(), text(&rows[0], "reason")), (1, "read.unreadable"), "{source}");
        }
        assert_eq!(corpus.texts_of("a.txt"), ["The first text."]);
    }
    for folder in ["dumps/closed", "dumps/listed"] {
        fs::set_permissions(bench.at(folder), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn names_of_every_kind_are_sources() {
    let bench = bench();
    let names: [&[u8]; 12] = [
        b"with space.txt",
        b"new\nline.txt",
        b"tab\t.txt",
        b"quote'\"`$(x).txt",
        b"star*?[x]{y}.txt",
        b"-dash.txt",
        b"label=name.txt",
        b"back\\slash.txt",
        b"bytes-\xff\xfe.txt",
        "اسم عربي.txt".as_bytes(),
        "\u{202e}right-to-left\u{200f}.txt".as_bytes(),
        "e\u{301}.txt".as_bytes(),
    ];
    for name in names {
        fs::write(bench.at("dumps").join(OsStr::from_bytes(name)), "Some words.").unwrap();
    }
    let long = "n".repeat(250) + ".txt";
    bench.file(&format!("dumps/{long}"), "Some words.");
    let corpus = whole_corpus(&bench, "corpus", &[]);
    let came = came_of(&corpus);
    assert_eq!(came.len(), 14);
    for (source, came) in &came {
        assert_eq!(came.texts.len(), 1, "`{source}`");
    }
    assert!(came.contains_key("bytes-\\xFF\\xFE.txt") && came.contains_key("new\nline.txt"));
    // Each can be asked for, by name and by place.
    let why = tamis().arg("why").arg(&corpus.folder).arg("اسم عربي.txt").output().unwrap();
    assert!(why.status.success(), "{}", told(&why));
    for name in names {
        let mut command = tamis();
        command.arg("build").arg(bench.at("dumps").join(OsStr::from_bytes(name)));
        command.arg("-o").arg(bench.at("one")).args(["--recipe", "raw", "--overwrite"]);
        // A path that is no UTF-8 cannot be an argument of text; it is refused by name, or read.
        let result = run(&mut command);
        let code = result.status.code();
        assert!(code == Some(0) || (code == Some(2) && std::str::from_utf8(name).is_err()), "{}", told(&result));
    }
}

#[test]
fn deep_folders_and_many_files_are_walked() {
    let bench = bench();
    let deep = "d/".repeat(400) + "deep.txt";
    bench.file(&format!("dumps/{deep}"), "The deep text.");
    for i in 0..2000 {
        bench.file(&format!("dumps/many/{i:04}.txt"), format!("Text number {i}."));
    }
    let corpus = whole_corpus(&bench, "corpus", &[]);
    assert_eq!(corpus.manifest.total("kept"), 2002);
    assert_eq!(corpus.texts_of(&deep), ["The deep text."]);
}

#[test]
fn an_input_that_is_no_file_or_folder_is_refused() {
    let bench = bench();
    assert!(Command::new("mkfifo").arg(bench.at("pipe")).status().unwrap().success());
    symlink("nowhere", bench.at("dangling")).unwrap();
    for input in ["pipe", "dangling", "missing", "missing*.txt", "[broken"] {
        let mut command = tamis();
        command.arg("build").arg(input).args(["-o", "corpus", "--recipe", "raw"]).current_dir(bench.at(""));
        let result = run(&mut command);
        assert!(matches!(result.status.code(), Some(2 | 3)), "{input}: {}", told(&result));
        assert!(!bench.at("corpus").exists(), "{input} left a folder");
    }
    // A device without end must not be read without end.
    let result = run(tamis().arg("build").arg("/dev/zero").args(["-o", "corpus"]).current_dir(bench.at("")));
    assert_eq!(result.status.code(), Some(3), "{}", told(&result));
}

#[test]
fn an_output_that_cannot_be_is_told_and_nothing_is_left() {
    let bench = bench();
    bench.file("file", "x").file("foreign/x.txt", "x");
    symlink("nowhere/deep", bench.at("dangling")).unwrap();
    for (output, codes) in [("file", [2, 3]), ("file/below", [2, 3]), ("foreign", [2, 2])] {
        let result = bench.build(output, &["--recipe", "raw", "--overwrite"]);
        assert!(codes.contains(&result.status.code().unwrap()), "{output}: {}", told(&result));
    }
    assert_eq!(fs::read_dir(bench.at("foreign")).unwrap().count(), 1);
    assert_eq!(fs::read(bench.at("file")).unwrap(), b"x");
    if Path::new("/dev/full").exists() {
        let full =
            tamis().args(["recipes", "default"]).stdout(fs::File::create("/dev/full").unwrap()).status().unwrap();
        assert!(full.code().is_some(), "a full stdout must not abort");
    }
}
