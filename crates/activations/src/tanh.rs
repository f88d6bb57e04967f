//! Squeeze any number into -1 to 1.
//!
//! ```text
//!           exp(x) - exp(-x)
//! tanh(x) = ────────────────  =  2 sigmoid(2x) - 1
//!           exp(x) + exp(-x)
//! ```
//!
//! A sigmoid, stretched so that 0 stays 0.

use neuron::Float;

/// The hyperbolic tangent.
///
/// ```
/// use activations::{sigmoid, tanh};
///
/// assert_eq!(tanh(0.0), 0.0);
/// assert!((tanh(0.7_f64) - (2.0 * sigmoid(1.4) - 1.0)).abs() < 1e-15);
/// ```
pub fn tanh<F: Float>(x: F) -> F {
    x.tanh()
}

/// `1 - y²`, where `y` is the tanh of `x`.
pub fn tanh_slope<F: Float>(x: F) -> F {
    let y = tanh(x);
    F::one() - y * y
}
