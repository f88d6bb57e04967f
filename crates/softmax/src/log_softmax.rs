//! The logarithm of each chance.
//!
//! ```text
//! ln chanceᵢ  =  scoreᵢ - ln Σⱼ exp(scoreⱼ)          (n, m) -> (n, m)
//! ```
//!
//! A chance of e⁻²⁰⁰ is 0 in 32 bits, and its logarithm -∞. Its logarithm found in this way is -200,
//! as it should be. The largest score is taken away first, as in softmax.

use ndarray::{Array2, ArrayRef2, Axis};
use neuron::Float;

/// Logarithms of chances from scores, row by row.
///
/// ```
/// use ndarray::array;
/// use softmax::log_softmax;
///
/// let logs = log_softmax(&array![[0.0_f32, -200.0]]);
/// assert_eq!(logs, array![[0.0, -200.0]]);
/// ```
pub fn log_softmax<F: Float>(scores: &ArrayRef2<F>) -> Array2<F> {
    let mut logs = scores.to_owned();
    for mut row in logs.rows_mut() {
        let largest = row.fold(F::neg_infinity(), |largest, &score| largest.max(score));
        let sum = row.fold(F::zero(), |sum, &score| sum + (score - largest).exp());
        row.mapv_inplace(|score| score - largest - sum.ln());
    }
    logs
}

/// From the slope along the logarithms to the slope along the scores:
/// `dscoreᵢ = dlogᵢ - chanceᵢ Σⱼ dlogⱼ`.
pub fn log_softmax_backward<F: Float>(logs: &ArrayRef2<F>, dlogs: &ArrayRef2<F>) -> Array2<F> {
    let sum = dlogs.sum_axis(Axis(1)).insert_axis(Axis(1)); // (n, 1)
    dlogs - logs.exp() * sum
}
