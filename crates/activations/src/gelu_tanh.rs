//! GELU without the bell curve, whose area no simple formula gives: a tanh comes close.
//!
//! ```text
//! gelu(x) ≈ x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2
//! ```
//!
//! From the same paper (Hendrycks and Gimpel, 2016). It is never further than 0.0005 from the exact
//! one, but a network trained with one should be run with the same one. GPT-2 bends with this; in
//! its files it is called `gelu_new`.

use std::f64::consts::PI;

use neuron::Float;

const CUBIC: f64 = 0.044715;

/// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`
///
/// ```
/// use activations::{gelu, gelu_tanh};
///
/// assert!((gelu_tanh(1.0_f64) - 0.841191990608277).abs() < 1e-14);
/// assert!((gelu_tanh(1.0_f64) - gelu(1.0)).abs() < 0.0005);
/// ```
pub fn gelu_tanh<F: Float>(x: F) -> F {
    F::of(0.5) * x * (F::one() + inner(x).tanh())
}

/// By the product rule, with `t = tanh(inner)`, whose slope is `1 - t²` times that of `inner`.
pub fn gelu_tanh_slope<F: Float>(x: F) -> F {
    let t = inner(x).tanh();
    let inner_slope = F::of((2.0 / PI).sqrt()) * (F::one() + F::of(3.0 * CUBIC) * x * x);
    F::of(0.5) * (F::one() + t + x * (F::one() - t * t) * inner_slope)
}

/// `√(2/π) (x + 0.044715 x³)`
fn inner<F: Float>(x: F) -> F {
    F::of((2.0 / PI).sqrt()) * (x + F::of(CUBIC) * x * x * x)
}
