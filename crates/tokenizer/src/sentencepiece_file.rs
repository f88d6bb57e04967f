//! The file `.model`, as SentencePiece writes it.
//!
//! ```text
//! ModelProto         1 pieces   2 trainer_spec   3 normalizer_spec   5 denormalizer_spec
//! a piece            1 text     2 score          3 type
//! trainer_spec       3 model_type     24 treat_whitespace_as_suffix    35 byte_fallback   44 unk_surface
//! normalizer_spec    2 precompiled_charsmap   3 add_dummy_prefix   4 remove_extra_whitespaces
//!                    5 escape_whitespaces
//! ```
//!
//! Ids and text are those that SentencePiece itself gives: control pieces in a text are text, and what
//! is user-defined is found first. Decoding leaves control pieces out if special tokens are left out.
//! Source: `sentencepiece_model.proto` in <https://github.com/google/sentencepiece>.

use prost::Message;
use rustc_hash::FxHashSet;

use crate::{
    FormatError, Model, SentencePiece, Tokenizer, Unigram,
    added::{Added, AddedToken},
    decoder::{self, Decoder},
    normalize::{
        Normalizer, Step,
        precompiled::Precompiled,
        sentence_piece::{Dummy, Rules},
    },
    sentence_piece::{
        byte_named,
        scores::{Defined, Kind, Piece},
    },
};

/// A piece has fewer bytes than this.
const LONGEST: usize = 8000;

/// What unknown text becomes, if the model does not say.
const SURFACE: &str = " \u{2047} ";

#[derive(Clone, PartialEq, Message)]
struct ModelProto {
    #[prost(message, repeated, tag = "1")]
    pieces: Vec<PieceProto>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<TrainerSpec>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<NormalizerSpec>,
    #[prost(message, optional, tag = "5")]
    denormalizer: Option<NormalizerSpec>,
}

