//! Tiles and packing in registers of 512 and 256 bits.

mod bytes;
mod pack;
mod tile;
mod turn;

pub(crate) use bytes::bytes_512;
pub(crate) use pack::{across_numbers, across_pairs, along_numbers, along_pairs};
pub(super) use tile::{numbers_256, numbers_512, pairs_512};
pub(crate) use turn::{transpose, turn};

/// The first so many of sixteen.
pub(crate) fn first(n: usize) -> u16 {
    if n >= 16 { u16::MAX } else { (1 << n) - 1 }
}
