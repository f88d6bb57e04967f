#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`bars`]: one number, as a bar
//! 2. [`maps`]: a table of numbers, as shades
//! 3. [`mod@svg`]: maps, curves and points, as a file
//! 4. [`mod@save`]: where that file goes
//! 5. [`check`]: the pages show what the examples print

pub mod bars;
pub mod check;
pub mod maps;
pub mod save;
pub mod svg;

pub use bars::{bar, signed_bar};
pub use maps::{heat_map, signed_map};
pub use save::save;
