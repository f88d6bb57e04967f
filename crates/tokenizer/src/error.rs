//! What can go wrong between text, ids and files: each message says what, where, and what to do.

use thiserror::Error;

/// A text that has no ids.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// A character of the text that no token can spell.
    #[error(
        "the character {character:?} (U+{number:04X}) at byte {at} is not among the {vocabulary} \
         entries of the vocabulary: take it out, or train a tokenizer on a text that has it",
        number = u32::from(*character)
    )]
    Unknown {
        /// The character.
        character: char,
        /// The byte of the text at which it begins.
        at: usize,
        /// How many entries the vocabulary has.
        vocabulary: usize,
    },
}

/// An id that has no text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// An id past the end of the vocabulary.
    #[error(
        "your vocabulary has {vocabulary} entries and this id is {id}: \
         decode with the tokenizer that made the ids"
    )]
    Unknown {
        /// The id.
        id: u32,
        /// How many entries the vocabulary has.
        vocabulary: usize,
    },
}

/// A `tokenizer.json` that cannot be opened.
#[derive(Debug, Error)]
pub enum FormatError {
    /// It is not JSON, or not of this shape.
    #[error("not a tokenizer.json: {0}")]
    Json(#[from] serde_json::Error),
    /// It asks for what is not built here.
    #[error("{place} is {found}, which is not supported: here it must be {supported}")]
    Unsupported {
        /// Where in the file.
        place: &'static str,
        /// What stands there.
        found: String,
        /// What could stand there.
        supported: &'static str,
    },
    /// It contradicts itself.
    #[error("{place}: {problem}")]
    Broken {
        /// Where in the file.
        place: String,
        /// What is wrong there.
        problem: String,
    },
}
