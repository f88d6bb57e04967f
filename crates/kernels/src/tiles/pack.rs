//! Packing: rows of a matrix side by side, lane by lane along its columns.
//!
//! Rows that are missing and the second half of an odd last pair are filled with zeros.

use super::{Strided, Way, to_bf16};

/// How many lanes so many columns take.
pub(crate) const fn lanes<const PAIRS: bool>(columns: usize) -> usize {
    if PAIRS { columns.div_ceil(2) } else { columns }
}

/// Packs `x` into panels of `W` rows, one after the other, with room for `lanes` in each: as many as
/// the columns take, or more, which are left as they are.
///
/// # Safety
/// This processor knows the way (and multiplies pairs, if it has to); `out` has room for the panels.
pub(crate) unsafe fn panels<const PAIRS: bool, const W: usize>(
    way: Way,
    x: Strided<'_>,
    lanes: usize,
    out: *mut u32,
) {
    debug_assert!(lanes >= self::lanes::<PAIRS>(x.columns));
    #[cfg(target_arch = "x86_64")]
    if way == Way::Avx512 && x.row_stride == 1 {
        // SAFETY: the caller's.
        return unsafe {
            if PAIRS {
                super::x86::across_pairs::<W>(x, lanes, out)
            } else {
                super::x86::across_numbers::<W>(x, lanes, out)
            }
        };
    }
    for first in (0..x.rows).step_by(W) {
        let panel = out.wrapping_add(first * lanes);
        for strip in (0..W).step_by(16) {
            let start = (first + strip).min(x.rows);
            let rows = start..x.rows.min(start + 16).min(first + W);
            let part = x.part(rows, 0..x.columns);
            // SAFETY: the strip lies inside of its panel.
            unsafe { self::strip::<PAIRS, W>(way, part, panel.wrapping_add(strip), strip) };
        }
    }
}

/// Packs at most sixteen rows into a panel of `W`, from its row `first` on; `out` is that row's place.
///
/// # Safety
/// As for [`panels`].
pub(crate) unsafe fn strip<const PAIRS: bool, const W: usize>(
    way: Way,
    x: Strided<'_>,
    out: *mut u32,
    first: usize,
) {
    let width = (W - first).min(16);
    #[cfg(target_arch = "x86_64")]
    if way == Way::Avx512 && x.column_stride == 1 {
        // SAFETY: the caller's.
        return unsafe {
            if PAIRS {
                super::x86::along_pairs::<W>(x, out, width)
            } else {
                super::x86::along_numbers::<W>(x, out, width)
            }
        };
    }
    let _ = way;
    let number = |row: usize, column: usize| {
        if row < x.rows && column < x.columns { x.get(row, column) } else { 0.0 }
    };
    for lane in 0..lanes::<PAIRS>(x.columns) {
        for row in 0..width {
            let bits = if PAIRS {
                let [low, high] = [0, 1].map(|i| to_bf16(number(row, 2 * lane + i)));
                u32::from(low) | u32::from(high) << 16
            } else {
                number(row, lane).to_bits()
            };
            // SAFETY: the lane and the row are inside of the panel.
            unsafe { *out.add(lane * W + row) = bits };
        }
    }
}
