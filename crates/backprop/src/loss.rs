//! How wrong was that, in one number.
//!
//! ```text
//! absolute error = Σ |got - wanted|       (n, m) -> one number: the article's loss
//! squared error  = Σ (got - wanted)²      large mistakes count for more, and the slope is smooth
//! ```
//!
//! For chances there is a better one, the cross-entropy: see the crate `softmax`.
//!
//! A loss is kept as a sum and a count, and divided once, at the very end, by all that was counted.
//! The mean of the means of unequal parts would be wrong.

use std::iter::Sum;
use std::ops::Add;

use ndarray::{Array2, ArrayRef2};
use neuron::Float;

/// A sum of losses, and how many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// The losses of all predictions, added up.
    pub sum: f64,
    /// How many predictions there were.
    pub count: usize,
}

impl Loss {
    /// The loss of the average prediction.
    pub fn mean(self) -> f64 {
        self.sum / self.count as f64
    }
}

impl Add for Loss {
    type Output = Loss;

    fn add(self, other: Loss) -> Loss {
        Loss { sum: self.sum + other.sum, count: self.count + other.count }
    }
}

impl Sum for Loss {
    fn sum<I: Iterator<Item = Loss>>(losses: I) -> Loss {
        losses.fold(Loss::default(), Loss::add)
    }
}

/// The sum of absolute differences, and its slope along `got`: -1, 0 or 1.
///
/// ```
/// use ndarray::array;
///
/// let (loss, _) = backprop::loss::absolute_error(&array![[0.6, 0.4]], &array![[0.8, 0.2]]);
/// assert!((loss - 0.4_f64).abs() < 1e-12);
/// ```
pub fn absolute_error<F: Float>(got: &ArrayRef2<F>, wanted: &ArrayRef2<F>) -> (f64, Array2<F>) {
    let difference = got - wanted;
    let sum = difference.iter().map(|d| d.abs().wide()).sum();
    (sum, difference.mapv(|d| if d == F::zero() { d } else { d.signum() }))
}

/// The sum of squared differences, and its slope along `got`.
pub fn squared_error<F: Float>(got: &ArrayRef2<F>, wanted: &ArrayRef2<F>) -> (f64, Array2<F>) {
    let difference = got - wanted;
    let sum = difference.iter().map(|d| (*d * *d).wide()).sum();
    (sum, difference * F::of(2.0))
}
