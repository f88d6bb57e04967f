//! Blocks of 32 of each kind: bytes and scales.

use crate::tiles::bytes::{BLOCK, Shape};
use crate::weights::scales;

/// A kind, in blocks of 32.
pub(super) trait Block {
    const SHAPE: Shape;

    /// A block of a row: its bytes, its scale, and what else its shape has.
    fn unpack(row: &[u8], at: usize, half: impl Fn(u16) -> f32) -> ([u8; BLOCK], [f32; 2]);
}

pub(super) struct Q8_0;
pub(super) struct Q4_0;
pub(super) struct Q4_1;
pub(super) struct Q4K;
pub(super) struct Q6K;

impl Block for Q8_0 {
    const SHAPE: Shape = Shape::Whole;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize, half: impl Fn(u16) -> f32) -> ([u8; BLOCK], [f32; 2]) {
        let block = &row.as_chunks::<34>().0[at];
        (std::array::from_fn(|i| block[2 + i] ^ 128), [half(u16(block, 0)), 0.0])
    }
}

impl Block for Q4_0 {
    const SHAPE: Shape = Shape::Whole;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize, half: impl Fn(u16) -> f32) -> ([u8; BLOCK], [f32; 2]) {
        let block = &row.as_chunks::<18>().0[at];
        let q = std::array::from_fn(|i| (block[2 + i % 16] >> (i / 16 * 4) & 15) + 120);
        (q, [half(u16(block, 0)), 0.0])
    }
}

impl Block for Q4_1 {
    const SHAPE: Shape = Shape::Least;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize, half: impl Fn(u16) -> f32) -> ([u8; BLOCK], [f32; 2]) {
        let block = &row.as_chunks::<20>().0[at];
        let q = std::array::from_fn(|i| block[4 + i % 16] >> (i / 16 * 4) & 15 | 128);
        (q, [half(u16(block, 0)), half(u16(block, 2))])
    }
}

impl Block for Q4K {
    const SHAPE: Shape = Shape::Least;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize, half: impl Fn(u16) -> f32) -> ([u8; BLOCK], [f32; 2]) {
        let (block, part) = (&row.as_chunks::<144>().0[at / 8], at % 8);
        let bytes = &block[16 + part / 2 * BLOCK..][..BLOCK];
        // shifts by a number that is known are done to all bytes at once
        let q = if part % 2 == 0 {
            std::array::from_fn(|i| bytes[i] & 15 | 128)
        } else {
            std::array::from_fn(|i| bytes[i] >> 4 | 128)
        };
        let (scale, least) = scales(block);
        let scale = half(u16(block, 0)) * f32::from(scale[part]);
        (q, [scale, -(half(u16(block, 2)) * f32::from(least[part]))])
    }
}

impl Block for Q6K {
    const SHAPE: Shape = Shape::Halves;

    #[inline(always)]
    fn unpack(row: &[u8], at: usize, half: impl Fn(u16) -> f32) -> ([u8; BLOCK], [f32; 2]) {
        let (block, part, quarter) = (&row.as_chunks::<210>().0[at / 8], at % 8 / 4, at % 4);
        let low = &block[part * 64 + quarter % 2 * BLOCK..][..BLOCK];
        let high = &block[128 + part * BLOCK..][..BLOCK];
        let q = match quarter {
            0 => six::<0, 0>(low, high),
            1 => six::<0, 2>(low, high),
            2 => six::<4, 4>(low, high),
            _ => six::<4, 6>(low, high),
        };
        let scale = |part: usize| f32::from(block[192 + at % 8 * 2 + part].cast_signed());
        let d = half(u16(block, 208));
        (q, [d * scale(0), d * scale(1)])
    }
}

/// Numbers of six bits, less 32 and 128 more: where their low four bits and their high two begin.
#[inline(always)]
fn six<const LOW: u32, const HIGH: u32>(low: &[u8], high: &[u8]) -> [u8; BLOCK] {
    std::array::from_fn(|i| (low[i] >> LOW & 15 | (high[i] >> HIGH & 3) << 4) + 96)
}

/// Two bytes.
#[inline(always)]
fn u16(block: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([block[at], block[at + 1]])
}
