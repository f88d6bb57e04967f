//! The number times its own sigmoid: a ReLU with a soft corner.
//!
//! ```text
//! silu(x) = x sigmoid(x)
//! ```
//!
//! Also called "swish" (Ramachandran, Zoph and Le, 2017). Llama bends with it.

use neuron::Float;

use crate::sigmoid;

/// `x sigmoid(x)`
///
/// ```
/// use activations::silu;
///
/// assert_eq!(silu(0.0), 0.0);
/// assert!((silu(1.0_f64) - 0.731058578630005).abs() < 1e-14);
/// ```
pub fn silu<F: Float>(x: F) -> F {
    x * sigmoid(x)
}

/// `y + x y (1 - y)`, where `y` is the sigmoid of `x`.
pub fn silu_slope<F: Float>(x: F) -> F {
    let y = sigmoid(x);
    y + x * y * (F::one() - y)
}
