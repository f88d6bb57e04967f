//! The plain twin of a tile: one product after the other.

use super::{COLUMNS, ROWS, Target};

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
pub(super) unsafe fn tile<const PAIRS: bool>(
    lanes: usize,
    a: *const u32,
    b: *const u32,
    to: Target,
) {
    // SAFETY: the panels hold so many lanes of their rows.
    let (a, b) = unsafe {
        let a = std::slice::from_raw_parts(a, lanes * ROWS);
        (a, std::slice::from_raw_parts(b, lanes * COLUMNS))
    };
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    for (a, b) in a.as_chunks::<ROWS>().0.iter().zip(b.as_chunks::<COLUMNS>().0) {
        for (sums, &a) in sums.iter_mut().zip(a) {
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
