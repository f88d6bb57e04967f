//! Any of the vocabularies behind one name: text into ids, and ids into text.
//!
//! ```text
//! added tokens -> normalizer -> cut -> model -> template             text into ids
//!                          added tokens, model -> decoder            ids into text
//! ```
//!
//! So a `tokenizer.json` has it, and each part is a module of this crate.

mod entries;
mod long;

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    Characters, DecodeError, EncodeError, Pairs, Stream, Words,
    added::{Added, Part},
    bytes,
    cut::{Cut, Step, cut, find::Find},
    decoder::{Decoder, Lays, byte_named},
    fast::{Text, Texts},
    model::Model,
    normalize::Normalizer,
    template::Template,
};

/// The ids of a text that is longer get all their room at once: what is not filled takes no memory.
const LONG: usize = 1 << 20;

/// Turns text into numbers and back.
#[derive(Clone, Debug, PartialEq)]
pub struct Tokenizer {
    pub(crate) added: Added,
    pub(crate) normalizer: Normalizer,
    pub(crate) cut: Cut,
    pub(crate) model: Model,
    pub(crate) template: Template,
    pub(crate) decoder: Decoder,
    /// Tokens of the vocabulary that the model never makes: they spell no bytes, or are empty. It has
    /// an empty token in their place, and where the vocabulary has a hole.
    pub(crate) literal: FxHashMap<u32, String>,
    pub(crate) texts: Texts,
}

/// What is special in encoding. By default nothing is: all of the text is text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Specials {
    /// Special tokens that the text spells are themselves.
    pub in_text: bool,
    /// What the tokenizer puts around a text is put there.
    pub around: bool,
}

impl From<Pairs> for Tokenizer {
    fn from(pairs: Pairs) -> Self {
        Model::Pairs(pairs).into()
    }
}

impl Tokenizer {
    /// The characters of `text`, sorted.
    pub fn characters(text: &str) -> Self {
        Model::Characters(Characters::of(text)).into()
    }

    /// `<unk>` and the commonest words of `text`, at most `vocabulary` entries together.
    pub fn words(text: &str, vocabulary: usize) -> Self {
        Model::Words(Words::of(text, vocabulary)).into()
    }

    /// The 256 bytes.
    pub fn bytes() -> Self {
        Model::Bytes.into()
    }

    /// The 256 bytes, and what `text` often has side by side: at most `vocabulary` entries together.
    pub fn byte_pairs(text: &str, vocabulary: usize) -> Self {
        Model::Pairs(Pairs::train(text, vocabulary)).into()
    }

    /// What makes ids of a piece of text.
    pub fn model(&self) -> &Model {
        &self.model
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
        self.encode_with(text, Specials::default())
    }

    /// The ids of a text, with special tokens.
    pub fn encode_with(&self, text: &str, specials: Specials) -> Result<Vec<u32>, EncodeError> {
        let mut ids = Vec::new();
        if specials.around {
            ids.extend(&self.template.before);
        }
        for part in self.added.before(text, specials.in_text) {
            match part {
                Part::Token(id) => ids.push(id),
                Part::Text(at) => self
                    .encode_raw(&text[at.clone()], at.start == 0, specials.in_text, &mut ids)
                    .map_err(|error| error.within(text))?,
            }
        }
        if specials.around {
            ids.extend(&self.template.after);
        }
        Ok(ids)
    }

    /// The ids of many texts, on all cores at once: what [`encode`](Self::encode) says of each.
    pub fn encode_each(&self, texts: &[&str]) -> Result<Vec<Vec<u32>>, EncodeError> {
        texts.par_iter().map(|text| self.encode(text)).collect()
    }

    /// The ids of bytes that need not be text: what is text in them is encoded as such, and the rest
    /// byte by byte. Only a vocabulary of bytes has ids for that.
    pub fn encode_bytes(&self, bytes: &[u8]) -> Result<Vec<u32>, EncodeError> {
        let mut ids = Vec::new();
        for chunk in bytes.utf8_chunks() {
            ids.extend(self.encode(chunk.valid())?);
            match &self.model {
                _ if chunk.invalid().is_empty() => {}
                Model::Pairs(pairs) => pairs.encode_piece(chunk.invalid(), &mut ids),
                Model::Bytes => ids.extend(chunk.invalid().iter().copied().map(u32::from)),
                model => return Err(EncodeError::unknown("\u{FFFD}", model.len())),
            }
        }
        Ok(ids)
    }

