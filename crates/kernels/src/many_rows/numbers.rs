//! Weights of any kind in panels of numbers, or of pairs of bf16.

use std::ops::Range;

use super::blocks;
use crate::tiles::bytes::BLOCK;
use crate::tiles::{Strided, Way, pack};
use crate::{Kind, Rows};

/// So many numbers of a row are widened at once, where it takes a detour: a block of any kind.
const STRETCH: usize = 256;

/// Packs some rows, at most `WIDE`, along some columns, which begin with a block.
///
/// # Safety
/// This processor knows the way (and multiplies pairs, if it has to); `out` has room for the panel.
pub(super) unsafe fn panel<const PAIRS: bool, const WIDE: usize>(
    way: Way,
    w: Rows<'_>,
    rows: Range<usize>,
    columns: Range<usize>,
    out: *mut u32,
) {
    for strip in (0..WIDE).step_by(16) {
        let start = (rows.start + strip).min(rows.end);
        let rows = w.slice(start..rows.end.min(start + 16));
        let out = out.wrapping_add(strip);
        #[cfg(target_arch = "x86_64")]
        if way == Way::Avx512 {
            // SAFETY: the caller's.
            let done = unsafe { x86::strip::<PAIRS, WIDE>(rows, columns.clone(), out) };
            if done {
                continue;
            }
        }
        let mut numbers = [0.0; 16 * STRETCH];
        for first in columns.clone().step_by(STRETCH) {
            let stretch = first..columns.end.min(first + STRETCH);
            let lane = pack::lanes::<PAIRS>(first - columns.start);
            let numbers = &mut numbers[..rows.rows() * stretch.len()];
            for (row, numbers) in numbers.chunks_exact_mut(stretch.len()).enumerate() {
                #[cfg(target_arch = "x86_64")]
                if way == Way::Avx512 && w.kind().block() > 1 {
                    let blocks = stretch.start / BLOCK..stretch.end / BLOCK;
                    // SAFETY: the caller's.
                    unsafe { blocks::widen_512(rows, row, blocks, numbers) };
                    continue;
                }
                part(rows, row, &stretch).widen(0, numbers);
            }
            let numbers = Strided::rows_of(numbers, stretch.len());
            let out = out.wrapping_add(lane * WIDE);
            // SAFETY: the strip lies inside of the panel.
            unsafe { pack::strip::<PAIRS, WIDE>(way, numbers, out, strip) };
        }
    }
}

/// Some columns of a row, whole blocks of them.
fn part<'a>(w: Rows<'a>, row: usize, columns: &Range<usize>) -> Rows<'a> {
    let bytes = |columns| w.kind().row_bytes(columns).unwrap_or_default();
    let start = row * w.row_bytes() + bytes(columns.start);
    Rows::new(w.kind(), 1, columns.len(), &w.bytes()[start..][..bytes(columns.len())])
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::*;
    use crate::tiles::x86::{first, turn};

    /// Packs at most sixteen rows without a detour; false for a kind that needs one.
    ///
    /// # Safety
    /// As for [`super::panel`], in AVX-512.
    pub(super) unsafe fn strip<const PAIRS: bool, const WIDE: usize>(
        w: Rows<'_>,
        columns: Range<usize>,
        out: *mut u32,
    ) -> bool {
        // SAFETY: the caller's.
        unsafe {
            match (w.kind(), PAIRS) {
                (Kind::F32, false) => f32_numbers::<WIDE>(w, columns, out),
                (Kind::F16, false) => f16_numbers::<WIDE>(w, columns, out),
                (Kind::Bf16, false) => bf16_numbers::<WIDE>(w, columns, out),
                (Kind::Bf16, true) => bf16_pairs::<WIDE>(w, columns, out),
                _ => return false,
            }
        }
        true
    }

    macro_rules! strips {
        ($($name:ident, $step:literal, $bytes:literal, |$left:ident, $at:ident| $load:expr;)*) => {$(
            /// # Safety
            /// As for [`strip`].
            #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
            unsafe fn $name<const WIDE: usize>(
                w: Rows<'_>,
                columns: Range<usize>,
                out: *mut u32,
            ) {
                let start = w.bytes().as_ptr().wrapping_add(columns.start * $bytes);
                let (lanes, row_bytes) = (columns.len().div_ceil($step), w.row_bytes());
                // SAFETY: only what the columns have is read, and the loads ask for no alignment.
                unsafe {
                    turn::<WIDE>(lanes, w.rows(), 16, out, |row, lane| {
                        let $left = columns.len() - lane * $step;
                        let $at = start.wrapping_add(row * row_bytes + lane * $step * $bytes);
                        $load
                    });
                }
            }
        )*};
    }

    strips! {
        f32_numbers, 1, 4, |left, at| _mm512_maskz_loadu_epi32(first(left), at.cast());
        f16_numbers, 1, 2, |left, at| {
            _mm512_castps_si512(_mm512_cvtph_ps(_mm256_maskz_loadu_epi16(first(left), at.cast())))
        };
        bf16_numbers, 1, 2, |left, at| {
            let upper = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(first(left), at.cast()));
            _mm512_slli_epi32::<16>(upper)
        };
        bf16_pairs, 2, 2, |left, at| {
            let keep = u32::from(first(left.saturating_sub(16))) << 16 | u32::from(first(left));
            _mm512_maskz_loadu_epi16(keep, at.cast())
        };
    }
}
