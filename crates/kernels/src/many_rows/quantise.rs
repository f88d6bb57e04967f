//! Rows of x in 8 bits: a block of 32 numbers becomes whole numbers `q` up to 127, and a scale.
//!
//! ```text
//! scale = max |x| / 127        q = x / scale, rounded to the nearest; of two as near, to the even one
//! ```

use crate::tiles::bytes::{A_LANES, BLOCK, ROWS};
use crate::tiles::{Strided, Way};

/// Below this nothing is left of a block: 127 divided by it would not be a number.
const NOTHING: f32 = 1e-36;
/// 1.5 · 2²³: what is added to it is rounded to a whole number, and stands in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// Packs at most [`ROWS`] rows, a whole number of blocks each.
///
/// # Safety
/// This processor knows the way, and `out` has room for the panel.
pub(super) unsafe fn panel(way: Way, x: Strided<'_>, out: *mut u32) {
    match way {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the caller's.
        Way::Avx512 => unsafe { panel_512(x, out) },
        // SAFETY: the caller's.
        _ => unsafe { body(x, out) },
    }
}

/// # Safety
/// As for [`panel`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
unsafe fn panel_512(x: Strided<'_>, out: *mut u32) {
    // SAFETY: the caller's.
    unsafe { body(x, out) }
}

/// # Safety
/// As for [`panel`].
#[inline(always)]
unsafe fn body(x: Strided<'_>, out: *mut u32) {
    let blocks = x.columns / BLOCK;
    // SAFETY: the panel has so many lanes, and they are written in what follows.
    let out = unsafe {
        out.write_bytes(0, blocks * A_LANES);
        std::slice::from_raw_parts_mut(out, blocks * A_LANES)
    };
    for row in 0..x.rows {
        for (at, out) in out.chunks_exact_mut(A_LANES).enumerate() {
            let numbers: [f32; BLOCK] = if x.column_stride == 1 {
                // SAFETY: the row has the whole block, and the read asks for no alignment.
                unsafe { x.place(row, at * BLOCK).cast::<[f32; BLOCK]>().read_unaligned() }
            } else {
                std::array::from_fn(|i| x.get(row, at * BLOCK + i))
            };
            let (q, scale) = quantise(&numbers);
            for (step, four) in q.as_chunks::<4>().0.iter().enumerate() {
                out[step * ROWS + row] = u32::from_le_bytes(four.map(i8::cast_unsigned));
            }
            let sum = |q: &[i8]| q.iter().map(|&q| i32::from(q)).sum::<i32>();
            let halves = [sum(&q[..BLOCK / 2]), sum(&q[BLOCK / 2..])];
            let all = halves[0] + halves[1];
            out[8 * ROWS + row] = scale.to_bits();
            out[9 * ROWS + row] = (-128 * all).cast_unsigned();
            out[10 * ROWS + row] = (-128 * halves[0]).cast_unsigned();
            out[11 * ROWS + row] = (-128 * halves[1]).cast_unsigned();
            out[12 * ROWS + row] = (scale * all as f32).to_bits();
        }
    }
}

/// What is no number makes the scale no number.
#[inline(always)]
fn quantise(numbers: &[f32; BLOCK]) -> ([i8; BLOCK], f32) {
    // without its sign, what is larger has the larger bits, and what is no number the largest
    let largest = numbers.iter().fold(0, |most, x| most.max(x.to_bits() & 0x7fff_ffff));
    let largest = f32::from_bits(largest);
    let (scale, per) =
        if largest < NOTHING { (0.0, 0.0) } else { (largest / 127.0, 127.0 / largest) };
    (numbers.map(|x| (x * per + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i8), scale)
}
