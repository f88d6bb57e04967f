//! Packing of numbers, sixteen abreast.

use std::arch::x86_64::*;
use std::mem::transmute;

use super::{first, turn};
use crate::tiles::{Strided, pack::lanes};

/// How many lanes ahead is asked for, where rows lie side by side.
const AHEAD: usize = 8;

/// Numbers that lie along k.
///
/// # Safety
/// As for [`crate::tiles::pack::strip`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
pub(crate) unsafe fn along_numbers<const W: usize>(x: Strided<'_>, out: *mut u32, width: usize) {
    // SAFETY: only the columns that a row has are read.
    unsafe {
        turn::<W>(x.columns, x.rows.min(width), width, out, |row, lane| {
            _mm_prefetch::<_MM_HINT_T0>(x.place(row + 16, lane).cast()); // for the next strip
            let keep = first(x.columns - lane);
            _mm512_castps_si512(_mm512_maskz_loadu_ps(keep, x.place(row, lane)))
        });
    }
}

/// Pairs of numbers that lie along k.
///
/// # Safety
/// As for [`crate::tiles::pack::strip`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
pub(crate) unsafe fn along_pairs<const W: usize>(x: Strided<'_>, out: *mut u32, width: usize) {
    // SAFETY: as above.
    unsafe {
        turn::<W>(lanes::<true>(x.columns), x.rows.min(width), width, out, |row, lane| {
            let (at, left) = (x.place(row, 2 * lane), x.columns - 2 * lane);
            let low = _mm512_maskz_loadu_ps(first(left), at);
            let keep = first(left.saturating_sub(16));
            let high = _mm512_maskz_loadu_ps(keep, at.wrapping_add(16));
            transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low))
        });
    }
}

/// Rows that lie side by side: a load is a lane.
///
/// # Safety
/// As for [`crate::tiles::pack::panels`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
pub(crate) unsafe fn across_numbers<const W: usize>(x: Strided<'_>, room: usize, out: *mut u32) {
    // SAFETY: the caller's.
    unsafe {
        across::<false, W>(x, room, out, |keep, _, at| {
            _mm512_castps_si512(_mm512_maskz_loadu_ps(keep, at))
        });
    }
}

/// Pairs of rows that lie side by side: two loads are a lane.
///
/// # Safety
/// As for [`crate::tiles::pack::panels`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
pub(crate) unsafe fn across_pairs<const W: usize>(x: Strided<'_>, room: usize, out: *mut u32) {
    let order: [i16; 32] = std::array::from_fn(|i| (i / 2 + i % 2 * 16) as i16);
    // SAFETY: 512 bits are 512 bits; the second row is read only where there is one.
    unsafe {
        let order = transmute::<[i16; 32], __m512i>(order);
        across::<true, W>(x, room, out, |keep, second, at| {
            let low = _mm512_maskz_loadu_ps(keep, at);
            let keep = if second { keep } else { 0 };
            let high = _mm512_maskz_loadu_ps(keep, at.wrapping_offset(x.column_stride));
            let both = transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low));
            _mm512_permutexvar_epi16(order, both)
        });
    }
}

/// All panels are written together, so that the source is read in long runs: its next lane may be a
/// page away, and then a panel alone would meet the same few lines of the cache again and again.
///
/// # Safety
/// As for [`crate::tiles::pack::panels`].
#[inline(always)]
unsafe fn across<const PAIRS: bool, const W: usize>(
    x: Strided<'_>,
    room: usize,
    out: *mut u32,
    load: impl Fn(u16, bool, *const f32) -> __m512i,
) {
    let (step, lanes) = (1 + usize::from(PAIRS), lanes::<PAIRS>(x.columns));
    for lane in 0..lanes {
        let column = lane * step;
        for start in (0..x.rows).step_by(W) {
            let panel = out.wrapping_add(start * room + lane * W);
            for strip in (0..W).step_by(16) {
                let width = (W - strip).min(16);
                let keep = first(x.rows.saturating_sub(start + strip).min(width));
                let at = x.place(start + strip, column);
                // SAFETY: loads keep to the rows that there are, stores to the width of the panel.
                unsafe {
                    for ahead in 0..step {
                        let at = x.place(start + strip, column + AHEAD + ahead);
                        _mm_prefetch::<_MM_HINT_T0>(at.cast());
                    }
                    let lane = load(keep, column + 1 < x.columns, at);
                    _mm512_mask_storeu_epi32(panel.add(strip).cast(), first(width), lane);
                }
            }
        }
    }
}
