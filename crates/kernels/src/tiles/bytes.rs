//! Tiles of numbers of 8 bits: whole numbers are multiplied, and a block of 32 has a scale on each side.
//!
//! ```text
//! c = Σ over blocks:  (scale of b) (scale of a) Σ a b  +  (least of b) (scale of a) Σ a
//! ```
//!
//! The processor's instruction (`vpdpbusd`) adds four products of bytes to a number of 32 bits, and wants
//! one side without a sign. So a byte of `b` is kept as `b + 128`, and the sum begins at `-128 Σ a`. Whole
//! numbers have no rounding: the plain twin gives the same bits.
//!
//! ```text
//! a block of a panel of a, in lanes     4 bytes each: 8 times the rows side by side
//!                                       scale, -128 Σ a, the same of its halves, scale · Σ a: 5 times the rows
//! a block of a panel of b, in lanes     4 bytes each: 8 times the rows side by side, then their scales
//!   in halves (16 numbers to a scale)   4 times, scales, 4 times, scales
//!   with a least number                 then those
//! ```

use super::{Target, Way};

/// How many numbers share a scale.
pub(crate) const BLOCK: usize = 32;
/// How many rows of `a` are in a panel.
pub(crate) const ROWS: usize = 4;
/// How many rows of `b` are in a panel.
pub(crate) const COLUMNS: usize = super::COLUMNS;
/// How many lanes a block of a panel of `a` has.
pub(crate) const A_LANES: usize = (8 + 5) * ROWS;

/// How the blocks of `b` are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// a scale for each block
    Whole,
    /// a scale for each half of a block
    Halves,
    /// a scale and a least number for each block
    Least,
}

impl Shape {
    /// How many lanes a block of a panel of `b` has.
    pub(crate) const fn lanes(self) -> usize {
        match self {
            Shape::Whole => 9 * COLUMNS,
            Shape::Halves | Shape::Least => 10 * COLUMNS,
        }
    }

    /// Where a step lies among them, in rows of lanes.
    pub(crate) const fn step(self, step: usize) -> usize {
        match self {
            Shape::Whole | Shape::Least => step,
            Shape::Halves => step + step / 4,
        }
    }
}

/// A tile of the result.
///
/// # Safety
/// This processor knows the way, and it multiplies bytes. `a` and `b` hold panels of so many blocks, `b`
/// begins on 64 bytes, and nobody else uses the target's part of the result.
pub(crate) unsafe fn tile(
    way: Way,
    shape: Shape,
    blocks: usize,
    a: *const u32,
    b: *const u32,
    to: Target,
) {
    // SAFETY: the caller's.
    unsafe {
        match (way, shape) {
            #[cfg(target_arch = "x86_64")]
            (Way::Avx512, Shape::Whole) => super::x86::bytes_512::<false, false>(blocks, a, b, to),
            #[cfg(target_arch = "x86_64")]
            (Way::Avx512, Shape::Halves) => super::x86::bytes_512::<true, false>(blocks, a, b, to),
            #[cfg(target_arch = "x86_64")]
            (Way::Avx512, Shape::Least) => super::x86::bytes_512::<false, true>(blocks, a, b, to),
            _ => plain(shape, blocks, a, b, to),
        }
    }
}

/// The plain twin: one product after the other.
///
/// # Safety
/// As for [`tile`].
unsafe fn plain(shape: Shape, blocks: usize, a: *const u32, b: *const u32, to: Target) {
    let b_lanes = shape.lanes();
    // SAFETY: the panels hold so many blocks.
    let (a, b) = unsafe {
        let a = std::slice::from_raw_parts(a, blocks * A_LANES);
        (a, std::slice::from_raw_parts(b, blocks * b_lanes))
    };
    for row in 0..to.rows {
        let mut sums = [0.0_f32; COLUMNS];
        for (a, b) in a.chunks_exact(A_LANES).zip(b.chunks_exact(b_lanes)) {
            let a = |i: usize| a[i * ROWS + row];
            let scale = f32::from_bits(a(8));
            let parts: &[(usize, usize, usize, usize)] = match shape {
                // from which step, how many, where b lies, where the sum begins
                Shape::Halves => &[(0, 4, 0, 10), (4, 4, 5, 11)],
                Shape::Whole | Shape::Least => &[(0, 8, 0, 9)],
            };
            for &(from, steps, at, begin) in parts {
                for (column, sum) in sums.iter_mut().enumerate() {
                    let b = |i: usize| b[(at + i) * COLUMNS + column];
                    let whole = (0..steps).fold(a(begin).cast_signed(), |sum, step| {
                        let (a, b) = (a(from + step).to_le_bytes(), b(step).to_le_bytes());
                        let products =
                            a.iter().zip(b).map(|(a, b)| i32::from(a.cast_signed()) * i32::from(b));
                        sum + products.sum::<i32>()
                    });
                    *sum += whole as f32 * (f32::from_bits(b(steps)) * scale);
                }
            }
            if shape == Shape::Least {
                for (column, sum) in sums.iter_mut().enumerate() {
                    *sum += f32::from_bits(b[9 * COLUMNS + column]) * f32::from_bits(a(12));
                }
            }
        }
        // SAFETY: the caller's.
        unsafe { to.put(row, 0, &sums) };
    }
}
