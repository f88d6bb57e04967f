//! Which pairs? Count, join the commonest, count again.
//!
//! ```text
//! words = the pieces of the text, each once, with how often it comes
//! until the vocabulary is full:
//!     the pair of neighbours that comes most often (of several: the one with the smaller ids)
//!     becomes a token, in every word
//! ```
//!
//! To count again from the start after each merge would take hours. A merge changes only the words
//! that hold the pair, and in them only the counts of its neighbours. So for each pair we keep its
//! count and the words that it was ever seen in, and a heap has the commonest on top. A count in the
//! heap may have gone down since: then it goes back in with what it is now.
//!
//! The same rules as in Hugging Face's `BpeTrainer`, so the same merges.

use std::{cmp::Reverse, collections::BinaryHeap};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Merge, PART, Pair, Pairs, single_bytes};
use crate::split::{parts, pieces};

impl Pairs {
    /// Learns merges from `text` until there are `vocabulary` tokens, or nothing is left to join.
    /// There are never fewer than the 256 bytes.
    ///
    /// ```
    /// use tokenizer::Pairs;
    ///
    /// let pairs = Pairs::train("low low low lower lowest", 258);
    /// assert_eq!(pairs.tokens()[256..], [b"lo".to_vec(), b"low".to_vec()]);
    /// assert_eq!(pairs.encode("slow")?, [82, 257]); // s + low
    /// # Ok::<(), tokenizer::EncodeError>(())
    /// ```
    pub fn train(text: &str, vocabulary: usize) -> Pairs {
        let mut tokens = single_bytes();
        let start = Pairs::new(tokens.clone(), Vec::new());
        let mut words: Vec<Word> = counted(text)
            .into_iter()
            .map(|(piece, count)| Word { ids: start.merge(piece), count })
            .collect();
        let mut ids: FxHashMap<Vec<u8>, u32> =
            (0..).zip(&tokens).map(|(id, token)| (token.clone(), id)).collect();
        let mut table = Table::of(&words);
        let mut merges: Vec<Merge> = Vec::new();
        let mut merged: FxHashSet<Pair> = FxHashSet::default();

        while tokens.len() < vocabulary {
            let Some(pair) = table.commonest() else { break };
            let (left, right) = (&tokens[pair.0 as usize], &tokens[pair.1 as usize]);
            let joined = [&left[..], right].concat();
            // Two merges may spell the same token, as a+bc and ab+c do.
            let id = *ids.entry(joined.clone()).or_insert(tokens.len() as u32);
            if id as usize == tokens.len() {
                tokens.push(joined);
            }
            if merged.insert(pair) {
                merges.push((pair, id));
            }
            table.join(&mut words, pair, id);
        }
        Pairs::new(tokens, merges)
    }
}

/// A piece of the text, and how often it comes.
struct Word {
    ids: Vec<u32>,
    count: u64,
}

/// How often each piece of the text comes.
fn counted(text: &str) -> FxHashMap<&str, u64> {
    let count = |part| {
        let mut counts: FxHashMap<&str, u64> = FxHashMap::default();
        for piece in pieces(part) {
            *counts.entry(piece).or_default() += 1;
        }
        counts
    };
    let add = |mut counts: FxHashMap<_, _>, more: FxHashMap<_, _>| {
        for (piece, count) in more {
            *counts.entry(piece).or_default() += count;
        }
        counts
    };
    parts(text, PART).into_par_iter().map(count).reduce(FxHashMap::default, add)
}

/// All pairs: how often each comes, where it was seen, and the commonest on top.
#[derive(Default)]
struct Table {
    counts: FxHashMap<Pair, u64>,
    places: FxHashMap<Pair, Vec<u32>>, // places in the list of words
    heap: BinaryHeap<(u64, Reverse<Pair>)>,
}

impl Table {
    fn of(words: &[Word]) -> Self {
        let mut table = Table::default();
        for (place, word) in (0..).zip(words) {
            for pair in word.ids.windows(2) {
                table.more((pair[0], pair[1]), word.count, place);
            }
        }
        table.heap = table.counts.iter().map(|(&pair, &count)| (count, Reverse(pair))).collect();
        table
    }

    fn more(&mut self, pair: Pair, count: u64, place: u32) {
        *self.counts.entry(pair).or_default() += count;
        let places = self.places.entry(pair).or_default();
        if places.last() != Some(&place) {
            places.push(place);
        }
    }

    fn less(&mut self, pair: Pair, count: u64) {
        if let Some(before) = self.counts.get_mut(&pair) {
            *before -= count;
        }
    }

    /// The pair that comes most often; of several the one with the smaller ids.
    fn commonest(&mut self) -> Option<Pair> {
        loop {
            let (count, Reverse(pair)) = self.heap.pop()?;
            match self.counts.get(&pair) {
                Some(&now) if now == count && now > 0 => return Some(pair),
                Some(&now) if now > 0 => self.heap.push((now, Reverse(pair))),
                _ => {}
            }
        }
    }

    /// Joins the pair in every word, and keeps the counts right.
    fn join(&mut self, words: &mut [Word], pair: Pair, id: u32) {
        let mut risen: FxHashSet<Pair> = FxHashSet::default();
        for place in self.places.remove(&pair).unwrap_or_default() {
            let Word { ids, count } = &mut words[place as usize];
            let (mut read, mut kept) = (0, 0);
            while read < ids.len() {
                let found = ids[read..].starts_with(&[pair.0, pair.1]);
                if found && kept > 0 {
                    self.less((ids[kept - 1], pair.0), *count);
                    self.more((ids[kept - 1], id), *count, place);
                    risen.insert((ids[kept - 1], id));
                }
                if found && let Some(&after) = ids.get(read + 2) {
                    self.less((pair.1, after), *count);
                    self.more((id, after), *count, place);
                    risen.insert((id, after));
                }
                ids[kept] = if found { id } else { ids[read] };
                read += if found { 2 } else { 1 };
                kept += 1;
            }
            ids.truncate(kept);
        }
        self.counts.remove(&pair);
        let counts = &self.counts;
        self.heap.extend(risen.into_iter().map(|pair| (counts[&pair], Reverse(pair))));
    }
}
