//! Keep what is positive, and square it: what is large counts far more than what is small.
//!
//! ```text
//! relu_squared(x) = max(x, 0)²
//! ```
//!
//! There is no corner at 0: the slope starts from 0, too. A search through many forms of the transformer
//! found it, and that it learns faster than GELU: So et al. 2021, <https://arxiv.org/abs/2109.08668>,
//! section 3.

use neuron::Float;

use crate::relu;

/// `max(x, 0)²`
///
/// ```
/// use activations::relu_squared;
///
/// assert_eq!([-2.0, 0.5, 3.0].map(relu_squared), [0.0, 0.25, 9.0]);
/// ```
pub fn relu_squared<F: Float>(x: F) -> F {
    let y = relu(x);
    y * y
}

/// `2 max(x, 0)`
pub fn relu_squared_slope<F: Float>(x: F) -> F {
    let y = relu(x);
    y + y
}
