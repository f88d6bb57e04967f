//! Writing a GPT.

use kernels::Kind;
use ndarray::{Array1, CowArray};
use neuron::Linear;

use super::super::{FileError, Safetensors, Written};
use super::BLOCK;
use crate::{Gpt, LayerNorm};

/// A model's weights as a `model.safetensors`.
///
/// # Errors
/// If numbers of this kind cannot be put into such a file.
pub fn write(model: &Gpt, kind: Kind) -> Result<Safetensors<'_>, FileError> {
    let mut tensors = Written::model(kind)?;
    tensors.add("transformer.wte.weight", &model.token.weight);
    tensors.add("transformer.wpe.weight", &model.position.weight);
    for (i, block) in model.blocks.iter().enumerate() {
        let name = |part: &str| format!("{BLOCK}.{i}.{part}");
        let attention = &block.attention;
        norm(&mut tensors, &name("ln_1"), &block.attention_norm);
        let heads = [&attention.query, &attention.key, &attention.value];
        linear(&mut tensors, &name("attn.c_attn"), &heads);
        linear(&mut tensors, &name("attn.c_proj"), &[&attention.output]);
        norm(&mut tensors, &name("ln_2"), &block.feed_forward_norm);
        linear(&mut tensors, &name("mlp.c_fc"), &[&block.feed_forward.expand]);
        linear(&mut tensors, &name("mlp.c_proj"), &[&block.feed_forward.project]);
    }
    norm(&mut tensors, "transformer.ln_f", &model.norm);
    if let Some(output) = &model.output {
        tensors.add("lm_head.weight", output);
    }
    tensors.into_safetensors()
}

fn norm<'a>(tensors: &mut Written<'a>, name: &str, norm: &'a LayerNorm) {
    tensors.add(format!("{name}.weight"), &norm.gain);
    tensors.add(format!("{name}.bias"), bias(&norm.bias, norm.gain.len()));
}

/// Layers that see the same input, turned over and side by side.
fn linear<'a>(tensors: &mut Written<'a>, name: &str, layers: &[&'a Linear]) {
    let weights = layers.iter().map(|layer| CowArray::from(layer.weight.t()));
    tensors.add_parts(format!("{name}.weight"), weights);
    let biases = layers.iter().map(|layer| bias(&layer.bias, layer.weight.nrows()));
    tensors.add_parts(format!("{name}.bias"), biases);
}

/// Zeros where there are none.
fn bias(bias: &Option<Array1<f32>>, outputs: usize) -> CowArray<'_, f32, ndarray::Ix1> {
    match bias {
        Some(bias) => CowArray::from(bias),
        None => CowArray::from(Array1::zeros(outputs)),
    }
}
