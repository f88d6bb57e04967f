//! What stands together often gets a number of its own: byte-pair encoding.
//!
//! ```text
//! tokens = 256 bytes, then for each merge the two tokens that it joins, as one
//! merge  = (left, right) -> joined          learned in this order: a merge's place is its rank
//!
//! encode: cut the text into pieces (GPT-2's pattern); in each piece join the two neighbours of the
//!         lowest rank (the leftmost, if it is there more than once), again and again
//!         " cats" -> Ġ c a t s -> Ġc a t s -> Ġc at s -> Ġcat s
//! decode: the bytes of the tokens, one after the other
//! ```
//!
//! Common words become one token, rare ones a few, and nothing is unknown: "cats" is cat + s.
//! Sources: Sennrich et al. 2016, <https://arxiv.org/abs/1508.07909>; Radford et al. 2019 (GPT-2),
//! section 2.2.

pub mod long;
pub mod train;

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    EncodeError, bytes,
    json::Added,
    split::{parts, pieces},
};

/// Two tokens that stand side by side.
pub type Pair = (u32, u32);

/// A pair, and the id of the token that it becomes.
pub(crate) type Merge = (Pair, u32);

/// The id of a byte that has no token.
const NONE: u32 = u32::MAX;

/// Pieces longer than this are merged the [`long`] way.
const SHORT: usize = 32;

/// A text is encoded in parts of about this many bytes, on all cores at once.
const PART: usize = 1 << 18;

/// A vocabulary of byte pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    tokens: Vec<Vec<u8>>,
    of_byte: Box<[u32; 256]>,
    merges: Vec<Pair>,
    ranks: FxHashMap<Pair, (u32, u32)>, // rank and id of what the two become
    /// Whether a text is cut into pieces first, as it nearly always is.
    pub(crate) cuts: bool,
    pub(crate) added: Vec<Added>,
    /// How many of the added tokens a file keeps beside its vocabulary: they have the last ids.
    pub(crate) beside: usize,
}

impl Pairs {
    /// These tokens, and merges with the ids that they make.
    pub(crate) fn new(tokens: Vec<Vec<u8>>, merges: Vec<Merge>) -> Self {
        let mut of_byte = Box::new([NONE; 256]);
        for (id, token) in (0..).zip(&tokens) {
            if let &[byte] = &token[..] {
                of_byte[usize::from(byte)] = id;
            }
        }
        let ranked = (0..).zip(&merges).map(|(rank, &(pair, id))| (pair, (rank, id)));
        let ranks = ranked.collect();
        let merges = merges.into_iter().map(|(pair, _)| pair).collect();
        Pairs { tokens, of_byte, merges, ranks, cuts: true, added: Vec::new(), beside: 0 }
    }

    /// The bytes of each id.
    pub fn tokens(&self) -> &[Vec<u8>] {
        &self.tokens
    }

    /// The pairs that are joined, in the order in which they were learned.
    ///
    /// ```
    /// use tokenizer::Pairs;
    ///
    /// let pairs = Pairs::train("cat cat cats", 259);
    /// let spelled: Vec<_> = pairs.merges().map(|(l, r)| [l, b"+", r].concat()).collect();
    /// assert_eq!(spelled, [b"a+t".to_vec(), b"c+at".to_vec(), b" +cat".to_vec()]);
    /// ```
    pub fn merges(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let bytes = |id: u32| &self.tokens[id as usize][..];
        self.merges.iter().map(move |&(left, right)| (bytes(left), bytes(right)))
    }

    /// The ids of a text. It fails only where a published vocabulary lacks one of the 256 bytes.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, EncodeError> {
        self.check(text)?;
        if !self.cuts {
            return Ok(self.merge(text));
        }
        let mut parts: Vec<Vec<u32>> =
            parts(text, PART).into_par_iter().map(|part| self.encode_part(part)).collect();
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { parts.concat() })
    }

    fn check(&self, text: &str) -> Result<(), EncodeError> {
        let missing = |byte| self.of_byte[usize::from(byte)] == NONE;
        if !(0..=255).any(missing) {
            return Ok(());
        }
        let unknown = text.char_indices().find(|&(at, character)| {
            text.as_bytes()[at..at + character.len_utf8()].iter().any(|&byte| missing(byte))
        });
        match unknown {
            Some((at, character)) => {
                Err(EncodeError::Unknown { character, at, vocabulary: self.tokens.len() })
            }
            None => Ok(()),
        }
    }

    /// A word that was met before is copied from where it was met.
    fn encode_part(&self, text: &str) -> Vec<u32> {
        let mut met: FxHashMap<&str, Range<usize>> = FxHashMap::default();
        let mut ids = Vec::with_capacity(text.len() / 3);
        for piece in pieces(text) {
            if let Some(place) = met.get(piece) {
                ids.extend_from_within(place.clone());
            } else {
                let start = ids.len();
                ids.extend(self.merge(piece));
                met.insert(piece, start..ids.len());
            }
        }
        ids
    }

    /// Joins neighbours in one piece until no two can be joined.
    fn merge(&self, piece: &str) -> Vec<u32> {
        let mut ids: Vec<u32> = piece.bytes().map(|byte| self.of_byte[usize::from(byte)]).collect();
        if ids.len() > SHORT {
            return long::merge(ids, |pair| self.ranks.get(&pair).copied());
        }
        while let Some((at, id)) = self.lowest(&ids) {
            ids[at] = id;
            ids.remove(at + 1);
        }
        ids
    }

    /// The place of the two neighbours of the lowest rank, and what they become.
    fn lowest(&self, ids: &[u32]) -> Option<(usize, u32)> {
        let ranked = |(at, pair): (usize, &[u32])| {
            let &(rank, id) = self.ranks.get(&(pair[0], pair[1]))?;
            Some((rank, at, id))
        };
        let (_, at, id) = ids.windows(2).enumerate().filter_map(ranked).min()?;
        Some((at, id))
    }
}

/// The 256 tokens to start from, in GPT-2's order.
fn single_bytes() -> Vec<Vec<u8>> {
    bytes::in_order().map(|byte| vec![byte]).collect()
}
