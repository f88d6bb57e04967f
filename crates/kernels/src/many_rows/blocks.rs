//! Weights that are kept in whole numbers, in panels of bytes and scales.
//!
//! A byte is the whole number and 128 more, as [`crate::tiles::bytes`] wants it.

use std::ops::Range;

use crate::tiles::Way;
use crate::tiles::bytes::{BLOCK, COLUMNS, Shape};
use crate::weights::scales;
use crate::{Kind, Rows};

/// How the blocks of a kind are made.
pub(super) fn shape(kind: Kind) -> Shape {
    match kind {
        Kind::Q6K => Shape::Halves,
        Kind::Q4_1 | Kind::Q4K => Shape::Least,
        _ => Shape::Whole,
    }
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
    unsafe {
        match w.kind() {
            Kind::Q8_0 => of::<Q8_0>(way, w, blocks, out),
            Kind::Q4_0 => of::<Q4_0>(way, w, blocks, out),
            Kind::Q4_1 => of::<Q4_1>(way, w, blocks, out),
            Kind::Q4K => of::<Q4K>(way, w, blocks, out),
            Kind::Q6K => of::<Q6K>(way, w, blocks, out),
            Kind::F32 | Kind::F16 | Kind::Bf16 => unreachable!("{} has no blocks", w.kind().name()),
        }
    }
}

/// # Safety
/// As for [`panel`].
unsafe fn of<B: Block>(way: Way, w: Rows<'_>, blocks: Range<usize>, out: *mut u32) {
    // SAFETY: the caller's.
    unsafe {
        match way {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512 => x86::panel::<B>(w, blocks, out),
            _ => body::<B>(w, blocks, out, |square| {
                let four = |row: usize, step: usize| square.0[row].as_chunks::<4>().0[step];
                std::array::from_fn(|step| {
                    std::array::from_fn(|row| u32::from_le_bytes(four(row, step)))
                })
            }),
        }
    }
}

/// Sixteen rows of two blocks.
#[repr(align(64))]
struct Square([[u8; 2 * BLOCK]; 16]);

/// # Safety
/// As for [`panel`]. `turn` gives four bytes of each row, sixteen times.
#[inline(always)]
unsafe fn body<B: Block>(
    w: Rows<'_>,
    blocks: Range<usize>,
    out: *mut u32,
    turn: impl Fn(&Square) -> [[u32; 16]; 16],
) {
    for strip in (0..COLUMNS).step_by(16) {
        let rows = strip.min(w.rows())..w.rows().min(strip + 16);
        for first in blocks.clone().step_by(2) {
            let two = 2.min(blocks.end - first);
            let mut square = Square([[0; 2 * BLOCK]; 16]);
            let mut scales = [[[0.0_f32; 16]; 2]; 2];
            for (at, row) in rows.clone().enumerate() {
                let bytes = &w.bytes()[row * w.row_bytes()..][..w.row_bytes()];
                for i in 0..two {
                    let (q, [one, other]) = B::unpack(bytes, first + i);
                    square.0[at][i * BLOCK..][..BLOCK].copy_from_slice(&q);
                    (scales[i][0][at], scales[i][1][at]) = (one, other);
                }
            }
            let lanes = turn(&square);
            for i in 0..two {
                let block = (first + i - blocks.start) * B::SHAPE.lanes() + strip;
                let put = |place: usize, lane: [u32; 16]| {
                    let out = out.wrapping_add(block + place * COLUMNS).cast::<[u32; 16]>();
                    // SAFETY: the panel has the block, and all its lanes begin on 64 bytes.
                    unsafe { out.write(lane) }
                };
                for step in 0..8 {
                    put(B::SHAPE.step(step), lanes[8 * i + step]);
                }
                let [one, other] = scales[i].map(|scales| scales.map(f32::to_bits));
                match B::SHAPE {
                    Shape::Whole => put(8, one),
                    Shape::Least => (put(8, one), put(9, other)).1,
                    Shape::Halves => (put(4, one), put(9, other)).1,
                }
            }
        }
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
        // SAFETY: a row of a square fills a register, on 64 bytes; and the caller's promise.
        unsafe {
            body::<B>(w, blocks, out, |square| {
                let rows = square.0.each_ref().map(|row| _mm512_load_si512(row.as_ptr().cast()));
                transmute::<[__m512i; 16], [[u32; 16]; 16]>(transpose(rows))
            });
        }
    }
}

