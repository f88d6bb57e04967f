#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`characters`]: every character has a number
//! 2. [`words`]: every common word has one, and the others share `<unk>`
//! 3. [`bytes`]: 256 numbers spell any text
//! 4. [`pairs`]: and what stands together often gets a number of its own
//! 5. [`pairs::train`]: which pairs? Count, join the commonest, count again
//! 6. [`pairs::long`]: a long word, without looking at all of it again and again
//! 7. [`split`]: where a text is cut before pairs are joined
//!
//! Then what makes them one thing to use:
//!
//! 8. [`mod@tokenizer`]: any of them behind one name
//! 9. [`stream`]: text from ids that come one by one
//! 10. [`json`]: the file `tokenizer.json`, to and fro
//! 11. [`error`]: what can go wrong

pub mod bytes;
pub mod characters;
pub mod pairs;
pub mod split;
pub mod words;

pub mod error;
pub mod json;
pub mod stream;
pub mod tokenizer;

pub use characters::Characters;
pub use error::{DecodeError, EncodeError, FormatError};
pub use pairs::Pairs;
pub use stream::Stream;
pub use tokenizer::Tokenizer;
pub use words::Words;
