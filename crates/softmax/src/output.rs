//! The output layer and its loss, a few rows at a time: the scores of all rows are never there together.
//!
//! ```text
//! logits = x Wᵀ                        (n, C) -> (n, V)       n rows at a time
//! loss   = Σ -ln chance(target)        see [`crate::cross_entropy`]
//! dx     = dlogits W                   (n, V) -> (n, C)
//! dW    += dlogitsᵀ x                  (V, C)
//! ```
//!
//! With a vocabulary of 50,000, the scores of a batch and their slopes would take more memory than the
//! model itself. But each row has a loss of its own: as soon as its slope is known, its scores are not
//! needed any more.

use std::ops::Range;

use ndarray::{Array2, ArrayRef2, s};
use neuron::{Float, add_matmul, matmul};

use crate::cross_entropy;

/// So many scores are there at once,
const AT_ONCE: usize = 1 << 23;

/// or those of so many rows: with fewer, the weight is read and packed too often for what it is multiplied with.
const ROWS: usize = 256;

/// How many rows have their scores at once.
///
/// ```
/// use softmax::output::rows_at_once;
///
/// assert_eq!(rows_at_once(32_000), 262); // 8,384,000 scores, 34 MB
/// assert_eq!(rows_at_once(128_000), 256);
/// ```
pub fn rows_at_once(vocabulary: usize) -> usize {
    (AT_ONCE / vocabulary.max(1)).max(ROWS)
}

/// The summed loss of the targets, (n), of rows of `x`, (n, C), under an output `weight`, (V, C). Gives it
/// with the slope along `x`, and adds the slope along `weight` to `dweight`.
///
/// ```
/// use ndarray::{Array2, array};
/// use softmax::{cross_entropy, output_cross_entropy};
///
/// let (x, weight) = (array![[1.0, 2.0], [0.5, -1.0]], array![[3.0, 1.0], [0.0, 1.0], [-1.0, 2.0]]);
/// let mut dweight = Array2::zeros((3, 2));
/// let (loss, dx) = output_cross_entropy(&x, &weight, &[2, 0], &mut dweight);
///
/// let (plain, dlogits) = cross_entropy(x.dot(&weight.t()), &[2, 0]);
/// assert_eq!(loss, plain);
/// assert!(dx.abs_diff_eq(&dlogits.dot(&weight), 1e-12));
/// assert!(dweight.abs_diff_eq(&dlogits.t().dot(&x), 1e-12));
/// ```
///
/// # Panics
/// As [`cross_entropy()`].
pub fn output_cross_entropy<F: Float>(
    x: &ArrayRef2<F>,
    weight: &ArrayRef2<F>,
    targets: &[u32],
    dweight: &mut ArrayRef2<F>,
) -> (f64, Array2<F>) {
    piecewise(x, weight, targets, dweight, rows_at_once(weight.nrows()))
}

fn piecewise<F: Float>(
    x: &ArrayRef2<F>,
    weight: &ArrayRef2<F>,
    targets: &[u32],
    dweight: &mut ArrayRef2<F>,
    most: usize,
) -> (f64, Array2<F>) {
    let mut dx = Array2::zeros(x.raw_dim());
    let losses = pieces(x.nrows(), most).map(|rows| {
        let x = x.slice(s![rows.clone(), ..]);
        let (loss, dlogits) = cross_entropy(matmul(&x, &weight.t()), &targets[rows.clone()]);
        // logits = x Wᵀ
        add_matmul(dweight, &dlogits.t(), &x);
        add_matmul(&mut dx.slice_mut(s![rows, ..]), &dlogits, weight);
        loss
    });
    (losses.sum(), dx)
}

/// The loss alone.
///
/// # Panics
/// As [`cross_entropy()`].
pub fn output_loss<F: Float>(x: &ArrayRef2<F>, weight: &ArrayRef2<F>, targets: &[u32]) -> f64 {
    let losses = pieces(x.nrows(), rows_at_once(weight.nrows())).map(|rows| {
        let logits = matmul(&x.slice(s![rows.clone(), ..]), &weight.t());
        cross_entropy(logits, &targets[rows]).0
    });
    losses.sum()
}

/// The rows, at `most` so many at once.
fn pieces(rows: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    // of equal size: 260 rows are twice 130, and not 256 and 4
    let many = rows.div_ceil(rows.div_ceil(most).max(1)).max(1);
    (0..rows).step_by(many).map(move |first| first..rows.min(first + many))
}

#[cfg(test)]
mod tests {
    use neuron::init::{seeded, uniform};

    use super::*;

    #[test]
    fn any_number_of_pieces_gives_the_same_slopes() {
        let rng = &mut seeded(7);
        let (x, weight): (Array2<f64>, Array2<f64>) =
            (uniform((7, 3), 1.0, rng), uniform((5, 3), 1.0, rng));
        let targets = [4, 0, 1, 1, 2, 3, 0];
        let (plain, dlogits) = cross_entropy(matmul(&x, &weight.t()), &targets);
        for most in [1, 2, 3, 5, 1000] {
            let mut dweight = Array2::ones((5, 3)); // to which it is added
            let (loss, dx) = piecewise(&x, &weight, &targets, &mut dweight, most);
            assert!((loss - plain).abs() < 1e-12);
            assert!(dx.abs_diff_eq(&matmul(&dlogits, &weight), 1e-12));
            assert!(dweight.abs_diff_eq(&(matmul(&dlogits.t(), &x) + 1.0), 1e-12));
        }
        assert_eq!(pieces(7, 2).collect::<Vec<_>>(), [0..2, 2..4, 4..6, 6..7]);
    }
}
