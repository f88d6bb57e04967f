//! Files that are either whole or not there, whatever happens: to the program, or to the power.
//!
//! ```text
//! write to a temporary name → sync → rename → sync the folder
//! ```
//!
//! A rename is all or nothing. The syncs keep the disk from doing it before the bytes are there.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// Writes a file whole.
///
/// # Errors
/// If the folder cannot be written to, or the disk is full. What stood there before is untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_with(path, |file| Ok(file.write_all(bytes)?))
}

/// Writes a file whole, piece by piece.
///
/// # Errors
/// As [`write()`], or if `pieces` fails.
pub fn write_with(path: &Path, pieces: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    put(path, pieces).with_context(|| format!("cannot write {}", path.display()))
}

fn put(path: &Path, pieces: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let folder = folder_of(path);
    let mut file = NamedTempFile::new_in(folder)?;
    let mut buffered = BufWriter::with_capacity(1 << 20, &mut file);
    pieces(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    readable_by_all(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    sync_folder(folder)
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A temporary file is its owner's alone; a model is as readable as any file.
#[cfg(unix)]
fn readable_by_all(file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.set_permissions(std::fs::Permissions::from_mode(0o644))?)
}

#[cfg(not(unix))]
fn readable_by_all(_file: &File) -> Result<()> {
    Ok(())
}

/// Makes sure that the names in a folder have reached the disk.
///
/// # Errors
/// If the folder cannot be opened.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

/// Windows has no such thing: a rename is written through.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_folder: &Path) -> Result<()> {
    Ok(())
}
