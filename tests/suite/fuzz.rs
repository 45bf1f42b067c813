//! What is fuzzed is built with everything else, and what the fuzzer found stays mended.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[path = "../fuzz/targets.rs"]
mod targets;

/// What no input of a few kilobytes may take.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn seeds_and_findings_pass_their_targets() {
    for (name, _) in targets::TARGETS {
        let target = targets::find(name).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(name);
        let seeds: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!seeds.is_empty(), "{name} begins with nothing");
        for seed in seeds {
            let begun = Instant::now();
            target(&fs::read(&seed).unwrap());
            assert!(begun.elapsed() < PATIENCE, "{}: {:?}", seed.display(), begun.elapsed());
        }
    }
}
