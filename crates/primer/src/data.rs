//! Texts, from files, from folders of them, or from standard input.
//!
//! What cannot be read is said with the name of the file, and with the byte where it goes wrong.

use std::fs;
use std::io::{ErrorKind, Read, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// One text from all the files, in the order in which they are given; those of a folder by name.
///
/// # Errors
/// If a file cannot be read, is no text, or if all of them are empty.
pub fn read_texts(paths: &[PathBuf]) -> Result<String> {
    let mut whole = String::new();
    for path in paths {
        for file in files(path)? {
            let text = read_text(&file)?;
            if whole.is_empty() {
                whole = text; // the usual case, without a copy
                continue;
            }
            if !whole.ends_with('\n') {
                whole.push('\n');
            }
            whole.push_str(&text);
        }
    }
    Ok(whole)
}

/// The text of one file, or of standard input for `-`.
///
/// # Errors
/// If it cannot be read, is empty, or is no text.
pub fn read_text(path: &Path) -> Result<String> {
    let name = path.display();
    let text = as_text(read_bytes(path)?, path)?;
    ensure!(!text.is_empty(), "{name} is empty: give a file with some text");
    Ok(text)
}

/// The bytes of one file, or of standard input for `-`.
///
/// # Errors
/// If it cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(bytes);
    }
    let read = || {
        let kind = fs::metadata(path)?.file_type();
        if is_endless(kind) { Err(ErrorKind::Unsupported.into()) } else { fs::read(path) }
    };
    read().map_err(|error| explain(&error, path))
}

/// Whether it is a device, such as /dev/zero, which never ends.
#[cfg(unix)]
fn is_endless(kind: fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_char_device() || kind.is_block_device()
}

#[cfg(not(unix))]
fn is_endless(_kind: fs::FileType) -> bool {
    false
}

/// Why a file cannot be read, and what to do.
pub(crate) fn explain(error: &std::io::Error, path: &Path) -> anyhow::Error {
    let name = path.display();
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("{name} does not exist: check the path"),
        ErrorKind::PermissionDenied => {
            anyhow::anyhow!("{name} may not be read: ask for the permission, or copy it")
        }
        ErrorKind::Unsupported => anyhow::anyhow!("{name} is a device: give a file"),
        ErrorKind::IsADirectory => anyhow::anyhow!("{name} is a folder: give a file"),
        _ => anyhow::anyhow!("{name} cannot be read: {error}"),
    }
}

fn as_text(bytes: Vec<u8>, path: &Path) -> Result<String> {
    let name = path.display();
    if let Some(byte) = bytes.iter().position(|&byte| byte == 0) {
        bail!("{name} is no text: byte {byte} is 0, as in a binary file; give a text file");
    }
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let value = error.as_bytes().get(byte).copied().unwrap_or_default();
        anyhow::anyhow!(
            "{name} is not UTF-8: byte {byte} (0x{value:02x}) begins no character; convert it, \
             for example with iconv"
        )
    })
}

/// The file itself, or the texts of a folder by name.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| explain(&error, path))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| explain(&error, path))?.path();
        if file.extension().is_some_and(|extension| extension == "txt") {
            files.push(file);
        }
    }
    files.sort();
    ensure!(!files.is_empty(), "the folder {} holds no .txt file", path.display());
    Ok(files)
}

/// The text cut in two: what is learned from, and the tail that is kept for validation.
///
/// ```
/// assert_eq!(primer::data::split("abcdé", 0.2), ("abcd", "é"));
/// ```
pub fn split(text: &str, val_fraction: f64) -> (&str, &str) {
    let mut end = (text.len() as f64 * (1.0 - val_fraction)) as usize;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.split_at(end)
}

/// Says so if a text is too short for a single window.
///
/// # Errors
/// If it has no more tokens than the context.
pub fn check_length(what: &str, tokens: usize, context: usize) -> Result<()> {
    ensure!(
        tokens > context,
        "{what} has {tokens} tokens, and a context of {context} needs at least {}: \
         give more text or a smaller --context",
        context + 1
    );
    Ok(())
}
