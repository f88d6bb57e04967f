//! The rank of each pair, in a table of one look: the fast twin of a hash map.
//!
//! Most pairs that are looked up are no merges. So each merge sets one bit of a list that has eight for
//! each place of the table, and a pair whose bit is not set is none: that list is small, and lies near
//! by.

use crate::pairs::{self, Pair};

/// The rank of two that are never joined.
pub(super) const NEVER: u32 = u32::MAX;

/// No pair: no token has this id.
const FREE: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct Ranks {
    /// a bit for each number that a merge has
    bits: Vec<u64>,
    pairs: Vec<u64>,
    ranks: Vec<u32>,
    shift: u32,
    /// two bytes side by side, by their values: looked up far more often than any others
    of_two: Vec<u32>,
    /// the id that a rank makes
    made: Vec<u32>,
}

impl Ranks {
    pub(super) fn new(ranks: &pairs::Ranks, of_byte: &[u32; 256]) -> Self {
        let size = (2 * ranks.len()).next_power_of_two().max(8);
        let most = ranks.values().map(|&(rank, _)| rank as usize + 1).max().unwrap_or(0);
        let mut table = Ranks {
            bits: vec![0; size / 8],
            pairs: vec![FREE; size],
            ranks: vec![NEVER; size],
            shift: u64::BITS - size.ilog2(),
            of_two: Vec::new(),
            made: vec![0; most],
        };
        for (&pair, &(rank, id)) in ranks {
            let at = table.find(number(pair));
            (table.pairs[at], table.ranks[at]) = (number(pair), rank);
            let (word, bit) = table.bit(number(pair));
            table.bits[word] |= 1 << bit;
            table.made[rank as usize] = id;
        }
        let two = |two: usize| table.rank(of_byte[two >> 8], of_byte[two & 0xFF]);
        table.of_two = (0..1 << 16).map(two).collect();
        table
    }

    #[inline(always)]
    pub(super) fn rank(&self, left: u32, right: u32) -> u32 {
        let pair = number((left, right));
        let (word, bit) = self.bit(pair);
        if self.bits[word] >> bit & 1 == 0 { NEVER } else { self.ranks[self.find(pair)] }
    }

    #[inline(always)]
    pub(super) fn of_bytes(&self, left: u8, right: u8) -> u32 {
        self.of_two[usize::from(left) << 8 | usize::from(right)]
    }

    #[inline(always)]
    pub(super) fn made(&self, rank: u32) -> u32 {
        self.made[rank as usize]
    }

    /// The word and the bit of a pair.
    #[inline(always)]
    fn bit(&self, pair: u64) -> (usize, u32) {
        let hash = hash(pair);
        ((hash >> self.shift) as usize / 8, hash as u32 >> 16 & 63)
    }

    /// Where the pair stands, or the free place where it would.
    #[inline(always)]
    fn find(&self, pair: u64) -> usize {
        let mut at = (hash(pair) >> self.shift) as usize;
        while self.pairs[at] != pair && self.pairs[at] != FREE {
            at = (at + 1) & (self.pairs.len() - 1);
        }
        at
    }
}

fn number((left, right): Pair) -> u64 {
    u64::from(left) << 32 | u64::from(right)
}

#[inline(always)]
fn hash(pair: u64) -> u64 {
    let mixed = pair ^ pair >> 29;
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
