//! `y = x · wᵀ` for many rows of x: a prompt.
//!
//! A row of w is read from memory once and meets every row of x, so what counts is not how quickly it
//! comes but how quickly it is multiplied. Both sides are packed into panels (see `tiles.rs`): x once,
//! before, in pieces that the team shares out; w panel by panel, by whoever multiplies with it next. No more
//! of w than a panel for each thread is ever unpacked.
//!
//! ```text
//! arithmetic   kinds of w                       a product of              w in a panel is
//! F32          all                              f32 and f32               widened
//! Fast         Bf16                             bf16 and bf16, in f32     as it is (in matrices, where there are any)
//!              Q8_0, Q4_0, Q4_1, Q4_K, Q6_K     bytes, in whole numbers   bytes, and scales
//!              F32, F16                         as F32
//! ```
//!
//! To be multiplied by bytes, a row of x is cut into blocks of 32, and each becomes whole numbers up to
//! 127 and a scale: an error of at most half a 127th of the block's largest. (ggml does the same, with a scale of
//! 16 bits.) A processor that lacks the instructions of `Fast` takes F32.
//!
//! Shapes: x (n, in), w (out, in), y (n, out). A row of y depends on its row of x alone: bit for bit the
//! same, whatever the number of rows and of threads.

mod blocks;
mod driver;
mod numbers;
mod quantise;

use ndarray::ArrayRef2;

pub use crate::tiles::Way;
use crate::{Rows, Team, few_rows_each};

/// Up to so many rows, weights that are widened in registers are as quick as panels.
const FEW: usize = 8;

/// How numbers are multiplied where there are many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// In 32 bits, whatever the weights are kept in
    F32,
    /// In 16 or 8 bits, if that is what the weights are kept in
    Fast,
}

/// `y = x · wᵀ`, (n, in) · (out, in)ᵀ -> (n, out), in tiles.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn many_rows(
    team: &Team,
    w: Rows<'_>,
    x: &ArrayRef2<f32>,
    y: &mut ArrayRef2<f32>,
    how: Arithmetic,
) {
    many_rows_by(Way::quickest(), team, &mut [(w, y)], x, how);
}

/// The same in a way of your own choice, for several matrices and one x, which is packed once.
///
/// # Panics
/// If the shapes do not fit each other, or this processor does not know the way.
pub fn many_rows_by(
    way: Way,
    team: &Team,
    parts: &mut [(Rows<'_>, &mut ArrayRef2<f32>)],
    x: &ArrayRef2<f32>,
    how: Arithmetic,
) {
    assert!(Way::all().contains(&way), "this processor does not know {way:?}");
    for (w, y) in &*parts {
        let (rows, columns) = (w.rows(), w.columns());
        assert!(
            x.ncols() == columns && y.dim() == (x.nrows(), rows),
            "{:?} · ({rows}, {columns})ᵀ does not make {:?}",
            x.dim(),
            y.dim()
        );
    }
    driver::products(way, team, parts, x, how);
}

/// `y = x · wᵀ`, (n, in) · (out, in)ᵀ -> (n, out), in the quickest way for so many rows. A few rows are
/// multiplied exactly, in any arithmetic.
///
/// # Panics
/// If the shapes do not fit each other.
///
/// ```
/// use kernels::{Arithmetic, Kind, Rows, Team, narrow, rows_product};
/// use ndarray::{Array2, array};
///
/// let bytes = narrow(Kind::Bf16, &[1.0, 2.0, 3.0, 4.0]).unwrap();
/// let w = Rows::new(Kind::Bf16, 2, 2, &bytes);
/// let mut y = Array2::zeros((1, 2));
/// rows_product(&Team::new(1), w, &array![[10.0, 1.0]], &mut y, Arithmetic::Fast);
/// assert_eq!(y, array![[12.0, 34.0]]);
/// ```
pub fn rows_product(
    team: &Team,
    w: Rows<'_>,
    x: &ArrayRef2<f32>,
    y: &mut ArrayRef2<f32>,
    how: Arithmetic,
) {
    rows_products(team, &mut [(w, y)], x, how);
}

/// The same for several matrices and one x: what is done to x is done once, and the work is shared out
/// once.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn rows_products(
    team: &Team,
    parts: &mut [(Rows<'_>, &mut ArrayRef2<f32>)],
    x: &ArrayRef2<f32>,
    how: Arithmetic,
) {
    if (1..=FEW).contains(&x.nrows()) {
        few_rows_each(team, parts, x);
    } else {
        many_rows_by(Way::quickest(), team, parts, x, how);
    }
}
