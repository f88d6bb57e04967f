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
    /// A regular expression that takes too long to cut the text.
    #[error(
        "the pattern {pattern} takes too long on this text: encode it in parts, or write the pattern \
         without what must be tried again and again"
    )]
    Pattern {
        /// The pattern, or its beginning.
        pattern: String,
    },
}

impl EncodeError {
    /// A piece of text that nothing in the vocabulary spells.
    pub(crate) fn unknown(piece: &str, vocabulary: usize) -> Self {
        let character = piece.chars().next().unwrap_or_default();
        EncodeError::Unknown { character, at: 0, vocabulary }
    }

    /// The same, with the place in the whole text of which a part was encoded.
    pub(crate) fn within(mut self, text: &str) -> Self {
        if let EncodeError::Unknown { character, at, .. } = &mut self {
            *at = text.find(*character).unwrap_or(*at);
        }
        self
    }

    /// The same, of a piece that so many bytes of the text come before.
    pub(crate) fn behind(mut self, bytes: usize) -> Self {
        if let EncodeError::Unknown { at, .. } = &mut self {
            *at += bytes;
        }
        self
    }
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
    /// An id that no entry has, though others have larger ones.
    #[error(
        "no entry of your vocabulary has the id {id}: decode with the tokenizer that made the ids"
    )]
    Hole {
        /// The id.
        id: u32,
    },
    /// A regular expression of the decoder that takes too long.
    #[error("{0}")]
    Pattern(String),
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
        place: String,
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

/// A text that cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The reader failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no text.
    #[error(
        "not UTF-8: byte {at} (0x{byte:02x}) begins no character; convert it, for example with iconv"
    )]
    NotUtf8 {
        /// Where.
        at: u64,
        /// The byte that stands there.
        byte: u8,
    },
}
