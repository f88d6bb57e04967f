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
//! kept. A folder without a manifest, or with a file that does not match it, is passed over: see
//! [`check`]. An old checkpoint is deleted only after the new one has been read back from the disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use backprop::AdamW;
use neuron::Parameters;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::folder::{Content, Files};
use crate::lesson::Lesson;
use crate::preset::Settings;
use crate::{data, durable, fail, moments};

mod best;
pub mod check;

pub use best::Best;
pub use check::newest;

/// The layout of a checkpoint. The second had no `at_once`.
const FORMAT: u32 = 3;
/// The first: without a checksum of the manifest itself.
const UNSEALED: u32 = 1;
const MANIFEST: &str = "manifest.json";
const OPTIMIZER: &str = "optimizer.safetensors";

/// What a checkpoint is, apart from its numbers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Manifest {
    /// The version of this layout.
    pub format: u32,
    /// The last step that was taken.
    pub step: usize,
    /// How many before it were not taken, for they would have made the model worse.
    #[serde(default)]
    pub skipped: usize,
    /// Into how many shares each batch is cut: part of the result, as rounding is.
    pub shares: usize,
    /// How many examples of a share go through the model at once, at most; nothing: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<usize>,
    /// Where the text came from; nothing: the built-in stories.
    pub data: Vec<PathBuf>,
    /// The checksum of the text.
    pub text: String,
    /// What was asked for.
    pub settings: Settings,
    /// Each file with its size and its checksum.
    pub files: BTreeMap<String, Sum>,
    /// The checksum of the manifest with nothing here.
    #[serde(default)]
    pub own: String,
}

/// The size and the SHA-256 of a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Sum {
    bytes: usize,
    sha256: String,
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn checksum(bytes: &[u8]) -> String {
    let mut summed = Summed::default();
    summed.add(bytes);
    summed.sum().sha256
}

/// The size and the SHA-256 of bytes that come piece by piece.
#[derive(Default)]
struct Summed {
    bytes: usize,
    hash: Sha256,
}

impl Summed {
    fn add(&mut self, piece: &[u8]) {
        self.bytes += piece.len();
        self.hash.update(piece);
    }

    fn sum(self) -> Sum {
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Sum { bytes: self.bytes, sha256 }
    }
}

/// A file, and the sum of what is written to it.
struct Both<'a>(&'a mut dyn Write, &'a mut Summed);

impl Write for Both<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Manifest {
    /// For a run that has just begun.
    pub fn new(settings: Settings, shares: usize, data: Vec<PathBuf>, text: &str) -> Self {
        let (format, step, skipped, files) = (FORMAT, 0, 0, BTreeMap::new());
        Manifest {
            format,
            step,
            skipped,
            shares,
            at_once: None,
            data,
            text: text.to_owned(),
            settings,
            files,
            own: String::new(),
        }
    }

    /// The bytes of its file.
    fn sealed(&self) -> Result<Vec<u8>> {
        let open = Manifest { own: String::new(), ..self.clone() };
        let own = checksum(&serde_json::to_vec_pretty(&open)?);
        Ok(serde_json::to_vec_pretty(&Manifest { own, ..open })?)
    }
}

/// Writes a checkpoint, reads it back, and gives its folder and the files of the model in it.
///
/// # Errors
/// If a number is not finite, or a file cannot be written.
pub fn save<'a, L: Lesson>(
    out: &Path,
    manifest: &mut Manifest,
    lesson: &L,
    network: &'a L::Network,
    optimizer: &AdamW<L::Network>,
) -> Result<Files<'a>> {
    let step = manifest.step;
    if let Some(name) = not_finite(network, optimizer) {
        bail!("after step {step}, {name} holds a number that is not finite: try a lower --lr");
    }
    let folder = out.join("checkpoints").join(format!("step-{step:06}"));
    let files = put(&folder, manifest, lesson, network, optimizer);
    if files.is_err() {
        // Half a checkpoint only takes room, and the disk may be full.
        let _it_may_not_be_there = fs::remove_dir_all(&folder);
    }
    files
}

