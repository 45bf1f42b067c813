//! One build at a time in one folder.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::store::create_folder;

/// How long another holder is waited for, and between two looks.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);

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
        // A process that was killed a moment ago holds it until the system has cleared it away.
        let mut tried = file.try_lock();
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            if !matches!(tried, Err(TryLockError::WouldBlock)) {
                break;
            }
            thread::sleep(PAUSE);
            tried = file.try_lock();
        }
        match tried {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Occupied(format!(
                "another build is writing to this folder (it holds `{}`); wait for it or give another -o",
                path.display()
            ))),
            Err(TryLockError::Error(e)) => Err(Error::io("lock", path, e)),
        }
    }
}
