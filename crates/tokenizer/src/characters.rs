//! Every character has a number: the simplest of vocabularies, and a small one.
//!
//! ```text
//! vocabulary = the characters of a text, each once, sorted
//! id         = place in the vocabulary                     "hello" -> e h l o -> 1 0 2 2 3
//! ```
//!
//! Nothing has to be cut, and nothing is lost. But a model sees letters, where a reader sees words,
//! and a character that the text never had has no number at all.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::EncodeError;

/// A vocabulary of characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Characters {
    tokens: Vec<String>,
    ids: FxHashMap<char, u32>,
}

impl Characters {
    /// The characters of `text`, sorted.
    ///
    /// ```
    /// use tokenizer::Characters;
    ///
    /// let characters = Characters::of("hello");
    /// assert_eq!(characters.encode("hole"), Ok(vec![1, 3, 2, 0]));
    /// ```
    pub fn of(text: &str) -> Self {
        let mut each = FxHashSet::default(); // not collected: that would make room for each character of the text
        text.chars().for_each(|character| _ = each.insert(character));
        let mut sorted: Vec<char> = each.into_iter().collect();
        sorted.sort_unstable();
        Self::in_order(sorted)
    }

    /// These characters, numbered from 0.
    pub(crate) fn in_order(characters: impl IntoIterator<Item = char>) -> Self {
        let tokens: Vec<char> = characters.into_iter().collect();
        let ids = (0..).zip(&tokens).map(|(id, &token)| (token, id)).collect();
        Characters { tokens: tokens.into_iter().map(String::from).collect(), ids }
    }

    /// One id for each character.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, EncodeError> {
        let mut ids = Vec::with_capacity(text.len());
        self.encode_piece(text, &mut ids)?;
        Ok(ids)
    }

    /// Adds them to those before.
    pub(crate) fn encode_piece(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), EncodeError> {
        for (at, character) in text.char_indices() {
            let unknown = EncodeError::Unknown { character, at, vocabulary: self.tokens.len() };
            ids.push(self.ids.get(&character).copied().ok_or(unknown)?);
        }
        Ok(())
    }

    /// The character of each id.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}
