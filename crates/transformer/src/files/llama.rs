//! A Llama as a file: the layout of Llama in the Hugging Face library, which Mistral, Qwen2 and Qwen3 share.
//!
//! | here | in `model.safetensors` |
//! |---|---|
//! | `token.weight` | `model.embed_tokens.weight` |
//! | `blocks.0.attention_norm.gain` | `model.layers.0.input_layernorm.weight` |
//! | `blocks.0.attention.{query, key, value, output}.weight` | `model.layers.0.self_attn.{q, k, v, o}_proj.weight` |
//! | `blocks.0.attention.{query, key, value, output}.bias` | `model.layers.0.self_attn.{q, k, v, o}_proj.bias` |
//! | `blocks.0.attention.{query_norm, key_norm}.gain` | `model.layers.0.self_attn.{q_norm, k_norm}.weight` |
//! | `blocks.0.feed_forward_norm.gain` | `model.layers.0.post_attention_layernorm.weight` |
//! | `blocks.0.feed_forward.{gate, up, down}.weight` | `model.layers.0.mlp.{gate, up, down}_proj.weight` |
//! | `norm.gain`, `output` | `model.norm.weight`, `lm_head.weight` |
//!
//! Every matrix is (out, in), there and here. Number `i` of a head is turned with number `i + D/2`, there and
//! here; where a file has the two side by side, the rows of queries and keys change places when they are read.

mod config_json;
mod read;
mod rotary;
mod write;

pub(super) use config_json::{config, config_to_json, is_family};
pub use read::read;
pub use write::write;

/// The parts of a name here, and in the file.
const NAMES: [(&str, &str); 15] = [
    ("token.", "model.embed_tokens."),
    ("blocks.", "model.layers."),
    (".attention_norm.", ".input_layernorm."),
    (".attention.", ".self_attn."),
    (".query.", ".q_proj."),
    (".key.", ".k_proj."),
    (".value.", ".v_proj."),
    (".output.", ".o_proj."),
    (".query_norm.", ".q_norm."),
    (".key_norm.", ".k_norm."),
    (".feed_forward_norm.", ".post_attention_layernorm."),
    (".feed_forward.gate.", ".mlp.gate_proj."),
    (".feed_forward.up.", ".mlp.up_proj."),
    (".feed_forward.down.", ".mlp.down_proj."),
    (".gain", ".weight"),
];

/// The name in the file of a parameter.
pub fn published(name: &str) -> String {
    match name {
        "output" => "lm_head.weight".to_owned(),
        "norm.gain" => "model.norm.weight".to_owned(),
        _ => NAMES.iter().fold(name.to_owned(), |name, (here, there)| name.replace(here, there)),
    }
}

/// Whether a published file may hold a tensor of this name that is no part of the model: the frequencies
/// of the turns, and the output of a tied model, which is the token embedding again.
pub fn harmless(name: &str, tied: bool) -> bool {
    name.ends_with(".rotary_emb.inv_freq") || (tied && name == "lm_head.weight")
}
