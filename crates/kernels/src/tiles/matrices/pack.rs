//! Packing for matrices: a by rows, b by columns.

use std::arch::x86_64::*;
use std::mem::transmute;

use crate::tiles::x86::{first, transpose};
use crate::tiles::{MATRIX, Strided, Way, pack};

/// Packs rows of a: `lanes` are a multiple of 16.
///
/// # Safety
/// The processor has AVX-512 with bf16; `out` has room for the panels.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
pub(crate) unsafe fn matrices_of_rows(x: Strided<'_>, lanes: usize, out: *mut u32) {
    for square in 0..lanes / 16 {
        for panel in (0..x.rows).step_by(16) {
            let here = out.wrapping_add(panel / MATRIX * MATRIX * lanes);
            let here = here.wrapping_add((square * MATRIX + panel % MATRIX) * 16);
            // SAFETY: only what x has is read; and there is room for 16 rows of 16 lanes.
            unsafe {
                let rows = if x.column_stride == 1 {
                    along(x, panel, square * 32)
                } else {
                    transpose(across(x, panel, square * 32))
                };
                for (row, lanes) in rows.into_iter().enumerate() {
                    _mm512_store_si512(here.add(row * 16).cast(), lanes);
                }
            }
        }
    }
    // The second half of the last panel may have no rows at all.
    if !x.rows.next_multiple_of(16).is_multiple_of(MATRIX) {
        let last = out.wrapping_add(x.rows / MATRIX * MATRIX * lanes);
        for square in 0..lanes / 16 {
            // SAFETY: it is part of the panel.
            unsafe { last.add((square * MATRIX + 16) * 16).write_bytes(0, 16 * 16) };
        }
    }
}

/// Sixteen rows of 32 neighbours each, in bf16; zeros where there are none.
///
/// # Safety
/// The processor has AVX-512 with bf16.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
unsafe fn along(x: Strided<'_>, row: usize, column: usize) -> [__m512i; 16] {
    let left = x.columns.saturating_sub(column);
    let (low, high) = (first(left), first(left.saturating_sub(16)));
    let mut rows = [_mm512_setzero_si512(); 16];
    for (i, to) in rows.iter_mut().enumerate() {
        let at = x.place(row + i, column);
        let there = row + i < x.rows;
        // SAFETY: only what x has is read.
        unsafe {
            let low = _mm512_maskz_loadu_ps(if there { low } else { 0 }, at);
            let high = _mm512_maskz_loadu_ps(if there { high } else { 0 }, at.wrapping_add(16));
            *to = transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low));
        }
    }
    rows
}

/// Sixteen lanes of sixteen rows each, in bf16; zeros where there are none.
///
/// # Safety
/// The processor has AVX-512 with bf16.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
unsafe fn across(x: Strided<'_>, row: usize, column: usize) -> [__m512i; 16] {
    const ORDER: [i16; 32] = {
        let (mut order, mut i) = ([0; 32], 0);
        while i < 32 {
            order[i] = (i / 2 + i % 2 * 16) as i16;
            i += 1;
        }
        order
    };
    let keep = first(x.rows.saturating_sub(row));
    let mut lanes = [_mm512_setzero_si512(); 16];
    // SAFETY: only what x has is read.
    unsafe {
        let order = transmute::<[i16; 32], __m512i>(ORDER);
        for (lane, to) in lanes.iter_mut().enumerate() {
            let low = column_of(x, row, column + 2 * lane, keep);
            let high = column_of(x, row, column + 2 * lane + 1, keep);
            let both = transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low));
            *to = _mm512_permutexvar_epi16(order, both);
        }
    }
    lanes
}

/// The numbers of a column from a row on, as far as they are to be kept; zeros if there is no such column.
///
/// # Safety
/// The processor has AVX-512, and x has the rows that are kept.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
unsafe fn column_of(x: Strided<'_>, row: usize, column: usize, keep: u16) -> __m512 {
    let keep = if column < x.columns { keep } else { 0 };
    // SAFETY: only what x has is read.
    unsafe {
        if x.row_stride == 1 {
            return _mm512_maskz_loadu_ps(keep, x.place(row, column));
        }
        let mut numbers = [0.0; 16];
        for (i, number) in numbers.iter_mut().enumerate() {
            if keep >> i & 1 == 1 {
                *number = *x.place(row + i, column);
            }
        }
        transmute::<[f32; 16], __m512>(numbers)
    }
}

/// Packs columns of b, which are the rows of x: `lanes` are a multiple of 16.
///
/// # Safety
/// The processor has AVX-512 with bf16; `out` has room for the panels.
pub(crate) unsafe fn matrices_of_columns(x: Strided<'_>, lanes: usize, out: *mut u32) {
    let there = pack::lanes::<true>(x.columns);
    // SAFETY: the caller's; what is missing at the end of a panel is part of it.
    unsafe {
        pack::panels::<true, MATRIX>(Way::Avx512, x, lanes, out);
        for panel in (0..x.rows).step_by(MATRIX) {
            let rest = out.wrapping_add(panel * lanes + there * MATRIX);
            rest.write_bytes(0, (lanes - there) * MATRIX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_rows_of_a_are_a_panel_with_zeros_below() {
        if !crate::tiles::has_matrices() {
            return;
        }
        let numbers: Vec<f32> = (0..3 * 5).map(|i| i as f32).collect();
        let mut out = crate::tiles::buffer::Buffer::default();
        let at = out.lanes(MATRIX * 16);
        // SAFETY: there is room for a panel of 16 lanes.
        let panel = unsafe {
            matrices_of_rows(Strided::rows_of(&numbers, 5), 16, at);
            std::slice::from_raw_parts(at, MATRIX * 16)
        };
        let pair = |low: f32, high: f32| low.to_bits() >> 16 | high.to_bits();
        for (i, &lane) in panel.iter().enumerate() {
            let (row, column) = (i / 16, i % 16 * 2);
            let there =
                |column: usize| if row < 3 && column < 5 { (row * 5 + column) as f32 } else { 0.0 };
            assert_eq!(lane, pair(there(column), there(column + 1)), "row {row}, column {column}");
        }
    }
}
