//! Keep what is positive, and let nothing else through.
//!
//! ```text
//! relu(x) = max(x, 0)
//! ```
//!
//! The simplest bend there is, and the article's. The name is short for "rectified linear unit".

use neuron::Float;

/// `max(x, 0)`
///
/// ```
/// use activations::relu;
///
/// assert_eq!([-2.0, 0.0, 3.0].map(relu), [0.0, 0.0, 3.0]);
/// ```
pub fn relu<F: Float>(x: F) -> F {
    // Not `x.max(0)`, which would turn "not a number" into 0 and hide it.
    if x < F::zero() { F::zero() } else { x }
}

/// 1 where the number came through, 0 where it did not. At 0 itself, where the line is broken and
/// has no slope, the field has agreed on 0.
pub fn relu_slope<F: Float>(x: F) -> F {
    if x > F::zero() { F::one() } else { F::zero() }
}
