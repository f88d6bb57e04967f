//! All tests of this crate, as one program: what they share is compiled once.

mod attend;
mod exercises;
mod few_rows;
mod many_rows;
mod memory;
mod packed;
mod places;
mod product;
mod properties;
mod team;
mod text;
mod weights;
