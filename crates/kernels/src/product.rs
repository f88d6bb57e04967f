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
mod format;
pub mod precision;
mod start;

use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};

use gemm::Parallelism;
use ndarray::{Array2, ArrayRef1, ArrayRef2, Ix2, RawArrayViewMut};

pub use format::Format;
pub use precision::Precision;
pub use start::Start;

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
    let start = if add { Start::There } else { Start::Nothing };
    // SAFETY: `c` is borrowed, and holds numbers.
    unsafe { put(c.raw_view_mut(), a, b, start) }
}

/// `a · b`, in memory that nobody had to clear.
///
/// # Panics
/// If the shapes do not fit each other.
#[track_caller]
pub fn new_product<F: Kernels>(a: &ArrayRef2<F>, b: &ArrayRef2<F>) -> Array2<F> {
    made(a, b, Start::Nothing)
}

/// `a · b`, and the same `row`, (m), added to each row of it.
///
/// # Panics
/// If the shapes do not fit each other.
#[track_caller]
pub fn new_product_plus<F: Kernels>(
    a: &ArrayRef2<F>,
    b: &ArrayRef2<F>,
    row: &ArrayRef1<F>,
) -> Array2<F> {
    assert_eq!(row.len(), b.ncols(), "a number for each column of the product");
    match row.as_slice() {
        Some(row) => made(a, b, Start::Row(row)),
        None => made(a, b, Start::Row(&row.to_vec())),
    }
}

#[track_caller]
fn made<F: Kernels>(a: &ArrayRef2<F>, b: &ArrayRef2<F>, start: Start<'_, F>) -> Array2<F> {
    let mut c = Array2::uninit((a.nrows(), b.ncols()));
    // SAFETY: every number of a product is written, and none is read before.
    unsafe {
        put(c.raw_view_mut().cast(), a, b, start);
        c.assume_init()
    }
}

/// # Safety
/// `c` is the caller's alone, and holds numbers if it starts with what is there; a row to start with is as
/// wide as `c`.
#[track_caller]
unsafe fn put<F: Kernels>(
    c: RawArrayViewMut<F, Ix2>,
    a: &ArrayRef2<F>,
    b: &ArrayRef2<F>,
    start: Start<'_, F>,
) {
    let ((n, k), m) = (a.dim(), b.ncols());
    assert!(
        b.nrows() == k && c.dim() == (n, m),
        "({n}, {k}) · {:?} does not make {:?}",
        b.dim(),
        c.dim()
    );
    let threads = threads(n * k * m);
    let kernel = if matches!(start, Start::There) { "product, added" } else { "product" };
    // SAFETY: the caller's; the shapes fit.
    profile::product(kernel, Location::caller(), [n, k, m], || unsafe {
        if F::product(c, a, b, start, threads).is_none() {
            by_gemm(c, a, b, start, threads);
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
    start: Start<'_, f32>,
    threads: usize,
) -> Option<()> {
    let format = Format::of(Way::quickest(), precision::get())?;
    // SAFETY: the caller's.
    unsafe { in_format(format, c, a, b, start, threads) };
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
    start: Start<'_, f32>,
) {
    if let Start::Row(row) = start {
        assert_eq!(row.len(), b.ncols(), "a number for each column of the product");
    }
    let fits = a.ncols() == b.nrows() && c.dim() == (a.nrows(), b.ncols());
    assert!(fits, "{:?} · {:?} does not make {:?}", a.dim(), b.dim(), c.dim());
    assert!(Format::all().contains(&format), "this processor does not know {format:?}");
    let threads = threads(usize::MAX);
    // SAFETY: `c` is borrowed, and holds numbers.
    unsafe { in_format(format, c.raw_view_mut(), a, b, start, threads) };
}

/// # Safety
/// As for [`put`], and the shapes fit.
unsafe fn in_format(
    format: Format,
    mut c: RawArrayViewMut<f32, Ix2>,
    a: &ArrayRef2<f32>,
    b: &ArrayRef2<f32>,
    mut start: Start<'_, f32>,
    threads: usize,
) {
    if c.is_empty() {
        return;
    }
    let (left, right) = (Strided::of(a), Strided::of(b));
    // SAFETY: `c` is the caller's alone.
    let view = unsafe { StridedMut::of(&c) };
    let has_rows = view.as_ref().is_some_and(|view| !view.is_turned());
    if let Start::Row(row) = start
        && !has_rows
    {
        // SAFETY: the caller's.
        unsafe { fill(&mut c, row) };
        start = Start::There;
    }
    match view {
        // cᵀ = bᵀ · aᵀ: its rows are what lies side by side
        Some(c) if c.is_turned() => {
            blocks::multiply(format, c.turned(), right.t(), left.t(), start, threads);
        }
        Some(c) => blocks::multiply(format, c, left, right, start, threads),
        None => {
            let mut own = Array2::zeros(c.dim());
            // SAFETY: our own array holds numbers, and so does `c`: only an old array has such strides.
            let mut c = unsafe {
                in_format(format, own.raw_view_mut(), a, b, Start::Nothing, threads);
                c.deref_into_view_mut()
            };
            match start {
                Start::There => c += &own,
                _ => c.assign(&own),
            }
        }
    }
}

/// `c = row`, in each of its rows.
///
/// # Safety
/// `c` is the caller's alone, and as wide as the row.
unsafe fn fill<F: Copy>(c: &mut RawArrayViewMut<F, Ix2>, row: &[F]) {
    let (row_stride, column_stride) = (c.strides()[0], c.strides()[1]);
    for i in 0..c.nrows() as isize {
        for (j, &number) in (0..).zip(row) {
            let place = i * row_stride + j * column_stride;
            // SAFETY: it is a place of `c`.
            unsafe { c.as_mut_ptr().offset(place).write(number) };
        }
    }
}

/// # Safety
/// As for [`put`], and the shapes fit.
unsafe fn by_gemm<F: Kernels>(
    mut c: RawArrayViewMut<F, Ix2>,
    a: &ArrayRef2<F>,
    b: &ArrayRef2<F>,
    start: Start<'_, F>,
    threads: usize,
) {
    let ((n, k), m) = (a.dim(), b.ncols());
    if let Start::Row(row) = start {
        // SAFETY: the caller's.
        unsafe { fill(&mut c, row) };
    }
    let threads = if threads > 1 { Parallelism::Rayon(threads) } else { Parallelism::None };
    let [(crs, ccs), (ars, acs), (brs, bcs)] =
        [c.strides(), a.strides(), b.strides()].map(|strides| (strides[0], strides[1]));
    // SAFETY: each pointer is the first element of an ndarray view, and is used with that view's own
    // strides and shape, which fit; `c` is the caller's alone, so neither `a` nor `b`
    // overlaps it, and read only if it holds numbers. `gemm` knows how to compute with f32 and f64, the only `Kernels`.
    unsafe {
        gemm::gemm(
            n,
            m,
            k,
            c.as_mut_ptr(),
            ccs,
            crs,
            !matches!(start, Start::Nothing),
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
