//! The fuzzer's entry: hands each input to the target that `TAMIS_FUZZ` names.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

#[path = "../targets.rs"]
mod targets;

static TARGET: OnceLock<targets::Target> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("TAMIS_FUZZ").expect("TAMIS_FUZZ names a target");
        targets::find(&name).expect("TAMIS_FUZZ names a target of targets.rs")
    });
    target(data);
});
