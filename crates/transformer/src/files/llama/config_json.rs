//! `config.json` of Llama and of those that differ from it in a few places.
//!
//! | `model_type` | biases | norms of heads | where a key is missing |
//! |---|---|---|---|
//! | `llama`: Llama 2 to 3.2, SmolLM2 | where `attention_bias`, `mlp_bias` say so | no | as many heads for keys as for queries; 2,048 places |
//! | `mistral` | no | no | 8 heads for keys; 131,072 places; a window of 4,096 |
//! | `qwen2`: Qwen2, Qwen2.5 | of queries, keys and values | no | 32 heads for keys; 32,768 places |
//! | `qwen3` | where `attention_bias` says so | yes | 32 heads for keys, each of 128 numbers; 32,768 places |
//!
//! The values for missing keys are those of the Hugging Face library's configurations. In all, the output is
//! not tied, ε is 1e-6, and the base of the turns is 10,000.
//!
//! **Sliding windows.** A token of Mistral hears no more than the last `sliding_window` tokens, and so do the
//! last layers of a Qwen where `use_sliding_window` is set. A text that fits into the window sounds the same
//! without one. So a window is read as a context of at most its size, and no layer knows of it.

use serde_json::{Value, json};

use super::super::FileError;
use super::super::keys::Keys;
use super::rotary;
use crate::{ConfigError, LlamaConfig};

/// What a kind of model has where its `config.json` is silent.
struct Family {
    name: &'static str,
    context: usize,
    kv_heads: Option<usize>,
    head_size: Option<usize>,
    /// The biases are as the type says, and not as `attention_bias` does.
    query_bias: Option<bool>,
    feed_forward_bias: Option<bool>,
}

const LLAMA: Family = Family {
    name: "llama",
    context: 2048,
    kv_heads: None,
    head_size: None,
    query_bias: None,
    feed_forward_bias: None,
};

const FAMILIES: [Family; 4] = [
    LLAMA,
    Family {
        name: "mistral",
        context: 131_072,
        kv_heads: Some(8),
        query_bias: Some(false),
        feed_forward_bias: Some(false),
        ..LLAMA
    },
    Family {
        name: "qwen2",
        context: 32_768,
        kv_heads: Some(32),
        query_bias: Some(true),
        feed_forward_bias: Some(false),
        ..LLAMA
    },
    Family {
        name: "qwen3",
        context: 32_768,
        kv_heads: Some(32),
        head_size: Some(128),
        feed_forward_bias: Some(false),
        ..LLAMA
    },
];

/// Whether this is a `model_type` of theirs.
pub(in super::super) fn is_family(name: &str) -> bool {
    FAMILIES.iter().any(|family| family.name == name)
}

/// The shape of a Llama, or of what is called `kind`.
pub(in super::super) fn config(kind: &str, keys: &Keys) -> Result<LlamaConfig, FileError> {
    let Some(family) = FAMILIES.iter().find(|family| family.name == kind) else {
        return Err(keys.refused("model_type", "a Llama"));
    };
    refuse_what_differs(family, keys)?;
    let (channels, heads) = (keys.needed("hidden_size")?, keys.needed("num_attention_heads")?);
    let head_size = match keys.size("head_dim")?.or(family.head_size) {
        Some(size) => size,
        None if heads == 0 => return Err(ConfigError::Zero("heads").into()),
        None if channels % heads != 0 => return Err(ConfigError::Heads { channels, heads }.into()),
        None => channels / heads,
    };
    let kv_heads = match keys.size("num_key_value_heads")? {
        None if !keys.says("num_key_value_heads") => family.kv_heads.unwrap_or(heads),
        kv_heads => kv_heads.unwrap_or(heads),
    };
    let layers = keys.needed("num_hidden_layers")?;
    let places = keys.size("max_position_embeddings")?.unwrap_or(family.context);
    let attention_bias = keys.flag("attention_bias")?.unwrap_or(false);
    let mlp_bias = keys.flag("mlp_bias")?.unwrap_or(false);
    let (rotary_base, stretch) = rotary::read(keys, places)?;
    let config = LlamaConfig {
        vocabulary: keys.needed("vocab_size")?,
        context: window(family, keys, layers)?.map_or(places, |window| places.min(window)),
        channels,
        layers,
        heads,
        kv_heads,
        head_size,
        hidden: keys.needed("intermediate_size")?,
        epsilon: keys.above_zero("rms_norm_eps")?.unwrap_or(1e-6),
        tied: keys.flag("tie_word_embeddings")?.unwrap_or(false),
        rotary_base,
        stretch,
        query_bias: family.query_bias.unwrap_or(attention_bias),
        output_bias: family.query_bias.is_none() && attention_bias,
        feed_forward_bias: family.feed_forward_bias.unwrap_or(mlp_bias),
        head_norm: family.name == "qwen3",
    };
    config.check()?;
    Ok(config)
}

