//! The file `tokenizer.json`, as the Hugging Face library reads and writes it.
//!
//! ```text
//! pre_tokenizer    how a text is cut          characters, words: a pattern    bytes, pairs: ByteLevel
//! model            how a piece becomes ids    WordLevel: a list               BPE: a list and merges
//! decoder          how tokens become text     Fuse: lay them side by side     ByteLevel: unspell them
//! ```
//!
//! What the four vocabularies here write is read, and published files of GPT-2's kind. Everything
//! else is refused by its name: half a tokenizer would give wrong ids without a word.

mod read;
mod refuse;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FormatError, Tokenizer};

/// How characters are cut, in the file.
const ANY_CHARACTER: &str = r"[\s\S]";

/// A token that stands in the vocabulary beside what was learned, as "<|endoftext|>" does in GPT-2's.
/// It has an id and a text, but a text that happens to spell it is ordinary text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Added {
    pub(crate) id: u32,
    pub(crate) content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    #[serde(default)]
    normalized: bool,
    #[serde(default)]
    special: bool,
}

/// What is read of a file.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    truncation: Value,
    #[serde(default)]
    padding: Value,
    #[serde(default)]
    added_tokens: Vec<Added>,
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    #[serde(default)]
    decoder: Value,
    model: Value,
}

impl Tokenizer {
    /// The tokenizer as a `tokenizer.json`, which the Hugging Face library opens too.
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let pairs = Tokenizer::byte_pairs("cat cats", 258);
    /// assert_eq!(Tokenizer::from_json(pairs.to_json().as_bytes())?, pairs);
    /// # Ok::<(), tokenizer::FormatError>(())
    /// ```
    pub fn to_json(&self) -> String {
        write::write(self)
    }

    /// A tokenizer from the bytes of a `tokenizer.json`.
    pub fn from_json(json: &[u8]) -> Result<Self, FormatError> {
        read::read(serde_json::from_slice(json)?)
    }
}
