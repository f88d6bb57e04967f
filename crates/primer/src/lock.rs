//! One training in a folder at a time.
//!
//! The system holds the lock, for as long as the program lives: a crash leaves none behind.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::{Result, bail};

use crate::{data, out};

/// A folder that no other training writes to.
#[derive(Debug)]
pub struct Lock {
    _held: Option<File>,
}

impl Lock {
    /// Locks a folder.
    ///
    /// # Errors
    /// If another training holds it.
    pub fn new(folder: &Path) -> Result<Lock> {
        let name = folder.display();
        let file = open(folder).map_err(|error| data::explain(&error, folder))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _held: Some(file) }),
            Err(TryLockError::WouldBlock) => bail!(
                "--out {name}: another training writes there; wait for it, or name another folder"
            ),
            Err(TryLockError::Error(error)) => {
                out::tell(&format!(
                    "{name} cannot be locked ({error}): take care that no other training writes there"
                ));
                Ok(Lock { _held: None })
            }
        }
    }
}

/// The folder itself, so that there is no file to leave behind.
#[cfg(unix)]
fn open(folder: &Path) -> std::io::Result<File> {
    File::open(folder)
}

/// Folders cannot be locked here.
#[cfg(not(unix))]
fn open(folder: &Path) -> std::io::Result<File> {
    let path = folder.join(".lock");
    File::options().create(true).write(true).truncate(false).open(path)
}
