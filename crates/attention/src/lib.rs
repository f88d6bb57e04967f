#![doc = include_str!("../README.md")]
//!
//! # In this order
//!
//! 1. [`head`]: one head, as the article draws it, and the same not looking ahead
//! 2. [`multi_head`]: many heads, each listening for something else
//! 3. [`cache`]: keys and values are kept, so that a text that grows is not read again

pub mod cache;
pub mod head;
pub mod multi_head;

pub use cache::KeyValue;
pub use head::Head;
pub use multi_head::MultiHead;
