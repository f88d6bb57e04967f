//! The plain twin of a tile: one product after the other.

use super::{COLUMNS, Left, ROWS, Target};

/// The upper half of the nearest number whose lower half is empty; of two as near, the even one. What is
/// below the normal range becomes 0, as the processor's instruction has it.
#[inline(always)]
pub(crate) fn to_bf16(x: f32) -> u16 {
    let bits = x.to_bits();
    let upper = if x.is_nan() {
        bits | 0x0040_0000
    } else if x.abs() < f32::MIN_POSITIVE {
        bits & 0x8000_0000
    } else {
        bits.wrapping_add(0x7fff + (bits >> 16 & 1))
    };
    (upper >> 16) as u16
}

/// # Safety
/// As for [`super::tile`].
pub(super) unsafe fn tile<const PAIRS: bool>(lanes: usize, a: Left, b: *const u32, to: Target) {
    // SAFETY: the panel holds so many lanes.
    let b = unsafe { std::slice::from_raw_parts(b, lanes * COLUMNS) };
    let rows = a.rows::<ROWS>(0, to.rows);
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    for (lane, b) in b.as_chunks::<COLUMNS>().0.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(rows) {
            // SAFETY: the row holds so many lanes.
            let a = unsafe { *row.wrapping_offset(lane as isize * a.lane_stride) };
            for (sum, &b) in sums.iter_mut().zip(b) {
                if PAIRS {
                    let upper = |lane: u32| subnormal_is_zero(f32::from_bits(lane & 0xffff_0000));
                    *sum += upper(a) * upper(b);
                    *sum += upper(a << 16) * upper(b << 16);
                } else {
                    *sum += f32::from_bits(a) * f32::from_bits(b);
                }
            }
        }
    }
    for (row, sums) in sums.iter().enumerate().take(to.rows) {
        // SAFETY: the caller's.
        unsafe { to.put(row, 0, sums) };
    }
}

fn subnormal_is_zero(x: f32) -> f32 {
    if x.abs() < f32::MIN_POSITIVE { 0.0 } else { x }
}
