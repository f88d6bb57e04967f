//! A GPT as a file: the layout of GPT-2 in the Hugging Face library.
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
mod read;
mod write;

pub(super) use config_json::{config, config_to_json};
pub use read::read;
pub use write::write;

/// What stands before the number of a block.
const BLOCK: &str = "transformer.h";

/// Whether a published file may hold a tensor of this name that is no part of the model: masks, and the
/// output of a tied model, which is the token embedding again.
pub fn harmless(name: &str, tied: bool) -> bool {
    name.ends_with(".attn.bias")
        || name.ends_with(".attn.masked_bias")
        || (tied && name == "lm_head.weight")
}