    /// A text that is not normalized yet. `start`: the whole text begins with it.
    fn encode_raw(
        &self,
        text: &str,
        start: bool,
        special: bool,
        ids: &mut Vec<u32>,
    ) -> Result<(), EncodeError> {
        if let (Model::SentencePiece(pieces), Some(blank_first)) =
            (&self.model, self.makes_blanks())
            && pieces.encode_blanks(text, blank_first, ids)
        {
            return Ok(());
        }
        let normalized = self.normalizer.normalize(text)?;
        let (text, start) = (&normalized.text, start && normalized.from_start);
        for part in self.added.after(text, special) {
            match part {
                Part::Token(id) => ids.push(id),
                Part::Text(at) => {
                    self.encode_text(&text[at.clone()], start && at.start == 0, ids)?
                }
            }
        }
        Ok(())
    }

    /// Whether blanks become ▁ and nothing else is done before the model sees the text; and whether one
    /// goes in front.
    fn makes_blanks(&self) -> Option<bool> {
        let blank = |find: &Find| *find == Find::Text(" ".into());
        let cut = |step: &Step| matches!(step, Step::Split { find, .. } if blank(find));
        let front = self.normalizer.to_blanks()?;
        (self.added.is_found_before() && self.cut.steps.iter().all(cut)).then_some(front)
    }

    /// A text that is normalized: cut, and each piece made ids.
    fn encode_text(&self, text: &str, start: bool, ids: &mut Vec<u32>) -> Result<(), EncodeError> {
        let spelled = self.normalizer.spells();
        match (&self.model, self.cut.pattern(), self.cut.only()) {
            (Model::Pairs(pairs), Some((before, pattern)), _) if !spelled => {
                cut(before, false, text, start, &mut |piece| {
                    pairs.encode_cut(pattern, piece, ids);
                    Ok(())
                })
            }
            (Model::Characters(characters), _, Some(Find::Characters)) => {
                ids.reserve(text.len()); // at most; what is not filled takes no memory
                characters.encode_piece(text, ids)
            }
            (model, ..) => {
                if text.len() > LONG {
                    ids.reserve(text.len());
                }
                let spelled = spelled || self.cut.spells();
                let bytes = matches!(model, Model::Pairs(_) | Model::Bytes);
                let mut take = |piece: &str| model.encode_piece(piece, spelled, ids);
                self.cut.pieces(text, start, bytes, &mut take)
            }
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
        self.decode_with(ids, false)
    }

    /// The text of ids, without special tokens if `skip_special`.
    pub fn decode_with(&self, ids: &[u32], skip_special: bool) -> Result<String, DecodeError> {
        let gaps = self.decoder.hears_gaps();
        let skipped = |&id: &u32| skip_special && self.added.is_skipped(id);
        let kept = match skip_special && !gaps {
            true => Cow::Owned(ids.iter().copied().filter(|id| !skipped(id)).collect()),
            false => Cow::Borrowed(ids),
        };
        if let Some(bytes) = self.laid(&kept) {
            return Ok(bytes::text(bytes));
        }
        if self.decoder.lays() == Some(Lays::Bytes) {
            return Ok(bytes::text(self.bytes_of(&kept)?));
        }
        let token = |id: &u32| match skipped(id) {
            true => Ok(Cow::Borrowed("")),
            false => self.shown(*id).ok_or_else(|| self.no_token(*id)),
        };
        self.decoder.decode(kept.iter().map(token).collect::<Result<_, _>>()?)
    }

    /// The bytes of ids, which need not be text. (A vocabulary that is not one of bytes has text.)
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let tokenizer = Tokenizer::byte_pairs("the cat, the cats", 260);
    /// let ids = tokenizer.encode_bytes(b"cat\xFF")?;
    /// assert_eq!(tokenizer.decode_bytes(&ids)?, b"cat\xFF");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>, DecodeError> {
        match self.decoder.lays() {
            Some(Lays::Bytes) => self.bytes_of(ids),
            _ => Ok(self.decode(ids)?.into_bytes()),
        }
    }

    /// The bytes of ids where they are but laid side by side, if each has a text.
    fn laid(&self, ids: &[u32]) -> Option<Vec<u8>> {
        let laid = self.decoder.lays()?;
        let text = |id| match laid {
            Lays::Bytes => self.shown_bytes(id).map_or(Text::None, Text::Bytes),
            Lays::Blanks { .. } => {
                self.shown(id).map_or(Text::None, |text| match byte_named(&text) {
                    Some(byte) => Text::Byte(byte),
                    None => Text::Bytes(Cow::Owned(text.replace('▁', " ").into_bytes())),
                })
            }
        };
        let mut bytes = self.texts.lay(ids, self.vocabulary(), text)?;
        if laid == (Lays::Blanks { front: true }) && bytes.starts_with(b" ") {
            bytes.remove(0);
        }
        Some(bytes)
    }

    fn bytes_of(&self, ids: &[u32]) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = Vec::with_capacity(ids.len() * 4);
        for &id in ids {
            bytes.extend_from_slice(&self.shown_bytes(id).ok_or_else(|| self.no_token(id))?);
        }
        Ok(bytes)
    }

    /// Decoding as the ids come, one by one.
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(self)
    }
}
