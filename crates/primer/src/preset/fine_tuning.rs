//! The numbers for a model that has been published.

use transformer::files::Config;

use super::{GPT, LLAMA, SPRINT, Settings, preset};
use crate::args::PresetName;

/// The numbers for a model that has been published, and is to learn a text of one's own: `whole`, or beside
/// it.
pub fn fine_tuning(config: &Config, whole: bool, seed: u64) -> Settings {
    let (layers, heads, kv_heads, channels, hidden) = match config {
        Config::Gpt(c) => (c.layers, c.heads, c.heads, c.channels, c.hidden),
        Config::Llama(c) => (c.layers, c.heads, c.kv_heads, c.channels, c.hidden),
        Config::EncoderDecoder(c) => (c.layers, c.heads, c.heads, c.channels, c.hidden),
        Config::Sprint(c) => (c.layers, c.heads, c.heads, c.channels, c.hidden),
    };
    let architecture = match config {
        Config::Llama(_) => LLAMA,
        Config::Sprint(_) => SPRINT,
        _ => GPT,
    };
    let lr = if whole { 5e-5 } else { 5e-4 };
    Settings {
        architecture: architecture.to_owned(),
        layers,
        heads,
        kv_heads,
        channels,
        hidden,
        context: config.context().min(256),
        batch: 8,
        steps: 200,
        lr,
        min_lr: lr / 10.0,
        warmup: 20,
        beta2: 0.95,
        weight_decay: 0.0,
        tokenizer: "its own".to_owned(),
        eval_every: 50,
        ..preset(PresetName::Tiny, seed)
    }
}
