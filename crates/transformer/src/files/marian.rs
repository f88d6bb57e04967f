//! An encoder and its decoder as files: the layout of Marian in the Hugging Face library.
//!
//! | here | in `model.safetensors` |
//! |---|---|
//! | `token.weight` | `model.shared.weight` |
//! | `encoder.0.attention.query.weight` | `model.encoder.layers.0.self_attn.q_proj.weight` |
//! | `encoder.0.attention_norm.gain` | `model.encoder.layers.0.self_attn_layer_norm.weight` |
//! | `encoder.0.feed_forward.expand.weight` | `model.encoder.layers.0.fc1.weight` |
//! | `encoder.0.feed_forward_norm.gain` | `model.encoder.layers.0.final_layer_norm.weight` |
//! | `decoder.0.cross.query.weight` | `model.decoder.layers.0.encoder_attn.q_proj.weight` |
//! | `decoder.0.cross_norm.gain` | `model.decoder.layers.0.encoder_attn_layer_norm.weight` |
//! | `position`, of both halves | `model.encoder.embed_positions.weight`, `model.decoder.embed_positions.weight` |
//!
//! The channels stand in another order there: the even ones first, then the odd ones. The layout adds a
//! bias to the scores, `final_logits_bias`, which is 0 here. The positions may be left out.

use kernels::Kind;
use ndarray::{Array2, ArrayD};
use neuron::Parameters;
use neuron::init::seeded;

use super::{FileError, Safetensors, Tensors, Written};
use crate::{ConfigError, EncoderDecoder, EncoderDecoderConfig};

mod channels;
mod config_json;

pub(super) use config_json::{config, config_to_json};

/// The parts of a name here, and in the file.
const NAMES: [(&str, &str); 15] = [
    ("token.", "shared."),
    ("encoder.", "encoder.layers."),
    ("decoder.", "decoder.layers."),
    (".attention.", ".self_attn."),
    (".attention_norm.", ".self_attn_layer_norm."),
    (".cross.", ".encoder_attn."),
    (".cross_norm.", ".encoder_attn_layer_norm."),
    (".feed_forward.expand.", ".fc1."),
    (".feed_forward.project.", ".fc2."),
    (".feed_forward_norm.", ".final_layer_norm."),
    (".query.", ".q_proj."),
    (".key.", ".k_proj."),
    (".value.", ".v_proj."),
    (".output.", ".out_proj."),
    (".gain", ".weight"),
];

const SCORES: &str = "final_logits_bias";
const POSITIONS: [&str; 2] =
    ["model.encoder.embed_positions.weight", "model.decoder.embed_positions.weight"];
/// The token embedding again, under the names that it may have besides.
const AGAIN: [&str; 3] =
    ["lm_head.weight", "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"];
/// Where a file does not say how many places there are, no more numbers are made up for them.
const MOST: usize = 1 << 28;

/// The name in the file of a parameter.
fn published(name: &str) -> String {
    let name = NAMES.iter().fold(name.to_owned(), |name, (here, there)| name.replace(here, there));
    format!("model.{name}")
}

/// A model's weights as a `model.safetensors`.
///
/// # Errors
/// If numbers of this kind cannot be put into such a file.
pub fn write(model: &EncoderDecoder, kind: Kind) -> Result<Safetensors<'_>, FileError> {
    let mut tensors = Written::model(kind)?;
    for (name, array) in model.parameters() {
        tensors.add(published(&name), channels::there(&name, array));
    }
    for name in POSITIONS {
        tensors.add(name, channels::positions(&model.position));
    }
    tensors.add(SCORES, Array2::zeros((1, model.config.vocabulary)));
    tensors.into_safetensors()
}

/// A model from its tensors.
///
/// # Errors
/// If a tensor is missing, left over or of another shape, or the positions are others.
pub fn read(config: &EncoderDecoderConfig, tensors: &Tensors) -> Result<EncoderDecoder, FileError> {
    config.check()?;
    let positions = positions_if_it_fits(tensors, config)?;
    let mut model = EncoderDecoder::random(config.clone(), &mut seeded(0));
    let wanted = channels::positions(&model.position);
    for (name, found) in POSITIONS.into_iter().zip(positions) {
        // Whoever works out a sine in another way may differ in the last digits.
        if found.is_some_and(|found| !found.abs_diff_eq(&wanted, 1e-5)) {
            return Err(FileError::Numbers(name.to_owned()));
        }
    }
    for (name, array) in model.parameters_mut() {
        let read = tensors.array(&published(&name), array.shape())?;
        channels::here(&name, array, &read);
    }
    tensors.all_used(|name| AGAIN.contains(&name))?;
    Ok(model)
}

/// The positions, where there are any. What there is is looked at first, so that a configuration that is
/// too large allocates nothing.
fn positions_if_it_fits(
    tensors: &Tensors,
    config: &EncoderDecoderConfig,
) -> Result<[Option<ArrayD<f32>>; 2], FileError> {
    let (vocabulary, channels) = (config.vocabulary, config.channels);
    let mut positions = [None, None];
    for (name, found) in POSITIONS.iter().zip(&mut positions) {
        if tensors.has(name) {
            *found = Some(tensors.array(name, &[config.context, channels])?);
        } else if config.context.saturating_mul(channels) > MOST {
            return Err(ConfigError::TooLarge.into());
        }
    }
    tensors.take(&published("token.weight"), &[vocabulary, channels])?;
    let scores = tensors.array(SCORES, &[1, vocabulary])?;
    if scores.iter().any(|number| *number != 0.0) {
        return Err(FileError::Numbers(SCORES.to_owned()));
    }
    let (bytes, count) = (tensors.bytes(), config.parameters().unwrap_or(usize::MAX));
    match bytes / 2 < count {
        true => Err(FileError::Short { bytes, count }), // no kind here has less than two bytes a number
        false => Ok(positions),
    }
}
