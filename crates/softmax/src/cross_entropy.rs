//! How surprised were we by what came? The more so, the smaller the chance that we gave it.
//!
//! ```text
//! loss  =  Σ  -ln chance[row, target of the row]          (n, V), n targets -> one number
//!         rows
//! ```
//!
//! A chance of 1 costs nothing, ½ costs 0.69, and 0 would cost infinitely much. The article adds up
//! the differences between what was wanted and what was said; the field uses this one, because
//! its slope is as simple as a slope can be: the chances, less 1 at the target.

use ndarray::Array2;
use neuron::{Float, side_by_side};

use crate::rows::chances;

/// The loss, summed over the rows, and its slope along the scores, made in their own memory.
///
/// It is a sum and not a mean, because a mean of means is wrong where shares differ in size: whoever
/// knows the whole batch divides, once.
///
/// ```
/// use ndarray::array;
/// use softmax::cross_entropy;
///
/// let (loss, slope) = cross_entropy(array![[0.0_f64, 3.0_f64.ln()]], &[1]); // chances ¼ and ¾
/// assert!((loss - -(0.75_f64.ln())).abs() < 1e-15);
/// assert!(slope.abs_diff_eq(&array![[0.25, -0.25]], 1e-15));
/// ```
///
/// # Panics
/// If there is not one target for each row, or a target is not in the vocabulary.
pub fn cross_entropy<F: Float>(mut logits: Array2<F>, targets: &[u32]) -> (f64, Array2<F>) {
    let (rows, vocabulary) = logits.dim();
    let given = targets.len();
    assert!(rows == given, "{rows} rows of scores cannot be held against {given} targets");
    let each = logits.rows_mut().into_iter().zip(targets).collect();
    let losses = side_by_side(each, |(mut row, &id)| {
        let target = id as usize;
        assert!(
            target < vocabulary,
            "your vocabulary has {vocabulary} entries and this id is {id}"
        );
        // -ln chance = ln Σ exp(score) - score, which is finite where the chance itself is 0.
        let score = row[target].wide();
        let loss = chances(&mut row).wide() - score;
        row[target] -= F::one();
        loss
    });
    (losses.iter().sum(), logits)
}
