//! One piece of a text, and each join that is made in it: byte-pair encoding to look at.
//!
//! ```text
//! " cat"   Ġ c a t      a + t -> at       rank 0
//!          Ġ c at       c + at -> cat     rank 1
//!          Ġ cat        Ġ + cat -> Ġcat   rank 2
//! ```
//!
//! What stands inside of a token was joined as if nothing stood around it: so the bytes of a token tell
//! how it came about, whatever text it was found in.

use super::{Pair, Pairs};

/// Two neighbours become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place of the left one among the tokens of the piece, as many as there are by now.
    pub at: usize,
    /// The two.
    pub pair: Pair,
    /// What they become.
    pub joined: u32,
    /// The rank of the two: no other neighbours had a lower one.
    pub rank: u32,
}

impl Pairs {
    /// Every join in one piece, in order. (A published vocabulary may take a piece that is a token for
    /// that token, whatever is joined here.) The time grows with the square of the length.
    ///
    /// ```
    /// use tokenizer::Pairs;
    ///
    /// let pairs = Pairs::train("cat cat cats", 259);
    /// let joined: Vec<_> = pairs.steps(b"cat").iter().map(|step| step.joined).collect();
    /// assert_eq!(joined, [256, 257]); // a + t, c + at
    /// ```
    pub fn steps(&self, piece: &[u8]) -> Vec<Step> {
        steps(self.spell(piece).collect(), |pair| self.ranks.get(&pair).copied())
    }
}

/// Joins neighbours until no two can be joined. `ranks` tells the rank of a pair, and its new id.
pub(crate) fn steps(mut ids: Vec<u32>, ranks: impl Fn(Pair) -> Option<(u32, u32)>) -> Vec<Step> {
    let mut steps = Vec::new();
    let ranked = |(at, two): (usize, &[u32])| {
        let pair = (two[0], two[1]);
        let (rank, joined) = ranks(pair)?;
        Some(Step { at, pair, joined, rank })
    };
    let lowest = |ids: &[u32]| {
        ids.windows(2).enumerate().filter_map(ranked).min_by_key(|step| (step.rank, step.at))
    };
    while let Some(step) = lowest(&ids) {
        ids[step.at] = step.joined;
        ids.remove(step.at + 1);
        steps.push(step);
    }
    steps
}
