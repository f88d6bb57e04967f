//! Pairs joined in one piece, on the stack: the fast twin of looking for the lowest rank again and
//! again. The ranks of all neighbours are kept, and after each join only two are looked up anew.

use super::ranks::{NEVER, Ranks};
use crate::pairs::{Pair, long};

/// The longest piece that is joined so; longer ones go [`long`]'s way.
const SHORT: usize = 63;

/// Joins neighbours until no two can be joined, and adds what is left. `ranks` tells the rank of a
/// pair, and its new id.
pub(super) fn join(
    start: Vec<u32>,
    ranks: impl Fn(Pair) -> Option<(u32, u32)>,
    ids: &mut Vec<u32>,
) {
    if start.len() > SHORT {
        return ids.extend(long::merge(start, ranks));
    }
    let rank = |left, right| ranks((left, right)).map_or(NEVER, |(rank, _)| rank);
    let id = |_, left, right| ranks((left, right)).map_or(left, |(_, id)| id);
    let mut tokens = [0; SHORT];
    tokens[..start.len()].copy_from_slice(&start);
    let mut joins = [NEVER; SHORT];
    for (join, two) in joins.iter_mut().zip(start.windows(2)) {
        *join = rank(two[0], two[1]);
    }
    let many = join_short(&mut tokens, &mut joins, start.len(), rank, id);
    ids.extend_from_slice(&tokens[..many]);
}

/// The same for bytes.
pub(super) fn join_bytes(piece: &[u8], of_byte: &[u32; 256], ranks: &Ranks, ids: &mut Vec<u32>) {
    match piece.len() {
        0..=16 => join_up_to::<16>(piece, of_byte, ranks, ids),
        17..=SHORT => join_up_to::<SHORT>(piece, of_byte, ranks, ids),
        _ => {
            let start = piece.iter().map(|&byte| of_byte[usize::from(byte)]).collect();
            let ranked = |(left, right)| match ranks.rank(left, right) {
                NEVER => None,
                rank => Some((rank, ranks.made(rank))),
            };
            ids.extend(long::merge(start, ranked));
        }
    }
}

fn join_up_to<const MOST: usize>(
    piece: &[u8],
    of_byte: &[u32; 256],
    ranks: &Ranks,
    ids: &mut Vec<u32>,
) {
    let mut tokens = [0; MOST];
    for (token, &byte) in tokens.iter_mut().zip(piece) {
        *token = of_byte[usize::from(byte)];
    }
    let mut joins = [NEVER; MOST];
    for (join, two) in joins.iter_mut().zip(piece.windows(2)) {
        *join = ranks.of_bytes(two[0], two[1]);
    }
    let rank = |left, right| ranks.rank(left, right);
    let many =
        join_short(&mut tokens, &mut joins, piece.len(), rank, |rank, _, _| ranks.made(rank));
    ids.extend_from_slice(&tokens[..many]);
}

/// Joins the first `many` tokens, of which each joins with the next at a rank that is known, and moves
/// what is left to the front; says how many are left. `id` tells what a rank makes of two.
#[inline(always)]
fn join_short<const MOST: usize>(
    tokens: &mut [u32; MOST],
    joins: &mut [u32; MOST],
    many: usize,
    rank: impl Fn(u32, u32) -> u32,
    id: impl Fn(u32, u32, u32) -> u32,
) -> usize {
    let mut left = (1u64 << many) - 1; // a bit for each token that is there
    loop {
        let lowest = joins.iter().fold(NEVER, |lowest, &rank| lowest.min(rank));
        if lowest == NEVER {
            break;
        }
        let at = joins.iter().position(|&rank| rank == lowest).unwrap_or_default();
        let after = |at: usize, left: u64| at + 1 + (left >> (at + 1)).trailing_zeros() as usize;
        let gone = after(at, left);
        tokens[at] = id(lowest, tokens[at], tokens[gone]);
        left &= !(1 << gone);
        joins[gone] = NEVER;
        let next = after(at, left);
        joins[at] = if next < many { rank(tokens[at], tokens[next]) } else { NEVER };
        let before = left & ((1 << at) - 1);
        if before != 0 {
            let before = before.ilog2() as usize;
            joins[before] = rank(tokens[before], tokens[at]);
        }
    }
    let mut kept = 0;
    while left != 0 {
        tokens[kept] = tokens[left.trailing_zeros() as usize];
        left &= left - 1;
        kept += 1;
    }
    kept
}
