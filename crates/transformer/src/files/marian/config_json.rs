//! `config.json`: the sizes of an encoder and its decoder.

use activations::Activation;
use serde::Deserialize;
use serde_json::{Value, json};

use super::FileError;
use crate::EncoderDecoderConfig;

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

/// The `config.json` of a model that was trained with this dropout. A bend that Marian does not know
/// has no name in it, and cannot be read again.
pub fn config_to_json(config: &EncoderDecoderConfig, dropout: f64) -> Value {
    let bend = match config.activation {
        Activation::Relu => Some("relu"),
        Activation::Gelu => Some("gelu"),
        Activation::GeluTanh => Some("gelu_new"),
        Activation::Silu => Some("silu"),
        Activation::Sigmoid | Activation::Tanh => None,
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
