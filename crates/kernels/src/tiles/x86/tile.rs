//! The tile itself: its sums stay in registers from the first lane to the last.

use std::arch::x86_64::*;
use std::mem::transmute;

use super::first;
use crate::tiles::{COLUMNS, Left, ROWS, Target};

/// # Safety
/// As for [`crate::tiles::tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
pub(in crate::tiles) unsafe fn pairs_512(lanes: usize, a: Left, b: *const u32, to: Target) {
    // SAFETY: the same 512 bits; and the caller's promise.
    unsafe {
        let pairs = |x| transmute::<__m512i, __m512bh>(x);
        tile_512(lanes, a, b, to, |sum, a, b| _mm512_dpbf16_ps(sum, pairs(a), pairs(b)));
    }
}

/// # Safety
/// As for [`crate::tiles::tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
pub(in crate::tiles) unsafe fn numbers_512(lanes: usize, a: Left, b: *const u32, to: Target) {
    // SAFETY: the caller's.
    unsafe {
        tile_512(lanes, a, b, to, |sum, a, b| {
            _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum)
        });
    }
}

/// With as many registers of sixteen numbers side by side as the result is wide.
///
/// # Safety
/// As for [`crate::tiles::tile`].
#[inline(always)]
unsafe fn tile_512(
    lanes: usize,
    a: Left,
    b: *const u32,
    to: Target,
    add_product: impl Fn(__m512, __m512i, __m512i) -> __m512,
) {
    // SAFETY: the caller's.
    unsafe {
        match to.columns {
            0..=16 => abreast_512::<1>(lanes, a, b, to, add_product),
            17..=32 => abreast_512::<2>(lanes, a, b, to, add_product),
            _ => abreast_512::<3>(lanes, a, b, to, add_product),
        }
    }
}

/// # Safety
/// As for [`crate::tiles::tile`].
#[inline(always)]
unsafe fn abreast_512<const V: usize>(
    lanes: usize,
    a: Left,
    mut b: *const u32,
    to: Target,
    add_product: impl Fn(__m512, __m512i, __m512i) -> __m512,
) {
    // SAFETY: `a` and `b` hold so many lanes, and `b` begins on 64 bytes; the target is the caller's.
    unsafe {
        let mut sums = [[_mm512_setzero_ps(); V]; ROWS];
        for row in 0..to.rows {
            for part in 0..V {
                let at = to.at.wrapping_offset(row as isize * to.stride).wrapping_add(part * 16);
                _mm_prefetch::<_MM_HINT_T0>(at.cast());
            }
        }
        let (rows, mut step) = (a.rows::<ROWS>(0, to.rows), 0);
        for lane in 0..lanes {
            if lane % 16 == 0 {
                for row in rows {
                    let next = row.wrapping_offset(ROWS as isize * a.row_stride + step);
                    _mm_prefetch::<_MM_HINT_T0>(next.cast()); // for the next tile
                }
            }
            let b_lane: [__m512i; V] =
                std::array::from_fn(|part| _mm512_load_si512(b.add(part * 16).cast()));
            for (sums, row) in sums.iter_mut().zip(rows) {
                let a_lane = _mm512_set1_epi32((*row.wrapping_offset(step)).cast_signed());
                for (sum, b_lane) in sums.iter_mut().zip(b_lane) {
                    *sum = add_product(*sum, a_lane, b_lane);
                }
            }
            step += a.lane_stride;
            b = b.add(COLUMNS);
        }
        put_512(&sums, to);
    }
}

/// Puts the sums of a tile where they belong.
///
/// # Safety
/// The target is the caller's alone; the processor has AVX-512.
#[inline(always)]
pub(super) unsafe fn put_512<const R: usize, const V: usize>(sums: &[[__m512; V]; R], to: Target) {
    for (row, sums) in sums.iter().enumerate() {
        if row < to.rows {
            for (part, &sum) in sums.iter().enumerate() {
                let keep = first(to.columns.saturating_sub(part * 16));
                let at = to.at.wrapping_offset(row as isize * to.stride).wrapping_add(part * 16);
                // SAFETY: only the columns of the target are read and written.
                unsafe {
                    let start = match to.start {
                        Some(start) => {
                            _mm512_maskz_loadu_ps(keep, start.row(row).wrapping_add(part * 16))
                        }
                        None => _mm512_setzero_ps(),
                    };
                    _mm512_mask_storeu_ps(at, keep, _mm512_add_ps(start, sum));
                }
            }
        }
    }
}

/// Four rows by 24 columns are twelve registers of 256 bits: a tile in four parts.
///
/// # Safety
/// As for [`crate::tiles::tile`].
#[target_feature(enable = "avx2,fma")]
pub(in crate::tiles) unsafe fn numbers_256(lanes: usize, a: Left, b: *const u32, to: Target) {
    for column in (0..to.columns).step_by(24) {
        for row in (0..to.rows).step_by(4) {
            let mut sums = [[_mm256_setzero_ps(); 3]; 4];
            let (rows, mut step) = (a.rows::<4>(row, to.rows), 0);
            // SAFETY: `a` and `b` hold so many lanes.
            unsafe {
                let mut b = b.add(column).cast::<f32>();
                for _ in 0..lanes {
                    let b_lane: [__m256; 3] =
                        std::array::from_fn(|part| _mm256_loadu_ps(b.add(part * 8)));
                    for (sums, row) in sums.iter_mut().zip(rows) {
                        let a_lane = _mm256_set1_ps(f32::from_bits(*row.wrapping_offset(step)));
                        for (sum, b_lane) in sums.iter_mut().zip(b_lane) {
                            *sum = _mm256_fmadd_ps(a_lane, b_lane, *sum);
                        }
                    }
                    step += a.lane_stride;
                    b = b.wrapping_add(COLUMNS);
                }
            }
            for (i, sums) in sums.into_iter().enumerate().take(to.rows - row) {
                // SAFETY: 24 numbers are 24 numbers; the target is the caller's.
                unsafe {
                    let numbers = std::mem::transmute::<[__m256; 3], [f32; 24]>(sums);
                    to.put(row + i, column, &numbers);
                }
            }
        }
    }
}
