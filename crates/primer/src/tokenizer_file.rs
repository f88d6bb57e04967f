//! A tokenizer from whatever file it was published in, and into its own. What the file is, its first bytes say.
//!
//! ```text
//! GGUF                      a model of llama.cpp, whose vocabulary is in it
//! {                         JSON: a tokenizer.json, or Tekken's if it has a config and a vocab
//! IQ== 0                    a token in base64 and its rank: .tiktoken
//! the byte 0x0A, a length   SentencePiece's .model
//! ```

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use serde::{Deserialize, de::IgnoredAny};
use tokenizer::{FormatError, Tokenizer, split::Pattern, tiktoken_file::Known};
use transformer::files::gguf::Gguf;

use crate::folder::Content;
use crate::map;

/// What the tokenizer is called in the folder of a model; the first that is there is taken.
const NAMES: [&str; 3] = ["tokenizer.json", "tekken.json", "tokenizer.model"];

/// What can be opened.
const FILES: &str = "a model folder, a tokenizer.json, a .tiktoken file, a SentencePiece .model, a \
                     tekken.json or a .gguf";

/// The patterns that have names.
pub const PATTERNS: &str = "gpt2, cl100k, o200k, llama3, qwen2 and tekken";

/// A tokenizer, and its file. That of a large vocabulary takes tens of megabytes and a tenth of a second to make, and
/// each checkpoint holds the same: it is made once.
#[derive(Debug)]
pub struct WithFile {
    tokenizer: Tokenizer,
    file: OnceLock<Arc<[u8]>>,
}

impl WithFile {
    /// The file is made when it is asked for.
    pub fn new(tokenizer: Tokenizer) -> Self {
        WithFile { tokenizer, file: OnceLock::new() }
    }

    /// What the tokenizer's file holds.
    pub fn file<'a>(&self) -> Content<'a> {
        let made = || self.tokenizer.to_json().into_bytes().into();
        Content::Kept(self.file.get_or_init(made).clone())
    }
}

impl Deref for WithFile {
    type Target = Tokenizer;

    fn deref(&self) -> &Tokenizer {
        &self.tokenizer
    }
}

/// Opens a tokenizer: a file, or the one in the folder of a model. `pattern` cuts texts where the file
/// does not say how, as a `.tiktoken` file that is not one of OpenAI's.
///
/// # Errors
/// If there is none, if it cannot be understood, or if a pattern is wanted or not wanted.
pub fn open(path: &Path, pattern: Option<&str>) -> Result<Tokenizer> {
    let path = if path.is_dir() { in_folder(path) } else { path.to_owned() };
    let (bytes, name) = (map::map(&path)?, path.display());
    if is_ranks(&bytes) || path.extension().is_some_and(|ending| ending == "tiktoken") {
        return from_ranks(&bytes, pattern, &path);
    }
    ensure!(
        pattern.is_none(),
        "{name} says itself how texts are cut: leave --pattern out, it is for .tiktoken files"
    );
    let read = match bytes.trim_ascii_start() {
        [] => bail!("{name} is empty: give {FILES}"),
        [b'G', b'G', b'U', b'F', ..] => return from_gguf(bytes).with_context(|| name.to_string()),
        [b'{', ..] => from_json(&bytes),
        _ if bytes.starts_with(b"version https://git-lfs") => {
            bail!("{name} is not the file itself, but where Git LFS keeps it: run `git lfs pull`")
        }
        _ if is_sentencepiece(&bytes, &path) => Tokenizer::from_sentencepiece(&bytes),
        _ => bail!("{name} is no tokenizer: give {FILES}"),
    };
    read.with_context(|| name.to_string())
}

fn from_gguf(bytes: Bytes) -> Result<Tokenizer> {
    Ok(Tokenizer::from_gguf(&Gguf::read(bytes)?.vocabulary()?)?)
}

fn in_folder(folder: &Path) -> PathBuf {
    let there = NAMES.iter().map(|name| folder.join(name)).find(|path| path.exists());
    there.unwrap_or_else(|| folder.join(NAMES[0]))
}

fn from_json(bytes: &[u8]) -> Result<Tokenizer, FormatError> {
    /// What Tekken's file has, and no `tokenizer.json`.
    #[derive(Deserialize)]
    struct Tekken {
        #[serde(rename = "config")]
        _config: IgnoredAny,
        #[serde(rename = "vocab")]
        _vocab: IgnoredAny,
    }
    Tokenizer::from_json(bytes).or_else(|error| match serde_json::from_slice::<Tekken>(bytes) {
        Ok(_) => Tokenizer::from_tekken(bytes),
        Err(_) => Err(error),
    })
}

/// Whether the first line is a token in base64 and a number.
fn is_ranks(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let Some(space) = first.iter().position(|&byte| byte == b' ') else { return false };
    let in_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let (token, rank) = (&first[..space], &first[space + 1..]);
    let all = token.iter().all(in_base64) && rank.iter().all(u8::is_ascii_digit);
    all && !token.is_empty() && !rank.is_empty()
}

/// Whether a message begins with a piece, which is a message and begins with a text; or so it is named.
fn is_sentencepiece(bytes: &[u8], path: &Path) -> bool {
    let named = path.file_name().is_some_and(|name| name.to_string_lossy().contains(".model"));
    named || matches!(bytes, [0x0A, _, 0x0A, ..])
}

fn from_ranks(bytes: &[u8], pattern: Option<&str>, path: &Path) -> Result<Tokenizer> {
    let name = path.display();
    let known = Known::of(bytes);
    let pattern = match (pattern, known) {
        (Some(pattern), _) => Pattern::named(pattern)
            .with_context(|| format!("--pattern {pattern} is not one of {PATTERNS}"))?,
        (None, Some(known)) => known.pattern,
        (None, None) => bail!(
            "{name} is not one of OpenAI's .tiktoken files, and does not say how texts are cut: \
             `primer tokenizer encode`, decode and show take --pattern NAME, one of {PATTERNS}"
        ),
    };
    let specials = known.map_or(&[][..], |known| known.specials);
    Tokenizer::from_tiktoken(bytes, pattern, specials).with_context(|| name.to_string())
}
