//! How far does the loss move if this number does? Wiggle it and see.
//!
//! ```text
//!           loss(number + step) - loss(number - step)
//! slope  ≈  ─────────────────────────────────────────
//!                          2 step
//! ```
//!
//! That takes two runs of the whole model for each of its numbers, and no mathematics at all. Every
//! `backward` in the house finds the same slopes in one run, and is tested against this file: in
//! `f64`, because in `f32` the two losses would be the same but for their last few digits.

use crate::Parameters;

/// The slope of `loss` along every number in `at`.
///
/// ```
/// use ndarray::array;
///
/// let slope = neuron::slope(&array![3.0, -1.0], |x| x[0] * x[0] + 5.0 * x[1]);
/// assert!(slope.abs_diff_eq(&array![6.0, 5.0], 1e-6));
/// ```
pub fn slope<P: Parameters<f64>>(at: &P, loss: impl Fn(&P) -> f64) -> P {
    let step = 1e-5;
    let loss_with = |number: usize, moved: f64| {
        let mut wiggled = at.clone();
        *wiggled.numbers_mut()[number] += moved;
        loss(&wiggled)
    };
    let mut slope = at.zeros_like();
    for (number, slope) in slope.numbers_mut().into_iter().enumerate() {
        *slope = (loss_with(number, step) - loss_with(number, -step)) / (2.0 * step);
    }
    slope
}
