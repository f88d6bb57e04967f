//! Files that are either whole or not there, whatever happens: to the program, or to the power.
//!
//! ```text
//! write to a temporary name → sync → rename → sync the folder
//! ```
//!
//! A rename is all or nothing. The syncs keep the disk from doing it before the bytes are there.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Error, Result};
use tempfile::Builder;

use crate::fail;
use crate::memory::bytes_in_words;

/// How the name of a file begins and ends that is not whole yet.
const UNFINISHED: (&str, &str) = (".primer-", ".part");

/// Writes a file whole.
///
/// # Errors
/// If the folder cannot be written to, or the disk is full. What stood there before is untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let put = put(path, |file| Ok(file.write_all(bytes)?));
    put.map_err(|error| explain(error, path, Some(bytes.len())))
}

/// Writes a file whole, piece by piece: so many bytes, if that is known.
///
/// # Errors
/// As [`write()`], or if `pieces` fails.
pub fn write_with(
    path: &Path,
    needed: Option<usize>,
    pieces: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    put(path, pieces).map_err(|error| explain(error, path, needed))
}

/// Which file it was; if the disk is full, what was needed and what there is.
fn explain(error: Error, path: &Path, needed: Option<usize>) -> Error {
    let name = path.display();
    let kind = error.chain().find_map(|cause| Some(cause.downcast_ref::<std::io::Error>()?.kind()));
    let full = matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded));
    let words = match (needed, free(folder_of(path))) {
        (Some(needed), Some(free)) if full => format!(
            "cannot write {name}: it needs {}, and {} are free there",
            bytes_in_words(needed as u64),
            bytes_in_words(free)
        ),
        _ => format!("cannot write {name}"),
    };
    error.context(words)
}

/// How many bytes more a folder can take.
#[cfg(unix)]
pub fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// How many bytes more a folder can take: not known here.
#[cfg(not(unix))]
pub fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Takes away what a crash left unfinished in a folder.
///
/// # Errors
/// If a file cannot be deleted.
pub fn sweep(folder: &Path) -> Result<()> {
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name();
        let (start, end) = UNFINISHED;
        if name.to_str().is_some_and(|name| name.starts_with(start) && name.ends_with(end)) {
            let told = || format!("cannot delete {}", file.path().display());
            fs::remove_file(file.path()).with_context(told)?;
        }
    }
    Ok(())
}

fn put(path: &Path, pieces: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let folder = folder_of(path);
    let mut file = Builder::new().prefix(UNFINISHED.0).suffix(UNFINISHED.1).tempfile_in(folder)?;
    fail::point("file-begun")?;
    let mut buffered = BufWriter::new(&mut file);
    pieces(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    fail::point("file-written")?;
    readable_by_all(file.as_file())?;
    file.as_file().sync_all()?;
    fail::point("file-synced")?;
    file.persist(path)?;
    fail::point("file-renamed")?;
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
