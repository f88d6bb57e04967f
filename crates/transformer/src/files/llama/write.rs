//! Writing a Llama.

use kernels::Kind;
use neuron::Parameters;

use super::super::{FileError, Safetensors, Written};
use super::published;
use crate::Llama;

/// A model's weights as a `model.safetensors`.
///
/// # Errors
/// If numbers of this kind cannot be put into such a file.
pub fn write(model: &Llama, kind: Kind) -> Result<Safetensors<'_>, FileError> {
    let mut tensors = Written::model(kind)?;
    for (name, array) in model.parameters() {
        tensors.add(published(&name), array);
    }
    tensors.into_safetensors()
}
