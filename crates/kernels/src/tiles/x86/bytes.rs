//! The tile of bytes.

use std::arch::x86_64::*;

use super::tile::put_512;
use crate::tiles::Target;
use crate::tiles::bytes::{A_LANES, COLUMNS, ROWS};

/// So many registers of sixteen numbers are side by side.
const ABREAST: usize = COLUMNS / 16;

/// # Safety
/// As for [`crate::tiles::bytes::tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
pub(crate) unsafe fn bytes_512<const HALVES: bool, const LEAST: bool>(
    blocks: usize,
    mut a: *const u32,
    mut b: *const u32,
    to: Target,
) {
    let mut sums = [[_mm512_setzero_ps(); ABREAST]; ROWS];
    for _ in 0..blocks {
        // SAFETY: the panels hold so many blocks.
        unsafe {
            if HALVES {
                b = part::<4>(&mut sums, a, a.add(10 * ROWS), a.add(8 * ROWS), b);
                b = part::<4>(&mut sums, a.add(4 * ROWS), a.add(11 * ROWS), a.add(8 * ROWS), b);
            } else {
                b = part::<8>(&mut sums, a, a.add(9 * ROWS), a.add(8 * ROWS), b);
            }
            if LEAST {
                for (row, sums) in sums.iter_mut().enumerate() {
                    let a_sum = _mm512_set1_ps(f32::from_bits(*a.add(12 * ROWS + row)));
                    for (i, sum) in sums.iter_mut().enumerate() {
                        let least = _mm512_load_ps(b.add(i * 16).cast());
                        *sum = _mm512_add_ps(*sum, _mm512_mul_ps(least, a_sum));
                    }
                }
                b = b.add(COLUMNS);
            }
            a = a.add(A_LANES);
        }
    }
    // SAFETY: the caller's.
    unsafe { put_512(&sums, to) };
}

/// `sums += scale (begin + Σ a b)` over `STEPS` times four bytes; gives the place of what is next in `b`.
///
/// # Safety
/// The processor has AVX-512 with VNNI, and the panels hold the steps.
#[inline(always)]
unsafe fn part<const STEPS: usize>(
    sums: &mut [[__m512; ABREAST]; ROWS],
    a: *const u32,
    begin: *const u32,
    scale: *const u32,
    b: *const u32,
) -> *const u32 {
    // SAFETY: the caller's.
    unsafe {
        let mut whole: [[__m512i; ABREAST]; ROWS] = std::array::from_fn(|row| {
            [_mm512_set1_epi32((*begin.add(row)).cast_signed()); ABREAST]
        });
        for step in 0..STEPS {
            let bytes: [__m512i; ABREAST] =
                std::array::from_fn(|i| _mm512_load_si512(b.add(step * COLUMNS + i * 16).cast()));
            for (row, whole) in whole.iter_mut().enumerate() {
                let four = _mm512_set1_epi32((*a.add(step * ROWS + row)).cast_signed());
                for (whole, bytes) in whole.iter_mut().zip(bytes) {
                    *whole = _mm512_dpbusd_epi32(*whole, bytes, four);
                }
            }
        }
        let scales: [__m512; ABREAST] =
            std::array::from_fn(|i| _mm512_load_ps(b.add(STEPS * COLUMNS + i * 16).cast()));
        for (row, (sums, whole)) in sums.iter_mut().zip(whole).enumerate() {
            let scale = _mm512_set1_ps(f32::from_bits(*scale.add(row)));
            for ((sum, whole), b_scale) in sums.iter_mut().zip(whole).zip(scales) {
                let both = _mm512_mul_ps(b_scale, scale);
                *sum = _mm512_add_ps(*sum, _mm512_mul_ps(_mm512_cvtepi32_ps(whole), both));
            }
        }
        b.add((STEPS + 1) * COLUMNS)
    }
}
