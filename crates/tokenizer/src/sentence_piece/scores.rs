//! SentencePiece's own files: no merges, but a score for each piece.
//!
//! ```text
//! two neighbours are joined if what they make is a piece; of all such two, those that make the piece
//! of the highest score, the leftmost if there are equals
//! rank of a pair = place of the score of what it makes, among the scores from high to low
//! ```
//!
//! So the pairs can be listed: each piece, cut in two wherever both halves are something. Three things
//! have no place in such a list, and are found on the way, or put right at the end:
//!
//! - user-defined pieces are found in the text first, and are joined with nothing
//! - unused pieces are joined, but then taken apart again into the two that they were last seen as
//! - a letter of a piece, if it is no piece itself, is joined too, and unknown if it stays alone
//!
//! Source: `SampleEncode` of `bpe_model.cc` in <https://github.com/google/sentencepiece>.

use std::{cell::RefCell, ops::Range};

use aho_corasick::{AhoCorasick, Input, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{SentencePiece, named_bytes};
use crate::{
    FormatError,
    fast::Fast,
    pairs::{Merge, Pair, long, merge},
};

/// An entry of a SentencePiece model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) score: f32,
    pub(crate) kind: Kind,
}

/// What a piece is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

impl Kind {
    /// Whether texts are cut into pieces of this kind.
    pub(crate) fn in_text(self) -> bool {
        matches!(self, Kind::Normal | Kind::UserDefined | Kind::Unused)
    }
}

/// What merges alone cannot say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Beyond {
    defined: Option<Defined>,
    unused: FxHashSet<u32>,
    /// Letters without a number of their own have those after the last token's.
    nameless: Vec<char>,
}

/// User-defined pieces.
#[derive(Clone, Debug)]
pub(crate) struct Defined {
    automaton: AhoCorasick,
    ids: Vec<u32>,
}

impl PartialEq for Defined {
    fn eq(&self, other: &Self) -> bool {
        self.ids == other.ids // the texts are the tokens' own
    }
}

impl Defined {
    /// Those among the pieces, if there are any.
    pub(crate) fn among(pieces: &[Piece]) -> Result<Option<Self>, FormatError> {
        let defined = (0..).zip(pieces).filter(|(_, piece)| piece.kind == Kind::UserDefined);
        let (ids, texts): (Vec<u32>, Vec<&str>) = defined.map(|(id, p)| (id, &*p.text)).unzip();
        if ids.is_empty() {
            return Ok(None);
        }
        match AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts) {
            Ok(automaton) => Ok(Some(Defined { automaton, ids })),
            Err(error) => {
                let place = "the user-defined pieces".into();
                Err(FormatError::Broken { place, problem: error.to_string() })
            }
        }
    }

    /// Their ids.
    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Where the next of them is in a text.
    pub(crate) fn next(&self, text: &str, at: usize) -> Option<Range<usize>> {
        Some(self.automaton.find(Input::new(text).range(at..))?.range())
    }

    /// A text in parts: those that are user-defined, with their ids, and what is between them.
    pub(crate) fn parts<'t>(&self, text: &'t str) -> Vec<(Option<u32>, &'t str)> {
        let (mut parts, mut end) = (Vec::new(), 0);
        for found in self.automaton.find_iter(text) {
            parts.push((None, &text[end..found.start()]));
            parts.push((Some(self.ids[found.pattern().as_usize()]), &text[found.range()]));
            end = found.end();
        }
        parts.push((None, &text[end..]));
        parts
    }
}

impl SentencePiece {
    /// The user-defined pieces, if there are any.
    pub(crate) fn defined(&self) -> Option<&Defined> {
        self.beyond.as_ref()?.defined.as_ref()
    }

    /// Whether a piece is joined, but taken apart again.
    pub(crate) fn is_unused(&self, id: u32) -> bool {
        self.beyond.as_ref().is_some_and(|beyond| beyond.unused.contains(&id))
    }

    /// These pieces. `joins`: pieces are made of others, and not only of characters.
    pub(crate) fn from_scores(
        pieces: &[Piece],
        byte_fallback: bool,
        joins: bool,
    ) -> Result<Self, FormatError> {
        let unknown = (0..).zip(pieces).find(|(_, piece)| piece.kind == Kind::Unknown);
        let mut ids: FxHashMap<&str, u32> = (0..)
            .zip(pieces)
            .filter(|(_, piece)| piece.kind.in_text())
            .map(|(id, piece)| (&*piece.text, id))
            .collect();
        let mut nameless = Vec::new();
        if joins {
            name_all(pieces, &mut ids, &mut nameless);
        }
        let merges = if joins { ranked(pieces, &ids) } else { Vec::new() };
        let beyond = Beyond {
            defined: Defined::among(pieces)?,
            unused: kind(pieces, Kind::Unused).filter(|_| joins).collect(),
            nameless,
        };
        let plain =
            beyond.defined.is_none() && beyond.unused.is_empty() && beyond.nameless.is_empty();
        let named = |piece: &Piece| {
            if piece.kind == Kind::Byte { piece.text.clone() } else { String::new() }
        };
        let named: Vec<String> = pieces.iter().map(named).collect();
        Ok(SentencePiece {
            letters: ids.iter().filter_map(|(text, &id)| Some((super::one(text)?, id))).collect(),
            ranks: merges.iter().map(|&(rank, (pair, id))| (pair, (rank, id))).collect(),
            merges: merges.into_iter().map(|(_, merge)| merge).collect(),
            bytes: byte_fallback.then(|| named_bytes(named.iter().map(|name| &**name))),
            unknown: unknown.map(|(id, _)| id),
            fuse_unknown: true,
            whole_first: None,
            beyond: (!plain).then(|| Box::new(beyond)),
            tokens: pieces.iter().map(|piece| piece.text.clone()).collect(),
            fast: Fast::default(),
        })
    }
}

