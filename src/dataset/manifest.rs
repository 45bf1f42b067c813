//! `manifest.json`: what a dataset is, in one canonical form, so that any flipped bit is found.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canonical;
use crate::error::{Error, Result};
use crate::hash;

use super::paths;

/// Version of the format on disk.
pub const FORMAT: u32 = 1;

/// One input file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEntry {
    /// Its name in the dataset.
    pub source: String,
    /// Its size.
    pub bytes: u64,
    /// Its checksum.
    pub xxh3_128: String,
    /// Documents in it.
    pub documents: u64,
    /// Records that are no articles by kind.
    pub passed_over: u64,
}

/// One file of the dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the dataset.
    pub path: String,
    /// `data`, `documents`, `lines`, `pairs`, `card`.
    pub role: String,
    /// The split, for data.
    pub split: Option<String>,
    /// Rows; null where it is no table.
    pub rows: Option<u64>,
    /// Documents in it, where rows belong to documents.
    pub documents: Option<u64>,
    /// Size.
    pub bytes: u64,
    /// Checksum.
    pub xxh3_128: String,
    /// First record, for data.
    pub first_record_id: Option<String>,
    /// Last record, for data.
    pub last_record_id: Option<String>,
}

/// Documents and characters that a stage took out for a reason; those read and those kept stand without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// `read`, `extract`, `clean`, `filter`, `dedup`; `write` for what was kept.
    pub stage: String,
    /// The reason; null for all that were read (stage `read`) or kept (stage `write`).
    pub reason: Option<String>,
    /// Number of documents.
    pub documents: u64,
    /// Characters of them as they were read.
    pub chars: u64,
}

/// Kept documents of one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageEntry {
    /// ISO 639-3.
    pub language: String,
    /// ISO 15924.
    pub script: String,
    /// Documents that are kept.
    pub documents: u64,
    /// Characters of them as they are kept.
    pub chars: u64,
}

/// A licence that documents of a source state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenseEntry {
    /// The source.
    pub source: String,
    /// The licence, as the dump words it.
    pub license: String,
    /// Documents that were read with it.
    pub documents: u64,
}

/// A whole manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the program.
    pub tamis: String,
    /// The whole plan.
    pub plan: Value,
    /// Its digest.
    pub plan_digest: String,
    /// By source.
    pub inputs: Vec<InputEntry>,
    /// By path; all but the manifest, the timings and the state of an unfinished build.
    pub files: Vec<FileEntry>,
    /// By stage, then reason.
    pub counts: Vec<Count>,
    /// By language and script.
    pub languages: Vec<LanguageEntry>,
    /// By source and licence.
    pub licenses: Vec<LicenseEntry>,
    /// Sums, by name.
    pub totals: BTreeMap<String, u64>,
}

/// Opens the last member of the file.
const CHECKSUM_KEY: &str = "\"checksum\"";

impl Manifest {
    /// The file, byte for byte: a member a line, an input, file or count a line, and the checksum of all before it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let member = |value: Value| canonical::to_string(&value);
        let list = |items: Vec<Value>| {
            let lines: Vec<String> = items.iter().map(canonical::to_string).collect();
            if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", lines.join(",\n")) }
        };
        let members = [
            ("format", member(self.format.into())),
            ("tamis", member(self.tamis.as_str().into())),
            ("plan", canonical::to_string(&self.plan)),
            ("plan_digest", member(self.plan_digest.as_str().into())),
            ("inputs", list(self.inputs.iter().map(json).collect())),
            ("files", list(self.files.iter().map(json).collect())),
            ("counts", list(self.counts.iter().map(json).collect())),
            ("languages", list(self.languages.iter().map(json).collect())),
            ("licenses", list(self.licenses.iter().map(json).collect())),
            ("totals", member(json(&self.totals))),
        ];
        let mut text = String::from("{\n");
        for (name, value) in members {
            text.push_str(&format!("\"{name}\":{value},\n"));
        }
        let checksum = hash::hex(hash::checksum(text.as_bytes()));
        text.push_str(&format!("{CHECKSUM_KEY}:\"{checksum}\"}}\n"));
        text.into_bytes()
    }

    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// What is wrong with it: no JSON, another format, a wrong checksum, or not the canonical form.
    pub fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, String> {
        let at = memchr::memmem::rfind(bytes, CHECKSUM_KEY.as_bytes()).ok_or("it has no checksum")?;
        let checksum = hash::hex(hash::checksum(&bytes[..at]));
        let tail = format!("{CHECKSUM_KEY}:\"{checksum}\"}}\n");
        if &bytes[at..] != tail.as_bytes() {
            return Err(format!("its bytes have the checksum {checksum}, which is not the one it ends with"));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|e| format!("it cannot be read: {e}"))?;
        if manifest.format != FORMAT {
            return Err(format!("it is of format {}, and this program reads format {FORMAT}", manifest.format));
        }
        if manifest.to_bytes() != bytes {
            return Err("it is not in canonical form".into());
        }
        Ok(manifest)
    }

    /// Reads the manifest of the dataset in `folder`; none where the folder has none.
    ///
    /// # Errors
    /// [`Error::Damaged`] where it is there and not whole.
    pub fn load(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(paths::MANIFEST);
        let bytes = match std::fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|e| Error::io("read", &path, e))?,
        };
        Self::from_bytes(&bytes).map(Some).map_err(|detail| Error::Damaged { path, detail })
    }

    /// The manifest of the dataset in `folder`.
    ///
    /// # Errors
    /// [`Error::NothingToRead`] where there is none; [`Error::Damaged`].
    pub fn of_dataset(folder: &Path) -> Result<Self> {
        Self::load(folder)?.ok_or_else(|| {
            Error::NothingToRead(format!(
                "`{}` has no {}, so it is no dataset; if a build was interrupted there, run it again",
                folder.display(),
                paths::MANIFEST
            ))
        })
    }

    /// Files of that role, by path.
    pub fn files_of<'m>(&'m self, role: &'m str) -> impl Iterator<Item = &'m FileEntry> {
        self.files.iter().filter(move |f| f.role == role)
    }

    /// A total by name; 0 where there is none.
    pub fn total(&self, name: &str) -> u64 {
        self.totals.get(name).copied().unwrap_or(0)
    }
}

/// Plain data as JSON.
fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("a manifest is plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            tamis: "0.1.0".into(),
            plan: serde_json::json!({"dedup": {"jaccard": 0.8}}),
            plan_digest: "00".into(),
            inputs: vec![InputEntry {
                source: "خبر \"checksum\".txt".into(),
                bytes: 3,
                xxh3_128: "ab".into(),
                documents: 1,
                passed_over: 0,
            }],
            files: Vec::new(),
            counts: Vec::new(),
            languages: Vec::new(),
            licenses: Vec::new(),
            totals: BTreeMap::from([("documents".into(), 1)]),
        }
    }

    #[test]
    fn a_manifest_reads_back_as_it_was_written() {
        let manifest = manifest();
        assert_eq!(Manifest::from_bytes(&manifest.to_bytes()).unwrap(), manifest);
    }

    #[test]
    fn any_flipped_bit_is_found() {
        let bytes = manifest().to_bytes();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                assert!(Manifest::from_bytes(&damaged).is_err(), "byte {at}, bit {bit}");
            }
        }
    }
}
