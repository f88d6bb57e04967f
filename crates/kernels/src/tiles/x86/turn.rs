//! Sixteen rows of sixteen lanes, turned: rows come in, columns go out.

use std::arch::x86_64::*;

use super::first;

/// Writes `lanes` lanes of a panel of `W`, `width` numbers to each. `load` gives sixteen lanes of a row
/// from a lane on, zeros where there are none.
///
/// # Safety
/// The processor has AVX-512, and the panel has room.
#[inline(always)]
pub(crate) unsafe fn turn<const W: usize>(
    lanes: usize,
    rows: usize,
    width: usize,
    out: *mut u32,
    load: impl Fn(usize, usize) -> __m512i,
) {
    let fill = first(width);
    for start in (0..lanes).step_by(16) {
        // SAFETY: only the lanes and the numbers that the panel has are written.
        unsafe {
            let mut square = [_mm512_setzero_si512(); 16];
            for (row, lanes) in square.iter_mut().enumerate() {
                if row < rows {
                    *lanes = load(row, start);
                }
            }
            for (i, lane) in transpose(square).into_iter().enumerate() {
                if i < lanes - start {
                    _mm512_mask_storeu_epi32(out.add((start + i) * W).cast(), fill, lane);
                }
            }
        }
    }
}

/// # Safety
/// The processor has AVX-512.
#[inline(always)]
pub(crate) unsafe fn transpose(mut r: [__m512i; 16]) -> [__m512i; 16] {
    // SAFETY: the caller's.
    unsafe {
        // inside each quarter of 128 bits: 4 × 4 lanes
        for g in (0..16).step_by(4) {
            let (a, b, c, d) = (r[g], r[g + 1], r[g + 2], r[g + 3]);
            let (ab0, ab1) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
            let (cd0, cd1) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
            r[g] = _mm512_unpacklo_epi64(ab0, cd0);
            r[g + 1] = _mm512_unpackhi_epi64(ab0, cd0);
            r[g + 2] = _mm512_unpacklo_epi64(ab1, cd1);
            r[g + 3] = _mm512_unpackhi_epi64(ab1, cd1);
        }
        // then the quarters, 4 × 4 of them
        let mut out = r;
        for i in 0..4 {
            let (a, b, c, d) = (r[i], r[4 + i], r[8 + i], r[12 + i]);
            let ab0 = _mm512_shuffle_i32x4::<0x88>(a, b);
            let ab1 = _mm512_shuffle_i32x4::<0xdd>(a, b);
            let cd0 = _mm512_shuffle_i32x4::<0x88>(c, d);
            let cd1 = _mm512_shuffle_i32x4::<0xdd>(c, d);
            out[i] = _mm512_shuffle_i32x4::<0x88>(ab0, cd0);
            out[8 + i] = _mm512_shuffle_i32x4::<0xdd>(ab0, cd0);
            out[4 + i] = _mm512_shuffle_i32x4::<0x88>(ab1, cd1);
            out[12 + i] = _mm512_shuffle_i32x4::<0xdd>(ab1, cd1);
        }
        out
    }
}