#[derive(Clone, PartialEq, Message)]
struct PieceProto {
    #[prost(string, optional, tag = "1")]
    text: Option<String>,
    #[prost(float, optional, tag = "2")]
    score: Option<f32>,
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
struct TrainerSpec {
    #[prost(int32, optional, tag = "3")]
    model_type: Option<i32>,
    #[prost(bool, optional, tag = "24")]
    treat_whitespace_as_suffix: Option<bool>,
    #[prost(bool, optional, tag = "35")]
    byte_fallback: Option<bool>,
    #[prost(string, optional, tag = "44")]
    unk_surface: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct NormalizerSpec {
    #[prost(bytes = "vec", optional, tag = "2")]
    precompiled_charsmap: Option<Vec<u8>>,
    #[prost(bool, optional, tag = "3")]
    add_dummy_prefix: Option<bool>,
    #[prost(bool, optional, tag = "4")]
    remove_extra_whitespaces: Option<bool>,
    #[prost(bool, optional, tag = "5")]
    escape_whitespaces: Option<bool>,
}

impl Tokenizer {
    /// A tokenizer from the bytes of a SentencePiece `.model`.
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let error = Tokenizer::from_sentencepiece(b"<html>").unwrap_err();
    /// assert!(error.to_string().starts_with("the model: is no SentencePiece model"));
    /// ```
    pub fn from_sentencepiece(bytes: &[u8]) -> Result<Self, FormatError> {
        let proto = match ModelProto::decode(bytes) {
            Ok(proto) if !proto.pieces.is_empty() => proto,
            Ok(_) => return broken("the model", "is no SentencePiece model: it has no pieces"),
            Err(error) => {
                return broken("the model", format!("is no SentencePiece model: {error}"));
            }
        };
        let trainer = proto.trainer.unwrap_or_default();
        let byte_fallback = trainer.byte_fallback == Some(true);
        let pieces = pieces(proto.pieces, byte_fallback)?;
        let denormalizer = proto.denormalizer.unwrap_or_default();
        if denormalizer.precompiled_charsmap.is_some_and(|table| !table.is_empty()) {
            return unsupported("denormalizer_spec.precompiled_charsmap", "there", "absent");
        }
        let spec = proto.normalizer.unwrap_or_default();
        let decoder = decoder(&spec, &trainer, &pieces);
        let normalizer = normalizer(spec, &trainer, &pieces)?;
        let model = match trainer.model_type.unwrap_or(1) {
            1 => Model::Unigram(Unigram::from_scores(&pieces, byte_fallback)),
            2 => Model::SentencePiece(SentencePiece::from_scores(&pieces, byte_fallback, true)?),
            4 => Model::SentencePiece(SentencePiece::from_scores(&pieces, byte_fallback, false)?),
            other => {
                let found = if other == 3 { "WORD".into() } else { other.to_string() };
                return unsupported("trainer_spec.model_type", found, "UNIGRAM, BPE or CHAR");
            }
        };
        let added = Added::new(control(&pieces), &normalizer)?;
        let decoder = Decoder { steps: Some(vec![decoder]) };
        if let Model::SentencePiece(pieces) = &model {
            pieces.get_ready();
        }
        Ok(Tokenizer { added, normalizer, decoder, ..model.into() })
    }
}

/// The pieces, if each of them is one.
fn pieces(protos: Vec<PieceProto>, byte_fallback: bool) -> Result<Vec<Piece>, FormatError> {
    let mut pieces = Vec::with_capacity(protos.len());
    for (id, proto) in protos.into_iter().enumerate() {
        let (text, score) = (proto.text.unwrap_or_default(), proto.score.unwrap_or(0.0));
        let kind = match proto.kind.unwrap_or(1) {
            1 => Kind::Normal,
            2 => Kind::Unknown,
            3 => Kind::Control,
            4 => Kind::UserDefined,
            5 => Kind::Unused,
            6 => Kind::Byte,
            other => return broken(format!("piece {id}"), format!("has the unknown type {other}")),
        };
        pieces.push(Piece { text, score, kind });
    }
    check(&pieces, byte_fallback)?;
    Ok(pieces)
}

/// Whether each of the pieces is one, and all of them are a vocabulary.
pub(crate) fn check(pieces: &[Piece], byte_fallback: bool) -> Result<(), FormatError> {
    let (mut there, mut bytes) = (FxHashSet::default(), FxHashSet::default());
    for (id, Piece { text, score, kind }) in pieces.iter().enumerate() {
        let problem = match byte_named(text) {
            _ if text.is_empty() => "is empty",
            _ if text.contains('\0') => "has a zero byte",
            _ if text.len() >= LONGEST => "has 8000 bytes or more",
            _ if !score.is_finite() => "has a score that is no number",
            _ if *kind != Kind::Byte => "",
            _ if !byte_fallback => "is a byte, but byte_fallback is false",
            Some(byte) if bytes.insert(byte) => "",
            Some(_) => "is a byte that is there twice",
            None => "is a byte, but names none",
        };
        if !problem.is_empty() {
            return broken(format!("piece {id}"), problem);
        }
    }
    let twice = |&at: &usize| !there.insert((pieces[at].kind.in_text(), &*pieces[at].text));
    if let Some(piece) = (0..pieces.len()).find(twice).map(|at| &pieces[at]) {
        return broken("the pieces", format!("have {:?} twice", piece.text));
    }
    match pieces.iter().filter(|piece| piece.kind == Kind::Unknown).count() {
        1 if byte_fallback && bytes.len() < 256 => {
            broken("the pieces", format!("name {} of 256 bytes", bytes.len()))
        }
        1 => Ok(()),
        count => broken("the pieces", format!("have {count} of type UNKNOWN, not one")),
    }
}

/// Control pieces: they are never made of text.
fn control(pieces: &[Piece]) -> Vec<AddedToken> {
    let control = (0..).zip(pieces).filter(|(_, piece)| piece.kind == Kind::Control);
    let token = |(id, piece): (u32, &Piece)| AddedToken::special(id, piece.text.clone());
    control.map(token).collect()
}

fn normalizer(
    spec: NormalizerSpec,
    trainer: &TrainerSpec,
    pieces: &[Piece],
) -> Result<Normalizer, FormatError> {
    let table = spec.precompiled_charsmap.filter(|table| !table.is_empty());
    let dummy = match (spec.add_dummy_prefix, trainer.treat_whitespace_as_suffix) {
        (Some(false), _) => Dummy::None,
        (_, Some(true)) => Dummy::Back,
        _ => Dummy::Front,
    };
    let remove_extra = spec.remove_extra_whitespaces != Some(false);
    let escape = spec.escape_whitespaces != Some(false);
    if table.is_none() && dummy != Dummy::Back && !remove_extra && escape {
        let mut plain = Normalizer::to_metaspace();
        if dummy == Dummy::None {
            plain.steps.remove(0);
        }
        return Ok(plain);
    }
    let table = table.map(Precompiled::new).transpose()?;
    let defined = Defined::among(pieces)?;
    let rules = Rules { table, defined, dummy, remove_extra, escape };
    Ok(Normalizer { steps: vec![Step::SentencePiece(Box::new(rules))] })
}

fn decoder(spec: &NormalizerSpec, trainer: &TrainerSpec, pieces: &[Piece]) -> decoder::Step {
    let unknown = pieces.iter().find(|piece| piece.kind == Kind::Unknown);
    let strip_all = spec.remove_extra_whitespaces != Some(false);
    decoder::Step::SentencePiece(Box::new(decoder::sentence_piece::Rules {
        strip: strip_all || spec.add_dummy_prefix != Some(false),
        strip_all,
        bytes: trainer.byte_fallback == Some(true),
        unknown: unknown.map(|piece| piece.text.clone()).unwrap_or_default(),
        surface: trainer.unk_surface.clone().unwrap_or(SURFACE.into()),
    }))
}

fn broken<T>(place: impl Into<String>, problem: impl Into<String>) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: place.into(), problem: problem.into() })
}

fn unsupported<T>(
    place: &'static str,
    found: impl Into<String>,
    supported: &'static str,
) -> Result<T, FormatError> {
    Err(FormatError::Unsupported { place: place.into(), found: found.into(), supported })
}
