//! Gradient descent: move each number a little against its slope.
//!
//! ```text
//! velocity = momentum · velocity + slope
//! number   = number - rate · velocity
//! ```
//!
//! With a momentum of 0 this is the article's rule. With more, a number that was told the same
//! thing often goes faster, like a ball that rolls (Polyak 1964).

use std::iter::zip;

use neuron::{Float, Parameters};

/// What knows how to take a step, given a gradient.
pub trait Optimizer<F: Float, M: Parameters<F>> {
    /// Moves every parameter of `model`. `grad · scale` is the gradient of the mean loss, clipped, and
    /// `rate` is the learning rate.
    fn step(&mut self, model: &mut M, grad: &M, scale: f64, rate: f64);
}

/// Stochastic gradient descent, with momentum.
#[derive(Clone, Debug, PartialEq)]
pub struct Sgd<M> {
    /// How much of the last step is taken again: 0 for none.
    pub momentum: f64,
    /// How fast each parameter moves: a value of the model's own type.
    pub velocity: M,
}

impl<M> Sgd<M> {
    /// At rest.
    pub fn new<F: Float>(model: &M, momentum: f64) -> Self
    where
        M: Parameters<F>,
    {
        Sgd { momentum, velocity: model.zeros_like() }
    }
}

impl<F: Float, M: Parameters<F>> Optimizer<F, M> for Sgd<M> {
    fn step(&mut self, model: &mut M, grad: &M, scale: f64, rate: f64) {
        let (momentum, scale, rate) = (F::of(self.momentum), F::of(scale), F::of(rate));
        let arrays = zip(model.parameters_mut(), grad.parameters());
        for (((_, mut number), (_, grad)), (_, mut velocity)) in
            zip(arrays, self.velocity.parameters_mut())
        {
            velocity.zip_mut_with(&grad, |velocity, &slope| {
                *velocity = momentum * *velocity + scale * slope;
            });
            number.scaled_add(-rate, &velocity);
        }
    }
}
