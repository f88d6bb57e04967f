//! Writing `model.safetensors`.

use std::collections::HashMap;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, concatenate};
use neuron::Linear;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::FileError;
use crate::{Gpt, LayerNorm};

/// A model's weights as the bytes of a `model.safetensors`.
///
/// # Errors
/// If they cannot be put into a file; there is no model for which this is known to happen.
pub fn write(model: &Gpt) -> Result<Vec<u8>, FileError> {
    let mut tensors = Tensors::default();
    tensors.matrix("transformer.wte.weight", model.token.weight.view());
    tensors.matrix("transformer.wpe.weight", model.position.weight.view());
    for (i, block) in model.blocks.iter().enumerate() {
        let name = |part: &str| format!("transformer.h.{i}.{part}");
        let attention = &block.attention;
        tensors.norm(&name("ln_1"), &block.attention_norm);
        tensors.linear(&name("attn.c_attn"), &[&attention.query, &attention.key, &attention.value]);
        tensors.linear(&name("attn.c_proj"), &[&attention.output]);
        tensors.norm(&name("ln_2"), &block.feed_forward_norm);
        tensors.linear(&name("mlp.c_fc"), &[&block.feed_forward.expand]);
        tensors.linear(&name("mlp.c_proj"), &[&block.feed_forward.project]);
    }
    tensors.norm("transformer.ln_f", &model.norm);
    if let Some(output) = &model.output {
        tensors.matrix("lm_head.weight", output.view());
    }
    tensors.into_bytes()
}

/// Tensors to be written: name, shape, and the numbers in rows, each as four bytes.
#[derive(Default)]
struct Tensors(Vec<(String, Vec<usize>, Vec<u8>)>);

impl Tensors {
    fn matrix(&mut self, name: &str, matrix: ArrayView2<'_, f32>) {
        let bytes = matrix.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.0.push((name.to_owned(), matrix.shape().to_vec(), bytes));
    }

    fn row(&mut self, name: &str, row: ArrayView1<'_, f32>) {
        let bytes = row.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.0.push((name.to_owned(), vec![row.len()], bytes));
    }

    fn norm(&mut self, name: &str, norm: &LayerNorm) {
        let zeros = Array1::zeros(norm.gain.len());
        self.row(&format!("{name}.weight"), norm.gain.view());
        self.row(&format!("{name}.bias"), norm.bias.as_ref().unwrap_or(&zeros).view());
    }

    /// Layers that see the same input, turned over and side by side.
    fn linear(&mut self, name: &str, layers: &[&Linear]) {
        let mut weight = Array2::zeros((layers[0].weight.ncols(), 0));
        let mut bias = Array1::zeros(0);
        for layer in layers {
            let zeros = Array1::zeros(layer.weight.nrows());
            weight = concatenate![Axis(1), weight, layer.weight.t()];
            bias = concatenate![Axis(0), bias, *layer.bias.as_ref().unwrap_or(&zeros)];
        }
        self.matrix(&format!("{name}.weight"), weight.view());
        self.row(&format!("{name}.bias"), bias.view());
    }

    fn into_bytes(self) -> Result<Vec<u8>, FileError> {
        let mut views = Vec::new();
        for (name, shape, bytes) in &self.0 {
            views.push((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?));
        }
        let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }
}
