//! The rank of each pair, in a table of one look: the fast twin of a hash map.
//!
//! Nearly every pair that is looked up is no merge. So the pairs lie apart from their ranks, eight of
//! them in what a processor fetches at once, and half of the places are free: one look tells mostly.

use rustc_hash::FxHashMap;

use crate::pairs::Pair;

/// The rank of two that are never joined.
pub(super) const NEVER: u32 = u32::MAX;

/// No pair: no token has this id.
const FREE: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct Ranks {
    pairs: Vec<u64>,
    ranks: Vec<u32>,
    shift: u32,
    /// two bytes side by side, by their values: looked up far more often than any others
    of_two: Vec<u32>,
    /// the id that a rank makes
    made: Vec<u32>,
}

impl Ranks {
    pub(super) fn new(ranks: &FxHashMap<Pair, (u32, u32)>, of_byte: &[u32; 256]) -> Self {
        let size = (2 * ranks.len()).next_power_of_two().max(2);
        let most = ranks.values().map(|&(rank, _)| rank as usize + 1).max().unwrap_or(0);
        let mut table = Ranks {
            pairs: vec![FREE; size],
            ranks: vec![NEVER; size],
            shift: u64::BITS - size.ilog2(),
            of_two: Vec::new(),
            made: vec![0; most],
        };
        for (&pair, &(rank, id)) in ranks {
            let at = table.find(number(pair));
            (table.pairs[at], table.ranks[at]) = (number(pair), rank);
            table.made[rank as usize] = id;
        }
        let two = |two: usize| table.rank(of_byte[two >> 8], of_byte[two & 0xFF]);
        table.of_two = (0..1 << 16).map(two).collect();
        table
    }

    #[inline(always)]
    pub(super) fn rank(&self, left: u32, right: u32) -> u32 {
        self.ranks[self.find(number((left, right)))]
    }

    #[inline(always)]
    pub(super) fn of_bytes(&self, left: u8, right: u8) -> u32 {
        self.of_two[usize::from(left) << 8 | usize::from(right)]
    }

    #[inline(always)]
    pub(super) fn made(&self, rank: u32) -> u32 {
        self.made[rank as usize]
    }

    /// Where the pair stands, or the free place where it would.
    #[inline(always)]
    fn find(&self, pair: u64) -> usize {
        let mut at = (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize;
        while self.pairs[at] != pair && self.pairs[at] != FREE {
            at = (at + 1) & (self.pairs.len() - 1);
        }
        at
    }
}

fn number((left, right): Pair) -> u64 {
    u64::from(left) << 32 | u64::from(right)
}
