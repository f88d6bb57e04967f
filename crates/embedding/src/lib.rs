#![doc = include_str!("../README.md")]
//!
//! # In this order
//!
//! 1. [`mod@one_hot`]: a token as a row of zeros with a single one
//! 2. [`lookup`]: a list of learned numbers for each token: looking it up is multiplying by that row
//!
//! A learned position is an embedding too: of the place where a token stands.

pub mod lookup;
pub mod one_hot;

pub use lookup::Embedding;
pub use one_hot::one_hot;
