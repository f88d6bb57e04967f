//! A long word, without looking at all of it again and again.
//!
//! The plain way looks through the word for the lowest rank before each merge: for a word of `n`
//! bytes up to `n` times `n` looks. Here every place where two can be joined waits for the round of its
//! rank. The lowest rank goes first, from left to right, and a merge makes two new places at most. A
//! place whose tokens were joined with others meanwhile is stale, and passed over. If a rank appears
//! that is lower than that of the round, the rest of the round waits for it. The result is the same.

use std::{cmp::Reverse, collections::BinaryHeap, mem::take};

use rustc_hash::FxHashMap;

use super::{Pair, runs};

/// What stands where a token has been joined to the one before it.
const GONE: u32 = u32::MAX;

/// Where no token is: before the first and after the last.
const NONE: u32 = u32::MAX;

/// Joins neighbours until no two can be joined. `ranks` tells the rank of a pair, and its new id.
pub(crate) fn merge(ids: Vec<u32>, ranks: impl Fn(Pair) -> Option<(u32, u32)>) -> Vec<u32> {
    if let Some(ids) = runs::merge(&ids, &ranks) {
        return ids;
    }
    let mut word = Word::new(ids);
    let mut rounds = Rounds::default();
    for (at, two) in (0..).zip(word.ids.windows(2)) {
        rounds.wait(ranks((two[0], two[1])), at);
    }
    let mut again: Vec<u32> = Vec::new(); // places of the same rank that the round itself has made
    while let Some((rank, mut places)) = rounds.lowest() {
        while let Some(left) = again.pop().or_else(|| places.next()) {
            let joined = word.pair(left).and_then(&ranks);
            let Some((_, id)) = joined.filter(|&(now, _)| now == rank) else { continue }; // stale
            word.join(left, id);
            for place in [left, word.previous[left as usize]] {
                match word.pair(place).and_then(&ranks) {
                    Some((same, _)) if same == rank => again.push(place), // further left than the rest
                    joined => rounds.wait(joined, place),
                }
            }
            if rounds.has_lower(rank) {
                again.drain(..).chain(places).for_each(|place| rounds.wait(Some((rank, 0)), place));
                break;
            }
        }
    }
    word.ids.retain(|&id| id != GONE);
    word.ids
}

/// A word as a chain: each token knows the one before it and the one after it.
struct Word {
    ids: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
}

impl Word {
    fn new(ids: Vec<u32>) -> Self {
        let end = ids.len() as u32;
        let previous = (0..end).map(|at| at.wrapping_sub(1)).collect();
        Word { ids, next: (1..end).chain([NONE]).collect(), previous }
    }

    /// The token that begins here and the one after it, if both are there.
    fn pair(&self, left: u32) -> Option<Pair> {
        let right = *self.next.get(left as usize)?;
        let pair = (self.ids[left as usize], *self.ids.get(right as usize)?);
        (pair.0 != GONE).then_some(pair)
    }

    /// The two become one.
    fn join(&mut self, left: u32, id: u32) {
        let right = self.next[left as usize] as usize;
        let after = self.next[right];
        self.ids[left as usize] = id;
        self.ids[right] = GONE;
        self.next[left as usize] = after;
        if let Some(previous) = self.previous.get_mut(after as usize) {
            *previous = left;
        }
    }
}

/// The rounds to come.
#[derive(Default)]
struct Rounds {
    /// the places of each rank
    places: FxHashMap<u32, Vec<u32>>,
    /// the ranks that have places, the lowest on top
    order: BinaryHeap<Reverse<u32>>,
}

impl Rounds {
    /// Two that can be joined stand at a place.
    fn wait(&mut self, joined: Option<(u32, u32)>, place: u32) {
        let Some((rank, _)) = joined else { return };
        let places = self.places.entry(rank).or_default();
        if places.is_empty() {
            self.order.push(Reverse(rank));
        }
        places.push(place);
    }

    /// The lowest rank, and its places from left to right.
    fn lowest(&mut self) -> Option<(u32, std::vec::IntoIter<u32>)> {
        let Reverse(rank) = self.order.pop()?;
        let mut places = take(self.places.get_mut(&rank)?);
        places.sort(); // a few ascending runs
        Some((rank, places.into_iter()))
    }

    fn has_lower(&self, rank: u32) -> bool {
        self.order.peek().is_some_and(|&Reverse(lowest)| lowest < rank)
    }
}
