//! What AdamW remembers, as a file: both averages of every number, named as in the model.

use std::collections::HashMap;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use backprop::AdamW;
use neuron::Parameters;
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensors};

/// So many numbers are bytes at once.
const PIECE: usize = 1 << 18;

/// How many bytes [`write()`] writes, but for the names.
pub fn bytes<M: Parameters<f32>>(optimizer: &AdamW<M>) -> usize {
    4 * (optimizer.first.count() + optimizer.second.count())
}

/// Writes `first.<name>` and `second.<name>` for each array of the model, one after the other: all of them are
/// twice as large as the model, and never there a second time.
///
/// # Errors
/// If there is no room, or the arrays are too large for the format.
pub fn write<M: Parameters<f32>>(optimizer: &AdamW<M>, file: &mut dyn Write) -> Result<()> {
    let both = [("first", &optimizer.first), ("second", &optimizer.second)];
    let arrays = || {
        both.into_iter().flat_map(|(moment, model)| {
            model
                .parameters()
                .into_iter()
                .map(move |(name, array)| (format!("{moment}.{name}"), array))
        })
    };
    let mut end = 0;
    let infos = arrays().map(|(name, array)| {
        let start = end;
        end += 4 * array.len();
        let (dtype, shape) = (Dtype::F32, array.shape().to_vec());
        (name, TensorInfo { dtype, shape, data_offsets: (start, end) })
    });
    let note = HashMap::from([("steps".to_owned(), optimizer.steps.to_string())]);
    let mut head = serde_json::to_vec(&Metadata::new(Some(note), infos.collect())?)?;
    head.resize(head.len().next_multiple_of(8), b' ');
    file.write_all(&(head.len() as u64).to_le_bytes())?;
    file.write_all(&head)?;
    let mut bytes = Vec::new();
    for (_, array) in arrays() {
        let numbers = array.as_standard_layout();
        for numbers in numbers.as_slice().into_iter().flat_map(|all| all.chunks(PIECE)) {
            bytes.resize(4 * numbers.len(), 0);
            for (to, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
                *to = number.to_le_bytes();
            }
            file.write_all(&bytes)?;
        }
    }
    Ok(())
}

/// Reads them back into an optimizer of the same shapes.
///
/// # Errors
/// If one is missing, or of another shape.
pub fn read<M: Parameters<f32>>(bytes: &[u8], optimizer: &mut AdamW<M>) -> Result<()> {
    let arrays = SafeTensors::deserialize(bytes).context("is damaged")?;
    for (moment, model) in [("first", &mut optimizer.first), ("second", &mut optimizer.second)] {
        for (name, mut array) in model.parameters_mut() {
            let name = format!("{moment}.{name}");
            let found = arrays.tensor(&name).with_context(|| format!("{name} is missing"))?;
            ensure!(
                found.shape() == array.shape() && found.dtype() == Dtype::F32,
                "{name} has the shape {:?}, and the model {:?}",
                found.shape(),
                array.shape()
            );
            let numbers = found.data().chunks_exact(4);
            for (number, bytes) in array.iter_mut().zip(numbers) {
                *number = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            }
        }
    }
    Ok(())
}
