//! Whatever happens to the files of a checkpoint, it is found, and an older one is used.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::Plan;
use crate::room::{Room, SMALL, copy};
use crate::table::Row;

/// Looks for a checkpoint to go on from, and trains nothing.
const LOOK: &str = "train --resume --dry-run --out model";

/// A room with a model and three checkpoints.
fn trained(plan: &Plan) -> Result<Room> {
    let room = Room::new(&plan.program)?;
    room.reference(&format!("{SMALL} --steps 40 --save-every 10 --eval-every 40"), "model")?;
    Ok(room)
}

/// The files of a folder, with how many bytes they have, and all of these.
fn files(folder: &Path) -> Result<(Vec<(PathBuf, usize)>, usize)> {
    let mut files = vec![];
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = usize::try_from(fs::metadata(&path)?.len())?;
        files.push((path, bytes));
    }
    files.sort();
    let all = files.iter().map(|(_, bytes)| bytes).sum();
    Ok((files, all))
}

/// Any byte of all the files alike; every second time a file alike, for the small ones' sake.
fn somewhere(files: &[(PathBuf, usize)], all: usize, rng: &mut ChaCha8Rng) -> (PathBuf, usize) {
    if rng.random_bool(0.5) {
        let (path, bytes) = &files[rng.random_range(0..files.len())];
        return (path.clone(), rng.random_range(0..*bytes));
    }
    let mut at = rng.random_range(0..all);
    for (path, bytes) in files {
        if at < *bytes {
            return (path.clone(), at);
        }
        at -= bytes;
    }
    unreachable!("all is the sum")
}

/// Damages the newest checkpoint, and sees that the one before is used.
fn damaged(
    room: &Room,
    row: &mut Row,
    what: &str,
    path: &Path,
    damage: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>,
) -> Result<()> {
    let whole = fs::read(path)?;
    match damage(whole.clone()) {
        Some(bytes) => fs::write(path, bytes)?,
        None => fs::remove_file(path)?,
    }
    let ended = room.run(LOOK)?;
    fs::write(path, whole)?;
    let passed = ended.told.lines().filter(|line| line.starts_with("passing over")).count();
    let found = ended.status == Some(0) && passed == 1 && ended.told.contains("step-000040: it");
    row.trial(found, || format!("{what} of {}: {}", path.display(), ended.told));
    Ok(())
}

/// Single bits.
///
/// # Errors
/// If a file cannot be written.
pub fn flips(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let room = trained(plan)?;
    let (files, all) = files(&room.path("model/checkpoints/step-000040"))?;
    for _ in 0..plan.flips {
        let (path, at) = somewhere(&files, all, rng);
        let bit = rng.random_range(0..8);
        damaged(&room, row, &format!("bit {bit} of byte {at}"), &path, |mut bytes| {
            bytes[at] ^= 1 << bit;
            Some(bytes)
        })?;
    }
    row.note = format!("{} files, {all} bytes", files.len());
    Ok(())
}

/// Files that end too early.
///
/// # Errors
/// If a file cannot be written.
pub fn truncations(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let room = trained(plan)?;
    let (files, all) = files(&room.path("model/checkpoints/step-000040"))?;
    for _ in 0..plan.truncations {
        let (path, at) = somewhere(&files, all, rng);
        damaged(&room, row, &format!("cut at byte {at}"), &path, |mut bytes| {
            bytes.truncate(at);
            Some(bytes)
        })?;
    }
    Ok(())
}

/// Files that are swapped, missing, longer, empty, or those of another run; folders that are swapped.
///
/// # Errors
/// If a file cannot be written.
pub fn others(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = trained(plan)?;
    room.reference(
        &format!("{SMALL} --steps 40 --save-every 10 --eval-every 40 --seed 7"),
        "other",
    )?;
    let checkpoints = room.path("model/checkpoints");
    let (newest, before) = (checkpoints.join("step-000040"), checkpoints.join("step-000030"));
    for (path, _) in files(&newest)?.0 {
        let name = path.file_name().context("a name")?;
        damaged(&room, row, "missing", &path, |_| None)?;
        damaged(&room, row, "emptied", &path, |_| Some(vec![]))?;
        damaged(&room, row, "a byte more", &path, |mut bytes| {
            bytes.push(b' ');
            Some(bytes)
        })?;
        for other in [before.join(name), room.path("other/checkpoints/step-000040").join(name)] {
            let bytes = fs::read(other)?;
            if bytes != fs::read(&path)? && !path.ends_with("manifest.json") {
                damaged(&room, row, "another's", &path, |_| Some(bytes))?;
            }
        }
    }
    for (path, _) in files(&newest)?.0 {
        let with = newest.join("model.safetensors");
        if path != with {
            let bytes = fs::read(&with)?;
            damaged(&room, row, "swapped", &path, |_| Some(bytes))?;
        }
    }
    // Whole folders under each other's names: both say so, and the third is used.
    let aside = checkpoints.join("aside");
    fs::rename(&newest, &aside)?;
    fs::rename(&before, &newest)?;
    fs::rename(&aside, &before)?;
    let ended = room.run(LOOK)?;
    let passed = ended.told.lines().filter(|line| line.contains("it is of step")).count();
    row.trial(ended.status == Some(0) && passed == 2, || {
        format!("swapped folders: {}", ended.told)
    });

    // Nothing valid is left: one line, and not zero.
    for folder in room.checkpoints("model") {
        fs::write(folder.join("optimizer.safetensors"), "")?;
    }
    let ended = room.run("train --resume --out model")?;
    row.trial(ended.is_one_line(), || format!("nothing valid: {}", ended.words()));
    Ok(())
}

/// Numbers that are not finite in a checkpoint whose checksums are right.
///
/// # Errors
/// If a file cannot be written.
pub fn weights(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let room = trained(plan)?;
    let folder = room.path("model/checkpoints/step-000040");
    copy(&folder, &room.path("safe"))?;
    for i in 0..plan.numbers / 4 {
        let file = if i % 2 == 0 { "model.safetensors" } else { "optimizer.safetensors" };
        let path = folder.join(file);
        let mut bytes = fs::read(&path)?;
        let header = bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
        let start = 8 + usize::try_from(header)?;
        let at = start + 4 * rng.random_range(0..(bytes.len() - start) / 4);
        let number = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY][i % 3];
        bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
        fs::write(&path, &bytes)?;
        seal(&folder, file, &bytes)?;
        let ended = room.run(LOOK)?;
        let found = ended.status == Some(0) && ended.told.contains("a number that is not finite");
        row.trial(found, || format!("{number} in {file} at {at}: {}", ended.told));
        copy(&room.path("safe"), &folder)?;
    }
    Ok(())
}

/// Writes the checksums that a file and the manifest have now.
fn seal(folder: &Path, file: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path)?)?;
    manifest["files"][file]["sha256"] = crate::room::sha256(bytes).into();
    manifest["own"] = "".into();
    manifest["own"] = crate::room::sha256(&serde_json::to_vec_pretty(&manifest)?).into();
    fs::write(path, serde_json::to_vec_pretty(&manifest)?)?;
    Ok(())
}
