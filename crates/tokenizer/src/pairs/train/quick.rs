//! The same merges, without counting again: what a merge changes is counted, and nothing else.
//!
//! ```text
//! … x a b y …  ->  … x ab y …       one fewer of (x, a) and of (b, y), one more of (x, ab) and (ab, y)
//! ```
//!
//! So each pair keeps its count, and every place where it was ever seen. A merge goes to its places;
//! where another merge was first, nothing is left to do. A heap has the commonest pair on top. A count
//! in the heap may have gone down since: then it goes back in with what it is now. So all the merges
//! together take about as many steps as there are joinings of two neighbours, in words however long.

use std::{cmp::Reverse, collections::BinaryHeap, collections::hash_map::Entry};

use rustc_hash::FxHashMap;

use super::{Learned, Pair};
use crate::train::Progress;

/// No place: before the first token of a word, and after its last.
const NONE: u32 = u32::MAX;

/// What stands where a token has been joined to the one before it.
const GONE: u32 = u32::MAX;

/// One token of a word, and where its neighbours are.
struct Token {
    id: u32,
    word: u32,
    previous: u32,
    next: u32,
}

/// All words, one after the other.
#[derive(Default)]
struct Words {
    tokens: Vec<Token>,
    counts: Vec<u64>, // of each word
}

/// How often a pair comes, and the places of its left tokens.
#[derive(Default)]
struct Seen {
    count: u64,
    places: Vec<u32>,
}

/// All pairs, the commonest on top.
#[derive(Default)]
struct Table {
    seen: FxHashMap<Pair, Seen>,
    heap: BinaryHeap<(u64, Reverse<Pair>)>,
}

/// Learns merges from words, until there are `vocabulary` tokens or nothing is left to join.
pub(crate) fn learn(
    words: impl Iterator<Item = (impl Iterator<Item = u32>, u64)>,
    tokens: Vec<Vec<u8>>,
    vocabulary: usize,
    told: &mut dyn FnMut(Progress),
) -> Learned {
    let mut learned = Learned::from(tokens);
    let mut words = Words::of(words);
    let mut table = Table::of(&words);
    while learned.tokens.len() < vocabulary {
        let Some(pair) = table.commonest() else { break };
        let before = learned.tokens.len();
        let id = learned.join(pair);
        let is_new = learned.tokens.len() > before;
        table.join(&mut words, pair, id, is_new);
        told(Progress::Learned { done: learned.tokens.len(), of: vocabulary });
    }
    learned
}

impl Words {
    /// (As many tokens as 32 bits can number: the words come commonest first.)
    fn of(each: impl Iterator<Item = (impl Iterator<Item = u32>, u64)>) -> Self {
        let mut words = Words::default();
        for (word, (ids, count)) in (0..).zip(each) {
            let start = words.tokens.len();
            for id in ids {
                let at = words.tokens.len() as u32;
                let previous = if words.tokens.len() == start { NONE } else { at - 1 };
                words.tokens.push(Token { id, word, previous, next: at + 1 });
            }
            if words.tokens.len() >= NONE as usize {
                words.tokens.truncate(start);
                break;
            }
            if let Some(last) = words.tokens[start..].last_mut() {
                last.next = NONE;
            }
            words.counts.push(count);
        }
        words
    }

    fn id(&self, at: u32) -> Option<u32> {
        self.tokens.get(at as usize).map(|token| token.id)
    }

    /// The place of the left token of a pair: joins it to the right one.
    fn join(&mut self, left: u32, id: u32) {
        let right = self.tokens[left as usize].next;
        let after = self.tokens[right as usize].next;
        self.tokens[left as usize].id = id;
        self.tokens[left as usize].next = after;
        self.tokens[right as usize].id = GONE;
        if let Some(after) = self.tokens.get_mut(after as usize) {
            after.previous = left;
        }
    }
}

impl Table {
    fn of(words: &Words) -> Self {
        let mut table = Table::default();
        for (at, token) in (0..).zip(&words.tokens) {
            if let Some(right) = words.id(token.next) {
                table.more((token.id, right), words.counts[token.word as usize], at);
            }
        }
        table.heap = table.seen.iter().map(|(&pair, seen)| (seen.count, Reverse(pair))).collect();
        table
    }

    /// Whether the pair was not there before.
    fn more(&mut self, pair: Pair, count: u64, place: u32) -> bool {
        let entry = self.seen.entry(pair);
        let is_new = matches!(entry, Entry::Vacant(_));
        let seen = entry.or_default();
        seen.count = seen.count.saturating_add(count);
        seen.places.push(place);
        is_new
    }

    fn less(&mut self, pair: Pair, count: u64) {
        if let Entry::Occupied(mut entry) = self.seen.entry(pair) {
            entry.get_mut().count = entry.get().count.saturating_sub(count);
            if entry.get().count == 0 {
                entry.remove();
            }
        }
    }

    /// The pair that comes most often; of several the one with the smaller ids.
    fn commonest(&mut self) -> Option<Pair> {
        loop {
            let (count, Reverse(pair)) = self.heap.pop()?;
            match self.seen.get(&pair) {
                Some(seen) if seen.count == count => return Some(pair),
                Some(seen) => self.heap.push((seen.count, Reverse(pair))),
                None => {}
            }
        }
    }

    /// Joins the pair wherever it is, and keeps the counts right. A new token makes new pairs; one
    /// that was there before may make old ones more common.
    fn join(&mut self, words: &mut Words, pair: Pair, id: u32, is_new: bool) {
        let mut places = self.seen.remove(&pair).unwrap_or_default().places;
        places.sort_unstable(); // from left to right, as in "aaa"
        let mut risen: Vec<Pair> = Vec::new();
        for at in places {
            let Token { id: left, word, previous, next } = words.tokens[at as usize];
            if (Some(left), Some(pair.1)) != (Some(pair.0), words.id(next)) {
                continue; // another merge was first
            }
            let count = words.counts[word as usize];
            let after = words.tokens[next as usize].next;
            if let Some(before) = words.id(previous) {
                self.less((before, pair.0), count);
                if self.more((before, id), count, previous) || !is_new {
                    risen.push((before, id));
                }
            }
            if let Some(after) = words.id(after) {
                self.less((pair.1, after), count);
                if self.more((id, after), count, at) || !is_new {
                    risen.push((id, after));
                }
            }
            words.join(at, id);
        }
        let counted =
            risen.into_iter().filter_map(|pair| Some((self.seen.get(&pair)?.count, pair)));
        self.heap.extend(counted.map(|(count, pair)| (count, Reverse(pair))));
    }
}
