//! `config.json`: the sizes of an encoder and its decoder.

use activations::Activation;
use serde_json::{Value, json};

use super::super::FileError;
use super::super::keys::Keys;
use crate::EncoderDecoderConfig;

/// What must stand there, if anything does.
const SET: [(&str, bool); 5] = [
    ("scale_embedding", true),
    ("static_position_embeddings", true),
    ("normalize_before", false),
    ("normalize_embedding", false),
    ("add_final_layer_norm", false),
];

/// The shape of an encoder and its decoder.
pub(in super::super) fn config(keys: &Keys) -> Result<EncoderDecoderConfig, FileError> {
    for (key, wanted) in SET {
        keys.only(key, wanted)?;
    }
    for (decoder, encoder) in [
        ("decoder_layers", "encoder_layers"),
        ("decoder_attention_heads", "encoder_attention_heads"),
        ("decoder_ffn_dim", "encoder_ffn_dim"),
    ] {
        if keys.needed(decoder)? != keys.needed(encoder)? {
            return Err(keys.refused(decoder, "the same number as in the encoder"));
        }
    }
    let activation = match keys.text("activation_function")? {
        Some("relu") => Activation::Relu,
        Some("gelu") => Activation::Gelu,
        Some("gelu_new") => Activation::GeluTanh,
        Some("swish" | "silu") => Activation::Silu,
        _ => return Err(keys.refused("activation_function", "relu, gelu, gelu_new or silu")),
    };
    let token = |key| keys.needed(key).map(|id| u32::try_from(id).unwrap_or(u32::MAX));
    let config = EncoderDecoderConfig {
        vocabulary: keys.needed("vocab_size")?,
        context: keys.needed("max_position_embeddings")?,
        channels: keys.needed("d_model")?,
        layers: keys.needed("encoder_layers")?,
        heads: keys.needed("encoder_attention_heads")?,
        hidden: keys.needed("encoder_ffn_dim")?,
        epsilon: 1e-5,
        activation,
        start: token("decoder_start_token_id")?,
        end: token("eos_token_id")?,
    };
    config.check()?;
    Ok(config)
}

/// The `config.json` of a model that was trained with this dropout.
pub(in super::super) fn config_to_json(
    config: &EncoderDecoderConfig,
    dropout: f64,
) -> Result<Value, FileError> {
    let bend = match config.activation {
        Activation::Relu => "relu",
        Activation::Gelu => "gelu",
        Activation::GeluTanh => "gelu_new",
        Activation::Silu => "silu",
        other => return Err(FileError::Nameless(format!("the bend {other:?}"))),
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
    });
    for (key, value) in SET {
        json[key] = value.into();
    }
    Ok(json)
}
