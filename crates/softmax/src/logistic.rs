//! One number becomes a chance.
//!
//! ```text
//!                     1
//! chance(score) = ─────────────
//!                 1 + exp(-score)
//! ```
//!
//! Why not ask an output for 0.8 outright? A network that says 5 where 0.8 was wanted is right, and
//! would be punished for it. So the network may say any number, and the curve turns it into a chance
//! between 0 and 1: the larger the number, the larger the chance.
//!
//! It is softmax of two scores of which one is 0. As a bend inside a network the same curve is
//! called the sigmoid.

use neuron::Float;

/// The chance that a score stands for.
///
/// ```
/// use softmax::logistic;
///
/// assert_eq!(logistic(0.0), 0.5);
/// assert!((logistic(4.0_f64.ln()) - 0.8).abs() < 1e-15); // 4 against 1
/// ```
pub fn logistic<F: Float>(score: F) -> F {
    F::one() / (F::one() + (-score).exp())
}

/// How far the chance moves with its score: `chance (1 - chance)`.
pub fn logistic_slope<F: Float>(chance: F) -> F {
    chance * (F::one() - chance)
}
