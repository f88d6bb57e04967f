//! Checkpoints: from each of them, training goes on as if it had never stopped.
//!
//! ```text
//! checkpoints/step-000250/    a model folder, and
//!     optimizer.safetensors   what the optimizer remembers
//!     manifest.json           written last: the step, the settings, and a checksum of each file
//! checkpoints/best.json       which of them predicts the validation text best
//! ```
//!
//! What is random in training is worked out from the seed and the step, so nothing else needs to be
//! kept. A folder without a manifest, or with a file that does not match it, is passed over. An old
//! checkpoint is deleted only after the new one has been read back from the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use backprop::AdamW;
use neuron::Parameters;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lesson::{Files, Lesson};
use crate::preset::Settings;
use crate::{data, durable, folder, moments};

mod best;

pub use best::Best;

const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const OPTIMIZER: &str = "optimizer.safetensors";

/// What a checkpoint is, apart from its numbers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Manifest {
    /// The version of this layout.
    pub format: u32,
    /// The steps taken.
    pub step: usize,
    /// Into how many shares each batch is cut: part of the result, as rounding is.
    pub shares: usize,
    /// Where the text came from; nothing: the built-in stories.
    pub data: Vec<PathBuf>,
    /// The checksum of the text.
    pub text: String,
    /// What was asked for.
    pub settings: Settings,
    /// Each file with its size and its checksum.
    pub files: BTreeMap<String, Sum>,
}

/// The size and the SHA-256 of a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Sum {
    bytes: usize,
    sha256: String,
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sum(bytes: &[u8]) -> Sum {
    Sum { bytes: bytes.len(), sha256: checksum(bytes) }
}

impl Manifest {
    /// For a run that has just begun.
    pub fn new(settings: Settings, shares: usize, data: Vec<PathBuf>, text: &str) -> Self {
        let (format, step, files) = (FORMAT, 0, BTreeMap::new());
        Manifest { format, step, shares, data, text: text.to_owned(), settings, files }
    }
}

/// Writes a checkpoint, reads it back, and gives its folder and the files of the model in it.
///
/// # Errors
/// If a number is not finite, or a file cannot be written.
pub fn save<L: Lesson>(
    out: &Path,
    manifest: &mut Manifest,
    lesson: &L,
    network: &L::Network,
    optimizer: &AdamW<L::Network>,
) -> Result<Files> {
    let step = manifest.step;
    let broken =
        network.parameters().into_iter().find(|(_, array)| array.iter().any(|x| !x.is_finite()));
    if let Some((name, _)) = broken {
        anyhow::bail!(
            "after step {step}, {name} holds a number that is not finite: try a lower --lr"
        );
    }
    let folder = out.join("checkpoints").join(format!("step-{step:06}"));
    let told = || format!("cannot write {}", folder.display());
    fs::create_dir_all(&folder).with_context(told)?;
    if folder.join(MANIFEST).exists() {
        fs::remove_file(folder.join(MANIFEST)).with_context(told)?;
    }
    let model = lesson.files(network, &manifest.settings)?;
    let moments = moments::write(optimizer)?;
    folder::write(&folder, &model)?;
    durable::write(&folder.join(OPTIMIZER), &moments)?;
    manifest.files = model.iter().map(|(name, bytes)| ((*name).to_owned(), sum(bytes))).collect();
    manifest.files.insert(OPTIMIZER.to_owned(), sum(&moments));
    durable::write(&folder.join(MANIFEST), &serde_json::to_vec_pretty(manifest)?)?;
    durable::sync_folder(&out.join("checkpoints"))?;
    check(&folder)?;
    Ok(model)
}

/// The manifest of a checkpoint, if all its files are as it says.
fn check(folder: &Path) -> Result<Manifest> {
    let manifest: Manifest = serde_json::from_slice(&data::read_bytes(&folder.join(MANIFEST))?)
        .context("its manifest.json cannot be understood")?;
    let format = manifest.format;
    ensure!(format == FORMAT, "it has format {format}, and this version reads {FORMAT}");
    for (name, wanted) in &manifest.files {
        let found = sum(&data::read_bytes(&folder.join(name))?);
        ensure!(
            found.bytes == wanted.bytes,
            "its {name} has {} bytes instead of {}",
            found.bytes,
            wanted.bytes
        );
        ensure!(found == *wanted, "its {name} is damaged: the checksum differs");
    }
    Ok(manifest)
}

/// All checkpoints in a folder, the newest first.
fn all(out: &Path) -> Vec<(usize, PathBuf)> {
    let entries = fs::read_dir(out.join("checkpoints")).into_iter().flatten().flatten();
    let step = |path: &Path| path.file_name()?.to_str()?.strip_prefix("step-")?.parse().ok();
    let paths = entries.map(|entry| entry.path());
    let mut all: Vec<_> = paths.filter_map(|path| Some((step(&path)?, path))).collect();
    all.sort_by(|one, other| other.cmp(one));
    all
}

/// The newest checkpoint that is whole, and what `tell` hears of those passed over.
///
/// # Errors
/// If there is none.
pub fn newest(out: &Path, mut tell: impl FnMut(&str)) -> Result<(Manifest, PathBuf)> {
    for (_, folder) in all(out) {
        match check(&folder) {
            Ok(manifest) => return Ok((manifest, folder)),
            Err(error) => tell(&format!("passing over {}: {error:#}", folder.display())),
        }
    }
    let name = out.display();
    anyhow::bail!("{name} has no valid checkpoint to resume from: start anew with --overwrite")
}

/// Opens a checkpoint: the model, and what the optimizer remembers.
///
/// # Errors
/// If a file cannot be understood.
pub fn open<L: Lesson>(
    folder: &Path,
    manifest: &Manifest,
    lesson: &L,
) -> Result<(L::Network, AdamW<L::Network>)> {
    let network = lesson.open(folder)?;
    let mut optimizer = manifest.settings.optimizer(&network);
    optimizer.steps = manifest.step as u64;
    let path = folder.join(OPTIMIZER);
    let told = || path.display().to_string();
    moments::read(&data::read_bytes(&path)?, &mut optimizer).with_context(told)?;
    Ok((network, optimizer))
}

/// Deletes all checkpoints but the newest `keep`, and the best.
///
/// # Errors
/// If one cannot be deleted.
pub fn prune(out: &Path, keep: usize, best: Option<Best>) -> Result<()> {
    for (step, folder) in all(out).into_iter().skip(keep.max(1)) {
        if best.is_none_or(|best| best.step != step) {
            let told = || format!("cannot delete {}", folder.display());
            fs::remove_dir_all(&folder).with_context(told)?;
        }
    }
    Ok(())
}
