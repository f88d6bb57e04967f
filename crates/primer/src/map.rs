//! A file as if it lay in memory: a page of it is read when it is first looked at, and two programs
//! that look at the same file share its pages. So a model is there at once, and takes no more memory
//! than the file has bytes.
//!
//! Nobody may shorten the file meanwhile: a page that is gone ends the program. What is small is
//! therefore read, and what Primer writes itself it never shortens: it writes a new file, and gives that
//! the old one's name.
#![allow(unsafe_code)] // the one file outside of the engine room: the system calls a map so

use std::fs::File;
use std::path::Path;

use anyhow::Result;
use bytes::Bytes;
use kernels::memory::Mapped;
use memmap2::Mmap;

use crate::data;

/// Below so many bytes a file is read.
const SMALL: u64 = 1 << 16;

/// The bytes of a file.
///
/// # Errors
/// If it cannot be opened.
pub fn map(path: &Path) -> Result<Bytes> {
    let explain = |error| data::explain(&error, path);
    let file = File::open(path).map_err(explain)?;
    let length = file.metadata().map_err(explain)?;
    if !length.is_file() || length.len() < SMALL {
        return Ok(data::read_bytes(path)?.into());
    }
    // SAFETY: the pages are only read. Another program could change the file under them: then the
    // numbers change, which are any bytes anyway and never a reason to read outside of the map; or it
    // could shorten the file, and the system ends this program.
    let map = unsafe { Mmap::map(&file) }.map_err(explain)?;
    // SAFETY: it is the map of a file, and is only read.
    Ok(Bytes::from_owner(unsafe { Mapped::new(map) }))
}
