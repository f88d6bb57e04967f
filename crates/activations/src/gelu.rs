//! The number times the share of a bell curve that lies below it.
//!
//! ```text
//! gelu(x) = x Φ(x)          Φ(x) = (1 + erf(x / √2)) / 2
//! ```
//!
//! `Φ(x)` is the chance that a number drawn from the bell curve around 0 is smaller than `x`. A
//! number far above 0 comes through whole, one far below 0 not at all, and one near 0 in part
//! (Hendrycks and Gimpel, 2016). BERT bends with it.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use neuron::Float;

/// `x Φ(x)`
///
/// ```
/// use activations::gelu;
///
/// assert_eq!(gelu(0.0), 0.0);
/// assert!((gelu(1.0_f64) - 0.841344746068543).abs() < 1e-14);
/// ```
pub fn gelu<F: Float>(x: F) -> F {
    x * below(x)
}

/// `Φ(x) + x φ(x)`, where `φ` is the bell curve itself.
pub fn gelu_slope<F: Float>(x: F) -> F {
    below(x) + x * bell(x)
}

/// `Φ(x)`: the share of the bell curve below `x`.
fn below<F: Float>(x: F) -> F {
    F::of(0.5 * (1.0 + libm::erf(x.wide() * FRAC_1_SQRT_2)))
}

/// `φ(x) = exp(-x² / 2) / √(2π)`: the height of the bell curve, and the slope of `Φ`.
fn bell<F: Float>(x: F) -> F {
    let x = x.wide();
    F::of((-0.5 * x * x).exp() / (2.0 * PI).sqrt())
}
