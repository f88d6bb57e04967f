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
//! 8. [`word_piece`]: the longest beginnings of a word
//!
//! Then what makes them one thing to use:
//!
//! 9. [`mod@tokenizer`]: the whole way from text to ids and back
//! 10. [`model`]: any of the vocabularies behind one name
//! 11. [`added`]: tokens that stand beside what was learned
//! 12. [`normalize`]: a text is made alike before it is cut
//! 13. [`cut`]: where a text is cut
//! 14. [`template`]: what stands around a text
//! 15. [`decoder`]: how tokens become text
//! 16. [`stream`]: text from ids that come one by one
//! 17. [`json`]: the file `tokenizer.json`, to and fro
//! 18. [`error`]: what can go wrong

pub mod bytes;
pub mod characters;
pub mod pairs;
pub mod sentence_piece;
pub mod split;
pub mod unigram;
pub mod word_piece;
pub mod words;

pub mod added;
pub mod count;
pub mod cut;
pub mod decoder;
pub mod error;
mod fast;
pub mod json;
pub mod model;
pub mod normalize;
pub mod sentencepiece_file;
pub mod stream;
pub mod tekken_file;
pub mod template;
pub mod tiktoken_file;
pub mod tokenizer;
pub mod train;

pub use characters::Characters;
pub use error::{DecodeError, EncodeError, FormatError, ReadError};
pub use model::Model;
pub use pairs::Pairs;
pub use sentence_piece::SentencePiece;
pub use stream::Stream;
pub use tokenizer::{Specials, Tokenizer};
pub use unigram::Unigram;
pub use word_piece::WordPiece;
pub use words::Words;
