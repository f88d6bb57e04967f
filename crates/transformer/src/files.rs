//! A model as the files that others read and write: the layout of GPT-2 in the Hugging Face library.
//!
//! | here | in `model.safetensors` |
//! |---|---|
//! | `token.weight`, `position.weight` | `transformer.wte.weight`, `transformer.wpe.weight` |
//! | `blocks.0.attention_norm.gain` | `transformer.h.0.ln_1.weight` |
//! | `blocks.0.attention.{query, key, value}.weight`, each (C, C) | `transformer.h.0.attn.c_attn.weight`, (C, 3 C): turned over, side by side |
//! | `blocks.0.attention.output.weight` | `transformer.h.0.attn.c_proj.weight`, turned over |
//! | `blocks.0.feed_forward_norm.gain` | `transformer.h.0.ln_2.weight` |
//! | `blocks.0.feed_forward.expand.weight`, (hidden, C) | `transformer.h.0.mlp.c_fc.weight`, (C, hidden) |
//! | `blocks.0.feed_forward.project.weight` | `transformer.h.0.mlp.c_proj.weight`, turned over |
//! | `norm.gain`, `output` | `transformer.ln_f.weight`, `lm_head.weight` |
//!
//! That layout always has biases. A model without them is written with zeros, and `"bias": false` in its
//! configuration says that they may be left out again.

mod config_json;
pub mod marian;
mod read;
mod write;

pub use config_json::{config_from_json, config_to_json};
pub use read::read;
pub use write::write;

/// What is wrong with a model's files.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A `config.json` that is not one.
    #[error("config.json is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A model of another kind.
    #[error("config.json: {key} is {found}, and only {wanted} can be read")]
    Unsupported {
        /// The key in `config.json`.
        key: &'static str,
        /// What stands there.
        found: String,
        /// What could be read.
        wanted: &'static str,
    },
    /// Sizes of which no model can be made.
    #[error("config.json: {0}")]
    Config(#[from] crate::ConfigError),
    /// A `model.safetensors` that is damaged or is not one.
    #[error("model.safetensors is damaged or not a safetensors file: {0}")]
    Safetensors(#[from] safetensors::SafeTensorError),
    /// A tensor that should be there.
    #[error("model.safetensors lacks the tensor {0}, which config.json calls for")]
    Missing(String),
    /// A tensor that should not be there.
    #[error("model.safetensors has a tensor {0}, which no part of this model uses")]
    Extra(String),
    /// A tensor of another shape than the configuration says.
    #[error("the tensor {name} has the shape {found:?}, and config.json calls for {wanted:?}")]
    Shape {
        /// Its name in the file.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// The shape that follows from `config.json`.
        wanted: Vec<usize>,
    },
    /// Numbers of which this kind of model has no others.
    #[error("the tensor {0} holds other numbers than a model of this kind can have here")]
    Numbers(String),
    /// Fewer numbers than the model has.
    #[error("model.safetensors has {bytes} bytes, and config.json calls for {count} numbers")]
    Short {
        /// The size of the file.
        bytes: usize,
        /// The parameters of the model.
        count: usize,
    },
    /// Numbers of a kind that cannot be read yet.
    #[error("the tensor {name} holds numbers of the type {found}, and only F32 can be read")]
    Type {
        /// Its name in the file.
        name: String,
        /// The type in the file.
        found: String,
    },
}
