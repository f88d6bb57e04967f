#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`head`]: one head, as the article draws it, and the same not looking ahead
//! 2. [`multi_head`]: many heads, each listening for something else
//! 3. [`cross`]: from one text to another
//! 4. [`texts`]: texts lie one under the other
//! 5. [`cache`]: keys and values are kept, so that a text that grows is not read again
//!
//! On the way to Llama:
//!
//! 6. [`tiled`]: the same sum without an array of all scores
//! 7. [`rms_norm`]: every row at the same length
//! 8. [`grouped`]: several heads ask, one answers them all; places are turns
//! 9. [`reminded`]: what is heard is told what it was at first
//!
//! [`fast_norm`] is where norms meet their kernel.

pub mod cache;
pub mod cross;
pub mod fast_norm;
pub mod grouped;
pub mod head;
mod hear;
pub mod multi_head;
pub mod reminded;
pub mod rms_norm;
pub mod texts;
pub mod tiled;

pub use cache::KeyValue;
pub use grouped::Grouped;
pub use head::Head;
pub use multi_head::MultiHead;
pub use reminded::Reminded;
pub use rms_norm::RmsNorm;
pub use texts::{Texts, Words};
