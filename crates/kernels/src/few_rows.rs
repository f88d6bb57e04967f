//! `y = x · wᵀ` for a few rows of `x`, at the speed of memory: (n, in) · (out, in)ᵀ -> (n, out).
//!
//! To say one token, a model multiplies one row by each of its matrices, and each weight is used once.
//! So the time is that of reading them, and the fewer bytes they take, the less it is. Here they are
//! widened to `f32` in registers, times the numbers of `x` as they are, and added up in `f32`: a kind of
//! 4 bits costs an eighth of the time of `f32`, and not one digit of the arithmetic.
//!
//! ```text
//! y[i, j] = Σ over c of x[i, c] · w[j, c]       32 partial sums: column c is added to number c mod 32
//! ```
//!
//! Each of the 32 sums is in the order of its columns, and each step is rounded once. Widening is exact,
//! so any kind of weights gives the bits of the same numbers in `f32`; and so do any number of rows,
//! any cut among threads, AVX2 and AVX-512. The plain way differs from them by rounding.

#[cfg(target_arch = "x86_64")]
mod kernel;
#[cfg(target_arch = "x86_64")]
mod kinds;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod plain;
mod way;

use std::borrow::Cow;
use std::cell::Cell;

use ndarray::ArrayRef2;

pub use way::Way;

use crate::{Rows, Team};

/// A piece of a matrix that one thread does has so many bytes at least, and so many at most.
const PIECE: (usize, usize) = (1 << 14, 1 << 18);
/// Pieces for each thread, so that all end together.
const PIECES: usize = 4;
/// So many rows of weights are done together by any way.
const TOGETHER: usize = 2;
/// So many matrices are shared out at once.
const MATRICES: usize = 8;

thread_local! {
    static X_LINES: Cell<Vec<Line>> = const { Cell::new(Vec::new()) };
}

/// `y = x · wᵀ`: (n, in) · (out, in)ᵀ -> (n, out). Made for 1 to 8 rows of `x`; any number is right.
///
/// ```
/// use kernels::{Kind, Rows, Team, few_rows, narrow};
/// use ndarray::{Array2, array};
///
/// let weights = narrow(Kind::Bf16, &[1.0, 2.0, 3.0, 4.0]).unwrap();
/// let w = Rows::new(Kind::Bf16, 2, 2, &weights);
/// let mut y = Array2::zeros((1, 2));
/// few_rows(&Team::new(1), w, &array![[10.0, 1.0]], &mut y);
/// assert_eq!(y, array![[12.0, 34.0]]);
/// ```
///
/// # Panics
/// If the shapes do not fit each other.
pub fn few_rows(team: &Team, w: Rows<'_>, x: &ArrayRef2<f32>, y: &mut ArrayRef2<f32>) {
    few_rows_by(Way::quickest(), team, &mut [(w, y)], x);
}

/// The same for several matrices that take the same `x`, shared out together.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn few_rows_each(
    team: &Team,
    parts: &mut [(Rows<'_>, &mut ArrayRef2<f32>)],
    x: &ArrayRef2<f32>,
) {
    few_rows_by(Way::quickest(), team, parts, x);
}

/// The same on a kind of processor.
///
/// # Panics
/// As [`few_rows`].
pub fn few_rows_by(
    way: Way,
    team: &Team,
    parts: &mut [(Rows<'_>, &mut ArrayRef2<f32>)],
    x: &ArrayRef2<f32>,
) {
    for (w, y) in &*parts {
        assert!(
            x.ncols() == w.columns() && y.dim() == (x.nrows(), w.rows()),
            "{:?} · ({}, {})ᵀ does not make {:?}",
            x.dim(),
            w.rows(),
            w.columns(),
            y.dim()
        );
    }
    if x.nrows() == 0 {
        return;
    }
    let mut lines = X_LINES.take();
    let x = X::copied(x, &mut lines);
    for parts in parts.chunks_mut(MATRICES) {
        share(way, team, parts, &x);
    }
    X_LINES.set(lines);
}

/// Cuts the matrices into pieces of about as many bytes.
fn share(way: Way, team: &Team, parts: &mut [(Rows<'_>, &mut ArrayRef2<f32>)], x: &X) {
    let all: usize = parts.iter().map(|(w, _)| w.bytes().len()).sum();
    let bytes = (all / (team.threads() * PIECES)).clamp(PIECE.0, PIECE.1);
    let mut pieces = 0;
    let mut cut = [const { None }; MATRICES];
    for (cut, (w, y)) in cut.iter_mut().zip(parts) {
        let step = (bytes / w.row_bytes().max(1)).next_multiple_of(TOGETHER).max(TOGETHER);
        *cut = Some(Part { w: *w, y: Y::of(y), pieces, step });
        pieces += w.rows().div_ceil(step);
    }
    team.share(pieces, |piece| {
        if let Some(part) = cut.iter().flatten().rfind(|part| part.pieces <= piece) {
            let first = (piece - part.pieces) * part.step;
            way.rows(part, (first, part.w.rows().min(first + part.step)), x);
        }
    });
}

/// One matrix of several.
struct Part<'a> {
    w: Rows<'a>,
    y: Y,
    /// of those before it
    pieces: usize,
    /// rows of a piece
    step: usize,
}

/// A cache line of `x`.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] [f32; 16]); // read through a pointer

/// The rows of `x`, each from the start of a cache line on, and zeros up to a multiple of 32 columns.
struct X {
    start: *const f32,
    rows: usize,
    /// of a row, with the zeros
    columns: usize,
}

// SAFETY: it is only read.
unsafe impl Sync for X {}

impl X {
    fn copied(x: &ArrayRef2<f32>, lines: &mut Vec<Line>) -> X {
        let (rows, columns) = (x.nrows(), x.ncols().next_multiple_of(32));
        lines.clear();
        for row in x.rows() {
            let row = row.to_slice().map_or_else(|| row.to_vec().into(), Cow::Borrowed);
            let (whole, rest) = row.as_chunks();
            lines.extend(whole.iter().copied().map(Line));
            if !rest.is_empty() {
                let mut line = [0.0; 16];
                line[..rest.len()].copy_from_slice(rest);
                lines.push(Line(line));
            }
            lines.resize(lines.len().next_multiple_of(2), Line([0.0; 16]));
        }
        X { start: lines.as_ptr().cast(), rows, columns }
    }

    /// Where a row begins. Beyond the last row: the last.
    fn row(&self, i: usize) -> *const f32 {
        self.start.wrapping_add(i.min(self.rows - 1) * self.columns)
    }
}

/// Where `y` is written to.
struct Y {
    start: *mut f32,
    strides: [isize; 2],
}

// SAFETY: each column is written by one thread.
unsafe impl Sync for Y {}

impl Y {
    fn of(y: &mut ArrayRef2<f32>) -> Y {
        let strides = y.strides();
        Y { strides: [strides[0], strides[1]], start: y.as_mut_ptr() }
    }

    /// # Safety
    /// The array lives and has such a place; nobody else writes to it.
    unsafe fn set(&self, i: usize, j: usize, sum: f32) {
        let at = i as isize * self.strides[0] + j as isize * self.strides[1];
        // SAFETY: as the caller promises.
        unsafe { *self.start.offset(at) = sum };
    }
}
