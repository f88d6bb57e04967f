//! A model that runs, from its tensors.
//!
//! GPT-2's matrices are turned over once, (in, out) into (out, in), unless the file is a GGUF, which has
//! them so. Everything else stays where it is.

use std::sync::Arc;

use kernels::Team;

use super::block::{Block, FeedForward};
use super::norm::Norm;
use super::weight::{Linear, Weight};
use super::{Model, Precision, Shape};
use crate::files::{Config, FileError, Tensors, gpt2, llama};
use crate::{GptConfig, LlamaConfig};

impl Model {
    /// A model of this configuration, whose weights are those of the tensors.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape, or this kind of model cannot be run so.
    pub fn open(
        config: &Config,
        tensors: &Tensors,
        precision: Precision,
        team: Arc<Team>,
    ) -> Result<Self, FileError> {
        let opening = Opening { tensors, precision, team: &team };
        let parts = match config {
            Config::Gpt(config) => opening.gpt(config)?,
            Config::Llama(config) => opening.llama(config)?,
            Config::Sprint(_) => {
                return Err(FileError::Unsupported {
                    file: "config.json",
                    key: "model_type".to_owned(),
                    found: "primer-sprint".to_owned(),
                    wanted: "a gpt or a llama".to_owned(),
                });
            }
            Config::EncoderDecoder(_) => {
                return Err(FileError::Unsupported {
                    file: "config.json",
                    key: "is_encoder_decoder".to_owned(),
                    found: "true".to_owned(),
                    wanted: "a model that goes on with a text".to_owned(),
                });
            }
        };
        let Parts { token, position, blocks, norm, output, rotary, shape } = parts;
        Ok(Model { token, position, blocks, norm, output, rotary, shape, precision, team })
    }
}

/// What a model is made of, but for who works on it.
struct Parts {
    token: Weight,
    position: Option<Weight>,
    blocks: Vec<Block>,
    norm: Norm,
    output: Option<Weight>,
    rotary: Option<Vec<f64>>,
    shape: Shape,
}

struct Opening<'a> {
    tensors: &'a Tensors,
    precision: Precision,
    team: &'a Team,
}

