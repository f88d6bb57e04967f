//! Standard output and standard error, which may be closed at any time.
//!
//! Whoever reads only the first lines (`primer … | head`) closes the pipe when they have them. That is
//! no failure: the program ends quietly, with 0.

use std::io::{ErrorKind, Write, stderr, stdout};

use anyhow::{Context, Result};

/// Writes to standard output, at once.
///
/// # Errors
/// If it is closed: see [`is_closed`].
pub fn write(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.context("cannot write to standard output")
}

/// Writes a line to standard output.
///
/// # Errors
/// If it is closed: see [`is_closed`].
pub fn line(text: &str) -> Result<()> {
    write(&format!("{text}\n"))
}

/// Writes a text with colours to standard output: without them, where nobody would see them.
///
/// # Errors
/// If it is closed: see [`is_closed`].
pub fn styled(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.context("cannot write to standard output")
}

/// Whether colours are seen on standard output.
pub fn shows_colours() -> bool {
    anstream::AutoStream::choice(&stdout()) != anstream::ColorChoice::Never
}

/// Writes a line to standard error, if anyone listens.
pub fn tell(text: &str) {
    let _nobody_listens = writeln!(stderr().lock(), "{text}");
}

/// Whether an error only says that nobody reads any more.
pub fn is_closed(error: &anyhow::Error) -> bool {
    let causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.into_iter().any(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// An error and its causes in one line, each said once.
pub fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.contains(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    line.replace('\n', " ")
}
