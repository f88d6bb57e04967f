//! Which checkpoints are whole. Nothing that a manifest says is believed before it was looked at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use safetensors::{Dtype, SafeTensors};

use super::{FORMAT, MANIFEST, Manifest, OPTIMIZER, UNSEALED, all, sum};
use crate::data;

/// Room for a manifest of a hundred files.
const LONGEST: u64 = 1 << 16;

/// The newest checkpoint that is whole, and what `tell` hears of those passed over.
///
/// # Errors
/// If there is none.
pub fn newest(out: &Path, mut tell: impl FnMut(&str)) -> Result<(Manifest, PathBuf)> {
    for (step, folder) in all(out) {
        let checked = check(&folder).and_then(|manifest| {
            ensure!(manifest.step == step, "it is of step {}", manifest.step);
            Ok(manifest)
        });
        match checked {
            Ok(manifest) => return Ok((manifest, folder)),
            Err(error) => tell(&format!("passing over {}: {error:#}", folder.display())),
        }
    }
    let name = out.display();
    bail!("{name} has no valid checkpoint to resume from: start anew with --overwrite")
}

/// The manifest of a checkpoint, if all its files are as it says, and all numbers finite.
///
/// # Errors
/// Says what is wrong.
pub fn check(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    ensure!(path.exists(), "it has no manifest.json: it was never finished");
    ensure!(length(&path)? <= LONGEST, "its manifest.json is too long");
    let manifest = read(&data::read_bytes(&path)?)?;
    for (name, wanted) in &manifest.files {
        let path = folder.join(name);
        ensure!(path.exists(), "its {name} is missing");
        let (found, wanted_bytes) = (length(&path)?, wanted.bytes as u64);
        ensure!(found == wanted_bytes, "its {name} has {found} bytes instead of {wanted_bytes}");
        let bytes = data::read_bytes(&path)?;
        ensure!(sum(&bytes) == *wanted, "its {name} is damaged: the checksum differs");
        if name.ends_with(".safetensors") {
            all_finite(&bytes).with_context(|| format!("its {name}"))?;
        }
    }
    Ok(manifest)
}

/// A manifest from the bytes of its file.
///
/// # Errors
/// If it is not valid, or names a file outside of its folder.
pub fn read(json: &[u8]) -> Result<Manifest> {
    let told = "its manifest.json cannot be understood";
    let format: serde_json::Value = serde_json::from_slice(json).context(told)?;
    let format = &format["format"];
    let known = *format == FORMAT || *format == UNSEALED;
    ensure!(known, "it has format {format}, and this version reads {UNSEALED} and {FORMAT}");
    let manifest: Manifest = serde_json::from_slice(json).context(told)?;
    let whole = manifest.format == UNSEALED || manifest.sealed()? == json;
    ensure!(whole, "its manifest.json is damaged: the checksum differs");
    manifest.settings.check().context("its manifest.json")?;
    let Manifest { step, skipped, shares, settings, files, .. } = &manifest;
    ensure!((1..=settings.batch).contains(shares), "its manifest.json asks for {shares} shares");
    ensure!(
        skipped <= step && *step <= settings.steps,
        "its manifest.json says step {step} of {}, {skipped} of them skipped",
        settings.steps
    );
    ensure!(files.contains_key(OPTIMIZER), "its manifest.json lists no {OPTIMIZER}");
    let plain =
        |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', ':', '\0']);
    match files.keys().find(|name| !plain(name)) {
        Some(name) => bail!("its manifest.json names {name:?}, which leads out of the folder"),
        None => Ok(manifest),
    }
}

fn length(path: &Path) -> Result<u64> {
    let about = fs::metadata(path).map_err(|error| data::explain(&error, path))?;
    ensure!(about.is_file(), "its {} is no file", path.display());
    Ok(about.len())
}

fn all_finite(bytes: &[u8]) -> Result<()> {
    for (name, tensor) in SafeTensors::deserialize(bytes)?.iter() {
        ensure!(tensor.dtype() == Dtype::F32, "{name} is not in 32 bits");
        let numbers = tensor.data().chunks_exact(4);
        let mut numbers =
            numbers.map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        ensure!(numbers.all(f32::is_finite), "{name} holds a number that is not finite");
    }
    Ok(())
}