fn kind(pieces: &[Piece], kind: Kind) -> impl Iterator<Item = u32> {
    (0..).zip(pieces).filter(move |(_, piece)| piece.kind == kind).map(|(id, _)| id)
}

/// A number for each letter that is part of a piece.
fn name_all<'p>(pieces: &'p [Piece], ids: &mut FxHashMap<&'p str, u32>, nameless: &mut Vec<char>) {
    for piece in pieces.iter().filter(|piece| piece.kind.in_text()) {
        for (at, letter) in piece.text.char_indices() {
            let next = (pieces.len() + nameless.len()) as u32;
            let text = &piece.text[at..at + letter.len_utf8()];
            if *ids.entry(text).or_insert(next) == next {
                nameless.push(letter);
            }
        }
    }
}

/// All pairs that make a piece, by rank.
fn ranked(pieces: &[Piece], ids: &FxHashMap<&str, u32>) -> Vec<(u32, Merge)> {
    let joined = |piece: &Piece| matches!(piece.kind, Kind::Normal | Kind::Unused);
    let mut scores: Vec<f32> =
        pieces.iter().filter(|piece| joined(piece)).map(|p| p.score).collect();
    scores.sort_unstable_by(|one, other| other.total_cmp(one));
    scores.dedup();
    // A user-defined piece is joined with nothing.
    let id = |text| {
        let &id = ids.get(text)?;
        let defined = pieces.get(id as usize).is_some_and(|p| p.kind == Kind::UserDefined);
        (!defined).then_some(id)
    };
    let mut merges = Vec::new();
    for (made, piece) in (0..).zip(pieces).filter(|(_, piece)| joined(piece)) {
        let rank = scores.partition_point(|&score| score > piece.score) as u32;
        for (at, _) in piece.text.char_indices().skip(1) {
            let (left, right) = piece.text.split_at(at);
            if let (Some(left), Some(right)) = (id(left), id(right)) {
                merges.push((rank, ((left, right), made)));
            }
        }
    }
    merges.sort_by_key(|&(rank, _)| rank);
    merges
}

impl Beyond {
    /// The ids of a text, added to `ids`.
    pub(super) fn encode(&self, pieces: &SentencePiece, text: &str, ids: &mut Vec<u32>) {
        let mut letters = Vec::with_capacity(text.len());
        self.spell(pieces, text, &mut letters);
        let last_seen = RefCell::new(FxHashMap::default());
        let joined = if self.unused.is_empty() {
            merge(letters, &pieces.ranks)
        } else {
            long::merge(letters, |pair| {
                let &(rank, id) = pieces.ranks.get(&pair)?;
                if self.unused.contains(&id) {
                    last_seen.borrow_mut().insert(id, pair);
                }
                Some((rank, id))
            })
        };
        let last_seen = last_seen.into_inner();
        let start = ids.len();
        joined.into_iter().for_each(|id| self.apart(id, &last_seen, pieces, ids, start));
    }

    /// What is user-defined, and the numbers of the characters between.
    pub(super) fn spell(&self, pieces: &SentencePiece, text: &str, letters: &mut Vec<u32>) {
        let parts = match &self.defined {
            None => vec![(None, text)],
            Some(defined) => defined.parts(text),
        };
        for part in parts {
            match part {
                (Some(id), _) => letters.push(id),
                (None, between) => pieces.spell(between.chars(), letters),
            }
        }
    }

    /// Adds `id`, or what it has to be taken apart into.
    fn apart(
        &self,
        id: u32,
        last_seen: &FxHashMap<u32, Pair>,
        pieces: &SentencePiece,
        ids: &mut Vec<u32>,
        start: usize,
    ) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let nameless =
                (id as usize).checked_sub(pieces.tokens.len()).map(|at| self.nameless[at]);
            match (last_seen.get(&id), nameless) {
                (Some(&(left, right)), _) => waiting.extend([right, left]),
                (None, Some(letter)) => match pieces.bytes_of(letter) {
                    Some(bytes) => ids.extend(bytes),
                    None => add_unknown(pieces.unknown, ids, start),
                },
                (None, None) if Some(id) == pieces.unknown => add_unknown(Some(id), ids, start),
                (None, None) => ids.push(id),
            }
        }
    }
}

/// Unknown pieces side by side are one.
fn add_unknown(unknown: Option<u32>, ids: &mut Vec<u32>, start: usize) {
    if ids[start..].last().copied() != unknown {
        ids.extend(unknown);
    }
}
