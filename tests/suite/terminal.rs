//! What users see: help, tables, the life of a document, in any direction of writing.

use crate::support::{Bench, samples, tamis, told};

fn said(arguments: &[&str]) -> String {
    let output = tamis().args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", told(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_is_as_it_was_read() {
    for command in ["", "build", "stats", "inspect", "why", "verify", "recipes"] {
        let name = if command.is_empty() { "help".to_owned() } else { format!("help-{command}") };
        let arguments: &[&str] = if command.is_empty() { &["--help"] } else { &[command, "--help"] };
        insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name, said(arguments));
        });
    }
}

#[test]
fn tables_and_lives_are_as_they_were_read() {
    let bench = Bench::new();
    let result = bench.build_from(&[&samples()], "corpus", &["--quiet"]);
    let corpus = bench.at("corpus");
    let corpus = corpus.to_str().unwrap();
    let funnel = String::from_utf8(result.stdout).unwrap().replace(corpus, "corpus");
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("funnel", funnel);
        insta::assert_snapshot!("recipes", said(&["recipes"]));
        insta::assert_snapshot!("why-kept", said(&["why", corpus, "news/ar/market.txt"]));
        insta::assert_snapshot!("why-duplicate", said(&["why", corpus, "https://mirror.example/bees"]));
        insta::assert_snapshot!("why-rejected", said(&["why", corpus, "feeds/wire.jsonl#14"]));
    });
    // The size of a shard depends on the library that compresses it.
    let stats = said(&["stats", corpus]);
    for part in ["STAGES", "SHARDS", "LANGUAGES", "SOURCES", "RECORDS BY CHARACTERS"] {
        assert!(stats.contains(part), "{stats}");
    }
    assert!(said(&["inspect", corpus, "--rejected=length.min_words"]).contains("Roads are clear."));
    for (arguments, says) in [
        (["--doc", "nosuch"].as_slice(), "is of a document `nosuch`"),
        (&["--rejected=nosuch"], "reasons in this corpus: read.bad_compression"),
    ] {
        let output = tamis().args(["inspect", corpus]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains(says), "{}", told(&output));
    }
    assert!(said(&["inspect", corpus, "--duplicates"]).contains("kept instead"));
    assert_eq!(said(&["inspect", corpus, "--sample", "4", "--json"]).lines().count(), 4);
}

#[test]
fn a_closed_stdout_ends_quietly() {
    let bench = Bench::new();
    bench.build_from(&[&samples()], "corpus", &[]);
    let pipe =
        format!("'{}' inspect '{}' --sample 100 | head -1", env!("CARGO_BIN_EXE_tamis"), bench.at("corpus").display());
    let output = std::process::Command::new("bash").args(["-o", "pipefail", "-c", &pipe]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", told(&output));
}
