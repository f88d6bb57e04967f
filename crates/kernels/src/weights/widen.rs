//! What the numbers of each kind are: the plain twin of all that is quick with them.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use super::Kind;

/// Writes the numbers that a whole number of blocks holds.
pub(super) fn widen(kind: Kind, bytes: &[u8], numbers: &mut [f32]) {
    match kind {
        Kind::F32 => each(bytes, numbers, |bytes, [y]| *y = f32::from_le_bytes(*bytes)),
        Kind::F16 => halves(bytes, numbers),
        Kind::Bf16 => each(bytes, numbers, |bytes, [y]| *y = bf16::from_le_bytes(*bytes).to_f32()),
        Kind::Q8_0 => each(bytes, numbers, q8_0),
        Kind::Q4_0 => each(bytes, numbers, q4_0),
        Kind::Q4_1 => each(bytes, numbers, q4_1),
        Kind::Q4K => each(bytes, numbers, q4_k),
        Kind::Q6K => each(bytes, numbers, q6_k),
    }
}

/// Takes block by block: so many bytes are so many numbers.
fn each<const B: usize, const N: usize>(
    bytes: &[u8],
    numbers: &mut [f32],
    block: impl Fn(&[u8; B], &mut [f32; N]),
) {
    let blocks = bytes.as_chunks::<B>().0.iter().zip(numbers.as_chunks_mut::<N>().0);
    blocks.for_each(|(bytes, numbers)| block(bytes, numbers));
}

fn halves(bytes: &[u8], numbers: &mut [f32]) {
    for (bytes, numbers) in bytes.chunks(64).zip(numbers.chunks_mut(32)) {
        let mut halves = [f16::ZERO; 32];
        for (half, &bytes) in halves.iter_mut().zip(bytes.as_chunks().0) {
            *half = f16::from_le_bytes(bytes);
        }
        halves[..numbers.len()].convert_to_f32_slice(numbers);
    }
}

fn half(bytes: [u8; 2]) -> f32 {
    f16::from_le_bytes(bytes).to_f32()
}

fn q8_0(block: &[u8; 34], numbers: &mut [f32; 32]) {
    let d = half([block[0], block[1]]);
    for (y, &q) in numbers.iter_mut().zip(&block[2..]) {
        *y = d * f32::from(q.cast_signed());
    }
}

/// The lower halves of the bytes are the first sixteen numbers, the upper halves the others.
fn q4_0(block: &[u8; 18], numbers: &mut [f32; 32]) {
    let d = half([block[0], block[1]]);
    let (first, last) = numbers.split_at_mut(16);
    for ((first, last), &q) in first.iter_mut().zip(last).zip(&block[2..]) {
        *first = d * (f32::from(q & 15) - 8.0);
        *last = d * (f32::from(q >> 4) - 8.0);
    }
}

/// As Q4_0, but for the smallest number in place of -8.
fn q4_1(block: &[u8; 20], numbers: &mut [f32; 32]) {
    let (d, m) = (half([block[0], block[1]]), half([block[2], block[3]]));
    let (first, last) = numbers.split_at_mut(16);
    for ((first, last), &q) in first.iter_mut().zip(last).zip(&block[4..]) {
        *first = d * f32::from(q & 15) + m;
        *last = d * f32::from(q >> 4) + m;
    }
}

/// Four times: the lower halves of 32 bytes are the numbers of a scale, the upper halves of the next.
fn q4_k(block: &[u8; 144], numbers: &mut [f32; 256]) {
    let (d, m) = (half([block[0], block[1]]), half([block[2], block[3]]));
    let (scale, least) = scales(block);
    for (j, numbers) in numbers.as_chunks_mut::<32>().0.iter_mut().enumerate() {
        let (scale, least) = (d * f32::from(scale[j]), m * f32::from(least[j]));
        for (y, q) in numbers.iter_mut().zip(&block[16 + j / 2 * 32..]) {
            *y = scale * f32::from((q >> (j % 2 * 4)) & 15) - least;
        }
    }
}

/// The eight scales and the eight smallest numbers of a Q4_K block: six bits each, in twelve bytes. The
/// first four of both lie in the low bits of eight bytes. The others have their low bits in the last
/// four bytes, and their two high bits above those of the first four.
pub(crate) fn scales(block: &[u8; 144]) -> ([u8; 8], [u8; 8]) {
    let packed = &block[4..16];
    let low = |i: usize| packed[i] & 63;
    let high = |i: usize| packed[i] >> 6 << 4;
    let scale = |i: usize| if i < 4 { low(i) } else { packed[i + 4] & 15 | high(i - 4) };
    let least = |i: usize| if i < 4 { low(i + 4) } else { packed[i + 4] >> 4 | high(i) };
    (std::array::from_fn(scale), std::array::from_fn(least))
}

/// Twice 128 numbers: 64 bytes hold the low four bits of two each, 32 bytes the high two bits of four.
fn q6_k(block: &[u8; 210], numbers: &mut [f32; 256]) {
    let (low, high, scale) = (&block[..128], &block[128..192], &block[192..208]);
    let d = half([block[208], block[209]]);
    for (i, y) in numbers.iter_mut().enumerate() {
        let (part, quarter, at) = (i / 128, i / 32 % 4, i % 32);
        let low = low[part * 64 + quarter % 2 * 32 + at] >> (quarter / 2 * 4) & 15;
        let high = high[part * 32 + at] >> (quarter * 2) & 3;
        let q = f32::from(low | high << 4) - 32.0;
        *y = d * f32::from(scale[i / 16].cast_signed()) * q;
    }
}
