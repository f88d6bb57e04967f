//! What may be wrong with a GGUF file.

use super::Value;

/// What is wrong with a GGUF file.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// It begins as other files do.
    #[error("not a GGUF file: it begins with {0:?}, not with \"GGUF\"")]
    Other(String),
    /// It was made for processors that keep the bytes of a number the other way round.
    #[error(
        "a big-endian GGUF file: turn it over with gguf-convert-endian, of the Python package gguf"
    )]
    BigEndian,
    /// It is of another version.
    #[error(
        "GGUF version {0}, and 2 and 3 can be read: convert the model again with a newer program"
    )]
    Version(u32),
    /// It is cut, or contradicts itself.
    #[error("the GGUF file is cut or damaged: {place} {problem}")]
    Broken {
        /// Where in the file.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// Numbers of a kind that cannot be read.
    #[error(
        "the tensor {name} is {found}, and F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K and Q6_K can be \
         read: quantize the model to one of them"
    )]
    Kind {
        /// The tensor's name in the file.
        name: String,
        /// The kind of its numbers.
        found: String,
    },
    /// A key that must be there.
    #[error("the GGUF file lacks the key {0}")]
    Missing(String),
    /// A key that says what cannot be read.
    #[error("GGUF: {key} is {found}, and only {wanted} can be read")]
    Unsupported {
        /// The key.
        key: String,
        /// What it says.
        found: String,
        /// What it could say.
        wanted: &'static str,
    },
    /// What cannot be said in a GGUF file.
    #[error("a GGUF file cannot hold this model: {0}")]
    Unwritten(String),
    /// The writing itself failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl GgufError {
    pub(super) fn broken(place: impl Into<String>, problem: impl Into<String>) -> Self {
        GgufError::Broken { place: place.into(), problem: problem.into() }
    }

    /// A key keeps a value that it should not.
    pub(super) fn kept(key: &str, value: &Value, wanted: &'static str) -> Self {
        GgufError::Unsupported { key: key.into(), found: value.shown(), wanted }
    }
}

/// A name from a file, of a bearable length.
pub(super) fn short(name: &str) -> String {
    let start: String = name.chars().take(80).collect();
    if start == name { format!("{name:?}") } else { format!("{start:?}…") }
}
