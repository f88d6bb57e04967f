//! Reading a Llama.

use attention::{Grouped, RmsNorm};
use embedding::Embedding;
use ndarray::Axis;
use neuron::Linear;

use super::super::{FileError, Tensors};
use super::{harmless, published};
use crate::{Llama, LlamaBlock, LlamaConfig, SwiGlu};

/// So many numbers for the turns of all places take 64 MiB.
const MOST: usize = 1 << 24;

/// A model from its tensors.
///
/// # Errors
/// If a tensor is missing, left over or of another shape.
pub fn read(config: &LlamaConfig, tensors: &Tensors) -> Result<Llama, FileError> {
    config.check()?;
    let LlamaConfig { vocabulary, context, channels, head_size, .. } = *config;
    let turns = context.saturating_mul(head_size);
    if turns > MOST.max(tensors.bytes() / 4) {
        return Err(FileError::Places(context));
    }
    let file = File { config, tensors };
    let mut blocks = Vec::new();
    for i in 0..config.layers {
        blocks.push(file.block(&format!("blocks.{i}"))?);
    }
    let matrix = |name: &str| tensors.matrix(&published(name), vocabulary, channels);
    let model = Llama {
        token: Embedding { weight: matrix("token.weight")? },
        blocks,
        norm: file.norm("norm", channels)?,
        output: if config.tied { None } else { Some(matrix("output")?) },
        rotary: config.rotary(),
        config: config.clone(),
    };
    tensors.all_used(|name| harmless(name, config.tied))?;
    Ok(model)
}

/// The tensors of a model, and what is called for.
struct File<'a> {
    config: &'a LlamaConfig,
    tensors: &'a Tensors,
}

impl File<'_> {
    fn block(&self, name: &str) -> Result<LlamaBlock, FileError> {
        let LlamaConfig { channels, heads, kv_heads, head_size, hidden, .. } = *self.config;
        let LlamaConfig { query_bias, output_bias, feed_forward_bias, head_norm, .. } =
            *self.config;
        let (asked, answered) = (heads * head_size, kv_heads * head_size);
        let linear = |part: &str, inputs, outputs, bias| {
            self.linear(&format!("{name}.{part}"), inputs, outputs, bias)
        };
        let turned = |part: &str, outputs| {
            linear(part, channels, outputs, query_bias).map(|layer| self.apart(layer))
        };
        let norm = |part: &str, size| self.norm(&format!("{name}.{part}"), size);
        let of_heads = |part| match head_norm {
            true => norm(part, head_size).map(Some),
            false => Ok(None),
        };
        Ok(LlamaBlock {
            attention_norm: norm("attention_norm", channels)?,
            attention: Grouped {
                query: turned("attention.query", asked)?,
                key: turned("attention.key", answered)?,
                value: linear("attention.value", channels, answered, query_bias)?,
                output: linear("attention.output", asked, channels, output_bias)?,
                query_norm: of_heads("attention.query_norm")?,
                key_norm: of_heads("attention.key_norm")?,
                heads,
                kv_heads,
            },
            feed_forward_norm: norm("feed_forward_norm", channels)?,
            feed_forward: SwiGlu {
                gate: linear("feed_forward.gate", channels, hidden, feed_forward_bias)?,
                up: linear("feed_forward.up", channels, hidden, feed_forward_bias)?,
                down: linear("feed_forward.down", hidden, channels, feed_forward_bias)?,
            },
        })
    }

    fn norm(&self, name: &str, size: usize) -> Result<RmsNorm, FileError> {
        let gain = self.tensors.row(&published(&format!("{name}.gain")), size)?;
        Ok(RmsNorm { gain, epsilon: self.config.epsilon })
    }

    fn linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
        bias: bool,
    ) -> Result<Linear, FileError> {
        let name = |part: &str| published(&format!("{name}.{part}"));
        Ok(Linear {
            weight: self.tensors.matrix(&name("weight"), outputs, inputs)?,
            bias: match bias {
                true => Some(self.tensors.row(&name("bias"), outputs)?),
                false => None,
            },
        })
    }

    /// Queries or keys whose pairs of numbers are half a head apart, from side by side:
    ///
    /// ```text
    /// in the file   0 4 1 5 2 6 3 7      of a head of 8 numbers
    /// here          0 1 2 3 4 5 6 7
    /// ```
    fn apart(&self, layer: Linear) -> Linear {
        if !self.tensors.side_by_side() {
            return layer;
        }
        let (size, half) = (self.config.head_size, self.config.head_size / 2);
        let place = |i: usize| i / size * size + i % half * 2 + i % size / half;
        let places: Vec<usize> = (0..layer.weight.nrows()).map(place).collect();
        Linear {
            weight: layer.weight.select(Axis(0), &places),
            bias: layer.bias.map(|bias| bias.select(Axis(0), &places)),
        }
    }
}
