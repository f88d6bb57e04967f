//! What an id stands for: an entry of the vocabulary.

use std::borrow::Cow;

use super::Tokenizer;
use crate::{DecodeError, decoder::byte_level, model::Model};

impl Tokenizer {
    /// How many ids there are: every id is smaller. (A published vocabulary may have holes.)
    pub fn vocabulary(&self) -> usize {
        let added = self.added.tokens().iter().map(|token| token.id as usize + 1).max();
        self.model.len().max(added.unwrap_or(0))
    }

    /// The bytes that an id stands for, which need not be whole characters.
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        match self.text_of(id) {
            Some(text) => Some(text.as_bytes()),
            None => self.model.bytes(id),
        }
    }

    /// An entry of the vocabulary as the file spells it: `Ġthe` for " the" in byte pairs.
    pub fn token(&self, id: u32) -> Option<String> {
        match self.added.get(id) {
            Some(token) => Some(token.content.clone()),
            None => self.listed(id).map(Cow::into_owned),
        }
    }

    /// The special tokens, and how they are spelled: what [`encode_with`](Self::encode_with) finds in a
    /// text if asked to.
    pub fn special_tokens(&self) -> impl Iterator<Item = (u32, &str)> {
        let tokens = self.added.tokens().iter().filter(|token| token.special);
        tokens.map(|token| (token.id, token.content.as_str()))
    }

    /// An entry of the model's own vocabulary as the file spells it.
    pub(crate) fn listed(&self, id: u32) -> Option<Cow<'_, str>> {
        match self.literal.get(&id) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.model.spelled(id),
        }
    }

    /// The text of what is not the model's.
    fn text_of(&self, id: u32) -> Option<&str> {
        let added = self.added.shown(id);
        if self.literal.is_empty() {
            added
        } else {
            added.or(self.literal.get(&id).map(|text| &**text))
        }
    }

    /// What decoders see of an id.
    pub(crate) fn shown(&self, id: u32) -> Option<Cow<'_, str>> {
        match self.text_of(id) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.model.spelled(id),
        }
    }

    /// The bytes that the decoder `ByteLevel` sees in an id.
    pub(crate) fn shown_bytes(&self, id: u32) -> Option<Cow<'_, [u8]>> {
        match (self.text_of(id), &self.model) {
            (Some(text), _) => Some(Cow::Owned(byte_level(text))),
            (None, Model::Pairs(_) | Model::Bytes) => self.model.bytes(id).map(Cow::Borrowed),
            (None, model) => model.spelled(id).map(|text| Cow::Owned(byte_level(&text))),
        }
    }

    /// Why an id has no text.
    pub(super) fn no_token(&self, id: u32) -> DecodeError {
        match self.vocabulary() {
            vocabulary if vocabulary > id as usize => DecodeError::Hole { id },
            vocabulary => DecodeError::Unknown { id, vocabulary },
        }
    }
}
