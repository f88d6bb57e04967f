//! A file as if it lay in memory: a page of it is read when it is first looked at, and two programs
//! that look at the same file share its pages. So a model is there at once, and takes no more memory
//! than the file has bytes.
//!
//! Nobody may shorten the file meanwhile: a page that is gone ends the program, with a line that says
//! so. What is small is therefore read, and what Primer writes itself it never shortens: it writes a new
//! file, and gives that the old one's name.
#![allow(unsafe_code)] // the one file outside of the engine room: the system calls a map so

use std::fs::File;
use std::path::Path;
#[cfg(unix)]
use std::ptr::null_mut;
#[cfg(unix)]
use std::sync::Once;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use anyhow::{Result, ensure};
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
    #[cfg(unix)]
    watch(path)?;
    // SAFETY: the pages are only read. Another program could change the file under them: then the
    // numbers change, which are any bytes anyway and never a reason to read outside of the map; or it
    // could shorten the file, and the system sends SIGBUS, which ends this program.
    let map = unsafe { Mmap::map(&file) }.map_err(explain)?;
    ensure!(
        map.len() as u64 == length.len(),
        "{} changed while it was opened: try again",
        path.display()
    );
    // SAFETY: it is the map of a file, and is only read.
    Ok(Bytes::from_owner(unsafe { Mapped::new(map) }))
}

/// What to say if a page of the newest map is gone.
#[cfg(unix)]
static LAST_WORDS: AtomicPtr<String> = AtomicPtr::new(null_mut());

/// From now on, a page that is gone ends the program with a line and status 1.
#[cfg(unix)]
fn watch(path: &Path) -> Result<()> {
    static LISTENS: Once = Once::new();
    let words = format!(
        "primer: {}, or a file beside it, was shortened or cannot be read any more: start again when \
         it is whole\n",
        path.display()
    );
    // Leaked, for they must be there whenever the signal comes: a line for each file of a model.
    LAST_WORDS.store(Box::leak(Box::new(words)), Ordering::SeqCst);
    let mut listening = Ok(());
    LISTENS.call_once(|| {
        // In place of the standard library's handler, and not after it, as `signal_hook` would have it: that
        // one puts the default back, and a second thread that misses a page meanwhile would end the
        // program by the signal, without a status.
        let handler: extern "C" fn(libc::c_int) = say_last_words;
        // SAFETY: zeros are an action. The handler loads an atomic, writes, and leaves, all of which a
        // handler may do.
        let failed = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as libc::sighandler_t;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(libc::SIGBUS, &action, null_mut()) != 0
        };
        if failed {
            listening = Err(std::io::Error::last_os_error());
        }
    });
    Ok(listening?)
}

#[cfg(unix)]
extern "C" fn say_last_words(_signal: libc::c_int) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if SAID.swap(true, Ordering::SeqCst) {
        // Another thread is saying it, and then leaves for all.
        loop {
            // SAFETY: it only waits.
            unsafe { libc::pause() };
        }
    }
    // SAFETY: it is null, or a text that is never changed nor freed.
    let words = unsafe { LAST_WORDS.load(Ordering::SeqCst).as_ref() };
    let words = words.map_or(&[] as &[u8], |words| words.as_bytes());
    // SAFETY: the bytes are there; `write` and `_exit` may be called in a handler.
    unsafe {
        libc::write(libc::STDERR_FILENO, words.as_ptr().cast(), words.len());
        libc::_exit(1);
    }
}
