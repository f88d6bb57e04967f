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
mod runs;
pub mod steps;
pub mod train;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{bytes, fast::Fast, split::Pattern};

/// Two tokens that stand side by side.
pub type Pair = (u32, u32);

/// A pair, and the id of the token that it becomes.
pub(crate) type Merge = (Pair, u32);

/// For each pair that is joined its rank, and the id of what the two become.
pub(crate) type Ranks = FxHashMap<Pair, (u32, u32)>;

/// The id of a byte that has no token.
pub(crate) const NONE: u32 = u32::MAX;

/// Pieces longer than this are merged the [`long`] way.
const SHORT: usize = 32;

/// A vocabulary of byte pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairs {
    pub(crate) tokens: Vec<Vec<u8>>,
    pub(crate) of_byte: Box<[u32; 256]>,
    /// Whether each byte has a token.
    pub(crate) spells_all: bool,
    merges: Vec<Pair>,
    pub(crate) ranks: Ranks,
    /// Pieces that are one token, whatever the merges make of them.
    pub(crate) whole_first: Option<FxHashMap<Vec<u8>, u32>>,
    pub(crate) fast: Fast,
}

impl Pairs {
    /// These tokens, and merges with the ids that they make.
    pub(crate) fn new(tokens: Vec<Vec<u8>>, merges: Vec<Merge>) -> Self {
        let ranks = (0..).zip(&merges).map(|(rank, &(pair, id))| (pair, (rank, id))).collect();
        Self::ranked(tokens, merges, ranks)
    }

    fn ranked(tokens: Vec<Vec<u8>>, merges: Vec<Merge>, ranks: Ranks) -> Self {
        let mut of_byte = Box::new([NONE; 256]);
        for (id, token) in (0..).zip(&tokens) {
            if let &[byte] = &token[..] {
                of_byte[usize::from(byte)] = id;
            }
        }
        let merges = merges.into_iter().map(|(pair, _)| pair).collect();
        let spells_all = !of_byte.contains(&NONE);
        Pairs {
            tokens,
            of_byte,
            spells_all,
            merges,
            ranks,
            whole_first: None,
            fast: Fast::default(),
        }
    }

    /// A vocabulary in which a token's id is its rank, as tiktoken's files have it: two tokens that
    /// stand side by side are joined if that is a token, too, the one with the lowest id first. A piece
    /// that is a token is that token. (An empty token is none: a hole.)
    ///
    /// ```
    /// use tokenizer::Pairs;
    ///
    /// let tokens = ["a", "b", "c", "bc", "ab", "abc"].map(|token| token.as_bytes().to_vec());
    /// let pairs = Pairs::from_ranks(tokens.to_vec());
    /// let mut ids = Vec::new();
    /// pairs.encode_piece(b"abcab", &mut ids);
    /// assert_eq!(ids, [5, 4]); // a + bc, a + b
    /// ```
    pub fn from_ranks(tokens: Vec<Vec<u8>>) -> Self {
        let whole: FxHashMap<Vec<u8>, u32> = (0..)
            .zip(&tokens)
            .filter(|(_, token)| !token.is_empty())
            .map(|(id, token)| (token.clone(), id))
            .collect();
        let mut pairs = Pairs::ranked(tokens, Vec::new(), Ranks::default());
        pairs.find_merges();
        pairs.whole_first = Some(whole);
        pairs.fast.make(&pairs);
        pairs
    }

    /// Finds the pair that makes each token, whose rank is its id. Of all pairs that would, only one ever stands side by
    /// side: as long as nothing is joined across its ends, the bytes of a token become the same in every text, and so
    /// the last two before the token are always the same. If "th" has a lower rank than "he", then in
    ///
    /// ```text
    /// t h e -> th e -> the        t never meets he.
    /// ```
    fn find_merges(&mut self) {
        let mut ids: Vec<_> = (0..self.tokens.len() as u32).collect();
        let token = |id: u32| &self.tokens[id as usize];
        ids.sort_by_key(|&id| token(id).len());
        let mut merges = Vec::new();
        for ids in ids.chunk_by(|&one, &other| token(one).len() == token(other).len()) {
            let merge = |&id: &u32| {
                let mut letters = Vec::with_capacity(token(id).len());
                letters.extend(self.spell(token(id)));
                let is_spelled = letters.len() == token(id).len();
                let two = <[u32; 2]>::try_from(merge(letters, &self.ranks)).ok();
                Some((two.filter(|_| is_spelled)?.into(), id))
            };
            let found: Vec<Merge> = ids.par_iter().filter_map(merge).collect();
            self.ranks.extend(found.iter().map(|&(pair, id)| (pair, (id, id))));
            merges.extend(found);
        }
        merges.sort_unstable_by_key(|&(_, id)| id);
        self.merges = merges.into_iter().map(|(pair, _)| pair).collect();
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

    /// The ids of a text, cut by GPT-2's pattern.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.encode_cut(Pattern::Gpt2, text, &mut ids);
        ids
    }

    /// The ids of one piece of a text, added to `ids`. Where a published vocabulary lacks one of the
    /// 256 bytes, that byte is left out, as published implementations do.
    pub fn encode_piece(&self, piece: &[u8], ids: &mut Vec<u32>) {
        match self.whole_first.as_ref().and_then(|whole| whole.get(piece)) {
            Some(&id) => ids.push(id),
            None => ids.extend(merge(self.spell(piece).collect(), &self.ranks)),
        }
    }

    /// The token of each byte, to start from.
    pub(crate) fn spell(&self, piece: &[u8]) -> impl Iterator<Item = u32> {
        piece.iter().map(|&byte| self.of_byte[usize::from(byte)]).filter(|&id| id != NONE)
    }
}

/// Joins neighbours until no two can be joined.
pub(crate) fn merge(mut ids: Vec<u32>, ranks: &Ranks) -> Vec<u32> {
    if ids.len() > SHORT {
        return long::merge(ids, |pair| ranks.get(&pair).copied());
    }
    while let Some((at, id)) = lowest(&ids, ranks) {
        ids[at] = id;
        ids.remove(at + 1);
    }
    ids
}

/// The place of the two neighbours of the lowest rank, and what they become.
fn lowest(ids: &[u32], ranks: &Ranks) -> Option<(usize, u32)> {
    let ranked = |(at, pair): (usize, &[u32])| {
        let &(rank, id) = ranks.get(&(pair[0], pair[1]))?;
        Some((rank, at, id))
    };
    let (_, at, id) = ids.windows(2).enumerate().filter_map(ranked).min()?;
    Some((at, id))
}

/// The 256 tokens to start from, in GPT-2's order.
fn single_bytes() -> Vec<Vec<u8>> {
    bytes::in_order().map(|byte| vec![byte]).collect()
}