/// That nothing is called for that no part of the model does.
fn refuse_what_differs(family: &Family, keys: &Keys) -> Result<(), FileError> {
    for key in ["quantization_config", "compression_config"] {
        if keys.value(key).is_some() {
            return Err(keys.refused(key, "a model without it"));
        }
    }
    for key in ["is_encoder_decoder", "add_cross_attention"] {
        keys.only(key, false)?;
    }
    if family.query_bias == Some(false) {
        keys.only("attention_bias", false)?;
    }
    if family.feed_forward_bias == Some(false) {
        keys.only("mlp_bias", false)?;
    }
    match keys.text("hidden_act")? {
        None | Some("silu" | "swish") => Ok(()),
        _ => Err(keys.refused("hidden_act", "silu")),
    }
}

/// The last how many tokens some layer hears, where that is not all.
fn window(family: &Family, keys: &Keys, layers: usize) -> Result<Option<usize>, FileError> {
    let slides = layers_that_slide(family, keys)?;
    let window = match keys.size("sliding_window")? {
        None if !keys.says("sliding_window") => Some(4096),
        Some(0) => return Err(keys.refused("sliding_window", "a whole number above 0")),
        window => window,
    };
    Ok(match family.name {
        "llama" => None,
        "mistral" => window,
        _ if !keys.flag("use_sliding_window")?.unwrap_or(false) => None,
        _ => {
            let first = keys.size("max_window_layers")?.unwrap_or(28);
            window.filter(|_| slides.unwrap_or(first < layers))
        }
    })
}

/// Whether `layer_types`, if it is there, has any layer that does not hear everything.
fn layers_that_slide(family: &Family, keys: &Keys) -> Result<Option<bool>, FileError> {
    let wanted = match family.name {
        "llama" => "a list of full_attention",
        _ => "a list of full_attention and sliding_attention",
    };
    let Some(types) = keys.value("layer_types") else { return Ok(None) };
    let slides = |kind: &Value| match kind.as_str() {
        Some("full_attention") => Some(false),
        Some("sliding_attention") if family.name != "llama" => Some(true),
        _ => None,
    };
    let types: Option<Vec<bool>> =
        types.as_array().and_then(|all| all.iter().map(slides).collect());
    match types {
        Some(types) => Ok(Some(types.contains(&true))),
        None => Err(keys.refused("layer_types", wanted)),
    }
}

/// The `config.json` of a Llama, as of that member of the family that has its biases and norms.
pub(in super::super) fn config_to_json(config: &LlamaConfig) -> Result<Value, FileError> {
    let LlamaConfig { query_bias, output_bias, feed_forward_bias, head_norm, .. } = *config;
    let (architecture, kind) = match (head_norm, query_bias, output_bias, feed_forward_bias) {
        (false, query, output, _) if query == output => ("LlamaForCausalLM", "llama"),
        (false, true, false, false) => ("Qwen2ForCausalLM", "qwen2"),
        (true, query, output, false) if query == output => ("Qwen3ForCausalLM", "qwen3"),
        _ => return Err(FileError::Nameless("this choice of biases and norms".to_owned())),
    };
    let mut json = json!({
        "architectures": [architecture],
        "model_type": kind,
        "vocab_size": config.vocabulary,
        "max_position_embeddings": config.context,
        "hidden_size": config.channels,
        "intermediate_size": config.hidden,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "head_dim": config.head_size,
        "hidden_act": "silu",
        "rms_norm_eps": config.epsilon,
        "tie_word_embeddings": config.tied,
        "rope_theta": config.rotary_base,
        "rope_scaling": rotary::write(config.stretch.as_ref())?,
        "attention_bias": query_bias,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "bos_token_id": null,
        "eos_token_id": null,
    });
    if kind == "llama" {
        json["mlp_bias"] = feed_forward_bias.into();
    }
    Ok(json)
}
