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

use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};

use gemm::Parallelism;
use ndarray::{Array2, ArrayRef2, Ix2, RawArrayViewMut};

pub use blocks::Format;
pub use precision::Precision;

use crate::Kernels;
use crate::profile;
pub use crate::tiles::Way;
use crate::tiles::{Strided, StridedMut};

/// Below this many multiplications, handing work to another thread costs more than it saves.
const WORTH_SHARING: usize = 1 << 22;

/// How many threads of a pool ask for products at once.
static CALLERS: AtomicUsize = AtomicUsize::new(usize::MAX);

/// From now on, so many threads of the rayon pool ask for products at once. Each gets its part of the
/// threads that there are. If nobody says so, each gets one.
pub fn set_callers(callers: usize) {
    CALLERS.store(callers.max(1), Ordering::Relaxed);
}

/// How many threads work at a product of so many multiplications.
fn threads(multiplications: usize) -> usize {
    let callers = match rayon::current_thread_index() {
        _ if multiplications < WORTH_SHARING => return 1,
        Some(_) => CALLERS.load(Ordering::Relaxed),
        None => 1,
    };
    (rayon::current_num_threads() / callers).max(1)
}

/// `c = a · b`, or `c += a · b` if `add`: (n, k) · (k, m) -> (n, m).
///
/// Whoever calls from inside a rayon pool is taken to be one of several who share the processor already
/// ([`set_callers`]); anybody else gets all threads.
///
/// # Panics
/// If the shapes do not fit each other.
#[track_caller]
pub fn product<F: Kernels>(c: &mut ArrayRef2<F>, a: &ArrayRef2<F>, b: &ArrayRef2<F>, add: bool) {
    // SAFETY: `c` is borrowed, and holds numbers.
    unsafe { put(c.raw_view_mut(), a, b, add) }
}

/// `a · b`, in memory that nobody had to clear.
///
/// # Panics
/// If the shapes do not fit each other.
#[track_caller]
pub fn new_product<F: Kernels>(a: &ArrayRef2<F>, b: &ArrayRef2<F>) -> Array2<F> {
    let mut c = Array2::uninit((a.nrows(), b.ncols()));
    // SAFETY: every number of a product is written, and none is read before.
    unsafe {
        put(c.raw_view_mut().cast(), a, b, false);
        c.assume_init()
    }
}

/// # Safety
/// `c` is the caller's alone, and holds numbers if something is to be added to them.
#[track_caller]
unsafe fn put<F: Kernels>(
    c: RawArrayViewMut<F, Ix2>,
    a: &ArrayRef2<F>,
    b: &ArrayRef2<F>,
    add: bool,
) {
    let ((n, k), m) = (a.dim(), b.ncols());
    assert!(
        b.nrows() == k && c.dim() == (n, m),
        "({n}, {k}) · {:?} does not make {:?}",
        b.dim(),
        c.dim()
    );
    let threads = threads(n * k * m);
    let kernel = if add { "product, added" } else { "product" };
    // SAFETY: the caller's; the shapes fit.
    profile::product(kernel, Location::caller(), [n, k, m], || unsafe {
        if F::product(c, a, b, add, threads).is_none() {
            by_gemm(c, a, b, add, threads);
        }
    });
}

/// What [`Kernels::product`] does with `f32`.
///
/// # Safety
/// As for [`put`], and the shapes fit.
pub(crate) unsafe fn of_f32(
    c: RawArrayViewMut<f32, Ix2>,
    a: &ArrayRef2<f32>,
    b: &ArrayRef2<f32>,
    add: bool,
    threads: usize,
) -> Option<()> {
    let format = Format::of(Way::quickest(), precision::get())?;
    // SAFETY: the caller's.
    unsafe { in_format(format, c, a, b, add, threads) };
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
    let threads = threads(usize::MAX);
    // SAFETY: `c` is borrowed, and holds numbers.
    unsafe { in_format(format, c.raw_view_mut(), a, b, add, threads) };
}

/// # Safety
/// As for [`put`], and the shapes fit.
unsafe fn in_format(
    format: Format,
    c: RawArrayViewMut<f32, Ix2>,
    a: &ArrayRef2<f32>,
    b: &ArrayRef2<f32>,
    add: bool,
    threads: usize,
) {
    if c.is_empty() {
        return;
    }
    let (left, right) = (Strided::of(a), Strided::of(b));
    // SAFETY: `c` is the caller's alone.
    match unsafe { StridedMut::of(&c) } {
        // cᵀ = bᵀ · aᵀ: its rows are what lies side by side
        Some(c) if c.is_turned() => {
            blocks::multiply(format, c.turned(), right.t(), left.t(), add, threads);
        }
        Some(c) => blocks::multiply(format, c, left, right, add, threads),
        None => {
            let mut own = Array2::zeros(c.dim());
            // SAFETY: our own array holds numbers, and so does `c`: only an old array has such strides.
            let mut c = unsafe {
                in_format(format, own.raw_view_mut(), a, b, false, threads);
                c.deref_into_view_mut()
            };
            if add { c.zip_mut_with(&own, |c, own| *c += own) } else { c.assign(&own) }
        }
    }
}

/// # Safety
/// As for [`put`], and the shapes fit.
unsafe fn by_gemm<F: Kernels>(
    mut c: RawArrayViewMut<F, Ix2>,
    a: &ArrayRef2<F>,
    b: &ArrayRef2<F>,
    add: bool,
    threads: usize,
) {
    let ((n, k), m) = (a.dim(), b.ncols());
    let threads = if threads > 1 { Parallelism::Rayon(threads) } else { Parallelism::None };
    let [(crs, ccs), (ars, acs), (brs, bcs)] =
        [c.strides(), a.strides(), b.strides()].map(|strides| (strides[0], strides[1]));
    // SAFETY: each pointer is the first element of an ndarray view, and is used with that view's own
    // strides and shape, which fit; `c` is the caller's alone, so neither `a` nor `b`
    // overlaps it, and read only if `add`. `gemm` knows how to compute with f32 and f64, the only `Kernels`.
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
