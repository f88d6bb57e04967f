//! Where models lie that were pulled: in the cache that all programs of the Hub share.
//!
//! ```text
//! $HF_HUB_CACHE, $HF_HOME/hub or ~/.cache/huggingface/hub
//!   models--OWNER--NAME/
//!     refs/main                which commit that is
//!     snapshots/COMMIT/…       its files
//! ```

use std::env::var_os;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::durable;

/// The name of a model on the Hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    owner: String,
    name: String,
}

impl Name {
    /// From OWNER/NAME.
    ///
    /// ```
    /// use primer::pull::cached::Name;
    ///
    /// assert_eq!(Name::parse("HuggingFaceTB/SmolLM2-135M")?.to_string(), "HuggingFaceTB/SmolLM2-135M");
    /// assert!(Name::parse("../models").is_err());
    /// # Ok::<(), anyhow::Error>(())
    /// ```
    ///
    /// # Errors
    /// If it is no such name.
    pub fn parse(text: &str) -> Result<Self> {
        let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let part = |part: &str| {
            let edge = |end: Option<char>| end.is_some_and(|end| end != '.' && end != '-');
            part.len() <= 96
                && part.chars().all(letter)
                && edge(part.chars().next())
                && edge(part.chars().last())
                && !part.contains("..")
                && !part.contains("--")
        };
        match text.split_once('/') {
            Some((owner, name)) if part(owner) && part(name) => {
                Ok(Name { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => bail!("{text:?} is no name of a model on the Hub: it has the form OWNER/NAME"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// The folder of the Hub's programs; none if there is no home.
pub(super) fn home() -> Option<PathBuf> {
    let set = |name| var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(std::env::home_dir()?.join(".cache")));
    set("HF_HOME").or_else(|| Some(cache()?.join("huggingface")))
}

/// The folder of a model in the cache.
fn folder(name: &Name) -> Option<PathBuf> {
    let set = |name| var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let hub = set("HF_HUB_CACHE").or_else(|| Some(home()?.join("hub")))?;
    Some(hub.join(format!("models--{}--{}", name.owner, name.name)))
}

/// The folder for the files of a commit.
///
/// # Errors
/// If there is no home, or the commit has no name that a folder can have.
pub fn snapshot(name: &Name, commit: &str) -> Result<PathBuf> {
    ensure!(
        is_commit(commit),
        "{commit:?} is no commit: the server does not speak as the Hub does"
    );
    let folder = folder(name).context("there is no home folder to put it into: give --out DIR")?;
    Ok(folder.join("snapshots").join(commit))
}

/// Remembers which commit a revision is.
///
/// # Errors
/// If that cannot be written.
pub fn remember(name: &Name, revision: &str, commit: &str) -> Result<()> {
    let folder = folder(name).context("there is no home folder")?.join("refs");
    if revision == commit || !is_path(revision) {
        return Ok(()); // a commit is its own name
    }
    let path = folder.join(revision);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    durable::write(&path, commit.as_bytes())
}

/// Where the model of this name lies, if it was pulled: its folder, or its one GGUF file.
pub fn pulled(model: &Path) -> Option<PathBuf> {
    let name = Name::parse(model.to_str()?).ok()?;
    let folder = folder(&name)?;
    let commit = fs::read_to_string(folder.join("refs").join("main")).ok()?;
    let commit = commit.trim();
    let snapshot = is_commit(commit).then(|| folder.join("snapshots").join(commit))?;
    if snapshot.join("config.json").exists() {
        return Some(snapshot);
    }
    let files = fs::read_dir(&snapshot).ok()?.filter_map(|file| Some(file.ok()?.path()));
    let is_gguf = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "gguf");
    files.filter(is_gguf).min().or_else(|| snapshot.is_dir().then_some(snapshot))
}

fn is_commit(commit: &str) -> bool {
    (7..=64).contains(&commit.len()) && commit.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// Whether a name from elsewhere stays below the folder that it is put into.
pub(super) fn is_path(path: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    path.split('/').all(plain) && !path.contains(['\\', ':', '\0'])
}
