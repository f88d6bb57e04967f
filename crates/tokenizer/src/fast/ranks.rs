//! The rank of each pair, in a table of one look: the fast twin of a hash map.
//!
//! ```text
//! a place   left: 20 bits | right: 20 bits | rank: 23 bits | whether a pair that belongs here stands further on
//! ```
//!
//! Most pairs that are looked up are no merges. Their place is free, or another's; and only where its last bit is set
//! is there anything to look for further on.

use kernels::{memory::LargeTable, text::fetch};
use rustc_hash::FxHashMap;

use crate::pairs::{self, Pair};

/// The rank of two that are never joined.
pub(super) const NEVER: u32 = u32::MAX;

/// What stands beside the first and the last token: no token has this id, and it is joined with none.
pub(super) const WALL: u32 = (1 << ID) - 1;

const ID: u32 = 20;
const RANK: u32 = 23;

/// A place where no pair stands: its rank is the largest, which no pair has.
const FREE: u64 = u64::MAX << 1;

/// In place of an id: several pairs have this rank, as pieces of SentencePiece have one score.
const TIED: u32 = u32::MAX;

/// No pair has had this rank yet.
const NONE: u32 = TIED - 1;

#[derive(Debug)]
pub(super) struct Ranks {
    places: LargeTable<u64>,
    shift: u32,
    /// two bytes side by side, by their values: looked up far more often than any others
    of_two: Vec<u32>,
    /// by how much the id that a rank makes is ahead of it, if all are by the same
    ahead: Option<u32>,
    /// the id that a rank makes, or [`TIED`]
    made: Vec<u32>,
    /// what pairs make that share their rank with others
    tied: FxHashMap<Pair, u32>,
}

impl Ranks {
    /// A table of the ranks of a vocabulary; none, if it has too many tokens or ranks for one.
    pub(super) fn new(ranks: &pairs::Ranks, tokens: usize) -> Option<Self> {
        if tokens >= WALL as usize || ranks.values().any(|&(rank, _)| rank >= (1 << RANK) - 1) {
            return None;
        }
        let size = (ranks.len() / 3 * 5).next_power_of_two().max(8); // at most six of ten are taken
        let most = ranks.values().map(|&(rank, _)| rank as usize + 1).max().unwrap_or(0);
        let mut table = Ranks {
            places: LargeTable::new(size, FREE),
            shift: u64::BITS - size.ilog2(),
            of_two: Vec::new(),
            ahead: None,
            made: vec![NONE; most],
            tied: FxHashMap::default(),
        };
        for (&(left, right), &(rank, id)) in ranks {
            table.insert(number(left, right), rank);
            let made = &mut table.made[rank as usize];
            *made = if *made == NONE || *made == id { id } else { TIED };
        }
        let mut ahead = ranks.values().map(|(rank, id)| id.wrapping_sub(*rank));
        table.ahead = ahead.next().filter(|&first| ahead.all(|ahead| ahead == first));
        let is_tied = |rank: u32| table.made[rank as usize] == TIED;
        let tied = ranks.iter().filter(|(_, (rank, _))| is_tied(*rank));
        table.tied = tied.map(|(&pair, &(_, id))| (pair, id)).collect();
        Some(table)
    }

    /// The same, knowing what two bytes make, whose ids these are.
    pub(super) fn of_bytes(
        ranks: &pairs::Ranks,
        tokens: usize,
        of_byte: &[u32; 256],
    ) -> Option<Self> {
        let mut table = Self::new(ranks, tokens)?;
        let is_known = |&id: &u32| id < WALL;
        let two = |two: usize| match [of_byte[two >> 8], of_byte[two & 0xFF]] {
            [left, right] if [left, right].iter().all(is_known) => table.rank(left, right),
            _ => NEVER,
        };
        table.of_two = (0..1 << 16).map(two).collect();
        Some(table)
    }

    fn insert(&mut self, pair: u64, rank: u32) {
        let first = self.place(pair);
        let mut place = first;
        while self.places[place] | 1 != u64::MAX {
            place = self.next(place);
        }
        self.places[first] |= u64::from(place != first);
        let further = self.places[place] & 1;
        self.places[place] = pair << (RANK + 1) | u64::from(rank) << 1 | further;
    }

    /// The rank of two tokens, of which one may be a wall.
    #[inline(always)]
    pub(super) fn rank(&self, left: u32, right: u32) -> u32 {
        let pair = number(left, right);
        let place = self.place(pair);
        let found = self.places[place];
        if found >> (RANK + 1) == pair {
            rank_in(found)
        } else if found & 1 == 0 {
            NEVER
        } else {
            self.further_on(pair, place)
        }
    }

    /// Asks for the place of two tokens in advance.
    #[inline(always)]
    pub(super) fn fetch(&self, left: u32, right: u32) {
        fetch(&self.places, self.place(number(left, right)));
    }

    #[inline(never)]
    fn further_on(&self, pair: u64, mut place: usize) -> u32 {
        loop {
            place = self.next(place);
            match self.places[place] {
                found if found >> (RANK + 1) == pair => return rank_in(found),
                found if found | 1 == u64::MAX => return NEVER,
                _ => {}
            }
        }
    }

    #[inline(always)]
    pub(super) fn rank_of_bytes(&self, left: u8, right: u8) -> u32 {
        self.of_two[usize::from(left) << 8 | usize::from(right)]
    }

    /// What two tokens make, whose rank this is.
    #[inline(always)]
    pub(super) fn made(&self, rank: u32, left: u32, right: u32) -> u32 {
        if let Some(ahead) = self.ahead {
            return rank.wrapping_add(ahead);
        }
        match self.made[rank as usize] {
            TIED => self.tied.get(&(left, right)).copied().unwrap_or(left),
            id => id,
        }
    }

    /// The first place where a pair could stand.
    #[inline(always)]
    fn place(&self, pair: u64) -> usize {
        ((pair ^ pair >> 17).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    fn next(&self, place: usize) -> usize {
        (place + 1) & (self.places.len() - 1)
    }
}

#[inline(always)]
fn number(left: u32, right: u32) -> u64 {
    u64::from(left) << ID | u64::from(right)
}

#[inline(always)]
fn rank_in(place: u64) -> u32 {
    (place >> 1) as u32 & ((1 << RANK) - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_the_map(pairs in prop::collection::hash_set((0u32..30, 0u32..30), 0..400), many in prop::sample::select(vec![1, 3, 999])) {
            // Some share a rank: of three, or of all.
            let ranked = (0..).zip(&pairs).map(|(at, &pair)| (pair, (at / many, at + 99)));
            let map: pairs::Ranks = ranked.collect();
            let table = Ranks::new(&map, 999).expect("they fit");
            for pair @ (left, right) in (0..31).flat_map(|left| (0..31).map(move |right| (left, right))) {
                let rank = table.rank(left, right);
                prop_assert_eq!(map.get(&pair).map_or(NEVER, |&(rank, _)| rank), rank);
                prop_assert!(rank == NEVER || table.made(rank, left, right) == map[&pair].1);
            }
            for one in 0..31 {
                prop_assert_eq!([table.rank(WALL, one), table.rank(one, WALL)], [NEVER; 2]);
            }
        }
    }

    #[test]
    fn too_many_are_declined() {
        let of = |rank| pairs::Ranks::from_iter([((1, 2), (rank, 3))]);
        assert!(Ranks::new(&of(0), WALL as usize - 1).is_some());
        assert!(Ranks::new(&of(0), WALL as usize).is_none());
        assert!(Ranks::new(&of((1 << RANK) - 1), 4).is_none());
    }
}
