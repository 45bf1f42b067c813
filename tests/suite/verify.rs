//! `verify` finds every damage and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tamis::dataset::manifest::Manifest;

use crate::support::{Bench, samples, tamis, told};

fn verify(folder: &Path) -> Output {
    tamis().arg("verify").arg(folder).output().unwrap()
}

fn built() -> (Bench, PathBuf) {
    let bench = Bench::new();
    let result = bench.build_from(&[&samples()], "corpus", &["--set", "write.shard_text=4000"]);
    assert!(result.status.success(), "{}", told(&result));
    let folder = bench.at("corpus");
    (bench, folder)
}

/// Numbers that are the same on every run.
fn draw(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state % below as u64) as usize
}

#[test]
fn a_whole_corpus_is_whole() {
    let (_bench, folder) = built();
    let result = verify(&folder);
    assert_eq!(result.status.code(), Some(0), "{}", told(&result));
    assert!(told(&result).contains("whole: "), "{}", told(&result));
}

#[test]
fn each_of_a_hundred_single_damages_is_found_and_named() {
    let (_bench, folder) = built();
    let manifest = Manifest::of_dataset(&folder).unwrap();
    let mut files: Vec<String> = manifest.files.iter().map(|f| f.path.clone()).collect();
    let shards: Vec<String> = files.iter().filter(|f| f.starts_with("data/")).cloned().collect();
    assert!(shards.len() > 2);
    files.push("manifest.json".into());
    let mut state = 7;
    for damage in 0..100 {
        let name = &files[draw(&mut state, files.len())];
        let path = folder.join(name);
        let before = fs::read(&path).unwrap();
        let aside = folder.join("aside");
        let mut named = name.clone();
        match damage % 8 {
            // A flipped bit anywhere, more often than the rest.
            0..=2 => {
                let mut bytes = before.clone();
                let at = draw(&mut state, bytes.len());
                bytes[at] ^= 1 << draw(&mut state, 8);
                fs::write(&path, bytes).unwrap();
            }
            3 => fs::write(&path, &before[..draw(&mut state, before.len())]).unwrap(),
            4 if name != "manifest.json" => fs::remove_file(&path).unwrap(),
            5 => {
                named = format!("data/train-{damage:05}-of-00999.parquet");
                fs::write(folder.join(&named), &before).unwrap();
            }
            6 => {
                let other = folder.join(&shards[damage % shards.len()]);
                fs::copy(&other, &aside).unwrap();
                fs::copy(folder.join(&shards[(damage + 1) % shards.len()]), &other).unwrap();
                named = shards[damage % shards.len()].clone();
            }
            _ => {
                let mut bytes = before.clone();
                bytes.push(b'\n');
                fs::write(&path, bytes).unwrap();
            }
        }
        let result = verify(&folder);
        assert_eq!(result.status.code(), Some(1), "damage {damage} of `{named}`: {}", told(&result));
        assert!(told(&result).contains(&named), "damage {damage} of `{named}`: {}", told(&result));
        match damage % 8 {
            5 => fs::remove_file(folder.join(&named)).unwrap(),
            6 => fs::rename(&aside, folder.join(&named)).unwrap(),
            _ => fs::write(&path, &before).unwrap(),
        }
    }
    assert_eq!(verify(&folder).status.code(), Some(0));
}

#[test]
fn a_folder_without_a_manifest_is_no_dataset() {
    let (_bench, folder) = built();
    fs::remove_file(folder.join("manifest.json")).unwrap();
    let result = verify(&folder);
    assert_eq!(result.status.code(), Some(3), "{}", told(&result));
}
