//! A model in one file, as llama.cpp has it: GGUF.
//!
//! ```text
//! "GGUF"  version  how many tensors  how many keys
//! keys     name, type, value            llama.block_count = 30, tokenizer.ggml.tokens = [...]
//! tensors  name, axes, kind, offset     axes from the inside out: (columns, rows)
//! numbers  each tensor at its offset, a multiple of general.alignment (32)
//!
//! blk.0.attn_q.weight -> model.layers.0.self_attn.q_proj.weight       (out, in), Q8_0 or another kind
//! ```
//!
//! The sizes of the model, its vocabulary and the template of a conversation are keys, so the one file is
//! all that is needed. Nothing of it is copied: a tensor and a list keep their place in the bytes, which
//! may be mapped into memory, and each length is held against the bytes that are there before it is
//! believed.
//!
//! Source: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>

mod config;
mod cursor;
mod error;
mod infos;
mod kinds;
mod names;
mod parts;
mod pieces;
mod value;
mod vocabulary;
mod write;

use bytes::Bytes;

use self::cursor::Cursor;
pub use self::error::GgufError;
pub use self::parts::{metadata, parts};
pub use self::pieces::Part;
pub use self::value::{List, Value};
pub use self::vocabulary::vocabulary_keys;
pub use self::write::write;
use super::tensors::{Tensor, Tensors};
use super::{Config, FileError};

const MAGIC: &[u8; 4] = b"GGUF";

/// Offsets are multiples of this if the file does not say otherwise.
const ALIGNMENT: u64 = 32;

/// How many keys and tensors a file may have. (Published ones have some dozens and some thousands.)
const MANY: u64 = 1 << 16;

/// What a GGUF file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Gguf {
    /// The keys and their values, as the file lists them.
    pub metadata: Vec<(String, Value)>,
    /// The tensors under their names in the file, their shapes from the outside in.
    pub tensors: Vec<Tensor>,
}

impl Gguf {
    /// Takes a file apart.
    ///
    /// # Errors
    /// If it is not a GGUF file, is cut or damaged, or a tensor is of a kind that cannot be read.
    ///
    /// ```
    /// use transformer::files::gguf::{Gguf, Value, write};
    ///
    /// let mut file = Vec::new();
    /// let metadata = [("general.architecture".to_owned(), Value::from("llama"))];
    /// write(&mut file, &metadata, &[])?;
    /// let gguf = Gguf::read(file.into())?;
    /// assert_eq!(gguf.get("general.architecture").and_then(Value::text), Some("llama"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(bytes: Bytes) -> Result<Self, FileError> {
        let mut cursor = Cursor::new(bytes);
        let (tensors, keys) = begin(&mut cursor)?;
        let metadata = value::read_all(&mut cursor, keys)?;
        let mut gguf = Gguf { metadata, tensors: Vec::new() };
        let alignment = gguf.alignment()?;
        gguf.tensors = infos::read(cursor, tensors, alignment)?;
        Ok(gguf)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.metadata.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The sizes of the model.
    ///
    /// # Errors
    /// If it is of another architecture than `gpt2`, `llama`, `qwen2` and `qwen3`, or a key is missing or
    /// says what cannot be read.
    pub fn config(&self) -> Result<Config, FileError> {
        config::read(self)
    }

    /// The tensors of the model under the names of the Hugging Face layout.
    ///
    /// # Errors
    /// If one has a name that the architecture does not know.
    pub fn tensors(&self) -> Result<Tensors, FileError> {
        let architecture = self.architecture()?;
        let mut tensors = Vec::with_capacity(self.tensors.len());
        for tensor in &self.tensors {
            if tensor.name == names::FREQUENCIES {
                continue; // a part of the configuration
            }
            match names::published(architecture, &tensor.name) {
                Some(name) => tensors.push(Tensor { name, ..tensor.clone() }),
                None => return Err(FileError::Extra(tensor.name.clone())),
            }
        }
        Tensors::from_gguf(tensors, architecture == "llama")
    }

    /// The vocabulary.
    ///
    /// # Errors
    /// If there is none, or a key holds something else than it should.
    pub fn vocabulary(&self) -> Result<tokenizer::gguf_vocabulary::Vocabulary, FileError> {
        Ok(vocabulary::read(self)?)
    }

    /// The tensor of this name in the file.
    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    fn architecture(&self) -> Result<&str, GgufError> {
        let key = "general.architecture";
        match self.get(key) {
            Some(value) => value.text().ok_or_else(|| GgufError::kept(key, value, "a text")),
            None => Err(GgufError::Missing(key.into())),
        }
    }

    fn alignment(&self) -> Result<u64, GgufError> {
        let key = "general.alignment";
        let Some(value) = self.get(key) else { return Ok(ALIGNMENT) };
        let number = value.integer().and_then(|number| u64::try_from(number).ok());
        let good = |number: &u64| number.is_power_of_two() && *number <= 1 << 20;
        number
            .filter(good)
            .ok_or_else(|| GgufError::kept(key, value, "a power of two up to a million"))
    }
}

/// The first 24 bytes: how many tensors and how many keys there are.
fn begin(cursor: &mut Cursor) -> Result<(u64, u64), GgufError> {
    let magic = cursor.take(4, "the beginning")?;
    if magic != MAGIC[..] {
        return Err(GgufError::Other(magic.escape_ascii().to_string()));
    }
    match cursor.u32("the version")? {
        2 | 3 => {}
        version if (2..=3).contains(&version.swap_bytes()) => return Err(GgufError::BigEndian),
        version => return Err(GgufError::Version(version)),
    }
    let (tensors, keys) = (cursor.u64("the number of tensors")?, cursor.u64("the number of keys")?);
    for (what, count) in [("tensors", tensors), ("keys", keys)] {
        if count > MANY {
            return Err(GgufError::broken("the beginning", format!("tells of {count} {what}")));
        }
    }
    Ok((tensors, keys))
}
