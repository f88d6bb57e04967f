//! Writing a GPT.

use kernels::Kind;
use ndarray::{Array1, Array2, Axis, concatenate};
use neuron::Linear;

use super::super::FileError;
use super::super::written::Written;
use super::BLOCK;
use crate::{Gpt, LayerNorm};

/// A model's weights as the bytes of a `model.safetensors`.
///
/// # Errors
/// If numbers of this kind cannot be put into such a file.
pub fn write(model: &Gpt, kind: Kind) -> Result<Vec<u8>, FileError> {
    let mut tensors = Written::new(kind)?;
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
    bias(tensors, name, norm.gain.len(), &[&norm.bias]);
}

/// Layers that see the same input, turned over and side by side.
fn linear<'a>(tensors: &mut Written<'a>, name: &str, layers: &[&'a Linear]) {
    let (outputs, inputs) = layers[0].weight.dim();
    let mut weight = Array2::zeros((inputs, 0));
    for layer in layers {
        weight = concatenate![Axis(1), weight, layer.weight.t()];
    }
    tensors.add(format!("{name}.weight"), weight);
    let biases: Vec<_> = layers.iter().map(|layer| &layer.bias).collect();
    bias(tensors, name, outputs, &biases);
}

/// Biases side by side; zeros where there are none.
fn bias(tensors: &mut Written<'_>, name: &str, outputs: usize, biases: &[&Option<Array1<f32>>]) {
    let zeros = Array1::zeros(outputs);
    let biases: Vec<_> =
        biases.iter().map(|bias| bias.as_ref().unwrap_or(&zeros).to_vec()).collect();
    tensors.add(format!("{name}.bias"), Array1::from(biases.concat()));
}
