//! Low-rank adaptation: learn a small change of a large model, and leave the model as it is.
//!
//! ```text
//! W' = W + (α / r) B A         (out, in)     A: (r, in), B: (out, r)
//! dA = (α / r) Bᵀ dW'          (r, in)
//! dB = (α / r) dW' Aᵀ          (out, r)
//! ```
//!
//! `W` stays; `A` and `B` learn. With a rank `r` of 8, a matrix of a million numbers changes by sixteen
//! thousand, and an optimizer remembers that much and no more. `A` starts at random and `B` at 0: nothing
//! is changed yet.
//!
//! No layer hears of it. The changed model is worked out, it goes forward and backward as ever, and of its
//! slopes along `W'` those along `A` and `B` follow.
//!
//! ```
//! use std::sync::Arc;
//!
//! use backprop::Dropout;
//! use neuron::{Parameters, init::seeded};
//! use transformer::lora::Adapted;
//! use transformer::{Llama, LlamaConfig};
//!
//! let rng = &mut seeded(1);
//! let base: Llama = Llama::random(LlamaConfig::llama(5, 8, 16, 2, 4, 2, 24), rng);
//! let adapted = Adapted::new(Arc::new(base), &["query", "value"], 2, 4.0, rng)?;
//!
//! // One step: the merged model learns, and its slopes become those of the change.
//! let merged = adapted.merge();
//! let mut slopes = merged.zeros_like();
//! merged.learn(&[0, 1, 2], &[1, 2, 3], 3, Dropout::OFF, &mut slopes);
//! let mut grad = adapted.zeros_like();
//! adapted.backward(&slopes, &mut grad);
//! assert_eq!(grad.parameters()[0].0, "blocks.0.attention.query.a");
//! # Ok::<(), transformer::lora::LoraError>(())
//! ```
//!
//! Source: Hu et al. 2021, <https://arxiv.org/abs/2106.09685>, section 4.1.

use std::iter::zip;
use std::sync::Arc;

use ndarray::{Array2, ArrayView2, Ix2};
use neuron::init::uniform;
use neuron::parameters::{Named, inside};
use neuron::{Float, Parameters, matmul};
use rand::Rng;

/// The change of one matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter<F = f32> {
    /// What is changed, such as `blocks.0.attention.query`.
    pub name: String,
    /// (r, in)
    pub a: Array2<F>,
    /// (out, r)
    pub b: Array2<F>,
}

/// A model that stays as it is, and the change that is learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapted<M, F = f32> {
    /// The model, shared: a gradient has the same one, and never looks at it.
    pub base: Arc<M>,
    /// The changes.
    pub adapters: Vec<Adapter<F>>,
    /// α: how much a change counts, times the rank.
    pub alpha: f64,
}

/// Why a model cannot be changed so.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LoraError {
    /// There is nothing to learn.
    #[error("a rank of 0 changes nothing: it must be at least 1")]
    Rank,
    /// No matrix has such a name.
    #[error("no matrix of the model is called {0:?}; some are: {1}")]
    Name(String, String),
}