/// A kind, in blocks of 32.
trait Block {
    const SHAPE: Shape;

    /// A block of a row: its bytes, its scale, and what else its shape has.
    fn unpack(row: &[u8], at: usize) -> ([u8; BLOCK], [f32; 2]);
}

struct Q8_0;
struct Q4_0;
struct Q4_1;
struct Q4K;
struct Q6K;

impl Block for Q8_0 {
    const SHAPE: Shape = Shape::Whole;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize) -> ([u8; BLOCK], [f32; 2]) {
        let block = &row.as_chunks::<34>().0[at];
        (std::array::from_fn(|i| block[2 + i] ^ 128), [half(block, 0), 0.0])
    }
}

impl Block for Q4_0 {
    const SHAPE: Shape = Shape::Whole;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize) -> ([u8; BLOCK], [f32; 2]) {
        let block = &row.as_chunks::<18>().0[at];
        let q = std::array::from_fn(|i| (block[2 + i % 16] >> (i / 16 * 4) & 15) + 120);
        (q, [half(block, 0), 0.0])
    }
}

impl Block for Q4_1 {
    const SHAPE: Shape = Shape::Least;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize) -> ([u8; BLOCK], [f32; 2]) {
        let block = &row.as_chunks::<20>().0[at];
        let q = std::array::from_fn(|i| block[4 + i % 16] >> (i / 16 * 4) & 15 | 128);
        (q, [half(block, 0), half(block, 2)])
    }
}

impl Block for Q4K {
    const SHAPE: Shape = Shape::Least;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize) -> ([u8; BLOCK], [f32; 2]) {
        let (block, part) = (&row.as_chunks::<144>().0[at / 8], at % 8);
        let bytes = &block[16 + part / 2 * BLOCK..][..BLOCK];
        let q = std::array::from_fn(|i| bytes[i] >> (part % 2 * 4) & 15 | 128);
        let (scale, least) = scales(block);
        let scale = half(block, 0) * f32::from(scale[part]);
        (q, [scale, -(half(block, 2) * f32::from(least[part]))])
    }
}

impl Block for Q6K {
    const SHAPE: Shape = Shape::Halves;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize) -> ([u8; BLOCK], [f32; 2]) {
        let (block, part, quarter) = (&row.as_chunks::<210>().0[at / 8], at % 8 / 4, at % 4);
        let low = &block[part * 64 + quarter % 2 * BLOCK..][..BLOCK];
        let high = &block[128 + part * BLOCK..][..BLOCK];
        let q = std::array::from_fn(|i| {
            let low = low[i] >> (quarter / 2 * 4) & 15;
            (low | (high[i] >> (quarter * 2) & 3) << 4) + 96
        });
        let scale = |half: usize| f32::from(block[192 + at % 8 * 2 + half].cast_signed());
        let d = self::half(block, 208);
        (q, [d * scale(0), d * scale(1)])
    }
}

/// A number of 16 bits, by IEEE 754, without asking the processor what it knows: the exponent is put
/// right by a product, which is exact for the smallest numbers, too.
#[inline(always)]
fn half(block: &[u8], at: usize) -> f32 {
    let bits = u32::from(u16::from_le_bytes([block[at], block[at + 1]]));
    let (sign, rest) = ((bits & 0x8000) << 16, bits & 0x7fff);
    let finite = (f32::from_bits(rest << 13) * f32::from_bits(0x7780_0000)).to_bits(); // 2¹¹²
    let special = rest << 13 | 0x7f80_0000;
    f32::from_bits(sign | if rest >= 0x7c00 { special } else { finite })
}
