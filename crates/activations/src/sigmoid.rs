//! Squeeze any number into 0 to 1.
//!
//! ```text
//!                  1
//! sigmoid(x) = ──────────
//!              1 + exp(-x)
//! ```
//!
//! Far to the left it is nearly 0, far to the right nearly 1. There the slope is nearly 0 too: a
//! network of many such layers learns slowly, because little blame gets through.

use neuron::Float;

/// `1 / (1 + exp(-x))`
///
/// ```
/// use activations::sigmoid;
///
/// assert_eq!(sigmoid(0.0), 0.5);
/// assert_eq!(sigmoid(-1000.0), 0.0); // not "not a number"
/// ```
pub fn sigmoid<F: Float>(x: F) -> F {
    F::one() / (F::one() + (-x).exp())
}

/// `y (1 - y)`, where `y` is the sigmoid of `x`.
pub fn sigmoid_slope<F: Float>(x: F) -> F {
    let y = sigmoid(x);
    y * (F::one() - y)
}
