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

use std::collections::{HashMap, HashSet};

use ndarray::{Array2, ArrayD};
use neuron::Parameters;
use neuron::init::seeded;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::FileError;
use crate::{ConfigError, EncoderDecoder, EncoderDecoderConfig};

mod channels;
mod config_json;

pub use config_json::{config_from_json, config_to_json};

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

/// A model's weights as the bytes of a `model.safetensors`.
///
/// # Errors
/// If they cannot be put into a file; there is no model for which this is known to happen.
pub fn write(model: &EncoderDecoder) -> Result<Vec<u8>, FileError> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut add = |name: String, array: ArrayD<f32>| {
        let bytes = array.iter().flat_map(|number| number.to_le_bytes()).collect();
        tensors.push((name, array.shape().to_vec(), bytes));
    };
    for (name, array) in model.parameters() {
        add(published(&name), channels::there(&name, array));
    }
    for name in POSITIONS {
        add(name.to_owned(), channels::positions(&model.position));
    }
    add(SCORES.to_owned(), Array2::zeros((1, model.config.vocabulary)).into_dyn());
    let views = tensors.iter().map(|(name, shape, bytes)| {
        Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes)?))
    });
    let views = views.collect::<Result<Vec<_>, FileError>>()?;
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// A model from the bytes of its `model.safetensors`.
///
/// # Errors
/// If the file is damaged, or a tensor is missing, left over, of another shape, or not in `F32`.
pub fn read(config: &EncoderDecoderConfig, bytes: &[u8]) -> Result<EncoderDecoder, FileError> {
    config.check()?;
    let file = Tensors(SafeTensors::deserialize(bytes)?);
    let positions = file.positions_if_it_fits(config, bytes.len())?;
    let mut model = EncoderDecoder::random(config.clone(), &mut seeded(0));
    let wanted = channels::positions(&model.position);
    for (name, found) in POSITIONS.into_iter().zip(positions) {
        // Whoever works out a sine in another way may differ in the last digits.
        if found.is_some_and(|found| !found.abs_diff_eq(&wanted, 1e-5)) {
            return Err(FileError::Numbers(name.to_owned()));
        }
    }
    let mut used: HashSet<String> =
        [&AGAIN[..], &POSITIONS, &[SCORES]].concat().into_iter().map(str::to_owned).collect();
    for (name, array) in model.parameters_mut() {
        let there = published(&name);
        let read = file.numbers(&there, array.shape())?;
        channels::here(&name, array, &read);
        used.insert(there);
    }
    let mut names = file.0.names();
    names.sort_unstable();
    match names.into_iter().find(|name| !used.contains(*name)) {
        Some(name) => Err(FileError::Extra(name.to_owned())),
        None => Ok(model),
    }
}

/// A `model.safetensors` that is read.
struct Tensors<'a>(SafeTensors<'a>);

impl Tensors<'_> {
    /// The positions, where there are any. What the file does hold is looked at first, so that a
    /// configuration that is too large allocates nothing.
    fn positions_if_it_fits(
        &self,
        config: &EncoderDecoderConfig,
        bytes: usize,
    ) -> Result<[Option<ArrayD<f32>>; 2], FileError> {
        let (vocabulary, channels) = (config.vocabulary, config.channels);
        let mut positions = [None, None];
        for (name, found) in POSITIONS.iter().zip(&mut positions) {
            if self.0.tensor(name).is_ok() {
                *found = Some(self.numbers(name, &[config.context, channels])?);
            } else if config.context.saturating_mul(channels) > MOST {
                return Err(ConfigError::TooLarge.into());
            }
        }
        self.numbers(&published("token.weight"), &[vocabulary, channels])?;
        let scores = self.numbers(SCORES, &[1, vocabulary])?;
        if scores.iter().any(|number| *number != 0.0) {
            return Err(FileError::Numbers(SCORES.to_owned()));
        }
        match config.parameters().unwrap_or(usize::MAX) {
            count if bytes / 4 < count => Err(FileError::Short { bytes, count }),
            _ => Ok(positions),
        }
    }

    /// The numbers of a tensor that must have this shape.
    fn numbers(&self, name: &str, wanted: &[usize]) -> Result<ArrayD<f32>, FileError> {
        let missing = || FileError::Missing(name.to_owned());
        let tensor = self.0.tensor(name).map_err(|_| missing())?;
        let (name, found) = (name.to_owned(), tensor.shape().to_vec());
        let unfit = || FileError::Shape {
            name: name.clone(),
            found: found.clone(),
            wanted: wanted.to_vec(),
        };
        if found != wanted {
            return Err(unfit());
        }
        if tensor.dtype() != Dtype::F32 {
            return Err(FileError::Type { name, found: tensor.dtype().to_string() });
        }
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let numbers = tensor.data().chunks_exact(4).map(number).collect();
        ArrayD::from_shape_vec(wanted, numbers).map_err(|_| unfit())
    }
}
