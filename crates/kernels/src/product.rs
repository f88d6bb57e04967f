//! `c = a · b` and `c += a · b`, over views in any order and with any strides.

use gemm::Parallelism;
use ndarray::ArrayRef2;

use crate::Kernels;

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
    let threads = if alone { Parallelism::Rayon(0) } else { Parallelism::None };

    let [(crs, ccs), (ars, acs), (brs, bcs)] =
        [c.strides(), a.strides(), b.strides()].map(|strides| (strides[0], strides[1]));
    // SAFETY: each pointer is the first element of an ndarray view, and is used with that view's own
    // strides and shape, which the assertion above has matched; `c` is borrowed mutably, so neither
    // `a` nor `b` overlaps it. `gemm` knows how to compute with f32 and f64, the only `Kernels`.
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
