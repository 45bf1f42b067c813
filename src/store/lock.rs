//! One build at a time in one folder.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};
use crate::store::create_folder;

/// Holds the folder for this process until it is dropped; the system lets go of it when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock file at `path`.
    ///
    /// # Errors
    /// [`Error::Occupied`] when another process holds it; an I/O error when it cannot be created.
    pub fn take(path: &Path) -> Result<Self> {
        create_folder(path.parent().expect("a lock file has a folder"))?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|e| Error::io("create", path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Occupied(format!(
                "another build is writing to this folder (it holds `{}`); wait for it or give another -o",
                path.display()
            ))),
            Err(TryLockError::Error(e)) => Err(Error::io("lock", path, e)),
        }
    }
}
