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
//! The layout adds a bias to the scores, `final_logits_bias`, which is 0 here.

use std::collections::{HashMap, HashSet};

use activations::Activation;
use ndarray::{Array2, ArrayView2};
use neuron::Parameters;
use neuron::init::seeded;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use serde_json::{Value, json};

use super::FileError;
use crate::{EncoderDecoder, EncoderDecoderConfig};

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
    let mut add = |name: String, array: ndarray::ArrayViewD<'_, f32>| {
        let bytes = array.iter().flat_map(|number| number.to_le_bytes()).collect();
        tensors.push((name, array.shape().to_vec(), bytes));
    };
    for (name, array) in model.parameters() {
        add(published(&name), array);
    }
    for name in POSITIONS {
        add(name.to_owned(), model.position.view().into_dyn());
    }
    add(SCORES.to_owned(), Array2::zeros((1, model.config.vocabulary)).view().into_dyn());
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
    let file = SafeTensors::deserialize(bytes)?;
    let mut used: HashSet<String> = AGAIN.map(str::to_owned).into();
    let mut numbers = |name: &str, wanted: &[usize]| -> Result<Vec<f32>, FileError> {
        used.insert(name.to_owned());
        let missing = || FileError::Missing(name.to_owned());
        let tensor = file.tensor(name).map_err(|_| missing())?;
        let (name, found) = (name.to_owned(), tensor.shape().to_vec());
        if found != wanted {
            return Err(FileError::Shape { name, found, wanted: wanted.to_vec() });
        }
        if tensor.dtype() != Dtype::F32 {
            return Err(FileError::Type { name, found: tensor.dtype().to_string() });
        }
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Ok(tensor.data().chunks_exact(4).map(number).collect())
    };

    // First what the file does hold, so that a configuration that is too large allocates nothing.
    let (vocabulary, channels) = (config.vocabulary, config.channels);
    let shape = [config.context, channels];
    let positions = [numbers(POSITIONS[0], &shape)?, numbers(POSITIONS[1], &shape)?];
    numbers(&published("token.weight"), &[vocabulary, channels])?;
    let scores = numbers(SCORES, &[1, vocabulary])?;
    for (name, differ) in [
        (POSITIONS[1], positions[0] != positions[1]),
        (SCORES, scores.iter().any(|number| *number != 0.0)),
    ] {
        if differ {
            return Err(FileError::Numbers(name.to_owned()));
        }
    }
    let count = config.parameters().unwrap_or(usize::MAX);
    if bytes.len() / 4 < count {
        return Err(FileError::Short { bytes: bytes.len(), count });
    }

    let mut model = EncoderDecoder::random(config.clone(), &mut seeded(0));
    for (name, mut array) in model.parameters_mut() {
        let read = numbers(&published(&name), array.shape())?;
        array.iter_mut().zip(read).for_each(|(number, read)| *number = read);
    }
    let columns = ArrayView2::from_shape((config.context, channels), &positions[0]);
    if let Ok(position) = columns {
        model.position.assign(&position);
    }
    let mut names = file.names();
    names.sort_unstable();
    match names.into_iter().find(|name| !used.contains(*name)) {
        Some(name) => Err(FileError::Extra(name.to_owned())),
        None => Ok(model),
    }
}

/// The keys of Marian's `config.json` that make a difference.
#[derive(Deserialize)]
struct Keys {
    vocab_size: usize,
    max_position_embeddings: usize,
    d_model: usize,
    encoder_layers: usize,
    decoder_layers: usize,
    encoder_attention_heads: usize,
    decoder_attention_heads: usize,
    encoder_ffn_dim: usize,
    decoder_ffn_dim: usize,
    activation_function: String,
    decoder_start_token_id: u32,
    eos_token_id: u32,
}

/// What must stand there, if anything does.
const SET: [(&str, bool); 5] = [
    ("scale_embedding", true),
    ("static_position_embeddings", true),
    ("normalize_before", false),
    ("normalize_embedding", false),
    ("add_final_layer_norm", false),
];

/// The shape that a `config.json` describes.
///
/// # Errors
/// If it is not valid, describes a model of another kind, or one that cannot be.
pub fn config_from_json(json: &[u8]) -> Result<EncoderDecoderConfig, FileError> {
    let value: Value = serde_json::from_slice(json)?;
    let unsupported = |key, found: &Value, wanted| {
        Err(FileError::Unsupported { key, found: found.to_string(), wanted })
    };
    match value.get("model_type") {
        Some(kind) if kind == "marian" => {}
        kind => return unsupported("model_type", kind.unwrap_or(&Value::Null), "\"marian\""),
    }
    for (key, wanted) in SET {
        if let Some(found) = value.get(key).filter(|found| **found != wanted) {
            return unsupported(key, found, if wanted { "true" } else { "false" });
        }
    }
    let keys: Keys = serde_json::from_value(value)?;
    for (key, decoder, encoder) in [
        ("decoder_layers", keys.decoder_layers, keys.encoder_layers),
        ("decoder_attention_heads", keys.decoder_attention_heads, keys.encoder_attention_heads),
        ("decoder_ffn_dim", keys.decoder_ffn_dim, keys.encoder_ffn_dim),
    ] {
        if decoder != encoder {
            return unsupported(key, &json!(decoder), "the same number as in the encoder");
        }
    }
    let activation = match keys.activation_function.as_str() {
        "relu" => Activation::Relu,
        "gelu" => Activation::Gelu,
        "gelu_new" => Activation::GeluTanh,
        "swish" | "silu" => Activation::Silu,
        other => {
            return unsupported(
                "activation_function",
                &json!(other),
                "relu, gelu, gelu_new or silu",
            );
        }
    };
    let config = EncoderDecoderConfig {
        vocabulary: keys.vocab_size,
        context: keys.max_position_embeddings,
        channels: keys.d_model,
        layers: keys.encoder_layers,
        heads: keys.encoder_attention_heads,
        hidden: keys.encoder_ffn_dim,
        epsilon: 1e-5,
        activation,
        start: keys.decoder_start_token_id,
        end: keys.eos_token_id,
    };
    config.check()?;
    Ok(config)
}

/// The `config.json` of a model that was trained with this dropout. The bend is the paper's, ReLU, or
/// one that Marian knows.
pub fn config_to_json(config: &EncoderDecoderConfig, dropout: f64) -> Value {
    let bend = match config.activation {
        Activation::Gelu => "gelu",
        Activation::GeluTanh => "gelu_new",
        Activation::Silu => "silu",
        _ => "relu",
    };
    let mut json = json!({
        "architectures": ["MarianMTModel"],
        "model_type": "marian",
        "is_encoder_decoder": true,
        "vocab_size": config.vocabulary,
        "decoder_vocab_size": config.vocabulary,
        "max_position_embeddings": config.context,
        "d_model": config.channels,
        "encoder_layers": config.layers,
        "decoder_layers": config.layers,
        "encoder_attention_heads": config.heads,
        "decoder_attention_heads": config.heads,
        "encoder_ffn_dim": config.hidden,
        "decoder_ffn_dim": config.hidden,
        "activation_function": bend,
        "dropout": dropout,
        "attention_dropout": dropout,
        "activation_dropout": 0.0,
        "share_encoder_decoder_embeddings": true,
        "tie_word_embeddings": true,
        "decoder_start_token_id": config.start,
        "eos_token_id": config.end,
        "pad_token_id": config.start,
        "bos_token_id": null,
        "forced_eos_token_id": null,
        "torch_dtype": "float32",
    });
    for (key, value) in SET {
        json[key] = value.into();
    }
    json
}
