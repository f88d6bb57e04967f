//! Everything that decides what a training run gives, bit for bit: a preset, each number of which a
//! flag may override.
//!
//! | preset | layers | heads | channels | context | batch | tokenizer | steps | rate |
//! |---|---|---|---|---|---|---|---|---|
//! | `tiny` | 4 | 4 | 128 | 64 | 12 | char | 2000 | 1e-3 → 1e-4 |
//! | `baby` | 6 | 6 | 384 | 256 | 64 | char | 5000 | 1e-3 → 1e-4 |
//! | `gpt2` | 12 | 12 | 768 | 1024 | 4 | bpe:50257 | 1000 | 3e-4 → 3e-5 |
//! | `llama-15m` | 6 | 6 | 288 | 256 | 32 | bpe:32000 | 5000 | 5e-4 → 0 |
//! | `translate` | 3 | 4 | 128 | 64 | 64 | word | 5000 | 1e-3 → 1e-4 |
//!
//! `tiny` and `baby` are nanoGPT's recipes for Shakespeare on a CPU and on a GPU
//! (<https://github.com/karpathy/nanoGPT>); `gpt2` is GPT-2 with 124 million numbers.
//! `llama-15m` has the shape of llama2.c's stories15M (<https://github.com/karpathy/llama2.c>).
//! `translate` is an encoder–decoder in the shape of the paper, small.

use std::path::PathBuf;

use backprop::{AdamW, Muon};
use neuron::Parameters;
use serde::{Deserialize, Serialize};
use transformer::files::Config;
use transformer::{EncoderDecoderConfig, GptConfig, Ingredient, LlamaConfig, SprintConfig};

use crate::args::{PresetName, Shape};

mod check;
mod fast;
mod fine_tuning;

pub use fast::SCHEDULE;
pub use fine_tuning::fine_tuning;

pub use check::Difference;

/// The numbers that shape a model and its training.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[allow(missing_docs)] // each is named as its flag
pub struct Settings {
    #[serde(default = "gpt")]
    pub architecture: String,
    pub layers: usize,
    pub heads: usize,
    #[serde(default)] // what was written before there were groups
    pub kv_heads: usize,
    pub channels: usize,
    pub hidden: usize,
    pub context: usize,
    pub bias: bool,
    pub batch: usize,
    pub accumulate: usize,
    pub steps: usize,
    pub lr: f64,
    pub min_lr: f64,
    pub warmup: usize,
    pub beta1: f64,
    pub beta2: f64,
    pub weight_decay: f64,
    pub clip: f64,
    pub dropout: f64,
    #[serde(default)]
    pub label_smoothing: f64,
    pub val_fraction: f64,
    pub tokenizer: String,
    #[serde(default = "f32")] // what was trained before there was another
    pub precision: String,
    #[serde(default)]
    pub from: Option<PathBuf>,
    #[serde(default)]
    pub lora_rank: usize, // 0: the model itself learns
    #[serde(default)]
    pub lora_alpha: f64,
    #[serde(default)]
    pub without: Vec<String>, // of a sprint's ingredients
    #[serde(default)]
    pub muon: f64, // the rate of Muon; 0: AdamW learns everything
    pub seed: u64,
    // What follows changes nothing in the model.
    pub eval_every: usize,
    pub eval_batches: usize,
    pub save_every: Option<usize>,
    pub keep: usize,
}

/// The kind of model that goes on with a text.
pub const GPT: &str = "gpt";
/// The same in the shape of today's models.
pub const LLAMA: &str = "llama";
/// The same, made to learn fast.
pub const SPRINT: &str = "sprint";
/// The kind of model that translates.
pub const ENCODER_DECODER: &str = "encoder-decoder";

// What a run was before there was another kind.
fn gpt() -> String {
    GPT.to_owned()
}

/// Products of 32 bits.
pub const F32: &str = "f32";
/// Products of 16 bits, with sums of 32.
pub const BF16: &str = "bf16";

fn f32() -> String {
    F32.to_owned()
}

