//! Numbers into the bytes of a kind, as the published tools round them.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};

use super::Kind;

/// Writes numbers in a kind, row by row: F32 as they are, F16 and Bf16 rounded to the nearest, of two
/// as near to the even one. Q8_0 has the scale `d = max |x| / 127`, and `x / d` is rounded to the
/// nearest, away from 0 from the middle. None for the kinds that are only read, and if the numbers do
/// not fill their blocks.
///
/// ```
/// use kernels::{Kind, narrow};
/// assert_eq!(narrow(Kind::Bf16, &[1.0]), Some(vec![0x80, 0x3f]));
/// assert_eq!(narrow(Kind::Q8_0, &[1.0]), None); // its blocks are of 32
/// assert_eq!(narrow(Kind::Q4_0, &[1.0; 32]), None);
/// ```
pub fn narrow(kind: Kind, numbers: &[f32]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; kind.row_bytes(numbers.len())?];
    match kind {
        Kind::F32 => each(numbers, &mut bytes, |[x], bytes| *bytes = x.to_le_bytes()),
        Kind::F16 => {
            for (numbers, bytes) in numbers.chunks(32).zip(bytes.chunks_mut(64)) {
                let mut halves = [f16::ZERO; 32];
                halves[..numbers.len()].convert_from_f32_slice(numbers);
                for (bytes, half) in bytes.as_chunks_mut().0.iter_mut().zip(halves) {
                    *bytes = half.to_le_bytes();
                }
            }
        }
        Kind::Bf16 => {
            each(numbers, &mut bytes, |[x], bytes| *bytes = bf16::from_f32(*x).to_le_bytes());
        }
        Kind::Q8_0 => each(numbers, &mut bytes, q8_0),
        Kind::Q4_0 | Kind::Q4_1 | Kind::Q4K | Kind::Q6K => return None,
    }
    Some(bytes)
}

/// Takes block by block: so many numbers are so many bytes.
fn each<const N: usize, const B: usize>(
    numbers: &[f32],
    bytes: &mut [u8],
    block: impl Fn(&[f32; N], &mut [u8; B]),
) {
    let blocks = numbers.as_chunks::<N>().0.iter().zip(bytes.as_chunks_mut::<B>().0);
    blocks.for_each(|(numbers, bytes)| block(numbers, bytes));
}

fn q8_0(numbers: &[f32; 32], block: &mut [u8; 34]) {
    let mut most = [0.0_f32; 8];
    for x in numbers.as_chunks::<8>().0 {
        most.iter_mut().zip(x).for_each(|(most, x)| *most = most.max(x.abs()));
    }
    let d = most.into_iter().fold(0.0, f32::max) / 127.0;
    let per = if d == 0.0 { 0.0 } else { 1.0 / d };
    block[..2].copy_from_slice(&f16::from_f32(d).to_le_bytes());
    for (q, x) in block[2..].iter_mut().zip(numbers) {
        *q = rounded(x * per);
    }
}

/// The nearest whole number from -128 to 127, away from 0 from the middle, as a signed byte.
fn rounded(x: f32) -> u8 {
    // Adding 1.5 · 2²³ rounds to a whole number, which is left in the low bits: from the middle, to the
    // even one. If that is the one toward 0, the next is wanted.
    const MAGIC: f32 = 12_582_912.0;
    let even = (x + MAGIC) - MAGIC;
    let toward_0 = x - even == 0.5_f32.copysign(x);
    let nearest = even + if toward_0 { 1.0_f32.copysign(x) } else { 0.0 };
    (nearest + MAGIC).to_bits() as u8
}
