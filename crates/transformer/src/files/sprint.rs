//! A Sprint as a file: a layout of our own, since no other program has such a model.
//!
//! `config.json` has the keys of GPT-2 for the sizes, `"model_type": "primer-sprint"`, and under `without` the
//! names of the [ingredients](crate::Ingredient) that the model lacks. The tensors have the names that they
//! have here, and every matrix is (out, in).

use kernels::Kind;
use neuron::Parameters;
use neuron::init::seeded;
use serde_json::{Value, json};

use super::keys::Keys;
use super::{FileError, Safetensors, Tensors, Written};
use crate::{Ingredient, Sprint, SprintConfig};

/// The `model_type`.
pub(super) const KIND: &str = "primer-sprint";

/// The shape of a Sprint.
pub(super) fn config(keys: &Keys) -> Result<SprintConfig, FileError> {
    let wanted = "a list of names of ingredients";
    let named = |value: &Value| value.as_str().and_then(Ingredient::named);
    let without = match keys.value("without") {
        None => Some(Vec::new()),
        Some(value) => value.as_array().and_then(|names| names.iter().map(named).collect()),
    };
    let config = SprintConfig {
        vocabulary: keys.needed("vocab_size")?,
        context: keys.needed("n_positions")?,
        channels: keys.needed("n_embd")?,
        layers: keys.needed("n_layer")?,
        heads: keys.needed("n_head")?,
        hidden: keys.needed("n_inner")?,
        epsilon: keys.above_zero("norm_epsilon")?.unwrap_or(1e-5),
        rotary_base: keys.above_zero("rope_theta")?.unwrap_or(10_000.0),
        without: without.ok_or_else(|| keys.refused("without", wanted))?,
    };
    config.check()?;
    Ok(config)
}

/// The `config.json` of a model.
pub(super) fn config_to_json(config: &SprintConfig) -> Value {
    let without: Vec<_> = config.without.iter().map(|ingredient| ingredient.name()).collect();
    json!({
        "architectures": ["PrimerSprint"],
        "model_type": KIND,
        "vocab_size": config.vocabulary,
        "n_positions": config.context,
        "n_embd": config.channels,
        "n_layer": config.layers,
        "n_head": config.heads,
        "n_inner": config.hidden,
        "norm_epsilon": config.epsilon,
        "rope_theta": config.rotary_base,
        "without": without,
        "bos_token_id": null,
        "eos_token_id": null,
    })
}

/// A model from its tensors.
///
/// # Errors
/// If a tensor is missing, left over or of another shape.
pub fn read(config: &SprintConfig, tensors: &Tensors) -> Result<Sprint, FileError> {
    config.check()?;
    let (bytes, count) = (tensors.bytes(), config.parameters().unwrap_or(usize::MAX));
    // No kind of number here has less than two bytes, and what is not there is not worth memory.
    if bytes / 2 < count {
        return Err(FileError::Short { bytes, count });
    }
    // The turns take no more memory than a model whose places are learned rows.
    if config.context.saturating_mul(config.channels) > (1 << 24_usize).max(bytes / 4) {
        return Err(FileError::Places(config.context));
    }
    let mut model = Sprint::random(config.clone(), &mut seeded(0));
    for (name, mut array) in model.parameters_mut() {
        let read = tensors.array(&name, array.shape())?;
        array.assign(&read);
    }
    tensors.all_used(|_| false)?;
    Ok(model)
}

/// Its `model.safetensors`.
///
/// # Errors
/// If the numbers are of a kind that such a file does not hold.
pub fn write(model: &Sprint, kind: Kind) -> Result<Safetensors<'_>, FileError> {
    let mut written = Written::model(kind)?;
    for (name, array) in model.parameters() {
        written.add(name, array);
    }
    written.into_safetensors()
}