fn put<'a, L: Lesson>(
    folder: &Path,
    manifest: &mut Manifest,
    lesson: &L,
    network: &'a L::Network,
    optimizer: &AdamW<L::Network>,
) -> Result<Files<'a>> {
    let told = || format!("cannot write {}", folder.display());
    fs::create_dir_all(folder).with_context(told)?;
    if folder.join(MANIFEST).exists() {
        fs::remove_file(folder.join(MANIFEST)).with_context(told)?;
    }
    fail::point("checkpoint-begun").with_context(told)?;
    let written = |name: &str, content: &Content<'_>| -> Result<(String, Sum)> {
        let mut sum = Summed::default();
        durable::write_with(&folder.join(name), Some(content.bytes()), |file| {
            Ok(content.write(&mut Both(file, &mut sum))?)
        })?;
        Ok((name.to_owned(), sum.sum()))
    };
    let model = lesson.files(network, &manifest.settings)?;
    let all = model.iter().map(|(name, content)| written(name, content));
    manifest.format = FORMAT;
    manifest.files = all.collect::<Result<_>>()?;
    manifest.files.extend([written(OPTIMIZER, &moments::file(optimizer)?.into())?]);
    durable::write(&folder.join(MANIFEST), &manifest.sealed()?)?;
    durable::sync_folder(folder.parent().unwrap_or(folder))?;
    fail::point("checkpoint-written").with_context(told)?;
    check::check(folder).with_context(|| format!("{} was written, and", folder.display()))?;
    Ok(model)
}

/// The first array that holds a number which is not finite.
fn not_finite<M: Parameters<f32>>(network: &M, optimizer: &AdamW<M>) -> Option<String> {
    let models = [
        ("", network),
        ("the average of ", &optimizer.first),
        ("the square of ", &optimizer.second),
    ];
    models.into_iter().find_map(|(what, model)| {
        let arrays = model.parameters();
        let broken = |(_, array): &(_, ndarray::ArrayViewD<'_, f32>)| {
            array.iter().any(|number| !number.is_finite())
        };
        arrays.into_iter().find(broken).map(|(name, _)| format!("{what}{name}"))
    })
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
    optimizer.steps = manifest.step.saturating_sub(manifest.skipped) as u64;
    let path = folder.join(OPTIMIZER);
    let told = || path.display().to_string();
    moments::read(&data::read_bytes(&path)?, &mut optimizer).with_context(told)?;
    Ok((network, optimizer))
}

/// Deletes all checkpoints before the step `newest` but the last `keep`, and the best. What is of a later
/// step was passed over, and counts for nothing.
///
/// # Errors
/// If one cannot be deleted.
pub fn prune(out: &Path, newest: usize, keep: usize, best: Option<Best>) -> Result<()> {
    let valid = all(out).into_iter().filter(|(step, _)| *step <= newest);
    for (step, folder) in valid.skip(keep.max(1)) {
        if best.is_none_or(|best| best.step != step) {
            delete(&folder).with_context(|| format!("cannot delete {}", folder.display()))?;
        }
    }
    Ok(())
}

/// The manifest first: what is half deleted is no checkpoint.
fn delete(folder: &Path) -> Result<()> {
    if folder.join(MANIFEST).exists() {
        fs::remove_file(folder.join(MANIFEST))?;
        durable::sync_folder(folder)?;
    }
    fail::point("checkpoint-pruned")?;
    Ok(fs::remove_dir_all(folder)?)
}

/// Takes away what a crash left half written, or half deleted.
///
/// # Errors
/// If something cannot be deleted.
pub fn tidy(out: &Path) -> Result<()> {
    durable::sweep(out)?;
    durable::sweep(&out.join("checkpoints"))?;
    for (_, folder) in all(out) {
        if folder.join(MANIFEST).exists() {
            durable::sweep(&folder)?;
        } else {
            delete(&folder).with_context(|| format!("cannot delete {}", folder.display()))?;
        }
    }
    Ok(())
}
