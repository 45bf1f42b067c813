//! What goes in comes out: inputs, limits, options, exit codes.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::support::{Bench, Corpus, dump, tamis, text, told};

#[test]
fn everything_read_is_kept_rejected_duplicate_or_error() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 200)).file("dumps/b.txt", "").file("dumps/c.bin", [0u8, 1, 2, 3, 0, 9]);
    let corpus = bench.built("corpus", &[]);
    let m = &corpus.manifest;
    let parts = ["kept", "rejected", "duplicates", "errors"].map(|name| m.total(name));
    assert_eq!(m.total("documents"), parts.iter().sum::<u64>());
    assert!(parts[0] > 100 && parts[2] > 10 && parts[3] == 4, "{parts:?}");
    let by_reason: u64 = m.counts.iter().filter(|c| c.reason.is_some()).map(|c| c.documents).sum();
    assert_eq!(m.total("documents") - m.total("kept"), by_reason);
    let chars: u64 = m.counts.iter().filter(|c| c.reason.is_some() || c.stage == "write").map(|c| c.chars).sum();
    assert_eq!(m.total("chars_read"), chars);
    // 200 articles and 4 cut lines; a blank line is no record.
    assert_eq!(m.inputs.iter().map(|i| (i.documents, i.passed_over)).collect::<Vec<_>>(), [(204, 0), (0, 0), (0, 1)]);
}

#[test]
fn nothing_lossy_happens_to_the_text() {
    let bench = Bench::new();
    let kept = "قَالَ المُعَلِّمُ: «إنَّ العَدَدَ ١٢٫٥ أَكْبَرُ مِنْ ٩»، ثُمَّ كَتَبَ ؤ ئ ء آ على اللَّوْحِ؛ أليس كذلك؟\nمی‌خواهم «کتاب» را بخوانم — ۱۴۰۳/۰۲/۰۱.";
    bench.file("dumps/a.jsonl", format!("{}\n", serde_json::json!({"text": kept})));
    let corpus = bench.built("corpus", &["--recipe", "raw"]);
    assert_eq!(corpus.texts_of("a.jsonl").join("\n"), kept);
}

#[test]
fn without_cleaning_title_and_text_stay_byte_for_byte() {
    let bench = Bench::new();
    let raw = " عنوان \r\n\r\n<p>e\u{301}  text </p>\u{200f}\u{a0}\r\n";
    bench.file("dumps/a.jsonl", format!("{}\n", serde_json::json!({"title": " عنوان ", "text": raw})));
    let options = ["--recipe", "raw", "--set", "clean.enabled=false", "--set", "segment.unit=document"];
    let corpus = bench.built("corpus", &options);
    let rows = corpus.rows("data");
    assert_eq!(rows.len(), 1);
    assert_eq!(["title", "text", "kind"].map(|c| text(&rows[0], c)), [" عنوان ", raw, "document"]);
}

#[test]
fn a_limit_reads_the_first_documents_in_order_of_origin() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 30)).file("dumps/b.jsonl", dump(100, 30));
    for limit in ["1", "12", "31", "40"] {
        let corpus = bench.built(limit, &["--recipe", "raw", "--limit", limit, "--set", "read.part_bytes=5000"]);
        let all = bench.built(&format!("all-{limit}"), &["--recipe", "raw", "--set", "read.part_bytes=5000"]);
        let origins =
            |c: &Corpus| -> Vec<String> { c.rows("documents").iter().map(|d| text(d, "doc_id").to_owned()).collect() };
        let limit: usize = limit.parse().unwrap();
        assert_eq!(origins(&corpus), origins(&all)[..limit]);
        assert_eq!(corpus.manifest.inputs.iter().map(|i| i.documents).sum::<u64>(), limit as u64);
    }
}

#[test]
fn the_standard_input_is_json_lines() {
    let bench = Bench::new();
    let mut command = tamis();
    command
        .args(["build", "-", "--recipe", "dedup", "-o"])
        .arg(bench.at("corpus"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(dump(0, 20).as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let corpus = Corpus::open(&bench.at("corpus"));
    assert_eq!(corpus.manifest.inputs[0].source, "-");
    assert!(corpus.manifest.total("kept") > 10);
}

#[test]
fn fields_can_be_named_and_kept() {
    let bench = Bench::new();
    let line = serde_json::json!({"prose": "The ferry that crosses the lake was late again on Monday because of the ice.", "mood": [1, "b"]});
    bench.file("dumps/a.jsonl", format!("{line}\n"));
    let unknown = bench.build("unknown", &[]);
    assert_eq!(unknown.status.code(), Some(1), "{}", told(&unknown));
    let corpus = bench.built("corpus", &["--set", "read.fields.text=[\"prose\"]", "--keep", "mood"]);
    assert_eq!(text(&corpus.rows("data")[0], "extra"), r#"{"mood":[1,"b"]}"#);
}

#[test]
fn what_cannot_be_built_is_told_with_its_exit_code() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 3)).file("other/a.jsonl", dump(0, 3)).file("plain", "x");
    fs::create_dir_all(bench.at("empty")).unwrap();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["empty"], 3, "no file in `empty`"),
        (&["missing.jsonl"], 3, "missing.jsonl"),
        (&["dumps/a.jsonl", "other/a.jsonl"], 2, "source `a.jsonl`"),
        (&["dumps", "--set", "filter.length.min_wrods=3"], 2, "`filter.length.min_words`"),
        (&["dumps", "--recipe", "defualt"], 2, "neither a built-in recipe"),
        (&["dumps", "--set", "dedup.jaccard=0.1"], 2, "dedup.jaccard"),
    ];
    for (arguments, code, says) in cases {
        let result =
            tamis().current_dir(bench.at("")).args(["build", "-o", "corpus"]).args(arguments).output().unwrap();
        assert_eq!(result.status.code(), Some(code), "{arguments:?}: {}", told(&result));
        assert!(told(&result).contains(says), "{arguments:?}: {}", told(&result));
        assert!(!bench.at("corpus").exists(), "{arguments:?} left a folder");
    }
    let unwritable = tamis().current_dir(bench.at("")).args(["build", "dumps", "-o", "plain/corpus"]).output().unwrap();
    assert_eq!(unwritable.status.code(), Some(3), "{}", told(&unwritable));
    assert_eq!(told(&unwritable).matches("os error").count(), 1, "{}", told(&unwritable));
}

