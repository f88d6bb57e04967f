#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this room
//!
//! - [`mod@product`]: matrix products, in packed tiles or through the `gemm` crate
//! - [`weights`]: a matrix as a file holds it, in 32 to 4 bits a number
//! - [`mod@few_rows`]: its product with a few rows, at the speed of memory
//! - [`mod@many_rows`]: its product with many rows, a prompt, in packed tiles
//! - [`team`]: threads that wait awake
//! - [`mod@attend`]: what words hear of keys and values that are kept
//! - [`rows`]: softmax, norms and bends over rows of `f32`, written so that the compiler uses wide registers
//! - [`memory`]: large tables in large pages
//! - [`profile`]: where the time goes
//! - [`text`]: what 64 bytes of a text are, a bit for each
//! - [`places`]: where the bits of a row of numbers are
//! - [`packed`]: a few numbers of 24 bits in half a register

pub mod attend;
pub mod few_rows;
pub mod many_rows;
pub mod memory;
pub mod packed;
pub mod places;
pub mod product;
pub mod profile;
pub mod rows;
mod seam;
pub mod team;
pub mod text;
mod tiles;
pub mod weights;

pub use few_rows::{few_rows, few_rows_each};
pub use many_rows::{Arithmetic, many_rows, rows_product, rows_products};
pub use product::{Precision, new_product, new_product_plus, precision, product};
pub use seam::Kernels;
pub use team::Team;
pub use weights::{Kind, Rows, narrow};
