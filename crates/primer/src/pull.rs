//! `primer pull`: fetches a published model from the Hugging Face Hub.
//!
//! ```text
//! /api/models/OWNER/NAME/revision/main     which files there are, how long each is, and its SHA-256
//! /OWNER/NAME/resolve/COMMIT/FILE          a file; large ones lead on to another address
//! ```
//!
//! [`cached`] is where models lie that were pulled, [`choose`] which files make a model, [`hub`] how one
//! asks for them, and [`fetch`] how one of them gets here whole. The environment holds as for all programs
//! of the Hub: `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN`, `HF_HUB_DOWNLOAD_TIMEOUT`,
//! `HF_HUB_OFFLINE`. Without the feature `pull` nothing here speaks to a network.

pub mod cached;
#[cfg(feature = "pull")]
pub mod choose;
#[cfg(feature = "pull")]
pub mod fetch;
#[cfg(feature = "pull")]
pub mod hub;

use anyhow::Result;

use crate::args::{self, Global};

/// Fetches a model.
///
/// # Errors
/// If it is not there, may not be read, or arrives damaged; or if there is no network.
#[cfg(not(feature = "pull"))]
pub fn pull(_flags: &args::Pull, _all: &Global) -> Result<()> {
    anyhow::bail!(
        "this primer was built without the feature `pull`: build it with `--features pull`"
    )
}

/// Fetches a model.
///
/// # Errors
/// If it is not there, may not be read, or arrives damaged; or if there is no network.
#[cfg(feature = "pull")]
pub fn pull(flags: &args::Pull, all: &Global) -> Result<()> {
    use anyhow::Context;
    use cached::Name;
    use fetch::Fetch;

    let name = Name::parse(&flags.name)?;
    let hub = hub::Hub::from_environment()?;
    let listing = hub.listing(&name, &flags.revision)?;
    let chosen = choose::choose(&listing.files, flags.file.as_deref())
        .with_context(|| format!("{}/{name}", hub.endpoint()))?;
    let folder = match &flags.out {
        Some(folder) => folder.clone(),
        None => cached::snapshot(&name, &listing.commit)?,
    };
    let mut told = Vec::new();
    for file in &chosen {
        let path = folder.join(&file.path);
        let got =
            Fetch { hub: &hub, name: &name, commit: &listing.commit, file, path: &path }.run()?;
        told.push(
            serde_json::json!({ "name": file.path, "bytes": got.bytes, "fetched": got.fetched }),
        );
    }
    if flags.out.is_none() {
        cached::remember(&name, &flags.revision, &listing.commit)?;
    }
    let folder = folder.display().to_string();
    crate::out::line(&match all.json {
        false => folder,
        true => serde_json::json!({
            "name": name.to_string(),
            "commit": listing.commit,
            "folder": folder,
            "files": told,
        })
        .to_string(),
    })
}
