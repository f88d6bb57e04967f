//! Reading a GPT.

use attention::MultiHead;
use embedding::Embedding;
use ndarray::{Array1, Array2, s};
use neuron::Linear;

use super::super::{FileError, Tensors};
use super::{BLOCK, harmless};
use crate::{Block, FeedForward, Gpt, GptConfig, LayerNorm};

/// A model from its tensors.
///
/// # Errors
/// If a tensor is missing, left over or of another shape.
pub fn read(config: &GptConfig, tensors: &Tensors) -> Result<Gpt, FileError> {
    config.check()?;
    let GptConfig { vocabulary, context, channels, hidden, heads, activation, .. } = *config;
    let mut blocks = Vec::new();
    for i in 0..config.layers {
        let name = |part: &str| format!("{BLOCK}.{i}.{part}");
        let [query, key, value] = linear(tensors, &name("attn.c_attn"), channels, channels)?;
        let [output] = linear(tensors, &name("attn.c_proj"), channels, channels)?;
        let [expand] = linear(tensors, &name("mlp.c_fc"), channels, hidden)?;
        let [project] = linear(tensors, &name("mlp.c_proj"), hidden, channels)?;
        blocks.push(Block {
            attention_norm: norm(tensors, &name("ln_1"), config)?,
            attention: MultiHead { query, key, value, output, heads, causal: true },
            feed_forward_norm: norm(tensors, &name("ln_2"), config)?,
            feed_forward: FeedForward { expand, project, activation },
        });
    }
    let embedding = |name, rows| {
        Ok::<_, FileError>(Embedding { weight: tensors.matrix(name, rows, channels)? })
    };
    let mut model = Gpt {
        token: embedding("transformer.wte.weight", vocabulary)?,
        position: embedding("transformer.wpe.weight", context)?,
        blocks,
        norm: norm(tensors, "transformer.ln_f", config)?,
        output: match config.tied {
            true => None,
            false => Some(tensors.matrix("lm_head.weight", vocabulary, channels)?),
        },
        config: config.clone(),
    };
    tensors.all_used(|name| harmless(name, config.tied))?;
    if !config.bias {
        leave_out_biases(&mut model);
    }
    Ok(model)
}

fn norm(tensors: &Tensors, name: &str, config: &GptConfig) -> Result<LayerNorm, FileError> {
    Ok(LayerNorm {
        gain: tensors.row(&format!("{name}.weight"), config.channels)?,
        bias: Some(tensors.row(&format!("{name}.bias"), config.channels)?),
        epsilon: config.epsilon,
    })
}

/// `N` layers that see the same input, side by side; turned over in safetensors, and upright in GGUF.
fn linear<const N: usize>(
    tensors: &Tensors,
    name: &str,
    inputs: usize,
    outputs: usize,
) -> Result<[Linear; N], FileError> {
    let (weight, all) = (format!("{name}.weight"), N * outputs);
    let weight: Array2<f32> = match tensors.gguf() {
        true => tensors.matrix(&weight, all, inputs)?,
        false => tensors.matrix(&weight, inputs, all)?.reversed_axes(),
    };
    let bias = tensors.row(&format!("{name}.bias"), all)?;
    Ok(std::array::from_fn(|i| {
        let part = i * outputs..(i + 1) * outputs;
        Linear {
            weight: weight.slice(s![part.clone(), ..]).as_standard_layout().into_owned(),
            bias: Some(bias.slice(s![part]).to_owned()),
        }
    }))
}

/// Leaves out biases that are all zero. If any is not, the model has been trained elsewhere with biases,
/// and keeps them all.
fn leave_out_biases(model: &mut Gpt) {
    let mut biases: Vec<&mut Option<Array1<f32>>> = vec![&mut model.norm.bias];
    for block in &mut model.blocks {
        biases.extend([&mut block.attention_norm.bias, &mut block.feed_forward_norm.bias]);
        let MultiHead { query, key, value, output, .. } = &mut block.attention;
        let FeedForward { expand, project, .. } = &mut block.feed_forward;
        biases.extend([query, key, value, output, expand, project].map(|layer| &mut layer.bias));
    }
    let zero = |bias: &Option<Array1<f32>>| bias.iter().flatten().all(|number| *number == 0.0);
    if biases.iter().all(|bias| zero(bias)) {
        biases.into_iter().for_each(|bias| *bias = None);
    } else {
        model.config.bias = true;
    }
}
