//! The shards open in the tools that people train with.

use std::path::Path;
use std::process::Command;

use crate::support::{Bench, samples, told};

#[test]
fn shards_open_in_pyarrow_pandas_polars_duckdb_and_datasets() {
    let bench = Bench::new();
    let result = bench.build_from(&[&samples()], "corpus", &["--set", "write.shard_text=4000"]);
    assert!(result.status.success(), "{}", told(&result));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = Command::new("bash").arg(root.join("tests/reload.sh")).arg(bench.at("corpus")).output().unwrap();
    assert!(loaded.status.success(), "{}", told(&loaded));
    assert_eq!(String::from_utf8_lossy(&loaded.stdout).lines().count(), 5, "{}", told(&loaded));
}
