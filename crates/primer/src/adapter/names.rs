//! What an adapter's matrices are called, here and in PEFT.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use ndarray::{Array2, ArrayD, Axis, concatenate, s};
use transformer::files::{Kind, Safetensors, Tensors, Written, llama};

use super::Pairs;

/// The three that GPT-2 has in one matrix, in this order.
const FUSED: [&str; 3] = ["attention.query", "attention.key", "attention.value"];

/// The other matrices of a GPT-2.
const GPT2: [(&str, &str); 3] = [
    ("attention.output", "attn.c_proj"),
    ("feed_forward.expand", "mlp.c_fc"),
    ("feed_forward.project", "mlp.c_proj"),
];

/// The module of a matrix, and which of three it is in there, if it shares it.
fn module(matrix: &str, gpt: bool) -> Option<(String, Option<usize>)> {
    if !gpt {
        let name = llama::published(&format!("{matrix}.weight"));
        return Some((name.strip_suffix(".weight")?.to_owned(), None));
    }
    let (block, part) = matrix.strip_prefix("blocks.")?.split_once('.')?;
    if let Some(third) = FUSED.iter().position(|fused| *fused == part) {
        return Some((format!("transformer.h.{block}.attn.c_attn"), Some(third)));
    }
    let (_, there) = GPT2.iter().find(|(here, _)| *here == part)?;
    Some((format!("transformer.h.{block}.{there}"), None))
}

/// `a` or `b` of a module, as PEFT calls it.
fn tensor(module: &str, factor: &str) -> String {
    format!("base_model.model.{module}.lora_{}.weight", factor.to_uppercase())
}

/// All matrices by their published names.
pub(super) fn published(own: Pairs, gpt: bool) -> Pairs {
    let mut pairs = Vec::new();
    let mut fused: BTreeMap<String, Vec<Array2<f32>>> = BTreeMap::new();
    for (name, matrix) in own {
        let Some((parent, factor)) = name.rsplit_once('.') else { continue };
        match module(parent, gpt) {
            Some((module, None)) => pairs.push((tensor(&module, factor), matrix)),
            Some((module, Some(_))) => {
                fused.entry(tensor(&module, factor)).or_default().push(matrix);
            }
            None => {}
        }
    }
    pairs.extend(fused.into_iter().map(|(name, three)| {
        let joined =
            if name.ends_with("lora_A.weight") { stacked(&three) } else { diagonal(&three) };
        (name, joined)
    }));
    pairs
}

/// One under the other: (r, in) each -> (3r, in).
fn stacked(three: &[Array2<f32>]) -> Array2<f32> {
    let mut all = Array2::zeros((0, three[0].ncols()));
    for matrix in three {
        all = concatenate![Axis(0), all, *matrix];
    }
    all
}

/// Along the diagonal: (out, r) each -> (3 out, 3r).
fn diagonal(three: &[Array2<f32>]) -> Array2<f32> {
    let (rows, columns) = three[0].dim();
    let mut all = Array2::zeros((three.len() * rows, three.len() * columns));
    for (at, matrix) in three.iter().enumerate() {
        let place = s![at * rows..(at + 1) * rows, at * columns..(at + 1) * columns];
        all.slice_mut(place).assign(matrix);
    }
    all
}

/// The last parts of the modules' names, such as `q_proj`, each once.
pub(super) fn modules(pairs: &Pairs) -> Vec<String> {
    let last = |name: &str| name.split_once(".lora_")?.0.rsplit('.').next().map(str::to_owned);
    let mut modules: Vec<String> = pairs.iter().filter_map(|(name, _)| last(name)).collect();
    modules.sort_unstable();
    modules.dedup();
    modules
}

/// The matrix of this name here, which has this shape, from a file that [`published`] has made.
pub(super) fn find(
    tensors: &Tensors,
    name: &str,
    [rows, columns]: [usize; 2],
    gpt: bool,
) -> Result<ArrayD<f32>> {
    let (parent, factor) = name.rsplit_once('.').context("an adapter without a name")?;
    let (module, third) = module(parent, gpt).context("an adapter of another model")?;
    let there = tensor(&module, factor);
    let Some(third) = third else {
        return Ok(matrix(tensors, &there, [rows, columns])?.into_dyn());
    };
    if factor == "a" {
        let all = matrix(tensors, &there, [3 * rows, columns])?;
        return Ok(all.slice(s![third * rows..(third + 1) * rows, ..]).to_owned().into_dyn());
    }
    let all = matrix(tensors, &there, [3 * rows, 3 * columns])?;
    let place = s![third * rows..(third + 1) * rows, third * columns..(third + 1) * columns];
    Ok(all.slice(place).to_owned().into_dyn())
}

fn matrix(tensors: &Tensors, name: &str, shape: [usize; 2]) -> Result<Array2<f32>> {
    let numbers = tensors.take(name, &shape)?.numbers();
    Ok(Array2::from_shape_vec(shape, numbers)?)
}

/// What an adapter adds to a matrix, before it is scaled.
pub(super) struct Product {
    pub(super) module: String,
    pub(super) product: ArrayD<f32>,
}

/// B A for the array of this name and shape, if it has an adapter.
pub(super) fn product(
    tensors: &Tensors,
    array: &str,
    wanted: &[usize],
    gpt: bool,
) -> Result<Option<Product>> {
    let Some(parent) = array.strip_suffix(".weight") else { return Ok(None) };
    let Some((module, third)) = module(parent, gpt) else { return Ok(None) };
    let (a, b) = (tensor(&module, "a"), tensor(&module, "b"));
    if !tensors.has(&a) && !tensors.has(&b) {
        return Ok(None);
    }
    let shape = |name: &str| -> Result<[usize; 2]> {
        let found = tensors.iter().find(|tensor| tensor.name == name);
        let shape = found.with_context(|| format!("the tensor {name} is missing"))?.shape.clone();
        shape
            .try_into()
            .map_err(|shape| anyhow::anyhow!("the tensor {name} has the shape {shape:?}"))
    };
    let (a, b) = (matrix(tensors, &a, shape(&a)?)?, matrix(tensors, &b, shape(&b)?)?);
    anyhow::ensure!(b.ncols() == a.nrows(), "the two matrices of {module} have other ranks");
    let rows = b.nrows();
    let part = match third {
        Some(third) => third * rows / 3..(third + 1) * rows / 3,
        None => 0..rows,
    };
    // Before the product, which may be far larger than the two.
    let shape = [part.len(), a.ncols()];
    anyhow::ensure!(
        shape == *wanted,
        "the adapter of {module} is for {shape:?}, and the model has {wanted:?}"
    );
    let product = b.slice(s![part, ..]).dot(&a).into_dyn();
    Ok(Some(Product { module, product }))
}

/// The bytes of `adapter_model.safetensors`.
pub(super) fn to_safetensors<'a>(pairs: Pairs) -> Result<Safetensors<'a>> {
    let mut written = Written::model(Kind::F32)?;
    pairs.into_iter().for_each(|(name, matrix)| written.add(name, matrix));
    Ok(written.into_safetensors()?)
}
