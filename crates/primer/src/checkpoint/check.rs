//! Which checkpoints are whole. Nothing that a manifest says is believed before it was looked at.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use safetensors::Dtype;
use safetensors::tensor::Metadata;

use super::{FORMAT, MANIFEST, Manifest, OPTIMIZER, Summed, UNSEALED, all};
use crate::data;

/// Room for a manifest of a hundred files.
const LONGEST: u64 = 1 << 16;

/// So many bytes of a file are looked at together.
const PIECE: usize = 1 << 16;

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
        let mut found = Summed::default();
        read_through(&path, |piece| {
            found.add(piece);
            Ok(())
        })?;
        ensure!(found.sum() == *wanted, "its {name} is damaged: the checksum differs");
        if name.ends_with(".safetensors") {
            let mut numbers = Numbers::default();
            let read = read_through(&path, |piece| numbers.all_finite(piece));
            read.and_then(|()| numbers.end()).with_context(|| format!("its {name}"))?;
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
    let known = format.as_u64().is_some_and(|f| (UNSEALED.into()..=FORMAT.into()).contains(&f));
    ensure!(known, "it has format {format}, and this version reads {UNSEALED} to {FORMAT}");
    let manifest: Manifest = serde_json::from_slice(json).context(told)?;
    let whole = manifest.format == UNSEALED || manifest.sealed()? == json;
    ensure!(whole, "its manifest.json is damaged: the checksum differs");
    manifest.settings.check().context("its manifest.json")?;
    let Manifest { step, skipped, shares, at_once, settings, files, .. } = &manifest;
    ensure!((1..=settings.batch).contains(shares), "its manifest.json asks for {shares} shares");
    ensure!(*at_once != Some(0), "its manifest.json asks for no examples at once");
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

/// Looks at a file piece by piece: it may be larger than the memory that is left.
fn read_through(path: &Path, mut look: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let told = |error| data::explain(&error, path);
    let mut file = File::open(path).map_err(told)?;
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(many) => look(&piece[..many])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(told(error)),
        }
    }
}

/// The numbers of a `.safetensors` on their way.
#[derive(Default)]
struct Numbers {
    /// How long the header is, once that is known
    head: Option<usize>,
    /// The header so far; then at most three bytes of a number
    before: Vec<u8>,
    /// Which tensor ends at which byte after the header
    tensors: BTreeMap<usize, String>,
    /// How many bytes of numbers have been looked at
    at: usize,
}

impl Numbers {
    /// After the last piece.
    fn end(self) -> Result<()> {
        ensure!(self.head.is_some() && self.before.is_empty(), "is cut off");
        Ok(())
    }

    fn all_finite(&mut self, piece: &[u8]) -> Result<()> {
        self.before.extend_from_slice(piece);
        if self.head.is_none() {
            let Some((length, rest)) = self.before.split_first_chunk() else { return Ok(()) };
            let Some(head) = rest.get(..u64::from_le_bytes(*length).try_into()?) else {
                return Ok(());
            };
            for (name, info) in serde_json::from_slice::<Metadata>(head)?.tensors() {
                ensure!(info.dtype == Dtype::F32, "{name} is not in 32 bits");
                self.tensors.insert(info.data_offsets.1, name);
            }
            let end = 8 + head.len();
            self.head = Some(end);
            self.before.drain(..end);
        }
        let (numbers, _) = self.before.as_chunks();
        if let Some(place) = numbers.iter().position(|four| !f32::from_le_bytes(*four).is_finite())
        {
            let mut behind = self.tensors.range(self.at + 4 * place + 1..);
            let name = behind.next().map_or("it", |(_, name)| name);
            bail!("{name} holds a number that is not finite");
        }
        let seen = 4 * numbers.len();
        self.at += seen;
        self.before.drain(..seen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use safetensors::{serialize, tensor::TensorView};

    use super::*;

    /// Two tensors of three numbers each, one of them `number`, looked at so many bytes at a time.
    fn looked_at(number: f32, place: usize, at_once: usize) -> Result<()> {
        let mut numbers = [1.0_f32; 6];
        numbers[place] = number;
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let half = |half: usize| {
            TensorView::new(Dtype::F32, vec![3], &bytes[12 * half..12 * (half + 1)]).unwrap()
        };
        let file = serialize([("first", half(0)), ("second", half(1))], None).unwrap();
        let mut numbers = Numbers::default();
        file.chunks(at_once).try_for_each(|piece| numbers.all_finite(piece))?;
        numbers.end()
    }

    #[test]
    fn a_number_that_is_not_finite_is_found_in_pieces_of_any_size() {
        for at_once in [1, 3, 7, 64, 1 << 20] {
            looked_at(2.0, 0, at_once).unwrap();
            for (place, name) in [(0, "first"), (2, "first"), (3, "second"), (5, "second")] {
                for number in [f32::NAN, f32::INFINITY] {
                    let error = looked_at(number, place, at_once).unwrap_err().to_string();
                    assert_eq!(error, format!("{name} holds a number that is not finite"));
                }
            }
        }
    }

    #[test]
    fn numbers_that_are_cut_off_are_not_whole() {
        let mut numbers = Numbers::default();
        numbers.all_finite(&[9, 0, 0]).unwrap();
        assert_eq!(numbers.end().unwrap_err().to_string(), "is cut off");
    }
}
