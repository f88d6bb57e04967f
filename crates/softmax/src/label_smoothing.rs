//! Never be quite sure: a little of what is wanted goes to every token alike.
//!
//! ```text
//! wanted = (1 - ε) · one-hot(target) + ε / V                  (n, V)
//! loss   = Σ wanted ⊙ -ln chances                             one number
//!        = Σ -ln chance[target] + ε Σ (score[target] - mean of the row's scores)
//! slope  = chances - wanted                                   (n, V)
//! ```
//!
//! Whoever must put a chance of 1 on one word learns ever larger scores, and puts almost nothing on the
//! second-best word, which is often right too. Smoothing costs a little surprise and gains translations.
//!
//! Source: Szegedy et al. 2016, <https://arxiv.org/abs/1512.00567>, section 7; Vaswani et al. 2017,
//! section 5.4, with ε = 0.1.

use ndarray::Array2;
use neuron::Float;

use crate::cross_entropy;

/// The smoothed loss, summed over the rows, and its slope along the scores, made in their own memory.
///
/// ```
/// use ndarray::array;
/// use softmax::smoothed_cross_entropy;
///
/// // Chances ¼ and ¾, of which ⅛ and ⅞ are wanted.
/// let (_, slope) = smoothed_cross_entropy(array![[0.0_f64, 3.0_f64.ln()]], &[1], 0.25);
/// assert!(slope.abs_diff_eq(&array![[0.125, -0.125]], 1e-15));
/// ```
///
/// # Panics
/// If there is not one target for each row, or a target is not in the vocabulary.
pub fn smoothed_cross_entropy<F: Float>(
    logits: Array2<F>,
    targets: &[u32],
    smoothing: f64,
) -> (f64, Array2<F>) {
    if smoothing == 0.0 {
        return cross_entropy(logits, targets);
    }
    let vocabulary = logits.ncols() as f64;
    let mut extra = 0.0;
    for (row, &id) in logits.rows().into_iter().zip(targets) {
        if let Some(score) = row.get(id as usize) {
            extra += score.wide() - row.sum().wide() / vocabulary;
        }
    }
    let (loss, mut slope) = cross_entropy(logits, targets);
    slope -= F::of(smoothing / vocabulary);
    for (mut row, &id) in slope.rows_mut().into_iter().zip(targets) {
        row[id as usize] += F::of(smoothing);
    }
    (loss + smoothing * extra, slope)
}
