//! Pairs joined in one piece, on the stack: the fast twin of looking for the lowest rank again and
//! again. The ranks of all neighbours are kept, and after each join only two are looked up anew.
//!
//! ```text
//! place     0  1  2  3  4  5          the word "low" and "er" joined: place 5 is gone
//! token     |  l  o  w  er .  |       a wall stands on either side, so every token has neighbours
//! rank      .  4  9  2  .  .          of each token with the next, and beside it its place: the lowest says where
//! ```

use kernels::memory::reserve;

use super::ranks::{NEVER, Ranks, WALL};
use crate::pairs::{self, long};

/// The longest piece that is joined so; longer ones go [`long`]'s way.
const SHORT: usize = 62;

/// Joins neighbours until no two can be joined, writes what is left to `out`, and says how many they are.
pub(super) fn join(letters: Vec<u32>, ranks: &Ranks, out: &mut [u32]) -> usize {
    let token = |at: usize| letters[at];
    let rank = |at: usize| ranks.rank(letters[at], letters[at + 1]);
    match letters.len() {
        many @ 0..=SHORT => join_short(many, token, rank, ranks, out),
        _ => join_long(letters, ranks, out),
    }
}

/// The same for bytes.
pub(super) fn join_bytes(
    piece: &[u8],
    of_byte: &[u32; 256],
    ranks: &Ranks,
    out: &mut [u32],
) -> usize {
    let token = |at: usize| of_byte[usize::from(piece[at])];
    let rank = |at: usize| ranks.rank_of_bytes(piece[at], piece[at + 1]);
    match piece.len() {
        many @ 0..=SHORT => join_short(many, token, rank, ranks, out),
        many => {
            let mut letters = Vec::new();
            reserve(&mut letters, many);
            letters.extend((0..many).map(token));
            join_long(letters, ranks, out)
        }
    }
}

/// Joins so many tokens, of which `rank` tells the rank of each with the next.
#[inline(always)]
fn join_short(
    many: usize,
    token: impl Fn(usize) -> u32,
    rank: impl Fn(usize) -> u32,
    ranks: &Ranks,
    out: &mut [u32],
) -> usize {
    if (1..many).all(|at| rank(at - 1) == NEVER) {
        (0..many).for_each(|at| out[at] = token(at));
        return many;
    }
    match many {
        0..=6 => join_in::<8>(many, token, rank, ranks, out),
        7..=10 => join_in::<12>(many, token, rank, ranks, out),
        11..=14 => join_in::<16>(many, token, rank, ranks, out),
        15..=30 => join_in::<32>(many, token, rank, ranks, out),
        _ => join_in::<64>(many, token, rank, ranks, out),
    }
}

fn join_long(letters: Vec<u32>, ranks: &Ranks, out: &mut [u32]) -> usize {
    let ranked = |(left, right): pairs::Pair| match ranks.rank(left, right) {
        NEVER => None,
        rank => Some((rank, ranks.made(rank, left, right))),
    };
    write(&long::merge(letters, ranked), out)
}

/// Writes ids to the front of `out`, and says how many they are.
pub(super) fn write(ids: &[u32], out: &mut [u32]) -> usize {
    out[..ids.len()].copy_from_slice(ids);
    ids.len()
}

/// What [`join_short`] does, for up to `ROOM - 2` tokens.
#[inline(always)]
fn join_in<const ROOM: usize>(
    many: usize,
    token: impl Fn(usize) -> u32,
    rank: impl Fn(usize) -> u32,
    ranks: &Ranks,
    out: &mut [u32],
) -> usize {
    let mut tokens = [WALL; ROOM];
    let mut joins = [at_place(NEVER, ROOM); ROOM];
    for at in 0..many {
        tokens[at + 1] = token(at);
    }
    for at in 1..many {
        let rank = rank(at - 1);
        joins[at] = at_place(rank, at);
        if rank != NEVER {
            // What will be looked up if these two are joined first is on its way meanwhile.
            let made = ranks.made(rank, tokens[at], tokens[at + 1]);
            ranks.fetch(made, tokens[at + 2]);
            ranks.fetch(tokens[at - 1], made);
        }
    }
    let mut left = u64::MAX >> (SHORT - many); // a bit for each token and wall that is there
    loop {
        let (rank, at) = lowest(&joins);
        if rank == NEVER {
            break;
        }
        let after = |at: usize, left: u64| at + 1 + (left >> (at + 1)).trailing_zeros() as usize;
        let gone = after(at, left);
        left &= !(1 << gone);
        let (before, next) = ((left & ((1 << at) - 1)).ilog2() as usize, after(at, left));
        let made = ranks.made(rank, tokens[at], tokens[gone]);
        tokens[at] = made;
        joins[gone] = at_place(NEVER, gone);
        joins[at] = at_place(ranks.rank(made, tokens[next]), at);
        joins[before] = at_place(ranks.rank(tokens[before], made), before);
    }
    left &= (2 << many) - 2;
    let kept = left.count_ones() as usize;
    for out in &mut out[..kept] {
        *out = tokens[left.trailing_zeros() as usize];
        left &= left - 1;
    }
    kept
}

/// A rank and its place as one number: of equal ranks, the first is the lowest.
#[inline(always)]
fn at_place(rank: u32, place: usize) -> u64 {
    u64::from(rank) << 8 | place as u64
}

/// The lowest rank, and its place. (Four rows of numbers, each found without waiting for the others.)
#[inline(always)]
fn lowest<const ROOM: usize>(joins: &[u64; ROOM]) -> (u32, usize) {
    let mut four = [u64::MAX; 4];
    for some in joins.chunks_exact(4) {
        for (lowest, &join) in four.iter_mut().zip(some) {
            *lowest = join.min(*lowest);
        }
    }
    let lowest = four.into_iter().fold(u64::MAX, u64::min);
    ((lowest >> 8) as u32, (lowest & 0xFF) as usize)
}
