//! Many weighted sums at once.
//!
//! ```text
//! c[i, j] = Σ a[i, k] b[k, j]          (n, k) · (k, m) -> (n, m)
//!           k
//! ```
//!
//! Nearly all of the time goes here. So every product in the house goes through this file, and what
//! stands behind it can be replaced by something faster. Transposed and strided views are as good
//! as any other array: nothing is copied.

use kernels::{new_product, new_product_plus, product};
use ndarray::{Array2, ArrayRef1, ArrayRef2};

use crate::Float;

/// `a · b`
///
/// # Panics
/// If a row of `a` is not as long as a column of `b`.
#[track_caller]
pub fn matmul<F: Float>(a: &ArrayRef2<F>, b: &ArrayRef2<F>) -> Array2<F> {
    new_product(a, b)
}

/// `a · b`, and `row`, (m), added to each of its rows
///
/// # Panics
/// If the shapes do not fit each other.
#[track_caller]
pub fn matmul_plus<F: Float>(a: &ArrayRef2<F>, b: &ArrayRef2<F>, row: &ArrayRef1<F>) -> Array2<F> {
    new_product_plus(a, b, row)
}

/// `c += a · b`
///
/// # Panics
/// If the shapes do not fit each other.
#[track_caller]
pub fn add_matmul<F: Float>(c: &mut ArrayRef2<F>, a: &ArrayRef2<F>, b: &ArrayRef2<F>) {
    product(c, a, b, true);
}

/// The same, said plainly: what [`matmul`] must equal, and what a reader should read.
pub mod plain {
    use super::{Array2, ArrayRef2, Float};

    /// `a · b`
    pub fn matmul<F: Float>(a: &ArrayRef2<F>, b: &ArrayRef2<F>) -> Array2<F> {
        let mut c = Array2::zeros((a.nrows(), b.ncols()));
        for i in 0..a.nrows() {
            for j in 0..b.ncols() {
                for k in 0..a.ncols() {
                    c[[i, j]] += a[[i, k]] * b[[k, j]];
                }
            }
        }
        c
    }
}
