//! Which pairs? Count, join the commonest, count again.
//!
//! ```text
//! words = the pieces of the text, each once, with how often it comes
//! until the vocabulary is full:
//!     the pair of neighbours that comes most often (of several: the one with the smaller ids)
//!     becomes a token, in every word
//! ```
//!
//! The same rules as in Hugging Face's `BpeTrainer`, so the same merges. [`plainly`] is written as
//! the rule reads, and would take hours for a book: [`quick`] finds the same without counting again.
//! Source: Sennrich et al. 2016, <https://arxiv.org/abs/1508.07909>, algorithm 1.

pub mod quick;

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::{Merge, Pair, Pairs, single_bytes};
use crate::{
    count::{Counter, Counts},
    split::Pattern,
    train::{Kind, Progress},
};

/// A word as ids, and how often it comes.
type Word = (Vec<u32>, u64);

/// What is learned: the tokens to start from, and one more for each merge.
#[derive(Debug)]
pub(crate) struct Learned {
    pub(crate) tokens: Vec<Vec<u8>>,
    pub(crate) merges: Vec<Merge>,
    ids: FxHashMap<Vec<u8>, u32>,
}

impl Learned {
    /// Nothing yet but the tokens to start from.
    pub(crate) fn from(tokens: Vec<Vec<u8>>) -> Self {
        let ids = (0..).zip(&tokens).map(|(id, token)| (token.clone(), id)).collect();
        Learned { tokens, merges: Vec::new(), ids }
    }

    /// One merge more. Two merges may spell the same token, as a+bc and ab+c do: it has one id. So a
    /// pair may even come up again, long after it was joined: then its later place is the one that
    /// counts.
    fn join(&mut self, pair: Pair) -> u32 {
        let joined = [&self.tokens[pair.0 as usize][..], &self.tokens[pair.1 as usize]].concat();
        let id = *self.ids.entry(joined).or_insert_with_key(|joined| {
            self.tokens.push(joined.clone());
            self.tokens.len() as u32 - 1
        });
        self.merges.push((pair, id));
        id
    }
}

/// A vocabulary learned from words, as the rule reads.
pub fn plainly<'w>(words: impl IntoIterator<Item = (&'w str, u64)>, vocabulary: usize) -> Pairs {
    let start = Pairs::new(single_bytes(), Vec::new());
    let ids = |(word, count): (&str, u64)| (start.ids_of_bytes(word).collect(), count);
    let mut words: Vec<Word> = words.into_iter().map(ids).collect();
    let mut learned = Learned::from(single_bytes());
    while learned.tokens.len() < vocabulary {
        let Some(pair) = commonest(&words) else { break };
        let id = learned.join(pair);
        for (ids, _) in &mut words {
            *ids = joined(ids, pair, id);
        }
    }
    Pairs::new(learned.tokens, last_of_each(learned.merges))
}

/// The pair of neighbours that comes most often; of several the one with the smaller ids.
fn commonest(words: &[Word]) -> Option<Pair> {
    let mut counts: FxHashMap<Pair, u64> = FxHashMap::default();
    for (ids, count) in words {
        for pair in ids.windows(2) {
            *counts.entry((pair[0], pair[1])).or_default() += count;
        }
    }
    let commonest = counts.into_iter().max_by_key(|&(pair, count)| (count, Reverse(pair)));
    commonest.map(|(pair, _)| pair)
}

/// The word with `id` wherever it has the pair, from left to right.
fn joined(ids: &[u32], pair: Pair, id: u32) -> Vec<u32> {
    let mut joined = Vec::with_capacity(ids.len());
    let mut rest = ids;
    while let [first, after @ ..] = rest {
        let found = rest.starts_with(&[pair.0, pair.1]);
        joined.push(if found { id } else { *first });
        rest = if found { &after[1..] } else { after };
    }
    joined
}

/// Each pair once, where it came last.
pub(crate) fn last_of_each(merges: Vec<Merge>) -> Vec<Merge> {
    let last: FxHashMap<Pair, usize> =
        (0..).zip(&merges).map(|(at, merge)| (merge.0, at)).collect();
    let each = merges.into_iter().enumerate();
    each.filter(|(at, (pair, _))| last[pair] == *at).map(|(_, merge)| merge).collect()
}

impl Pairs {
    /// Learns merges from `text` until there are `vocabulary` tokens, or nothing is left to join.
    /// There are never fewer than the 256 bytes.
    ///
    /// ```
    /// use tokenizer::Pairs;
    ///
    /// let pairs = Pairs::train("low low low lower lowest", 258);
    /// assert_eq!(pairs.tokens()[256..], [b"lo".to_vec(), b"low".to_vec()]);
    /// assert_eq!(pairs.encode("slow"), [82, 257]); // s + low
    /// ```
    pub fn train(text: &str, vocabulary: usize) -> Pairs {
        let mut counter = Counter::new(Kind::Pairs(Pattern::Gpt2));
        counter.push(text);
        Self::train_on(&counter.finish(), vocabulary, &mut |_| ())
    }

    /// The same, from pieces that were counted.
    pub(crate) fn train_on(
        counts: &Counts,
        vocabulary: usize,
        told: &mut dyn FnMut(Progress),
    ) -> Pairs {
        let start = Pairs::new(single_bytes(), Vec::new());
        let words = counts.iter().map(|(word, count)| (start.ids_of_bytes(word), count));
        let learned = quick::learn(words, single_bytes(), vocabulary, told);
        Pairs::new(learned.tokens, last_of_each(learned.merges))
    }

    fn ids_of_bytes(&self, word: &str) -> impl Iterator<Item = u32> {
        word.bytes().map(|byte| self.of_byte[usize::from(byte)])
    }
}
