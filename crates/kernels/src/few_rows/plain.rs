//! The plain way: a row of weights is written out in `f32`, and multiplied.

use std::cell::RefCell;

use super::{Part, X};

thread_local! {
    static ROW: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// The rows of a part from `first` to `last`, times all rows of `x`.
///
/// # Safety
/// Nobody else writes to these columns of `y`.
pub(super) unsafe fn rows(part: &Part<'_>, (first, last): (usize, usize), x: &X) {
    ROW.with_borrow_mut(|row| {
        row.clear();
        row.resize(x.columns, 0.0);
        for j in first..last {
            part.w.widen(j, &mut row[..part.w.columns()]);
            for i in 0..x.rows {
                // SAFETY: there are so many numbers in each row of `x`; `y` is as the caller promises.
                unsafe {
                    let x = std::slice::from_raw_parts(x.row(i), x.columns);
                    part.y.set(i, j, dot(row, x));
                }
            }
        }
    });
}

/// Σ a b: column c goes to sum c mod 32.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; 32];
    for (a, b) in a.as_chunks::<32>().0.iter().zip(b.as_chunks::<32>().0) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum = add_product(*sum, a, b);
        }
    }
    for half in [16, 8, 4, 2, 1] {
        for i in 0..half {
            sums[i] += sums[i + half];
        }
    }
    sums[0]
}

/// Rounded once where the processor does so at no cost.
fn add_product(sum: f32, a: f32, b: f32) -> f32 {
    if cfg!(any(target_arch = "aarch64", target_feature = "fma")) {
        a.mul_add(b, sum)
    } else {
        sum + a * b
    }
}
