//! One neuron: multiply each input by its weight, add the products, add a bias.
//!
//! ```text
//! y = w₁ x₁ + w₂ x₂ + … + b
//! ```

use ndarray::ArrayRef1;

use crate::Float;

/// What one neuron makes of its inputs.
///
/// ```
/// use ndarray::array;
/// use neuron::neuron;
///
/// let y = neuron(&array![2.0, -1.0], 0.5, &array![3.0, 4.0]);
/// assert_eq!(y, 2.0 * 3.0 - 1.0 * 4.0 + 0.5);
/// ```
///
/// # Panics
/// If there is not one weight for each input.
pub fn neuron<F: Float>(weights: &ArrayRef1<F>, bias: F, inputs: &ArrayRef1<F>) -> F {
    let (w, x) = (weights.len(), inputs.len());
    assert_eq!(w, x, "a neuron with {w} weights cannot look at {x} inputs");
    let mut y = bias;
    for (&weight, &input) in weights.iter().zip(inputs) {
        y += weight * input;
    }
    y
}
