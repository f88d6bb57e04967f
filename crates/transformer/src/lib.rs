#![doc = include_str!("../README.md")]
//!
//! # In this order
//!
//! 1. [`layer_norm`]: put every row on the same footing
//! 2. [`feed_forward`]: each word thinks for itself
//! 3. [`block`]: listen, then think, and add what comes of it to what was there
//! 4. [`config`]: how large a GPT is
//! 5. [`gpt`]: tokens in, a score for each possible next token out
//! 6. [`mod@generate`]: let it speak, one token after another
//! 7. [`files`]: a model as the files that others read and write

pub mod block;
pub mod config;
pub mod feed_forward;
pub mod files;
pub mod generate;
pub mod gpt;
pub mod layer_norm;

pub use block::Block;
pub use config::{ConfigError, GptConfig};
pub use feed_forward::FeedForward;
pub use files::FileError;
pub use generate::Cache;
pub use gpt::Gpt;
pub use layer_norm::LayerNorm;