impl Opening<'_> {
    fn gpt(&self, config: &GptConfig) -> Result<Parts, FileError> {
        config.check()?;
        let GptConfig { vocabulary, context, channels, heads, hidden, activation, .. } = *config;
        let mut blocks = Vec::new();
        for i in 0..config.layers {
            let name = |part: &str| format!("transformer.h.{i}.{part}");
            let together = self.turned(&name("attn.c_attn"), channels, 3 * channels, config)?;
            let third = |i| together.part(i * channels..(i + 1) * channels);
            blocks.push(Block {
                attention_norm: self.layer_norm(&name("ln_1"), config)?,
                query: third(0),
                key: third(1),
                value: third(2),
                output: self.turned(&name("attn.c_proj"), channels, channels, config)?,
                head_norms: None,
                neighbours: false,
                feed_forward_norm: self.layer_norm(&name("ln_2"), config)?,
                feed_forward: FeedForward::Bent {
                    expand: self.turned(&name("mlp.c_fc"), channels, hidden, config)?,
                    activation,
                    project: self.turned(&name("mlp.c_proj"), hidden, channels, config)?,
                },
            });
        }
        let position = self.tensors.take("transformer.wpe.weight", &[context, channels])?;
        let parts = Parts {
            token: self.matrix("transformer.wte.weight", vocabulary, channels)?,
            position: Some(Weight::new(position)),
            blocks,
            norm: self.layer_norm("transformer.ln_f", config)?,
            output: self.output(config.tied, vocabulary, channels)?,
            rotary: None,
            shape: Shape {
                vocabulary,
                context,
                channels,
                heads,
                kv_heads: heads,
                size: channels / heads,
                hidden,
            },
        };
        self.tensors.all_used(|name| gpt2::harmless(name, config.tied))?;
        Ok(parts)
    }

    fn llama(&self, config: &LlamaConfig) -> Result<Parts, FileError> {
        config.check()?;
        let LlamaConfig { vocabulary, context, channels, heads, kv_heads, hidden, .. } = *config;
        let (size, epsilon) = (config.head_size, config.epsilon as f32);
        let mut blocks = Vec::new();
        for i in 0..config.layers {
            let name = |part: &str| format!("model.layers.{i}.{part}");
            let heard = |part: &str, inputs, outputs, bias| {
                self.linear(&name(&format!("self_attn.{part}_proj")), inputs, outputs, bias)
            };
            let thought = |part: &str, inputs, outputs| {
                let name = name(&format!("mlp.{part}_proj"));
                self.linear(&name, inputs, outputs, config.feed_forward_bias)
            };
            let norm = |part: &str, size| self.rms_norm(&name(part), size, epsilon);
            blocks.push(Block {
                attention_norm: norm("input_layernorm", channels)?,
                query: heard("q", channels, heads * size, config.query_bias)?,
                key: heard("k", channels, kv_heads * size, config.query_bias)?,
                value: heard("v", channels, kv_heads * size, config.query_bias)?,
                output: heard("o", heads * size, channels, config.output_bias)?,
                head_norms: match config.head_norm {
                    true => {
                        Some([norm("self_attn.q_norm", size)?, norm("self_attn.k_norm", size)?])
                    }
                    false => None,
                },
                neighbours: self.tensors.side_by_side(),
                feed_forward_norm: norm("post_attention_layernorm", channels)?,
                feed_forward: FeedForward::Gated {
                    gate: thought("gate", channels, hidden)?,
                    up: thought("up", channels, hidden)?,
                    down: thought("down", hidden, channels)?,
                },
            });
        }
        let frequency = |i| config.rotary_base.powf(-2.0 * i as f64 / size as f64);
        let base: Vec<f64> = (0..size / 2).map(frequency).collect();
        let parts = Parts {
            token: self.matrix("model.embed_tokens.weight", vocabulary, channels)?,
            position: None,
            blocks,
            norm: self.rms_norm("model.norm", channels, epsilon)?,
            output: self.output(config.tied, vocabulary, channels)?,
            rotary: Some(match &config.stretch {
                Some(stretch) => stretch.frequencies(&base),
                None => base,
            }),
            shape: Shape { vocabulary, context, channels, heads, kv_heads, size, hidden },
        };
        self.tensors.all_used(|name| llama::harmless(name, config.tied))?;
        Ok(parts)
    }

    /// (rows, columns), rounded if that is asked for.
    fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Weight, FileError> {
        let tensor = self.tensors.take(name, &[rows, columns])?;
        Ok(Weight::new(tensor).rounded(self.precision, self.team))
    }

    fn output(
        &self,
        tied: bool,
        vocabulary: usize,
        channels: usize,
    ) -> Result<Option<Weight>, FileError> {
        match tied {
            true => Ok(None),
            false => self.matrix("lm_head.weight", vocabulary, channels).map(Some),
        }
    }

    fn row(&self, name: &str, len: usize) -> Result<Vec<f32>, FileError> {
        Ok(self.tensors.take(name, &[len])?.numbers())
    }

    fn linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
        bias: bool,
    ) -> Result<Linear, FileError> {
        Ok(Linear {
            weight: self.matrix(&format!("{name}.weight"), outputs, inputs)?,
            bias: match bias {
                true => Some(self.row(&format!("{name}.bias"), outputs)?),
                false => None,
            },
        })
    }

    /// A layer of GPT-2, whose matrix is (in, out) in a file of safetensors.
    fn turned(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
        config: &GptConfig,
    ) -> Result<Linear, FileError> {
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        let weight = match self.tensors.gguf() {
            true => self.matrix(&weight, outputs, inputs)?,
            false => Weight::new(self.tensors.take(&weight, &[inputs, outputs])?)
                .turned(&weight, self.team)?
                .rounded(self.precision, self.team),
        };
        Ok(Linear { weight, bias: self.bias(&bias, outputs, config)? })
    }

    /// A model without biases may have them in its file, all zero.
    fn bias(
        &self,
        name: &str,
        len: usize,
        config: &GptConfig,
    ) -> Result<Option<Vec<f32>>, FileError> {
        match config.bias || self.tensors.has(name) {
            true => self.row(name, len).map(Some),
            false => Ok(None),
        }
    }

    fn layer_norm(&self, name: &str, config: &GptConfig) -> Result<Norm, FileError> {
        Ok(Norm::Layer {
            gain: self.row(&format!("{name}.weight"), config.channels)?,
            bias: self.bias(&format!("{name}.bias"), config.channels, config)?,
            epsilon: config.epsilon as f32,
        })
    }

    fn rms_norm(&self, name: &str, size: usize, epsilon: f32) -> Result<Norm, FileError> {
        Ok(Norm::Rms { gain: self.row(&format!("{name}.weight"), size)?, epsilon })
    }
}