#[test]
fn nothing_that_survives_is_told_and_the_ledger_is_written() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", "{\"text\":\"short\"}\n");
    let result = bench.build("corpus", &[]);
    assert_eq!(result.status.code(), Some(1), "{}", told(&result));
    let corpus = Corpus::open(&bench.at("corpus"));
    assert_eq!((corpus.rows("documents").len(), corpus.manifest.total("shards")), (1, 0));
    assert!(!bench.at("corpus/data").exists());
    assert!(tamis().arg("verify").arg(bench.at("corpus")).status().unwrap().success());
}

#[test]
fn strict_makes_an_error_of_unread_records() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 20));
    assert_eq!(bench.build("corpus", &["--strict"]).status.code(), Some(1));
    assert!(bench.at("corpus/manifest.json").exists());
}

#[test]
fn a_threshold_of_the_filter_is_told_with_value_and_limit() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 20));
    let corpus = bench.built("corpus", &["--set", "filter.length.min_words=100"]);
    for d in corpus.rows("documents").iter().filter(|d| text(d, "reason") == "length.min_words") {
        assert!(d["measured"].as_f64().unwrap() < 100.0 && d["limit"] == 100.0);
        assert_eq!(d["measured"], d["signal_length_words"]);
    }
    assert!(corpus.manifest.total("rejected") > 3);
}

#[test]
fn the_standard_input_is_json_lines_even_where_its_first_line_is_none() {
    let bench = Bench::new();
    let mut command = tamis();
    command
        .args(["build", "-", "--recipe", "raw", "-o"])
        .arg(bench.at("corpus"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("no json at all\n{}", dump(0, 5)).as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let corpus = Corpus::open(&bench.at("corpus"));
    assert_eq!((corpus.manifest.total("errors"), corpus.manifest.total("kept")), (1, 5));
}

#[test]
fn a_document_of_many_paragraphs_with_large_fields_stays_within_memory() {
    let bench = Bench::new();
    let text: String = (0..22_000).map(|i| format!("The river is {i} steps wide here.\n")).collect();
    // The field stands on each of the records: more than two gigabytes before compression.
    let line = serde_json::json!({"text": text, "raw": "x".repeat(100_000)});
    bench.file("dumps/a.jsonl", format!("{line}\n"));
    let corpus = bench.built("corpus", &["--recipe", "raw", "--keep", "raw", "--threads", "1"]);
    assert_eq!(corpus.manifest.total("records"), 22_000);
}

#[test]
fn the_scratch_folder_is_no_input_and_is_left_empty() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 5)).file("dumps/scratch/other.jsonl", dump(5, 5));
    let scratch = bench.at("dumps/scratch");
    let corpus = bench.built("corpus", &["--recipe", "raw", "--scratch", scratch.to_str().unwrap()]);
    assert_eq!(corpus.manifest.inputs.len(), 1);
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 1);
}

#[test]
fn a_refusal_leaves_the_folder_as_it_was() {
    let bench = Bench::new();
    bench.file("dumps/a.jsonl", dump(0, 5)).file("foreign/manifest.json", "{\"name\": \"an app\"}");
    let refused = bench.build("foreign", &[]);
    assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
    bench.built("corpus", &["--recipe", "raw"]);
    assert_eq!(bench.build("corpus", &["--recipe", "dedup"]).status.code(), Some(2));
    for folder in ["foreign", "corpus"] {
        assert!(!bench.at(folder).join(".tamis").exists(), "{folder}");
    }
}

#[test]
fn a_name_with_the_sign_of_archives_is_a_name() {
    let bench = Bench::new();
    bench.file("dumps/a!b.jsonl", dump(0, 5));
    bench.built("corpus", &["--recipe", "raw"]);
    let verified = tamis().arg("verify").arg(bench.at("corpus")).output().unwrap();
    assert!(verified.status.success(), "{}", told(&verified));
}
