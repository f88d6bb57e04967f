//! The small products of a tile: a few queries with 64 words, in registers from the first number to the
//! last.
//!
//! Each number of a query, or each chance, is spread over sixteen lanes, and multiplied with the
//! numbers of sixteen words, or with sixteen numbers of a word. So no lane is ever added to another, and
//! a row has the same bits in any company.

use super::kept::{Part, TILE};
use super::lanes::Lanes;

/// So many queries are worked out at once.
pub(super) const ROWS: usize = 6;

/// Calls the function for as many rows as there are: a number that the compiler knows.
macro_rules! in_rows {
    ($rows:expr, $name:ident::<$l:ident, $blocks:ident>($($arg:expr),*)) => {
        match $rows {
            1 => $name::<$l, $blocks, 1>($($arg),*),
            2 => $name::<$l, $blocks, 2>($($arg),*),
            3 => $name::<$l, $blocks, 3>($($arg),*),
            4 => $name::<$l, $blocks, 4>($($arg),*),
            5 => $name::<$l, $blocks, 5>($($arg),*),
            _ => $name::<$l, $blocks, 6>($($arg),*),
        }
    };
}
pub(super) use in_rows;

/// Numbers in 32 bits: as they are, or widened into `room`.
///
/// # Safety
/// The processor has the instructions of `L`.
#[inline(always)]
pub(super) unsafe fn wide<'a, L: Lanes>(part: Part<'a>, room: &'a mut [f32]) -> &'a [f32] {
    match part {
        Part::F32(numbers) => numbers,
        Part::F16(numbers) => {
            let room = &mut room[..numbers.len()];
            for (to, from) in room.chunks_exact_mut(16).zip(numbers.chunks_exact(16)) {
                // SAFETY: sixteen numbers each; tiles and widths are multiples of sixteen.
                unsafe { L::widen(from.as_ptr()).store(to.as_mut_ptr()) };
            }
            room
        }
    }
}

/// `scores = query · keys`: (D, R)ᵀ · (D, TILE) -> (R, TILE)
///
/// # Safety
/// The processor has the instructions of `L`.
#[inline(always)]
pub(super) unsafe fn score<L: Lanes, const BLOCKS: usize, const R: usize>(
    query: &[f32],
    size: usize,
    keys: &[f32],
    scores: &mut [f32],
) {
    assert!(query.len() >= R * size && keys.len() >= size * TILE && scores.len() >= R * TILE);
    for column in (0..TILE).step_by(16 * BLOCKS) {
        // SAFETY: the lengths are those of the assertion.
        unsafe {
            let mut sums = [[L::splat(0.0); BLOCKS]; R];
            let (query, keys) = (query.as_ptr(), keys.as_ptr().add(column));
            for i in 0..size {
                let mut key = [L::splat(0.0); BLOCKS];
                for (block, key) in key.iter_mut().enumerate() {
                    *key = L::load(keys.add(i * TILE + 16 * block));
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let query = L::splat(*query.add(i * R + row));
                    for (sum, key) in sums.iter_mut().zip(key) {
                        *sum = sum.add_product(query, key);
                    }
                }
            }
            for (row, sums) in sums.into_iter().enumerate() {
                for (block, sum) in sums.into_iter().enumerate() {
                    sum.store(scores.as_mut_ptr().add(row * TILE + column + 16 * block));
                }
            }
        }
    }
}

/// `heard = fade heard + p values`: (R, words) · (words, W) -> (R, W)
///
/// # Safety
/// The processor has the instructions of `L`.
#[inline(always)]
pub(super) unsafe fn add_values<L: Lanes, const BLOCKS: usize, const R: usize>(
    p: &[f32],
    words: usize,
    values: &[f32],
    width: usize,
    fades: &[f32; 16],
    heard: &mut [f32],
) {
    let wide = width / (16 * BLOCKS) * (16 * BLOCKS);
    // SAFETY: the strips lie side by side within the width.
    unsafe {
        for column in (0..wide).step_by(16 * BLOCKS) {
            strip::<L, BLOCKS, R>(p, words, values, width, column, fades, heard);
        }
        for column in (wide..width).step_by(16) {
            strip::<L, 1, R>(p, words, values, width, column, fades, heard);
        }
    }
}

/// The same for `16 BLOCKS` columns.
///
/// # Safety
/// The processor has the instructions of `L`, and the columns are within the width.
#[inline(always)]
unsafe fn strip<L: Lanes, const BLOCKS: usize, const R: usize>(
    p: &[f32],
    words: usize,
    values: &[f32],
    width: usize,
    column: usize,
    fades: &[f32; 16],
    heard: &mut [f32],
) {
    assert!(p.len() >= R * TILE && values.len() >= words * width && heard.len() >= R * width);
    // SAFETY: the lengths are those of the assertion.
    unsafe {
        let (p, values) = (p.as_ptr(), values.as_ptr().add(column));
        let heard = heard.as_mut_ptr().add(column);
        let mut sums = [[L::splat(0.0); BLOCKS]; R];
        for (row, sums) in sums.iter_mut().enumerate() {
            let fade = L::splat(fades[row]);
            for (block, sum) in sums.iter_mut().enumerate() {
                *sum = sum.add_product(fade, L::load(heard.add(row * width + 16 * block)));
            }
        }
        for word in 0..words {
            let mut value = [L::splat(0.0); BLOCKS];
            for (block, value) in value.iter_mut().enumerate() {
                *value = L::load(values.add(word * width + 16 * block));
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let p = L::splat(*p.add(row * TILE + word));
                for (sum, value) in sums.iter_mut().zip(value) {
                    *sum = sum.add_product(p, value);
                }
            }
        }
        for (row, sums) in sums.into_iter().enumerate() {
            for (block, sum) in sums.into_iter().enumerate() {
                sum.store(heard.add(row * width + 16 * block));
            }
        }
    }
}
