//! Order comes from the origin: bytes never depend on threads, on the order of inputs, or on who runs the tasks.

use tamis::config;
use tamis::pipeline::event::{Silent, Stop};
use tamis::pipeline::executor::Serialised;
use tamis::pipeline::{BuildOptions, build};

use crate::support::{Bench, assert_equal_bytes, dump, told};

/// Many parts, pieces and shards on little data.
const SMALL: [&str; 4] = ["--set", "read.part_bytes=30000", "--set", "write.shard_text=60000"];

fn bench() -> Bench {
    let bench = Bench::new();
    bench
        .file("dumps/a.jsonl", dump(0, 150))
        .file("dumps/b.jsonl", dump(100, 120))
        .file("dumps/c/d.txt", "خبر قصير عن النهر.\n");
    bench
}

#[test]
fn one_thread_and_four_write_equal_bytes() {
    let bench = bench();
    let corpus = bench.built("one", &[&SMALL[..], &["--threads", "1"]].concat());
    bench.built("four", &[&SMALL[..], &["--threads", "4"]].concat());
    assert!(corpus.manifest.total("shards") > 2 && corpus.manifest.total("duplicates") > 10);
    assert_equal_bytes(&bench.at("one"), &bench.at("four"));
}

#[test]
fn the_order_in_which_inputs_are_named_does_not_matter() {
    let bench = bench();
    let inputs = [bench.at("dumps/a.jsonl"), bench.at("dumps/b.jsonl"), bench.at("dumps/c/d.txt")];
    let order = |order: [usize; 3], output: &str| {
        let inputs: Vec<_> = order.iter().map(|i| inputs[*i].as_path()).collect();
        let result = bench.build_from(&inputs, output, &SMALL);
        assert!(result.status.success(), "{}", told(&result));
    };
    order([0, 1, 2], "forward");
    order([2, 1, 0], "backward");
    assert_equal_bytes(&bench.at("forward"), &bench.at("backward"));
}

#[test]
fn tasks_give_the_same_when_each_is_passed_on_in_serialised_form() {
    let bench = bench();
    bench.built("threads", &SMALL);
    let plan = config::load("default", &[SMALL[1].to_owned(), SMALL[3].to_owned()]).unwrap();
    let inputs = [bench.at("dumps").to_str().unwrap().to_owned()];
    let output = bench.at("serialised");
    let options =
        BuildOptions { inputs: &inputs, output: &output, plan: &plan, scratch: None, overwrite: false, stdin: None };
    build(options, &Serialised, &Silent, &Stop::default()).unwrap();
    assert_equal_bytes(&bench.at("threads"), &output);
}

#[test]
fn how_the_input_is_cut_does_not_matter_to_the_records() {
    let bench = bench();
    let small = bench.built("small", &["--set", "read.part_bytes=20000"]);
    let large = bench.built("large", &[]);
    for role in ["data", "documents", "lines", "pairs"] {
        assert_eq!(small.rows(role), large.rows(role), "{role}");
    }
}
