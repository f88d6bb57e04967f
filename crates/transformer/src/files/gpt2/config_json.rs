//! `config.json` of GPT-2.

use activations::Activation;
use serde_json::{Value, json};

use super::super::FileError;
use super::super::keys::Keys;
use crate::GptConfig;

const BENDS: [(&str, Activation); 6] = [
    ("gelu_new", Activation::GeluTanh),
    ("gelu", Activation::Gelu),
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("tanh", Activation::Tanh),
    ("relu2", Activation::ReluSquared),
];

/// Other names of the same.
const AGAIN: [(&str, Activation); 2] =
    [("gelu_pytorch_tanh", Activation::GeluTanh), ("swish", Activation::Silu)];

/// The shape of a GPT.
pub(in super::super) fn config(keys: &Keys) -> Result<GptConfig, FileError> {
    keys.only("scale_attn_weights", true)?;
    keys.only("scale_attn_by_inverse_layer_idx", false)?;
    keys.only("add_cross_attention", false)?;
    if keys.value("quantization_config").is_some() {
        return Err(keys.refused("quantization_config", "a model without it"));
    }
    let name = keys.text("activation_function")?.unwrap_or("gelu_new");
    let mut bends = BENDS.into_iter().chain(AGAIN);
    let Some((_, activation)) = bends.find(|(bend, _)| *bend == name) else {
        return Err(keys.refused("activation_function", "gelu_new, gelu, relu, silu or tanh"));
    };
    let channels = keys.needed("n_embd")?;
    let config = GptConfig {
        vocabulary: keys.needed("vocab_size")?,
        context: keys.needed("n_positions")?,
        channels,
        layers: keys.needed("n_layer")?,
        heads: keys.needed("n_head")?,
        hidden: keys.size("n_inner")?.unwrap_or(channels.saturating_mul(4)),
        bias: keys.flag("bias")?.unwrap_or(true),
        tied: keys.flag("tie_word_embeddings")?.unwrap_or(true),
        epsilon: keys.above_zero("layer_norm_epsilon")?.unwrap_or(1e-5),
        activation,
    };
    config.check()?;
    Ok(config)
}

/// The `config.json` of a GPT that was trained with this dropout.
pub(in super::super) fn config_to_json(
    config: &GptConfig,
    dropout: f64,
) -> Result<Value, FileError> {
    let Some((bend, _)) = BENDS.into_iter().find(|(_, bend)| *bend == config.activation) else {
        let bend = format!("{:?}", config.activation);
        return Err(FileError::Nameless(bend));
    };
    Ok(json!({
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": config.vocabulary,
        "n_positions": config.context,
        "n_embd": config.channels,
        "n_layer": config.layers,
        "n_head": config.heads,
        "n_inner": config.hidden,
        "activation_function": bend,
        "layer_norm_epsilon": config.epsilon,
        "tie_word_embeddings": config.tied,
        "bias": config.bias,
        "embd_pdrop": dropout,
        "attn_pdrop": dropout,
        "resid_pdrop": dropout,
        "initializer_range": 0.02,
        "bos_token_id": null,
        "eos_token_id": null,
    }))
}
