//! Sums over the rows of an array.

use ndarray::{Array1, ArrayRef2, Axis};

use crate::Float;

/// All rows of `x` added up: (n, m) -> (m).
///
/// ```
/// use ndarray::array;
/// use neuron::rows::sum_rows;
///
/// assert_eq!(sum_rows(&array![[1.0, 2.0], [10.0, 20.0]]), array![11.0, 22.0]);
/// ```
pub fn sum_rows<F: Float>(x: &ArrayRef2<F>) -> Array1<F> {
    let mut sum = Array1::zeros(x.ncols());
    let fast = sum.as_slice_mut().zip(x.as_slice());
    let fast = fast.and_then(|(sum, rows)| F::add_rows(sum, rows));
    fast.map_or_else(|| x.sum_axis(Axis(0)), |()| sum)
}
