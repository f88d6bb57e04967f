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
        Way::Avx512 => unsafe { x86::panel(x, out) },
        // SAFETY: the caller's.
        _ => unsafe { body(x, out, plain) },
    }
}

/// # Safety
/// As for [`panel`].
#[inline(always)]
unsafe fn body(x: Strided<'_>, out: *mut u32, quantise: impl Fn(&[f32; BLOCK]) -> Quantised) {
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
            let Quantised { q, scale, halves } = quantise(&numbers);
            for (step, &four) in q.iter().enumerate() {
                out[step * ROWS + row] = four;
            }
            let all = halves[0] + halves[1];
            out[8 * ROWS + row] = scale.to_bits();
            out[9 * ROWS + row] = (-128 * all).cast_unsigned();
            out[10 * ROWS + row] = (-128 * halves[0]).cast_unsigned();
            out[11 * ROWS + row] = (-128 * halves[1]).cast_unsigned();
            out[12 * ROWS + row] = (scale * all as f32).to_bits();
        }
    }
}

/// A block in 8 bits.
struct Quantised {
    /// four whole numbers each
    q: [u32; BLOCK / 4],
    scale: f32,
    /// the sums of the first half of `q`, and of the second
    halves: [i32; 2],
}

/// The scale of a block, and what its numbers are multiplied by. The largest number comes without its
/// sign; if one is no number at all, it is that one, since its bits are larger, and so is the scale.
#[inline(always)]
fn scale(largest: f32) -> (f32, f32) {
    if largest < NOTHING { (0.0, 0.0) } else { (largest / 127.0, 127.0 / largest) }
}

fn plain(numbers: &[f32; BLOCK]) -> Quantised {
    let largest = numbers.iter().fold(0, |most, x| most.max(x.to_bits() & 0x7fff_ffff));
    let (scale, per) = scale(f32::from_bits(largest));
    let round = |x: f32| (x * per + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i8;
    let q = numbers.map(round);
    let sum = |q: &[i8]| q.iter().map(|&q| i32::from(q)).sum();
    let halves = [sum(&q[..BLOCK / 2]), sum(&q[BLOCK / 2..])];
    let four = |step: usize| q.as_chunks::<4>().0[step].map(i8::cast_unsigned);
    Quantised { q: std::array::from_fn(|step| u32::from_le_bytes(four(step))), scale, halves }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::*;

    /// # Safety
    /// As for [`super::panel`], in AVX-512.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
    pub(super) unsafe fn panel(x: Strided<'_>, out: *mut u32) {
        // SAFETY: the caller's.
        unsafe { body(x, out, |numbers| quantise(numbers)) };
    }

    /// # Safety
    /// The processor has AVX-512.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
    fn quantise(numbers: &[f32; BLOCK]) -> Quantised {
        // SAFETY: there are 32 numbers, and the loads ask for no alignment.
        let halves = unsafe {
            let at = numbers.as_ptr();
            [_mm512_loadu_ps(at), _mm512_loadu_ps(at.add(16))]
        };
        let without_sign = _mm512_set1_epi32(0x7fff_ffff);
        let [low, high] =
            halves.map(|half| _mm512_and_si512(_mm512_castps_si512(half), without_sign));
        let largest = _mm512_reduce_max_epu32(_mm512_max_epu32(low, high));
        let (scale, per) = scale(f32::from_bits(largest));
        let per = _mm512_set1_ps(per);
        let q = halves.map(|half| {
            let steps = _mm512_mul_ps(half, per);
            // what is no number is 0 here, and makes itself heard through the scale
            let numbers = _mm512_cmp_ps_mask::<_CMP_ORD_Q>(steps, steps);
            _mm512_maskz_cvtps_epi32(numbers, steps)
        });
        let bytes = q.map(|q| _mm512_cvtepi32_epi8(q));
        Quantised {
            // SAFETY: twice sixteen bytes are 32 bytes.
            q: unsafe { transmute::<[__m128i; 2], [u32; BLOCK / 4]>(bytes) },
            scale,
            halves: q.map(|q| _mm512_reduce_add_epi32(q)),
        }
    }
}
