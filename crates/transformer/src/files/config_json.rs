//! `config.json`: the sizes and the kind of a model.

use activations::Activation;
use serde::Deserialize;
use serde_json::{Value, json};

use super::FileError;
use crate::GptConfig;

/// The keys of GPT-2's `config.json` that make a difference.
#[derive(Deserialize)]
struct Keys {
    vocab_size: usize,
    n_positions: usize,
    n_embd: usize,
    n_layer: usize,
    n_head: usize,
    n_inner: Option<usize>,
    layer_norm_epsilon: Option<f64>,
    activation_function: Option<String>,
    tie_word_embeddings: Option<bool>,
    bias: Option<bool>,
    scale_attn_weights: Option<bool>,
    scale_attn_by_inverse_layer_idx: Option<bool>,
    add_cross_attention: Option<bool>,
}

const BENDS: [(&str, Activation); 5] = [
    ("gelu_new", Activation::GeluTanh),
    ("gelu", Activation::Gelu),
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("tanh", Activation::Tanh),
];

/// The shape that a `config.json` describes.
///
/// # Errors
/// If it is not valid, describes a model of another kind, or one that cannot be.
pub fn config_from_json(json: &[u8]) -> Result<GptConfig, FileError> {
    // The kind first: what another kind lacks says less about what is wrong.
    let value: Value = serde_json::from_slice(json)?;
    let unsupported = |key, found: &Value, wanted| {
        Err(FileError::Unsupported { key, found: found.to_string(), wanted })
    };
    match value.get("model_type") {
        Some(kind) if kind != "gpt2" => return unsupported("model_type", kind, "\"gpt2\""),
        _ => {}
    }
    let keys: Keys = serde_json::from_value(value)?;
    for (key, found, wanted) in [
        ("scale_attn_weights", keys.scale_attn_weights, true),
        ("scale_attn_by_inverse_layer_idx", keys.scale_attn_by_inverse_layer_idx, false),
        ("add_cross_attention", keys.add_cross_attention, false),
    ] {
        if found.is_some_and(|found| found != wanted) {
            return unsupported(key, &json!(!wanted), if wanted { "true" } else { "false" });
        }
    }
    let name = keys.activation_function.as_deref().unwrap_or("gelu_new");
    let Some((_, activation)) = BENDS.into_iter().find(|(bend, _)| *bend == name) else {
        let wanted = "gelu_new, gelu, relu, silu or tanh";
        return unsupported("activation_function", &json!(name), wanted);
    };
    let config = GptConfig {
        vocabulary: keys.vocab_size,
        context: keys.n_positions,
        channels: keys.n_embd,
        layers: keys.n_layer,
        heads: keys.n_head,
        hidden: keys.n_inner.unwrap_or(keys.n_embd.saturating_mul(4)),
        bias: keys.bias.unwrap_or(true),
        tied: keys.tie_word_embeddings.unwrap_or(true),
        epsilon: keys.layer_norm_epsilon.unwrap_or(1e-5),
        activation,
    };
    config.check()?;
    Ok(config)
}

/// The `config.json` of a model that was trained with this dropout.
pub fn config_to_json(config: &GptConfig, dropout: f64) -> Value {
    let bend = BENDS.into_iter().find(|(_, bend)| *bend == config.activation);
    json!({
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": config.vocabulary,
        "n_positions": config.context,
        "n_embd": config.channels,
        "n_layer": config.layers,
        "n_head": config.heads,
        "n_inner": config.hidden,
        "activation_function": bend.map(|(name, _)| name),
        "layer_norm_epsilon": config.epsilon,
        "tie_word_embeddings": config.tied,
        "bias": config.bias,
        "embd_pdrop": dropout,
        "attn_pdrop": dropout,
        "resid_pdrop": dropout,
        "initializer_range": 0.02,
        "bos_token_id": null,
        "eos_token_id": null,
        "torch_dtype": "float32",
    })
}
