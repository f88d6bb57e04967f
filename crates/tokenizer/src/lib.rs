#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! The ladder:
//!
//! 1. [`characters`]: every character has a number
//! 2. [`words`]: every common word has one, and the others share `<unk>`
//! 3. [`bytes`]: 256 numbers spell any text
//! 4. [`pairs`]: and what stands together often gets a number of its own
//! 5. [`pairs::train`]: which pairs? Count, join the commonest, count again
//! 6. [`pairs::long`]: a long word, without looking at all of it again and again
//! 7. [`pairs::steps`]: each join in a piece, to look at
//! 8. [`split`]: where a text is cut before pairs are joined
//! 9. [`sentence_piece`]: a space is a letter like any other
//! 10. [`unigram`]: of all ways to cut a text, the most likely one
//! 11. [`unigram::train`]: which pieces? Start with far too many
//! 12. [`word_piece`]: the longest beginnings of a word
//!
//! What makes them one thing to use:
//!
//! 13. [`mod@tokenizer`]: the whole way from text to ids and back
//! 14. [`added`]: tokens that stand beside what was learned
//! 15. [`normalize`]: a text is made alike before it is cut
//! 16. [`cut`]: where a text is cut
//! 17. [`model`]: any of the vocabularies behind one name
//! 18. [`template`]: what stands around a text
//! 19. [`decoder`]: how tokens become text
//! 20. [`stream`]: text from ids that come one by one
//! 21. [`error`]: what can go wrong
//!
//! The files:
//!
//! 22. [`json`]: `tokenizer.json`, to and fro
//! 23. [`tiktoken_file`]: `.tiktoken`, a token a line
//! 24. [`tekken_file`]: `tekken.json`, the same behind special tokens
//! 25. [`sentencepiece_file`]: `.model`, a score for each piece
//! 26. [`gguf_vocabulary`]: what a GGUF file says of its tokens
//!
//! Learning from more text than fits into memory:
//!
//! 27. [`count`]: how often each piece comes
//! 28. [`train`]: a vocabulary of any kind from that
//!
//! And `fast`, the fast room, which may stay closed: its files say how a text is cut for 64 places at
//! once, how pieces are remembered, and where a long one can be cut.

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
pub mod gguf_vocabulary;
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
