#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`mod@one_hot`]: a token as a row of zeros with a single one
//! 2. [`lookup`]: a list of learned numbers for each token: looking it up is multiplying by that row
//! 3. [`mod@sinusoidal`]: the place of a token as waves, which nobody has to learn
//! 4. [`rotary`]: the place of a token as a turn: what counts is the distance
//! 5. [`stretch`]: the same turns for longer texts
//!
//! A learned position is an embedding too: of the place where a token stands.

pub mod lookup;
pub mod one_hot;
pub mod rotary;
pub mod sinusoidal;
pub mod stretch;

pub use lookup::Embedding;
pub use one_hot::one_hot;
pub use rotary::Rotary;
pub use sinusoidal::{sinusoidal, the_article_form};
pub use stretch::Stretch;
