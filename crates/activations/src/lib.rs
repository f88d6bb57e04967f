#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`mod@relu`]: keep what is positive
//! 2. [`mod@sigmoid`]: squeeze into 0 to 1
//! 3. [`mod@tanh`]: squeeze into -1 to 1
//! 4. [`mod@silu`]: the number times its sigmoid
//! 5. [`mod@gelu`]: the number times its share of the bell curve
//! 6. [`mod@gelu_tanh`]: the same, nearly, without the bell curve
//! 7. [`mod@relu_squared`]: keep what is positive, squared
//! 8. [`activation`]: any of them over a whole array, forward and backward

pub mod relu;
pub mod sigmoid;
pub mod tanh;

pub mod gelu;
pub mod gelu_tanh;
pub mod relu_squared;
pub mod silu;

pub mod activation;

pub use activation::Activation;
pub use gelu::{gelu, gelu_slope};
pub use gelu_tanh::{gelu_tanh, gelu_tanh_slope};
pub use relu::{relu, relu_slope};
pub use relu_squared::{relu_squared, relu_squared_slope};
pub use sigmoid::{sigmoid, sigmoid_slope};
pub use silu::{silu, silu_slope};
pub use tanh::{tanh, tanh_slope};
