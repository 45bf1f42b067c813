//! The one place that creates files: a folder in which whole files appear under their names, or not at all.
//!
//! A file is written under a temporary name, hashed on its way, synced and renamed; its folder is synced after it.

pub mod lock;
pub mod region;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::Mmap;
use xxhash_rust::xxh3::Xxh3;

use crate::error::{Error, Result};

/// A local folder of whole files, named by paths relative to it with `/` between.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    /// Where files are written before they take their names; beside their places where there is none.
    drafts: Option<PathBuf>,
}

/// Size and checksum of a file that was just written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Bytes.
    pub bytes: u64,
    /// xxh3-128 of all of them.
    pub xxh3_128: u128,
}

/// Write buffer of a new file.
const BUFFER_BYTES: usize = 256 * 1024;

impl Store {
    /// A store over `root`, which is created when the first file is put.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), drafts: None }
    }

    /// A store over `root` whose files are written in `drafts`, a folder on the same file system, before they take their
    /// names: what a build that is killed leaves of them lies there.
    pub fn with_drafts(root: impl Into<PathBuf>, drafts: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), drafts: Some(drafts.into()) }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The place of `name` in the file system.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The size of `name` in bytes, or none where there is no such file.
    pub fn head(&self, name: &str) -> Option<u64> {
        fs::metadata(self.path(name)).ok().filter(fs::Metadata::is_file).map(|m| m.len())
    }

    /// All bytes of `name`, mapped into memory.
    ///
    /// # Errors
    /// When the file cannot be opened or mapped.
    pub fn map(&self, name: &str) -> Result<Mmap> {
        map_file(&self.path(name))
    }

    /// Writes `name` as a whole: it appears with everything that `fill` wrote, or not at all.
    ///
    /// # Errors
    /// What `fill` returns, and what the system says to creating, syncing or renaming.
    pub fn put_new(&self, name: &str, fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<Written> {
        let path = self.path(name);
        let folder = path.parent().expect("a name in a store has a folder");
        create_folder(folder)?;
        let drafts = self.drafts.as_deref().unwrap_or(folder);
        create_folder(drafts)?;
        let temporary = drafts.join(temporary_name(&path));
        let result = write_synced(&temporary, fill).and_then(|written| {
            fs::rename(&temporary, &path).map_err(|e| Error::io("rename", &path, e))?;
            sync_folder(folder)?;
            Ok(written)
        });
        if result.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        result
    }

    /// Moves `name` of this store to `target` of another on the same file system, without a copy.
    ///
    /// # Errors
    /// When the system refuses; across file systems it is copied, then removed here.
    pub fn move_to(&self, name: &str, other: &Self, target: &str) -> Result<()> {
        let (from, to) = (self.path(name), other.path(target));
        let folder = to.parent().expect("a name in a store has a folder");
        create_folder(folder)?;
        match fs::rename(&from, &to) {
            Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
                other.put_new(target, |out| {
                    let mut file = File::open(&from).map_err(|e| Error::io("read", &from, e))?;
                    io::copy(&mut file, out).map_err(|e| Error::io("write", &to, e))?;
                    Ok(())
                })?;
                self.remove(name)
            }
            Err(e) => Err(Error::io("rename", &to, e)),
            Ok(()) => sync_folder(folder),
        }
    }

    /// Removes `name`; no error where there is no such file.
    ///
    /// # Errors
    /// What else the system says.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path, e)),
            _ => Ok(()),
        }
    }

    /// Removes the whole folder.
    ///
    /// # Errors
    /// What the system says, but not that there is no such folder.
    pub fn remove_all(&self) -> Result<()> {
        match fs::remove_dir_all(&self.root) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &self.root, e)),
            _ => Ok(()),
        }
    }

    /// Names of the files below `folder`, at any depth, sorted; empty where there is no such folder.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn list(&self, folder: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        list_into(&self.path(folder), folder, &mut names)?;
        names.sort();
        Ok(names)
    }
}

/// Maps the file at `path`.
///
/// # Errors
/// When it cannot be opened or mapped.
pub fn map_file(path: &Path) -> Result<Mmap> {
    let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
    // SAFETY: files that the pipeline maps are either its own, which nothing changes once they are in place, or inputs, whose
    // size and time of change are compared before and after they are read.
    unsafe { Mmap::map(&file) }.map_err(|e| Error::io("read", path, e))
}

/// Creates `folder` and those above it.
///
/// # Errors
/// What the system says.
pub fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))
}

/// Makes the names in `folder` durable.
///
/// # Errors
/// What the system says; on systems whose folders cannot be opened, nothing is done.
pub fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io("sync", folder, e))
}

fn list_into(path: &Path, name: &str, names: &mut Vec<String>) -> Result<()> {
    let entries = match fs::read_dir(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(|e| Error::io("list", path, e))?,
    };
    for entry in entries {
        let entry = entry.map_err(|e| Error::io("list", path, e))?;
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            list_into(&entry.path(), &name, names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

/// The name under which the file at `path` is written; no two are alike.
fn temporary_name(path: &Path) -> OsString {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().expect("a file has a name").to_owned();
    name.push(format!(".{}-{}.tmp", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    name
}

fn write_synced(path: &Path, fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<Written> {
    let file = File::create_new(path).map_err(|e| Error::io("create", path, e))?;
    let mut out = Hashing { inner: BufWriter::with_capacity(BUFFER_BYTES, file), hasher: Xxh3::new(), bytes: 0 };
    fill(&mut out).map_err(|error| match error {
        Error::Write(error) => Error::io("write", path, error),
        other => other,
    })?;
    let (bytes, xxh3_128) = (out.bytes, out.hasher.digest128());
    let file = out.inner.into_inner().map_err(|e| Error::io("write", path, e.into_error()))?;
    file.sync_all().map_err(|e| Error::io("sync", path, e))?;
    Ok(Written { bytes, xxh3_128 })
}

struct Hashing<W> {
    inner: W,
    hasher: Xxh3,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_fails_half_way_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        let failed = store.put_new("a/b", |out| {
            out.write_all(b"half").unwrap();
            Err(Error::Usage("stop".into()))
        });
        assert!(failed.is_err());
        assert_eq!(store.list("a").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn nothing_without_its_name_stands_in_a_store_with_drafts() {
        let folder = tempfile::tempdir().unwrap();
        let (root, drafts) = (folder.path().join("corpus"), folder.path().join("drafts"));
        let store = Store::with_drafts(&root, &drafts);
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        store
            .put_new("x", |out| {
                out.write_all(b"flour").unwrap();
                assert_eq!((count(&root), count(&drafts)), (0, 1));
                Ok(())
            })
            .unwrap();
        assert_eq!((count(&root), count(&drafts)), (1, 0));
    }

    #[test]
    fn a_written_file_has_the_checksum_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path());
        let written = store
            .put_new("x", |out| {
                out.write_all(b"flour").unwrap();
                Ok(())
            })
            .unwrap();
        assert_eq!(written, Written { bytes: 5, xxh3_128: crate::hash::checksum(b"flour") });
        assert_eq!(&store.map("x").unwrap()[..], b"flour");
    }
}