/// The numbers of a preset.
pub fn preset(name: PresetName, seed: u64) -> Settings {
    let tiny = Settings {
        architecture: gpt(),
        layers: 4,
        heads: 4,
        kv_heads: 4,
        channels: 128,
        hidden: 512,
        context: 64,
        bias: false,
        batch: 12,
        accumulate: 1,
        steps: 2000,
        lr: 1e-3,
        min_lr: 1e-4,
        warmup: 100,
        beta1: 0.9,
        beta2: 0.99,
        weight_decay: 0.1,
        clip: 1.0,
        dropout: 0.0,
        label_smoothing: 0.0,
        val_fraction: 0.1,
        tokenizer: "char".to_owned(),
        precision: f32(),
        from: None,
        lora_rank: 0,
        lora_alpha: 0.0,
        without: Vec::new(),
        muon: 0.0,
        seed,
        eval_every: 250,
        eval_batches: 20,
        save_every: None,
        keep: 3,
    };
    let wide = |layers, channels, context| Settings {
        layers,
        heads: layers,
        kv_heads: layers,
        channels,
        hidden: 4 * channels,
        context,
        ..tiny.clone()
    };
    match name {
        PresetName::Tiny => tiny,
        PresetName::Baby => Settings { batch: 64, steps: 5000, dropout: 0.2, ..wide(6, 384, 256) },
        PresetName::Translate => Settings {
            architecture: ENCODER_DECODER.to_owned(),
            batch: 64,
            steps: 5000,
            beta2: 0.98,
            label_smoothing: 0.1,
            tokenizer: "word".to_owned(),
            eval_every: 500,
            heads: 4,
            kv_heads: 4,
            ..wide(3, 128, 64)
        },
        PresetName::Llama15m => Settings {
            architecture: LLAMA.to_owned(),
            batch: 32,
            steps: 5000,
            lr: 5e-4,
            min_lr: 0.0,
            warmup: 200,
            beta2: 0.95,
            tokenizer: "bpe:32000".to_owned(),
            hidden: 768,
            ..wide(6, 288, 256)
        },
        PresetName::Gpt2 => Settings {
            batch: 4,
            steps: 1000,
            lr: 3e-4,
            min_lr: 3e-5,
            beta2: 0.95,
            bias: true,
            tokenizer: "bpe:50257".to_owned(),
            ..wide(12, 768, 1024)
        },
    }
}

impl Settings {
    /// The same, with the numbers that were given. What hangs on another number, and was not given,
    /// follows it: `hidden` is 4 times the channels (in a llama, which has three matrices there, 8/3
    /// times), the heads for keys are all heads, the least rate is a tenth of the highest, the warm-up
    /// at most a tenth of the steps.
    pub fn overridden(self, shape: &Shape) -> Settings {
        let channels = shape.channels.unwrap_or(self.channels);
        let architecture = shape.architecture.clone().unwrap_or(self.architecture.clone());
        let follows = shape.channels.is_some() || architecture != self.architecture;
        let hidden = match follows {
            true if architecture == LLAMA => (8 * channels / 3).next_multiple_of(32),
            true => 4 * channels,
            false => self.hidden,
        };
        let heads = shape.heads.unwrap_or(self.heads);
        let kv_heads = if shape.heads.is_some() { heads } else { self.kv_heads };
        let steps = shape.steps.unwrap_or(self.steps);
        let warmup = if shape.steps.is_some() { self.warmup.min(steps / 10) } else { self.warmup };
        Settings {
            architecture,
            layers: shape.layers.unwrap_or(self.layers),
            heads,
            kv_heads: shape.kv_heads.unwrap_or(kv_heads),
            channels,
            hidden: shape.hidden.unwrap_or(hidden),
            context: shape.context.unwrap_or(self.context),
            bias: self.bias,
            batch: shape.batch.unwrap_or(self.batch),
            accumulate: shape.accumulate.unwrap_or(self.accumulate),
            steps,
            lr: shape.lr.unwrap_or(self.lr),
            min_lr: shape.min_lr.unwrap_or(shape.lr.map_or(self.min_lr, |rate| rate / 10.0)),
            warmup: shape.warmup.unwrap_or(warmup),
            beta1: shape.beta1.unwrap_or(self.beta1),
            beta2: shape.beta2.unwrap_or(self.beta2),
            weight_decay: shape.weight_decay.unwrap_or(self.weight_decay),
            clip: shape.clip.unwrap_or(self.clip),
            dropout: shape.dropout.unwrap_or(self.dropout),
            label_smoothing: shape.label_smoothing.unwrap_or(self.label_smoothing),
            val_fraction: shape.val_fraction.unwrap_or(self.val_fraction),
            tokenizer: shape.tokenizer.clone().unwrap_or(self.tokenizer),
            precision: shape.precision.clone().unwrap_or(self.precision),
            from: self.from,
            lora_rank: self.lora_rank,
            lora_alpha: self.lora_alpha,
            without: self.without,
            muon: shape.muon.unwrap_or(self.muon),
            seed: self.seed,
            eval_every: shape.eval_every.unwrap_or(self.eval_every),
            eval_batches: shape.eval_batches.unwrap_or(self.eval_batches),
            save_every: shape.save_every.or(self.save_every),
            keep: shape.keep.unwrap_or(self.keep),
        }
    }

