//! Muon: a step in which every direction of a matrix counts the same.
//!
//! ```text
//! momentum = β momentum + (1 - β) slope                    (out, in)
//! ahead    = (1 - β) slope + β momentum                    (out, in)   Nesterov: as if already there
//! even     = ahead with all of its singular values near 1
//! W        = W (1 - rate decay) - rate √max(1, out/in) even
//!
//! even: X = ahead / ‖ahead‖, and five times X = a X + (b A + c A²) X, where A = X Xᵀ    (Newton and Schulz)
//! ```
//!
//! The slope of a matrix is mostly a few strong directions, and what is rare is drowned in them. A singular
//! value says how strong a direction is. `a`, `b` and `c` are chosen so that five rounds bring any of them to
//! between about 0.7 and 1.2, which is even enough.
//!
//! It is for the matrices inside the blocks. Embeddings, outputs, gains and biases are left to AdamW. The
//! rounds cost as much for a batch of any size, so they pay where a batch is large: some 30 tokens a step for each
//! channel.
//!
//! Source: Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>.

use std::iter::zip;

use ndarray::{Array2, ArrayRef2, Ix2};
use neuron::{Float, Parameters, matmul};
use rayon::prelude::*;

use crate::{AdamW, Optimizer};

/// The rounds of Newton and Schulz, and their numbers.
const ROUNDS: usize = 5;
const NUMBERS: [f64; 3] = [3.4445, -4.7750, 2.0315];

/// Muon for some matrices, and AdamW for all else.
#[derive(Clone, Debug, PartialEq)]
pub struct Muon<M> {
    /// What learns all else. The matrices that it leaves are Muon's, and their momentum is its `first`.
    pub rest: AdamW<M>,
    /// The learning rate of the matrices, as a multiple of that of the rest.
    pub times: f64,
    /// β: how much of the momentum is kept at each step.
    pub momentum: f64,
}

impl<M> Muon<M> {
    /// The names of the matrices inside the blocks of a model.
    pub fn matrices<F: Float>(model: &M) -> Vec<String>
    where
        M: Parameters<F>,
    {
        let arrays = model.parameters().into_iter();
        let inside = arrays.filter(|(name, array)| {
            name.starts_with("blocks.") && array.ndim() == 2 && !name.contains(".reminder.")
        });
        inside.map(|(name, _)| name).collect()
    }
}

impl<F: Float, M: Parameters<F>> Optimizer<F, M> for Muon<M> {
    fn step(&mut self, model: &mut M, grad: &M, scale: f64, rate: f64) {
        self.rest.step(model, grad, scale, rate);
        if self.rest.leaves.is_empty() {
            return;
        }
        let rate = rate * self.times;
        let keep = F::of(1.0 - rate * self.rest.weight_decay);
        let (beta, scale) = (F::of(self.momentum), F::of(scale));
        let new = F::one() - beta;
        let arrays = zip(model.parameters_mut(), grad.parameters());
        let all = zip(arrays, self.rest.first.parameters_mut());
        let own = all.filter(|(((name, _), _), _)| self.rest.leaves.contains(name));
        let own: Vec<_> = own.collect();
        // Each by one thread, so that any number of them gives the same bits.
        own.into_par_iter().for_each(|(((name, number), (_, grad)), (_, momentum))| {
            let shapes = (
                number.into_dimensionality::<Ix2>(),
                grad.into_dimensionality::<Ix2>(),
                momentum.into_dimensionality::<Ix2>(),
            );
            let (Ok(mut number), Ok(grad), Ok(mut momentum)) = shapes else {
                panic!("{name} is no matrix: Muon cannot take a step with it")
            };
            momentum.zip_mut_with(&grad, |momentum, &slope| {
                *momentum = beta * *momentum + new * scale * slope;
            });
            let mut ahead = momentum.mapv(|momentum| beta * momentum);
            ahead.scaled_add(new * scale, &grad);
            let (out, inputs) = number.dim();
            let tall = (out as f64 / inputs as f64).max(1.0).sqrt();
            number *= keep;
            number.scaled_add(F::of(-rate * tall), &even(&ahead));
        });
    }
}

/// The same directions, all of them about as strong: (out, in) -> (out, in).
///
/// ```
/// use ndarray::array;
///
/// let even = backprop::muon::even(&array![[30.0, 0.0], [0.0, 0.5]]);
/// assert!((0.6..1.3).contains(&even[[0, 0]]) && (0.6..1.3).contains(&even[[1, 1]]));
/// assert_eq!(even[[0, 1]], 0.0);
/// ```
pub fn even<F: Float>(matrix: &ArrayRef2<F>) -> Array2<F> {
    let tall = matrix.nrows() > matrix.ncols();
    let mut x = if tall { matrix.t().to_owned() } else { matrix.to_owned() };
    let norm = x.iter().map(|&number| number.wide() * number.wide()).sum::<f64>().sqrt();
    x *= F::of(1.0 / (norm + 1e-30));
    let [a, b, c] = NUMBERS.map(F::of);
    for _ in 0..ROUNDS {
        let products = matmul(&x, &x.t()); // A
        let mut mixed = matmul(&products, &products);
        mixed *= c;
        mixed.scaled_add(b, &products);
        let turned = matmul(&mixed, &x);
        x *= a;
        x += &turned;
    }
    if tall { x.reversed_axes() } else { x }
}
