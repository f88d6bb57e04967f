//! Some rows of weights times some rows of `x`, each weight widened once.
//!
//! ```text
//! sum[w][n] = Σ over columns of weight[w] · x[n]    in 32 lanes: column c goes to lane c mod 32
//! ```
//!
//! The 32 sums are added up at the end. So the order of a sum is a matter of its columns alone: it is
//! the same for any number of rows, of `w` and of `x`, and for AVX2 and AVX-512.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
use std::hint::black_box;

use super::kinds::Widen;
use super::lanes::Lanes;
use super::{Part, Rows, X};

/// So many bytes ahead at least, weights in blocks are asked for: what comes in while a memory answers. The others,
/// one row after the other, are a stream that the processor sees coming by itself.
const AHEAD: usize = 4096;

/// The rows of a part from `first` to `last`, times all rows of `x`, `W` by `N` at a time.
///
/// # Safety
/// The processor has the instructions of `L`; the weights are of the kind of `K`; nobody else writes to
/// these columns of `y`.
#[inline(always)]
pub(super) unsafe fn rows<L: Lanes, K: Widen<L>, const W: usize, const N: usize>(
    part: &Part<'_>,
    (first, last): (usize, usize),
    x: &X,
) {
    for i in (0..x.rows).step_by(N) {
        for j in (first..last).step_by(W) {
            // SAFETY: as the caller promises; places beyond the last row are the last row's.
            unsafe {
                let sums = tile::<L, K, W, N>(&part.w, (j, last), x, i);
                for (w, sums) in sums.iter().enumerate().take(last - j) {
                    for (n, &sum) in sums.iter().enumerate().take(x.rows - i) {
                        part.y.set(i + n, j + w, sum);
                    }
                }
            }
        }
    }
}

/// # Safety
/// As [`rows`]; `j` and `i` are rows of weights and of `x`.
#[inline(always)]
unsafe fn tile<L: Lanes, K: Widen<L>, const W: usize, const N: usize>(
    w: &Rows<'_>,
    (j, last): (usize, usize),
    x: &X,
    i: usize,
) -> [[f32; N]; W] {
    let (bytes, row_bytes) = (w.bytes().as_ptr(), w.row_bytes());
    let mut at = [bytes; W];
    for (w, at) in at.iter_mut().enumerate() {
        *at = bytes.wrapping_add((j + w).min(last - 1) * row_bytes);
    }
    let mut x_at = [x.start; N];
    for (n, x_at) in x_at.iter_mut().enumerate() {
        *x_at = x.row(i + n);
    }
    let mut ahead = at[0].wrapping_add((W * row_bytes).max(AHEAD));
    // SAFETY: as the caller promises: each pointer walks along its row and no further.
    unsafe {
        let mut sums = [[[L::splat(0.0); 2]; N]; W];
        for _ in 0..w.columns() / K::NUMBERS {
            if K::KIND.block() > 1 {
                for line in 0..(W * K::BYTES).div_ceil(64) {
                    _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(line * 64).cast());
                }
                ahead = ahead.wrapping_add(W * K::BYTES);
            }
            blocks::<L, K, W, N>(&mut sums, &at, &x_at);
            for at in &mut at {
                *at = at.wrapping_add(K::BYTES);
            }
            for x_at in &mut x_at {
                *x_at = x_at.wrapping_add(K::NUMBERS);
            }
        }
        let rest = w.columns() % K::NUMBERS * K::KIND.block_bytes();
        if K::KIND.block() == 1 && rest > 0 {
            // Numbers of a block each: the last few get zeros for company, as those of `x` have.
            let mut padded = [[0_u8; 128]; W];
            for (padded, at) in padded.iter_mut().zip(&mut at) {
                padded.as_mut_ptr().copy_from_nonoverlapping(*at, rest);
                *at = padded.as_ptr();
            }
            blocks::<L, K, W, N>(&mut sums, &at, &x_at);
        }
        let mut out = [[0.0; N]; W];
        for (out, sums) in out.iter_mut().zip(sums) {
            for (out, [even, odd]) in out.iter_mut().zip(sums) {
                *out = even.plus(odd).sum();
            }
        }
        out
    }
}

/// One block of each row of weights. Written out, so that sums stay in registers.
///
/// # Safety
/// The processor has the instructions; each pointer leads to a block, or to as many numbers.
#[inline(always)]
unsafe fn blocks<L: Lanes, K: Widen<L>, const W: usize, const N: usize>(
    sums: &mut [[[L; 2]; N]; W],
    at: &[*const u8; W],
    x: &[*const f32; N],
) {
    // SAFETY: as the caller promises.
    unsafe {
        let head = K::head(at[0]);
        let mut heads = [head, if W > 1 { K::head(at[1]) } else { head }];
        if K::NUMBERS == 256 {
            // To load one of sixteen scales into all lanes costs nothing. To take it out of a register, as
            // the compiler would, costs two steps.
            black_box(&mut heads);
        }
        pairs::<L, K, W, N, 0>(sums, &heads, at, x);
        if K::NUMBERS == 256 {
            pairs::<L, K, W, N, 1>(sums, &heads, at, x);
            pairs::<L, K, W, N, 2>(sums, &heads, at, x);
            pairs::<L, K, W, N, 3>(sums, &heads, at, x);
            pairs::<L, K, W, N, 4>(sums, &heads, at, x);
            pairs::<L, K, W, N, 5>(sums, &heads, at, x);
            pairs::<L, K, W, N, 6>(sums, &heads, at, x);
            pairs::<L, K, W, N, 7>(sums, &heads, at, x);
        }
    }
}

/// Their numbers from 32 J on.
///
/// # Safety
/// As [`blocks`].
#[inline(always)]
unsafe fn pairs<L: Lanes, K: Widen<L>, const W: usize, const N: usize, const J: usize>(
    sums: &mut [[[L; 2]; N]; W],
    heads: &[K::Head; 2],
    at: &[*const u8; W],
    x: &[*const f32; N],
) {
    // SAFETY: as the caller promises.
    unsafe {
        add(&mut sums[0], K::pair::<J>(&heads[0], at[0]), x, J);
        if W > 1 {
            add(&mut sums[1], K::pair::<J>(&heads[1], at[1]), x, J);
        }
    }
}

/// 32 numbers of one row of weights.
///
/// # Safety
/// As [`blocks`].
#[inline(always)]
unsafe fn add<L: Lanes, const N: usize>(
    sums: &mut [[L; 2]; N],
    [even, odd]: [L; 2],
    x: &[*const f32; N],
    j: usize,
) {
    for (sum, x) in sums.iter_mut().zip(x) {
        // SAFETY: as the caller promises.
        unsafe {
            sum[0] = sum[0].add_product(even, L::load(x.add(32 * j)));
            sum[1] = sum[1].add_product(odd, L::load(x.add(32 * j + 16)));
        }
    }
}
