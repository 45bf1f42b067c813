//! The house stays whole: a file imports its own folder and lower layers, never up and never sideways between stages.

use std::fs;
use std::path::{Path, PathBuf};

/// Layers of the library, lowest first; those of one row do not import one another.
const LAYERS: &[&[&str]] = &[
    &["error", "model"],
    &["hash", "text", "store"],
    &["read", "extract", "clean", "filter", "dedup", "segment"],
    &["dataset"],
    &["write"],
    &["config"],
    &["pipeline"],
    &["report"],
];

/// Within the lowest rows: who may import whom of the same row.
const BESIDE: &[(&str, &str)] = &[("error", "model"), ("store", "hash"), ("text", "hash")];

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn a_file_imports_its_own_folder_and_lower_layers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for file in files {
        let relative = file.strip_prefix(&root).unwrap();
        let own =
            relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let Some(own_layer) = layer_of(&own) else { continue };
        let code = fs::read_to_string(&file).unwrap();
        let code = code.split("\n#[cfg(test)]").next().unwrap();
        for (at, _) in code.match_indices("crate::") {
            let module: String = code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(layer) = layer_of(&module) else { continue };
            seen += 1;
            let beside = BESIDE.contains(&(own.as_str(), module.as_str()));
            if module != own && layer >= own_layer && !beside {
                wrong.push(format!("{} imports {module}", relative.display()));
            }
        }
    }
    wrong.dedup();
    assert!(seen > 100, "the imports were not found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_in_its_first_line_what_lives_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let silent: Vec<_> = files.iter().filter(|f| !fs::read_to_string(f).unwrap().starts_with("//! ")).collect();
    assert!(silent.is_empty(), "{silent:?}");
}