    /// The same, with the numbers that were given, and nothing else: for a run that is resumed.
    pub fn given(self, shape: &Shape) -> Settings {
        let hidden = shape.hidden.or(Some(self.hidden));
        let kv_heads = shape.kv_heads.or(Some(self.kv_heads));
        let (min_lr, warmup) =
            (shape.min_lr.or(Some(self.min_lr)), shape.warmup.or(Some(self.warmup)));
        self.overridden(&Shape { hidden, kv_heads, min_lr, warmup, ..shape.clone() })
    }

    /// The shape of a model that goes on with a text, for a vocabulary of so many tokens.
    pub fn language(&self, vocabulary: usize) -> Config {
        let Settings { context, channels, layers, heads, kv_heads, hidden, bias, .. } = *self;
        if self.architecture == LLAMA {
            let llama =
                LlamaConfig::llama(vocabulary, context, channels, layers, heads, kv_heads, hidden);
            return Config::Llama(LlamaConfig { tied: true, ..llama });
        }
        if self.architecture == SPRINT {
            let without = self.without.iter().filter_map(|name| Ingredient::named(name)).collect();
            let sprint = SprintConfig::sprint(vocabulary, context, channels, layers, heads);
            return Config::Sprint(SprintConfig { hidden, without, ..sprint });
        }
        let gpt2 = GptConfig::gpt2(vocabulary, context, channels, layers, heads);
        Config::Gpt(GptConfig { hidden, bias, ..gpt2 })
    }

    /// The shape of an encoder–decoder, for a vocabulary of so many tokens, and its start and end.
    pub fn encoder_decoder(
        &self,
        vocabulary: usize,
        (start, end): (u32, u32),
    ) -> EncoderDecoderConfig {
        let sizes = (self.context, self.channels, self.layers, self.heads);
        let paper = EncoderDecoderConfig::paper(vocabulary, sizes.0, sizes.1, sizes.2, sizes.3);
        EncoderDecoderConfig { hidden: self.hidden, start, end, ..paper }
    }

    /// How many steps there are between two checkpoints.
    pub fn save_every(&self) -> usize {
        self.save_every.unwrap_or(self.eval_every)
    }

    /// An optimizer that remembers nothing yet.
    pub fn optimizer<M: Parameters<f32>>(&self, network: &M) -> AdamW<M> {
        let (beta1, beta2, weight_decay) = (self.beta1, self.beta2, self.weight_decay);
        let leaves = if self.muon > 0.0 { Muon::matrices(network) } else { Vec::new() };
        AdamW { beta1, beta2, weight_decay, leaves, ..AdamW::new(network) }
    }
}
