//! What AdamW remembers, as a file: both averages of every number, named as in the model.

use anyhow::{Context, Result, ensure};
use backprop::AdamW;
use neuron::Parameters;
use safetensors::{Dtype, SafeTensors};
use transformer::files::{Kind, Safetensors, Written};

/// `first.<name>` and `second.<name>` for each array of the model.
///
/// # Errors
/// If the arrays are too large for the format.
pub fn file<M: Parameters<f32>>(optimizer: &AdamW<M>) -> Result<Safetensors<'_>> {
    let mut written = Written::new(Kind::F32)?;
    written.note("steps", &optimizer.steps.to_string());
    for (moment, model) in [("first", &optimizer.first), ("second", &optimizer.second)] {
        for (name, array) in model.parameters() {
            written.add(format!("{moment}.{name}"), array);
        }
    }
    Ok(written.into_safetensors()?)
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
