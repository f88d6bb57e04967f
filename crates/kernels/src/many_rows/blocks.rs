//! Weights that are kept in whole numbers, in panels of bytes and scales.
//!
//! A byte is the whole number and 128 more, as [`crate::tiles::bytes`] wants it.

mod kinds;

use std::ops::Range;

use half::f16;
use kinds::{Block, Q4_0, Q4_1, Q4K, Q6K, Q8_0};

use crate::tiles::Way;
use crate::tiles::bytes::{BLOCK, COLUMNS, Shape};
use crate::{Kind, Rows};

/// How the blocks of a kind are made.
pub(super) fn shape(kind: Kind) -> Shape {
    match kind {
        Kind::Q6K => Shape::Halves,
        Kind::Q4_1 | Kind::Q4K => Shape::Least,
        _ => Shape::Whole,
    }
}

/// Does it for the type of a kind.
macro_rules! of_kind {
    ($kind:expr, $block:ident => $what:expr) => {{
        macro_rules! as_type {
            ($type:ty) => {{
                type $block = $type;
                $what
            }};
        }
        match $kind {
            Kind::Q8_0 => as_type!(Q8_0),
            Kind::Q4_0 => as_type!(Q4_0),
            Kind::Q4_1 => as_type!(Q4_1),
            Kind::Q4K => as_type!(Q4K),
            Kind::Q6K => as_type!(Q6K),
            Kind::F32 | Kind::F16 | Kind::Bf16 => unreachable!("{} has no blocks", $kind.name()),
        }
    }};
}

/// Packs some rows, at most [`COLUMNS`], along some blocks of 32.
///
/// # Safety
/// This processor knows the way, and `out` has room for the panel.
pub(super) unsafe fn panel(
    way: Way,
    w: Rows<'_>,
    rows: Range<usize>,
    blocks: Range<usize>,
    out: *mut u32,
) {
    let w = w.slice(rows);
    // SAFETY: the caller's.
    of_kind!(w.kind(), B => unsafe { of::<B>(way, w, blocks, out) });
}

/// What the numbers of some blocks of 32 of a row are: as [`Rows::widen`] has it, but quicker.
///
/// # Safety
/// The processor has AVX-512.
#[cfg(target_arch = "x86_64")]
pub(super) unsafe fn widen_512(w: Rows<'_>, row: usize, blocks: Range<usize>, numbers: &mut [f32]) {
    let row = &w.bytes()[row * w.row_bytes()..][..w.row_bytes()];
    // SAFETY: the caller's.
    of_kind!(w.kind(), B => unsafe { x86::widen::<B>(row, blocks, numbers) });
}

/// # Safety
/// As for [`panel`].
unsafe fn of<B: Block>(way: Way, w: Rows<'_>, blocks: Range<usize>, out: *mut u32) {
    // SAFETY: the caller's.
    unsafe {
        match way {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512 => x86::panel::<B>(w, blocks, out),
            _ => body::<Plain, B>(w, blocks, out),
        }
    }
}

/// # Safety
/// As for [`panel`].
#[inline(always)]
unsafe fn body<P: Processor, B: Block>(w: Rows<'_>, blocks: Range<usize>, out: *mut u32) {
    for strip in (0..COLUMNS).step_by(16) {
        let rows = strip.min(w.rows())..w.rows().min(strip + 16);
        for first in blocks.clone().step_by(2) {
            let two = 2.min(blocks.end - first);
            // SAFETY: the processor is the caller's.
            let mut square = [unsafe { P::row([[0; BLOCK]; 2]) }; 16];
            let mut scales = [[[0.0_f32; 16]; 2]; 2];
            let ahead = 16 * w.row_bytes() + w.row_bytes() * first / (w.columns() / BLOCK);
            for (at, row) in rows.clone().enumerate() {
                let bytes = &w.bytes()[row * w.row_bytes()..][..w.row_bytes()];
                P::fetch(bytes.as_ptr().wrapping_add(ahead));
                let mut numbers = [[0; BLOCK]; 2];
                for (i, numbers) in numbers.iter_mut().enumerate().take(two) {
                    let (q, [one, other]) = B::unpack(bytes, first + i, P::half);
                    *numbers = q;
                    (scales[i][0][at], scales[i][1][at]) = (one, other);
                }
                // SAFETY: the processor is the caller's.
                square[at] = unsafe { P::row(numbers) };
            }
            // SAFETY: the processor is the caller's.
            let lanes = unsafe { P::turn(square) };
            for (i, scales) in scales.into_iter().enumerate().take(two) {
                let block = (first + i - blocks.start) * B::SHAPE.lanes() + strip;
                let put = |place: usize, lane: [u32; 16]| {
                    let out = out.wrapping_add(block + place * COLUMNS).cast::<[u32; 16]>();
                    // SAFETY: the panel has the block, and all its lanes begin on 64 bytes.
                    unsafe { out.write(lane) }
                };
                for step in 0..8 {
                    put(B::SHAPE.step(step), lanes[8 * i + step]);
                }
                let [one, other] = scales.map(|scales| scales.map(f32::to_bits));
                match B::SHAPE {
                    Shape::Whole => put(8, one),
                    Shape::Least => (put(8, one), put(9, other)).1,
                    Shape::Halves => (put(4, one), put(9, other)).1,
                }
            }
        }
    }
}

