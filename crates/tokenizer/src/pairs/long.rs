//! A long word, without looking at all of it again and again.
//!
//! The plain way looks through the word for the lowest rank before each merge: for a word of `n`
//! bytes up to `n` times `n` looks. Here every pair that can be joined waits in a heap, the lowest
//! rank on top, and a merge makes two new pairs at most: `n log n`. A pair whose tokens were joined
//! with others meanwhile is stale, and thrown away when it comes up. The result is the same.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::Pair;

/// What stands where a token has been joined to the one before it.
const GONE: u32 = u32::MAX;

/// Joins neighbours until no two can be joined. `ranks` tells the rank of a pair, and its new id.
pub(crate) fn merge(mut ids: Vec<u32>, ranks: impl Fn(Pair) -> Option<(u32, u32)>) -> Vec<u32> {
    let end = ids.len();
    let mut next: Vec<usize> = (1..=end).collect(); // `end`: none
    let mut previous: Vec<usize> = (0..end).map(|at| at.wrapping_sub(1)).collect(); // `MAX`: none
    let waits = |ids: &[u32], left: usize, right: usize| {
        let pair = (*ids.get(left)?, *ids.get(right)?);
        ranks(pair).map(|(rank, id)| Reverse((rank, left, pair, id)))
    };
    let mut heap: BinaryHeap<_> =
        (0..end).filter_map(|left| waits(&ids, left, next[left])).collect();

    while let Some(Reverse((_, left, pair, id))) = heap.pop() {
        let right = next[left];
        if right == end || (ids[left], ids[right]) != pair {
            continue; // stale
        }
        ids[left] = id;
        ids[right] = GONE;
        let after = next[right];
        next[left] = after;
        if after < end {
            previous[after] = left;
        }
        heap.extend(waits(&ids, previous[left], left));
        heap.extend(waits(&ids, left, after));
    }
    ids.retain(|&id| id != GONE);
    ids
}
