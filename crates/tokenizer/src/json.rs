//! The file `tokenizer.json`, as the Hugging Face library reads and writes it.
//!
//! ```text
//! added_tokens     found before all else           model            how a piece becomes ids
//! normalizer       how a text is made alike        post_processor   what stands around the ids
//! pre_tokenizer    how it is cut                   decoder          how tokens become text
//! ```
//!
//! What is read gives the ids and the text that the library gives (0.23, and everything that published
//! files use). Everything else is refused by its name: half a tokenizer would give wrong ids without a
//! word. Two things are taken otherwise: the id of an added token is the one that the file says (the
//! library counts on from the vocabulary's end), and an id that no entry has is an error in decoding
//! (the library leaves it out).

mod cut;
mod decoder;
mod file;
mod find;
mod model;
mod normalizer;
mod part;
mod read;
mod refuse;
mod score;
mod template;
mod vocabulary;
mod write;

use crate::{FormatError, Tokenizer};

/// How characters are cut, in the file.
const ANY_CHARACTER: &str = r"[\s\S]";

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
