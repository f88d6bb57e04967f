//! The vocabularies behind one name: what makes ids of a piece of text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::{
    Characters, EncodeError, Pairs, SentencePiece, Tokenizer, Unigram, WordPiece, Words,
    added::Added,
    bytes,
    cut::{Behavior, Cut, Step, find::Find},
    decoder::{self, Decoder},
    normalize::Normalizer,
    template::Template,
};

/// How a piece of text becomes ids.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// A number for each character.
    Characters(Characters),
    /// A number for each common word.
    Words(Words),
    /// The bytes themselves.
    Bytes,
    /// Byte-pair encoding.
    Pairs(Pairs),
    /// Byte-pair encoding that starts from characters.
    SentencePiece(SentencePiece),
    /// The most likely tokens.
    Unigram(Unigram),
    /// The longest tokens, from left to right.
    WordPiece(WordPiece),
}

impl Model {
    /// How many ids it has, holes among them.
    pub(crate) fn len(&self) -> usize {
        match self {
            Model::Characters(characters) => characters.tokens().len(),
            Model::Words(words) => words.tokens().len(),
            Model::Bytes => bytes::EACH.len(),
            Model::Pairs(pairs) => pairs.tokens().len(),
            Model::SentencePiece(pieces) => pieces.tokens().len(),
            Model::Unigram(unigram) => unigram.tokens().len(),
            Model::WordPiece(pieces) => pieces.tokens().len(),
        }
    }

    /// The bytes of a token, if the model has it.
    pub(crate) fn bytes(&self, id: u32) -> Option<&[u8]> {
        let at = id as usize;
        let bytes = match self {
            Model::Characters(characters) => characters.tokens().get(at)?.as_bytes(),
            Model::Words(words) => words.tokens().get(at)?.as_bytes(),
            Model::Bytes => bytes::EACH.get(at..=at)?,
            Model::Pairs(pairs) => pairs.tokens().get(at)?,
            Model::SentencePiece(pieces) => pieces.tokens().get(at)?.as_bytes(),
            Model::Unigram(unigram) => unigram.tokens().get(at)?.0.as_bytes(),
            Model::WordPiece(pieces) => pieces.tokens().get(at)?.as_bytes(),
        };
        (!bytes.is_empty()).then_some(bytes)
    }

    /// A token as the file spells it, if the model has it.
    pub(crate) fn spelled(&self, id: u32) -> Option<Cow<'_, str>> {
        let bytes = self.bytes(id)?;
        Some(match self {
            Model::Bytes | Model::Pairs(_) => Cow::Owned(bytes::spell(bytes)),
            _ => String::from_utf8_lossy(bytes),
        })
    }

    /// The ids of one piece, added to `ids`. `spelled`: its bytes are written as characters.
    pub(crate) fn encode_piece(
        &self,
        piece: &str,
        spelled: bool,
        ids: &mut Vec<u32>,
    ) -> Result<(), EncodeError> {
        match self {
            Model::Characters(characters) => characters.encode_piece(piece, ids)?,
            Model::Words(words) => words.encode_piece(piece, ids)?,
            Model::Bytes => ids.extend(piece.bytes().map(u32::from)),
            Model::SentencePiece(pieces) => pieces.encode_piece(piece, ids),
            Model::Unigram(unigram) => unigram.encode_piece(piece, ids)?,
            Model::WordPiece(pieces) => pieces.encode_piece(piece, ids)?,
            Model::Pairs(pairs) if !spelled => pairs.encode_piece(piece.as_bytes(), ids),
            Model::Pairs(pairs) => match bytes::unspell(piece) {
                Some(bytes) => pairs.encode_piece(&bytes, ids),
                None => return Err(EncodeError::unknown(piece, pairs.tokens().len())),
            },
        }
        Ok(())
    }
}

/// The way around a vocabulary that is trained here.
impl From<Model> for Tokenizer {
    fn from(model: Model) -> Self {
        let split = |find| vec![Step::Split { find, behavior: Behavior::Isolated, invert: false }];
        let byte_level = |pattern| vec![Step::ByteLevel { prefix: false, pattern }];
        let (cut, decoder) = match &model {
            Model::Characters(_) => (split(Find::Characters), vec![decoder::Step::Fuse]),
            Model::Words(_) => (split(Find::Words), vec![decoder::Step::Fuse]),
            Model::Bytes => (byte_level(false), vec![decoder::Step::ByteLevel]),
            Model::Pairs(_) => (byte_level(true), vec![decoder::Step::ByteLevel]),
            Model::SentencePiece(_) | Model::Unigram(_) => (Vec::new(), Decoder::from_metaspace()),
            Model::WordPiece(pieces) => {
                let prefix = pieces.prefix.clone();
                (split(Find::WordsOrNot), vec![decoder::Step::WordPiece { prefix, cleanup: false }])
            }
        };
        let normalizer = match &model {
            Model::SentencePiece(_) | Model::Unigram(_) => Normalizer::to_metaspace(),
            _ => Normalizer::default(),
        };
        Tokenizer {
            added: Added::default(),
            normalizer,
            cut: Cut { steps: cut },
            model,
            template: Template::default(),
            decoder: Decoder { steps: Some(decoder) },
            literal: FxHashMap::default(),
            texts: crate::fast::Texts::default(),
        }
    }
}
