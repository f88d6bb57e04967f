//! Any of the vocabularies behind one name: text into ids, and ids into text.

use crate::{Characters, DecodeError, EncodeError, Pairs, Stream, Words, bytes};

/// Turns text into numbers and back.
#[derive(Clone, Debug, PartialEq)]
pub enum Tokenizer {
    /// A number for each character.
    Characters(Characters),
    /// A number for each common word.
    Words(Words),
    /// The bytes themselves.
    Bytes,
    /// Byte-pair encoding.
    Pairs(Pairs),
}

impl Tokenizer {
    /// The characters of `text`, sorted.
    pub fn characters(text: &str) -> Self {
        Tokenizer::Characters(Characters::of(text))
    }

    /// `<unk>` and the commonest words of `text`, at most `vocabulary` entries together.
    pub fn words(text: &str, vocabulary: usize) -> Self {
        Tokenizer::Words(Words::of(text, vocabulary))
    }

    /// The 256 bytes.
    pub fn bytes() -> Self {
        Tokenizer::Bytes
    }

    /// The 256 bytes, and what `text` often has side by side: at most `vocabulary` entries together.
    pub fn byte_pairs(text: &str, vocabulary: usize) -> Self {
        Tokenizer::Pairs(Pairs::train(text, vocabulary))
    }

    /// How many entries the vocabulary has: every id is smaller.
    pub fn vocabulary(&self) -> usize {
        match self {
            Tokenizer::Characters(characters) => characters.tokens().len(),
            Tokenizer::Words(words) => words.tokens().len(),
            Tokenizer::Bytes => bytes::EACH.len(),
            Tokenizer::Pairs(pairs) => pairs.tokens().len(),
        }
    }

    /// The ids of a text.
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let error = Tokenizer::characters("abc").encode("cab?").unwrap_err();
    /// assert!(error.to_string().starts_with("the character '?' (U+003F) at byte 3 is not among"));
    /// ```
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, EncodeError> {
        match self {
            Tokenizer::Characters(characters) => characters.encode(text),
            Tokenizer::Words(words) => Ok(words.encode(text)),
            Tokenizer::Bytes => Ok(bytes::encode(text)),
            Tokenizer::Pairs(pairs) => pairs.encode(text),
        }
    }

    /// The text of ids. Bytes that are no text become U+FFFD, as in [`String::from_utf8_lossy`].
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// assert_eq!(Tokenizer::bytes().decode(&[104, 105, 255])?, "hi\u{FFFD}");
    /// # Ok::<(), tokenizer::DecodeError>(())
    /// ```
    pub fn decode(&self, ids: &[u32]) -> Result<String, DecodeError> {
        let mut bytes = Vec::with_capacity(ids.len() * 4);
        for &id in ids {
            let unknown = DecodeError::Unknown { id, vocabulary: self.vocabulary() };
            bytes.extend_from_slice(self.token_bytes(id).ok_or(unknown)?);
        }
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }

    /// Decoding as the ids come, one by one.
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(self)
    }

    /// The bytes that an id stands for, which need not be whole characters.
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        let at = id as usize;
        match self {
            Tokenizer::Characters(characters) => characters.tokens().get(at).map(String::as_bytes),
            Tokenizer::Words(words) => words.tokens().get(at).map(String::as_bytes),
            Tokenizer::Bytes => bytes::EACH.get(at..=at),
            Tokenizer::Pairs(pairs) => pairs.tokens().get(at).map(Vec::as_slice),
        }
    }

    /// An entry of the vocabulary as the file spells it: `Ġthe` for " the" in byte pairs.
    pub fn token(&self, id: u32) -> Option<String> {
        let token = self.token_bytes(id)?;
        Some(match self {
            Tokenizer::Characters(_) | Tokenizer::Words(_) => {
                String::from_utf8_lossy(token).into_owned()
            }
            Tokenizer::Bytes => bytes::spell(token),
            Tokenizer::Pairs(pairs) => {
                let added = pairs.added.iter().find(|added| added.id == id);
                added.map_or_else(|| bytes::spell(token), |added| added.content.clone())
            }
        })
    }
}
