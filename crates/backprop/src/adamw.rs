//! AdamW: gradient descent with momentum, and a step size for each number.
//!
//! ```text
//! first   = β₁ first  + (1 - β₁) slope          where it has been told to go, on average
//! second  = β₂ second + (1 - β₂) slope²         how loudly, on average
//! number  = number · (1 - rate · decay)         forget a little: matrices alone, not gains or biases
//! number -= rate · (first / (1 - β₁ᵗ)) / (√(second / (1 - β₂ᵗ)) + ε)
//! ```
//!
//! Both averages start at 0, and would be too small at first: dividing by `1 - βᵗ` at step `t` puts
//! that right. A number with loud slopes takes no longer steps than one with quiet ones. The decay is
//! *decoupled*: it does not pass through the averages.
//!
//! Source: Loshchilov & Hutter 2019, <https://arxiv.org/abs/1711.05101>, algorithm 2.

use std::iter::zip;
use std::slice;

use ndarray::{ArrayViewD, ArrayViewMutD};
use neuron::{AdamStep, Float, Parameters};
use rayon::prelude::*;

use crate::Optimizer;

/// So many numbers are worth waking another thread for.
const PIECE: usize = 1 << 15;

/// What AdamW remembers between steps.
#[derive(Clone, Debug, PartialEq)]
pub struct AdamW<M> {
    /// How much of the average slope is kept at each step.
    pub beta1: f64,
    /// How much of the average squared slope is kept at each step.
    pub beta2: f64,
    /// Keeps a number that has never had a slope from being divided by zero.
    pub epsilon: f64,
    /// How much of each matrix is forgotten, per step and rate.
    pub weight_decay: f64,
    /// The steps taken so far.
    pub steps: u64,
    /// The average slopes: a value of the model's own type.
    pub first: M,
    /// The average squared slopes.
    pub second: M,
    /// The names of arrays that it leaves to another rule.
    pub leaves: Vec<String>,
}

impl<M> AdamW<M> {
    /// Nothing remembered yet; β₁ = 0.9, β₂ = 0.999, ε = 1e-8, and a decay of 0.1.
    pub fn new<F: Float>(model: &M) -> Self
    where
        M: Parameters<F>,
    {
        let (first, second) = (model.zeros_like(), model.zeros_like());
        let (beta1, beta2, epsilon, weight_decay) = (0.9, 0.999, 1e-8, 0.1);
        let leaves = Vec::new();
        AdamW { beta1, beta2, epsilon, weight_decay, steps: 0, first, second, leaves }
    }
}

impl<F: Float, M: Parameters<F>> Optimizer<F, M> for AdamW<M> {
    fn step(&mut self, model: &mut M, grad: &M, scale: f64, rate: f64) {
        self.steps += 1;
        let unbias = |beta: f64| 1.0 / (1.0 - beta.powf(self.steps as f64));
        let moments = zip(self.first.parameters_mut(), self.second.parameters_mut());
        let mut pieces = Vec::new();
        for (((name, number), (_, slope)), ((_, first), (_, second))) in
            zip(zip(model.parameters_mut(), grad.parameters()), moments)
        {
            if self.leaves.contains(&name) {
                continue;
            }
            let decay = if number.ndim() >= 2 { self.weight_decay } else { 0.0 };
            let step = AdamStep {
                scale: F::of(scale),
                beta1: F::of(self.beta1),
                beta2: F::of(self.beta2),
                epsilon: F::of(self.epsilon),
                unbias_second: F::of(unbias(self.beta2)),
                rate: F::of(rate * unbias(self.beta1)),
                keep: F::of(1.0 - rate * decay),
            };
            pieces.extend(cut(number, slope, first, second).into_iter().map(|piece| (step, piece)));
        }
        pieces.into_par_iter().for_each(|(step, piece)| {
            let Piece { numbers, slopes, first, second } = piece;
            let done = F::adamw(step, numbers, slopes, first, second);
            done.unwrap_or_else(|| plain(step, numbers, slopes, first, second));
        });
    }
}

/// Some numbers, their slopes, and the averages of these.
struct Piece<'a, F> {
    numbers: &'a mut [F],
    slopes: &'a [F],
    first: &'a mut [F],
    second: &'a mut [F],
}

/// An array in pieces that threads can share out: in single numbers, where the four do not lie alike.
fn cut<'a, F: Float>(
    mut number: ArrayViewMutD<'a, F>,
    mut slope: ArrayViewD<'a, F>,
    mut first: ArrayViewMutD<'a, F>,
    mut second: ArrayViewMutD<'a, F>,
) -> Vec<Piece<'a, F>> {
    if !number.is_standard_layout() {
        // A matrix that was read turned is turned in all four.
        (number, slope) = (number.reversed_axes(), slope.reversed_axes());
        (first, second) = (first.reversed_axes(), second.reversed_axes());
    }
    let alike = number.is_standard_layout() && slope.is_standard_layout();
    let alike = alike && first.is_standard_layout() && second.is_standard_layout();
    let piece = |((numbers, slopes), (first, second))| Piece { numbers, slopes, first, second };
    if alike {
        let chunks = |all: Option<&'a mut [F]>| all.unwrap_or_default().chunks_mut(PIECE);
        let slopes = slope.to_slice().unwrap_or_default().chunks(PIECE);
        let moments = zip(chunks(first.into_slice()), chunks(second.into_slice()));
        zip(zip(chunks(number.into_slice()), slopes), moments).map(piece).collect()
    } else {
        let single = |all: ArrayViewMutD<'a, F>| all.into_iter().map(slice::from_mut);
        let slopes = slope.into_iter().map(slice::from_ref);
        let moments = zip(single(first), single(second));
        zip(zip(single(number), slopes), moments).map(piece).collect()
    }
}

/// The formula, one number after another.
fn plain<F: Float>(
    step: AdamStep<F>,
    numbers: &mut [F],
    slopes: &[F],
    first: &mut [F],
    second: &mut [F],
) {
    let AdamStep { scale, beta1, beta2, epsilon, unbias_second, rate, keep } = step;
    for ((number, &slope), (first, second)) in zip(zip(numbers, slopes), zip(first, second)) {
        let slope = slope * scale;
        *first = beta1 * *first + (F::one() - beta1) * slope;
        *second = beta2 * *second + (F::one() - beta2) * slope * slope;
        let loudness = (*second * unbias_second).sqrt() + epsilon;
        *number = *number * keep - rate * *first / loudness;
    }
}