impl<F: Float, M: Parameters<F>> Adapted<M, F> {
    /// Changes of rank `rank` of every linear layer whose name ends with one of `layers`, such as `query`;
    /// they change nothing yet.
    ///
    /// # Errors
    /// If the rank is 0, or a name is that of no matrix.
    pub fn new(
        base: Arc<M>,
        layers: &[&str],
        rank: usize,
        alpha: f64,
        rng: &mut impl Rng,
    ) -> Result<Self, LoraError> {
        if rank == 0 {
            return Err(LoraError::Rank);
        }
        let matrices: Vec<(String, [usize; 2])> = matrices(&*base);
        let is = |name: &str, layer: &str| {
            name.strip_suffix(layer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        for layer in layers {
            if !matrices.iter().any(|(name, _)| is(name, layer)) {
                let mut some: Vec<_> =
                    matrices.iter().filter_map(|(name, _)| name.rsplit('.').next()).collect();
                some.sort_unstable();
                some.dedup();
                return Err(LoraError::Name((*layer).to_owned(), some.join(", ")));
            }
        }
        let chosen = matrices.into_iter().filter(|(name, _)| layers.iter().any(|of| is(name, of)));
        let adapters = chosen
            .map(|(name, [outputs, inputs])| Adapter {
                name,
                a: uniform((rank, inputs), 1.0 / (inputs as f64).sqrt(), rng),
                b: Array2::zeros((outputs, rank)),
            })
            .collect();
        Ok(Adapted { base, adapters, alpha })
    }

    /// The changed model, as a model of its own.
    ///
    /// # Panics
    /// If an adapter is of no matrix of the model, or of another shape.
    pub fn merge(&self) -> M {
        let mut merged = (*self.base).clone();
        for adapter in &self.adapters {
            let (name, scale) = (format!("{}.weight", adapter.name), self.scale(adapter));
            let mut parameters = merged.parameters_mut();
            let found = parameters.iter_mut().find(|(own, _)| *own == name);
            let Some((_, weight)) = found else { panic!("the model has no {name}") };
            weight.scaled_add(scale, &matmul(&adapter.b, &adapter.a).into_dyn());
        }
        merged
    }

    /// Adds to `grad` the slopes along the changes, from those along the parameters of the merged model.
    ///
    /// # Panics
    /// If `slopes` are of another model.
    pub fn backward(&self, slopes: &M, grad: &mut Self) {
        let slopes = slopes.parameters();
        for (adapter, grad) in zip(&self.adapters, &mut grad.adapters) {
            let (name, scale) = (format!("{}.weight", adapter.name), self.scale(adapter));
            let found = slopes.iter().find(|(own, _)| *own == name);
            let dweight =
                found.and_then(|(_, slope)| slope.view().into_dimensionality::<Ix2>().ok());
            let Some(dweight): Option<ArrayView2<'_, F>> = dweight else {
                panic!("the model has no {name}")
            };
            // W' = W + scale B A
            grad.a.scaled_add(scale, &matmul(&adapter.b.t(), &dweight));
            grad.b.scaled_add(scale, &matmul(&dweight, &adapter.a.t()));
        }
    }

    /// α / r
    fn scale(&self, adapter: &Adapter<F>) -> F {
        F::of(self.alpha / adapter.a.nrows() as f64)
    }
}

/// The linear layers of a model: their names, and how many outputs and inputs they have. Embeddings are
/// none, though they are matrices: their tokens are looked up.
fn matrices<F: Float, M: Parameters<F>>(model: &M) -> Vec<(String, [usize; 2])> {
    let linear = |(name, array): (String, ndarray::ArrayViewD<'_, F>)| {
        let name = name.strip_suffix(".weight")?.to_owned();
        let is_embedding = name == "token" || name == "position";
        let shape = <[usize; 2]>::try_from(array.shape()).ok()?;
        (!is_embedding).then_some((name, shape))
    };
    model.parameters().into_iter().filter_map(linear).collect()
}

/// What is learned: the changes, and no number of the model. Their names are those of their layers, with
/// `.a` and `.b`.
impl<M: Clone, F: Float> Parameters<F> for Adapted<M, F> {
    fn parameters(&self) -> Named<ndarray::ArrayViewD<'_, F>> {
        let mut all = Vec::new();
        for Adapter { name, a, b } in &self.adapters {
            let pair =
                vec![("a".to_owned(), a.view().into_dyn()), ("b".to_owned(), b.view().into_dyn())];
            all.extend(inside(name, pair));
        }
        all
    }

    fn parameters_mut(&mut self) -> Named<ndarray::ArrayViewMutD<'_, F>> {
        let mut all = Vec::new();
        for Adapter { name, a, b } in &mut self.adapters {
            let pair = vec![
                ("a".to_owned(), a.view_mut().into_dyn()),
                ("b".to_owned(), b.view_mut().into_dyn()),
            ];
            all.extend(inside(name, pair));
        }
        all
    }
}