/// What is done in registers where there are any.
trait Processor {
    /// Two blocks of a row.
    type Row: Copy;

    /// Asks for what is wanted sixteen rows later.
    fn fetch(_at: *const u8) {}

    /// A number of 16 bits.
    fn half(bits: u16) -> f32;

    /// # Safety
    /// This is the processor.
    unsafe fn row(numbers: [[u8; BLOCK]; 2]) -> Self::Row;

    /// Sixteen times four bytes of each row.
    ///
    /// # Safety
    /// This is the processor.
    unsafe fn turn(rows: [Self::Row; 16]) -> [[u32; 16]; 16];
}

struct Plain;

impl Processor for Plain {
    type Row = [[u8; BLOCK]; 2];

    fn half(bits: u16) -> f32 {
        f16::from_bits(bits).to_f32()
    }

    unsafe fn row(numbers: [[u8; BLOCK]; 2]) -> Self::Row {
        numbers
    }

    unsafe fn turn(rows: [Self::Row; 16]) -> [[u32; 16]; 16] {
        let four = |row: Self::Row, step: usize| row[step / 8].as_chunks::<4>().0[step % 8];
        std::array::from_fn(|step| rows.map(|row| u32::from_le_bytes(four(row, step))))
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::*;
    use crate::tiles::x86::transpose;

    /// # Safety
    /// As for [`super::panel`], in AVX-512.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
    pub(super) unsafe fn panel<B: Block>(w: Rows<'_>, blocks: Range<usize>, out: *mut u32) {
        // SAFETY: the caller's.
        unsafe { body::<Avx512, B>(w, blocks, out) };
    }

    /// # Safety
    /// The processor has AVX-512.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
    pub(super) unsafe fn widen<B: Block>(row: &[u8], blocks: Range<usize>, numbers: &mut [f32]) {
        for (at, numbers) in blocks.zip(numbers.as_chunks_mut::<BLOCK>().0) {
            let (q, [one, other]) = B::unpack(row, at, Avx512::half);
            for (i, (y, q)) in numbers.iter_mut().zip(q).enumerate() {
                let q = f32::from(q) - 128.0;
                *y = match B::SHAPE {
                    Shape::Whole => one * q,
                    Shape::Least => one * q + other,
                    Shape::Halves => (if i < BLOCK / 2 { one } else { other }) * q,
                };
            }
        }
    }

    struct Avx512;

    impl Processor for Avx512 {
        type Row = __m512i;

        #[inline(always)]
        fn fetch(at: *const u8) {
            // SAFETY: to ask for what is not there does nothing.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
        }

        /// Without asking the processor each time what it knows: the exponent is put right by a
        /// product, which is exact for the smallest numbers, too.
        #[inline(always)]
        fn half(bits: u16) -> f32 {
            let (sign, rest) = (u32::from(bits & 0x8000) << 16, u32::from(bits & 0x7fff));
            let finite = f32::from_bits(rest << 13) * f32::from_bits(0x7780_0000); // 2¹¹²
            let special = rest << 13 | 0x7f80_0000;
            f32::from_bits(sign | if rest >= 0x7c00 { special } else { finite.to_bits() })
        }

        #[inline(always)]
        unsafe fn row(numbers: [[u8; BLOCK]; 2]) -> __m512i {
            // SAFETY: 512 bits are 512 bits.
            unsafe {
                let [low, high] = numbers.map(|half| transmute::<[u8; BLOCK], __m256i>(half));
                _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
            }
        }

        #[inline(always)]
        unsafe fn turn(rows: [__m512i; 16]) -> [[u32; 16]; 16] {
            // SAFETY: 512 bits are 512 bits; and the caller's promise.
            unsafe { transmute::<[__m512i; 16], [[u32; 16]; 16]>(transpose(rows)) }
        }
    }
}
