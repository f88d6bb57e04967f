#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this room
//!
//! - [`mod@product`]: matrix products, through the `gemm` crate
//! - [`weights`]: a matrix as a file holds it, in 32 to 4 bits a number
//! - [`mod@few_rows`]: its product with a few rows, at the speed of memory
//! - [`mod@many_rows`]: its product with many rows, a prompt, in packed tiles
//! - [`team`]: threads that wait awake
//! - [`mod@attend`]: what words hear of keys and values that are kept
//! - [`rows`]: softmax, norms and bends over rows of `f32`, written so that the compiler uses wide registers
//! - [`memory`]: large tables in large pages
//! - [`text`]: what 64 bytes of a text are, a bit for each

pub mod attend;
pub mod few_rows;
pub mod many_rows;
pub mod memory;
pub mod product;
pub mod rows;
pub mod team;
pub mod text;
mod tiles;
pub mod weights;

pub use few_rows::{few_rows, few_rows_each};
pub use many_rows::{Arithmetic, many_rows, rows_product, rows_products};
pub use product::product;
pub use team::Team;
pub use weights::{Kind, Rows, narrow};

/// What the processor does fast with a kind of number.
///
/// A method that returns `Option` has a plain twin in the crate that teaches it, and `None` means:
/// walk the plain path. `f64` always does, so a test that holds `f32` to `f64` holds the kernel to
/// the formula.
pub trait Kernels: Copy + Default + PartialEq + 'static {
    /// Turns a row of scores into chances, and returns ln Σ exp(score).
    fn softmax(_row: &mut [Self]) -> Option<Self> {
        None
    }

    /// `y = gelu(x)` in its tanh form, one number at a time. Both are as long as each other.
    fn gelu(_x: &[Self], _y: &mut [Self]) -> Option<()> {
        None
    }

    /// `dx *= gelu'(x)`, where `dx` holds the slope along `gelu(x)`.
    fn gelu_backward(_x: &[Self], _dx: &mut [Self]) -> Option<()> {
        None
    }

    /// One, for the sums of [`product()`].
    const ONE: Self;
}

impl Kernels for f32 {
    const ONE: f32 = 1.0;

    fn softmax(row: &mut [f32]) -> Option<f32> {
        Some(rows::softmax(row))
    }

    fn gelu(x: &[f32], y: &mut [f32]) -> Option<()> {
        rows::gelu(x, y);
        Some(())
    }

    fn gelu_backward(x: &[f32], dx: &mut [f32]) -> Option<()> {
        rows::gelu_backward(x, dx);
        Some(())
    }
}

impl Kernels for f64 {
    const ONE: f64 = 1.0;
}
