//! `c = a · b` and `c += a · b`, over views in any order and with any strides.
//!
//! | numbers | in | by |
//! |---|---|---|
//! | `f32` | `f32` | the packed tiles of this crate, where the processor has wide registers |
//! | `f32` | bf16 with sums in `f32`, if the process is set to it ([`precision`]) | the same |
//! | `f32` and `f64` | themselves, otherwise | the `gemm` crate |
//!
//! A sum goes along k from the first number to the last, in stretches whose length depends on k alone. So
//! its bits depend on nobody's number of rows or threads.

mod blocks;
pub mod precision;

use gemm::Parallelism;
use ndarray::{Array2, ArrayRef2};

pub use blocks::Format;
pub use precision::Precision;

use crate::Kernels;
pub use crate::tiles::Way;
use crate::tiles::{Strided, StridedMut};

/// Below this many multiplications, handing work to another thread costs more than it saves.
const WORTH_SHARING: usize = 1 << 22;

/// `c = a · b`, or `c += a · b` if `add`: (n, k) · (k, m) -> (n, m).
///
/// Whoever calls from inside a rayon pool is taken to be one of several who share the processor
/// already, and gets one thread; anybody else gets them all.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn product<F: Kernels>(c: &mut ArrayRef2<F>, a: &ArrayRef2<F>, b: &ArrayRef2<F>, add: bool) {
    let ((n, k), m) = (a.dim(), b.ncols());
    assert!(
        b.nrows() == k && c.dim() == (n, m),
        "({n}, {k}) · {:?} does not make {:?}",
        b.dim(),
        c.dim()
    );
    let alone = rayon::current_thread_index().is_none() && n * k * m >= WORTH_SHARING;
    if F::product(c, a, b, add, alone).is_none() {
        by_gemm(c, a, b, add, alone);
    }
}

/// What [`Kernels::product`] does with `f32`.
pub(crate) fn of_f32(
    c: &mut ArrayRef2<f32>,
    a: &ArrayRef2<f32>,
    b: &ArrayRef2<f32>,
    add: bool,
    alone: bool,
) -> Option<()> {
    in_format(Format::of(Way::quickest(), precision::get())?, c, a, b, add, alone);
    Some(())
}

/// The same in a format of your own choice.
///
/// # Panics
/// If the shapes do not fit each other, or this processor does not know the format.
pub fn product_in(
    format: Format,
    c: &mut ArrayRef2<f32>,
    a: &ArrayRef2<f32>,
    b: &ArrayRef2<f32>,
    add: bool,
) {
    let fits = a.ncols() == b.nrows() && c.dim() == (a.nrows(), b.ncols());
    assert!(fits, "{:?} · {:?} does not make {:?}", a.dim(), b.dim(), c.dim());
    assert!(Format::all().contains(&format), "this processor does not know {format:?}");
    in_format(format, c, a, b, add, rayon::current_thread_index().is_none());
}

fn in_format(
    format: Format,
    c: &mut ArrayRef2<f32>,
    a: &ArrayRef2<f32>,
    b: &ArrayRef2<f32>,
    add: bool,
    alone: bool,
) {
    let (left, right) = (Strided::of(a), Strided::of(b));
    match StridedMut::of(c) {
        // cᵀ = bᵀ · aᵀ: its rows are what lies side by side
        Some(c) if c.is_turned() => {
            blocks::multiply(format, c.turned(), right.t(), left.t(), add, alone);
        }
        Some(c) => blocks::multiply(format, c, left, right, add, alone),
        None => {
            let mut own = Array2::zeros(c.dim());
            in_format(format, &mut own, a, b, false, alone);
            if add { c.zip_mut_with(&own, |c, own| *c += own) } else { c.assign(&own) }
        }
    }
}

fn by_gemm<F: Kernels>(
    c: &mut ArrayRef2<F>,
    a: &ArrayRef2<F>,
    b: &ArrayRef2<F>,
    add: bool,
    alone: bool,
) {
    let ((n, k), m) = (a.dim(), b.ncols());
    let threads = if alone { Parallelism::Rayon(0) } else { Parallelism::None };
    let [(crs, ccs), (ars, acs), (brs, bcs)] =
        [c.strides(), a.strides(), b.strides()].map(|strides| (strides[0], strides[1]));
    // SAFETY: each pointer is the first element of an ndarray view, and is used with that view's own
    // strides and shape, which [`product`] has matched; `c` is borrowed mutably, so neither `a` nor `b`
    // overlaps it. `gemm` knows how to compute with f32 and f64, the only `Kernels`.
    unsafe {
        gemm::gemm(
            n,
            m,
            k,
            c.as_mut_ptr(),
            ccs,
            crs,
            add,
            a.as_ptr(),
            acs,
            ars,
            b.as_ptr(),
            bcs,
            brs,
            F::ONE,
            F::ONE,
            false,
            false,
            false,
            threads,
        );
    }
}
