//! `config.json`: the kind of a model and its sizes.

use kernels::Kind;
use serde_json::Value;

use super::keys::Keys;
use super::{FileError, gpt2, llama, marian, sprint};
use crate::{EncoderDecoderConfig, GptConfig, LlamaConfig, SprintConfig};

/// The kind of a model and its sizes.
///
/// ```
/// use transformer::files::{Config, config_from_json};
///
/// let json = br#"{"model_type": "llama", "vocab_size": 32000, "hidden_size": 288, "num_hidden_layers": 6,
///     "num_attention_heads": 6, "intermediate_size": 768, "max_position_embeddings": 256}"#;
/// let Config::Llama(config) = config_from_json(json)? else { unreachable!() };
/// assert_eq!((config.kv_heads, config.head_size, config.tied), (6, 48, false));
/// # Ok::<(), transformer::FileError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Config {
    /// GPT-2, and what has its shape.
    Gpt(GptConfig),
    /// Llama, and what differs from it in a few places: Mistral, Qwen2, Qwen3.
    Llama(LlamaConfig),
    /// Marian's encoder and decoder, which translate.
    EncoderDecoder(EncoderDecoderConfig),
    /// Our own model that learns fast.
    Sprint(SprintConfig),
}

const CONFIG: &str = "config.json";
const KNOWN: &str = r#""gpt2", "llama", "mistral", "qwen2", "qwen3", "marian" and "primer-sprint""#;

/// The kind and the sizes that a `config.json` describes.
///
/// # Errors
/// If it is not valid, describes a model of another kind, or one that cannot be.
pub fn config_from_json(json: &[u8]) -> Result<Config, FileError> {
    let keys = Keys::read(CONFIG, json)?;
    // The kind first: what another kind lacks says less about what is wrong.
    let kind = keys.text("model_type")?;
    match kind {
        Some("gpt2") => gpt2::config(&keys).map(Config::Gpt),
        None if keys.says("n_embd") => gpt2::config(&keys).map(Config::Gpt), // the first ones said no more
        Some("marian") => marian::config(&keys).map(Config::EncoderDecoder),
        Some(sprint::KIND) => sprint::config(&keys).map(Config::Sprint),
        Some(kind) if llama::is_family(kind) => llama::config(kind, &keys).map(Config::Llama),
        _ => Err(keys.refused("model_type", KNOWN)),
    }
}

/// The `config.json` of a model whose numbers are written as `kind`, and that was trained with this
/// dropout.
///
/// # Errors
/// If no published layout has a name for what it is.
pub fn config_to_json(config: &Config, kind: Kind, dropout: f64) -> Result<Value, FileError> {
    let mut json = match config {
        Config::Gpt(config) => gpt2::config_to_json(config, dropout)?,
        Config::Llama(config) => llama::config_to_json(config)?,
        Config::EncoderDecoder(config) => marian::config_to_json(config, dropout)?,
        Config::Sprint(config) => sprint::config_to_json(config),
    };
    json["torch_dtype"] = match kind {
        Kind::F16 => "float16",
        Kind::Bf16 => "bfloat16",
        _ => "float32",
    }
    .into();
    Ok(json)
}

impl Config {
    /// V: how many different tokens there are.
    pub fn vocabulary(&self) -> usize {
        match self {
            Config::Gpt(config) => config.vocabulary,
            Config::Llama(config) => config.vocabulary,
            Config::EncoderDecoder(config) => config.vocabulary,
            Config::Sprint(config) => config.vocabulary,
        }
    }

    /// T: how many tokens are seen at once, at most.
    pub fn context(&self) -> usize {
        match self {
            Config::Gpt(config) => config.context,
            Config::Llama(config) => config.context,
            Config::EncoderDecoder(config) => config.context,
            Config::Sprint(config) => config.context,
        }
    }
}
