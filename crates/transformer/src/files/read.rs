//! Reading `model.safetensors`.

use std::cell::RefCell;
use std::collections::HashSet;

use attention::MultiHead;
use embedding::Embedding;
use ndarray::{Array1, Array2, s};
use neuron::Linear;
use safetensors::{Dtype, SafeTensors};

use super::FileError;
use crate::{Block, FeedForward, Gpt, GptConfig, LayerNorm};

/// A model from the bytes of its `model.safetensors`.
///
/// # Errors
/// If the file is damaged, or a tensor is missing, left over, of another shape, or not in `F32`.
pub fn read(config: &GptConfig, bytes: &[u8]) -> Result<Gpt, FileError> {
    config.check()?;
    let file = File::open(bytes)?;
    let GptConfig { vocabulary, context, channels, hidden, heads, activation, .. } = *config;
    let mut blocks = Vec::new();
    for i in 0..config.layers {
        let name = |part: &str| format!("h.{i}.{part}");
        let [query, key, value] = file.linear(&name("attn.c_attn"), channels, channels)?;
        let [output] = file.linear(&name("attn.c_proj"), channels, channels)?;
        let [expand] = file.linear(&name("mlp.c_fc"), channels, hidden)?;
        let [project] = file.linear(&name("mlp.c_proj"), hidden, channels)?;
        blocks.push(Block {
            attention_norm: file.norm(&name("ln_1"), config)?,
            attention: MultiHead { query, key, value, output, heads, causal: true },
            feed_forward_norm: file.norm(&name("ln_2"), config)?,
            feed_forward: FeedForward { expand, project, activation },
        });
    }
    let mut model = Gpt {
        token: Embedding { weight: file.matrix("wte.weight", (vocabulary, channels))? },
        position: Embedding { weight: file.matrix("wpe.weight", (context, channels))? },
        blocks,
        norm: file.norm("ln_f", config)?,
        output: match config.tied {
            true => None,
            false => Some(file.matrix("lm_head.weight", (vocabulary, channels))?),
        },
        config: config.clone(),
    };
    file.all_used(config)?;
    if !config.bias {
        leave_out_biases(&mut model);
    }
    Ok(model)
}

/// A file of tensors, and which of them have been used.
struct File<'a> {
    tensors: SafeTensors<'a>,
    /// What stands before the names: `transformer.`, or nothing in some published files.
    prefix: &'static str,
    used: RefCell<HashSet<String>>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let tensors = SafeTensors::deserialize(bytes)?;
        let prefixed = tensors.names().iter().any(|name| name.starts_with("transformer."));
        let prefix = if prefixed { "transformer." } else { "" };
        Ok(File { tensors, prefix, used: RefCell::default() })
    }

    /// The numbers of a tensor, row by row.
    fn numbers(&self, name: &str, wanted: &[usize]) -> Result<Vec<f32>, FileError> {
        let name = if name == "lm_head.weight" {
            name.to_owned()
        } else {
            format!("{}{name}", self.prefix)
        };
        let Ok(tensor) = self.tensors.tensor(&name) else { return Err(FileError::Missing(name)) };
        if tensor.shape() != wanted {
            let (found, wanted) = (tensor.shape().to_vec(), wanted.to_vec());
            return Err(FileError::Shape { name, found, wanted });
        }
        if tensor.dtype() != Dtype::F32 {
            return Err(FileError::Type { name, found: tensor.dtype().to_string() });
        }
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        self.used.borrow_mut().insert(name);
        Ok(tensor.data().chunks_exact(4).map(number).collect())
    }

    fn row(&self, name: &str, len: usize) -> Result<Array1<f32>, FileError> {
        self.numbers(name, &[len]).map(Array1::from)
    }

    fn matrix(&self, name: &str, shape: (usize, usize)) -> Result<Array2<f32>, FileError> {
        let numbers = self.numbers(name, &[shape.0, shape.1])?;
        let columns = shape.1;
        Ok(Array2::from_shape_fn(shape, |(i, j)| numbers[i * columns + j]))
    }

    fn norm(&self, name: &str, config: &GptConfig) -> Result<LayerNorm, FileError> {
        Ok(LayerNorm {
            gain: self.row(&format!("{name}.weight"), config.channels)?,
            bias: Some(self.row(&format!("{name}.bias"), config.channels)?),
            epsilon: config.epsilon,
        })
    }

    /// `N` layers that see the same input, turned over and side by side in the file.
    fn linear<const N: usize>(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<[Linear; N], FileError> {
        let weight = self.matrix(&format!("{name}.weight"), (inputs, N * outputs))?;
        let bias = self.row(&format!("{name}.bias"), N * outputs)?;
        Ok(std::array::from_fn(|i| {
            let part = i * outputs..(i + 1) * outputs;
            let turned = weight.slice(s![.., part.clone()]);
            Linear {
                weight: turned.t().as_standard_layout().into_owned(),
                bias: Some(bias.slice(s![part]).to_owned()),
            }
        }))
    }

    /// Published files may hold masks, which are no parameters, and the output of a tied model, which
    /// is the token embedding again.
    fn all_used(&self, config: &GptConfig) -> Result<(), FileError> {
        let used = self.used.borrow();
        let harmless = |name: &str| {
            name.ends_with(".attn.bias")
                || name.ends_with(".attn.masked_bias")
                || (config.tied && name == "lm_head.weight")
        };
        let mut names = self.tensors.names();
        names.sort_unstable();
        match names.into_iter().find(|name| !used.contains(*name) && !harmless(name)) {
            Some(name) => Err(FileError::Extra(name.to_owned())),
            None => Ok(()),
        }
    }
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
