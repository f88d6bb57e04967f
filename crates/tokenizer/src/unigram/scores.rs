//! SentencePiece's own files: sums in 32 bits, and pieces that are always chosen.
//!
//! ```text
//! normal piece        its score                       unused, control, byte: found in no text
//! user-defined piece  a tenth of (length - 1)         length in bytes; no sum of scores is as high
//! unknown             lowest score - 10
//! ```
//!
//! A sum that was rounded to 32 bits may be equal to another that it was not equal to, and then the
//! first is taken: so the rounding is part of the answer. Before it tells too little apart, at -100,000,
//! all sums begin anew from 0. So does version 0.2.3, which this was found out from; the source of
//! earlier ones is `EncodeOptimized` of `unigram_model.cc` in <https://github.com/google/sentencepiece>.

use super::{PENALTY, Unigram, trie::Trie};
use crate::sentence_piece::{
    named_bytes,
    scores::{Kind, Piece},
};

impl Unigram {
    /// These pieces.
    pub(crate) fn from_scores(pieces: &[Piece], byte_fallback: bool) -> Self {
        let normal = pieces.iter().filter(|piece| piece.kind == Kind::Normal);
        let lowest = normal.map(|piece| piece.score).fold(f32::MAX, f32::min);
        let counted = |piece: &Piece| match piece.kind {
            Kind::UserDefined => f64::from((0.1 * piece.text.len() as f64 - 0.1) as f32),
            _ => f64::from(piece.score),
        };
        let found = |piece: &Piece| matches!(piece.kind, Kind::Normal | Kind::UserDefined);
        let in_text = (0..).zip(pieces).filter(|(_, piece)| found(piece));
        let unknown = (0..).zip(pieces).find(|(_, piece)| piece.kind == Kind::Unknown);
        let name = |piece: &Piece| match piece.kind {
            Kind::Byte => piece.text.clone(),
            _ => String::new(),
        };
        let names: Vec<String> = pieces.iter().map(name).collect();
        Unigram {
            trie: Trie::of(in_text.map(|(id, piece)| (piece.text.as_bytes(), id))),
            counted: pieces.iter().map(counted).collect(),
            unknown: unknown.map(|(id, _)| id),
            unknown_counted: f64::from(lowest - PENALTY as f32),
            bytes: byte_fallback.then(|| named_bytes(names.iter().map(|name| &**name))),
            single: true,
            tokens: pieces.iter().map(|p| (p.text.clone(), f64::from(p.score))).collect(),
        }
    }
}
