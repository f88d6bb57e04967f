//! Writing a Llama.

use kernels::Kind;
use neuron::Parameters;

use super::super::FileError;
use super::super::written::Written;
use super::published;
use crate::Llama;

/// A model's weights as the bytes of a `model.safetensors`.
///
/// # Errors
/// If numbers of this kind cannot be put into such a file.
pub fn write(model: &Llama, kind: Kind) -> Result<Vec<u8>, FileError> {
    let mut tensors = Written::new(kind)?;
    for (name, array) in model.parameters() {
        tensors.add(published(&name), array);
    }
    tensors.into_safetensors()
}
