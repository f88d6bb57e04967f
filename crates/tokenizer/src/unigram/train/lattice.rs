//! All the ways to cut a word into pieces, at once.
//!
//! ```text
//!     ┌──── ca ────┐
//! ────c────┬───a───┬───t────        an arrow for each piece that stands somewhere in the word
//!          └──── at ────────┘
//! forward  a(end)   = Σ a(start) · p(piece)      of all arrows that end there: the chance to come so far
//! backward b(start) = Σ p(piece) · b(end)        of all that begin there: and to go on to the end
//! an arrow's chance = a(start) · p · b(end) / a(word)
//! ```
//!
//! All in logarithms, since the chance of a long word is too small for a number.

use super::Piece;
use crate::unigram::trie::Trie;

/// A piece that stands in a word.
#[derive(Clone, Copy, Debug)]
struct Arrow {
    start: u32,
    end: u32,
    piece: u32,
    score: f64,
}

/// One word's arrows, by where they start.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    arrows: Vec<Arrow>,
    length: usize,
    forward: Vec<f64>,
    backward: Vec<f64>,
    arrived: Vec<Option<Arrow>>, // on the best way
}

impl Lattice {
    /// The ways of another word. (Every character is a piece, so there is one.)
    pub(super) fn fill(&mut self, word: &str, trie: &Trie, pieces: &[Piece]) {
        self.arrows.clear();
        self.length = word.len();
        for (start, _) in word.char_indices() {
            trie.prefixes(&word.as_bytes()[start..], |length, piece| {
                let score = pieces[piece as usize].score;
                let (start, end) = (start as u32, (start + length) as u32);
                self.arrows.push(Arrow { start, end, piece, score });
            });
        }
    }

    /// ln of the chance of all ways together; adds `count` to the pieces, shared out by their chance.
    pub(super) fn all_ways(&mut self, count: f64, counts: &mut [f64]) -> f64 {
        let (forward, backward) = (&mut self.forward, &mut self.backward);
        reset(forward, self.length, 0);
        for &Arrow { start, end, score, .. } in &self.arrows {
            let way = forward[start as usize] + score;
            forward[end as usize] = either(forward[end as usize], way);
        }
        reset(backward, self.length, self.length);
        for &Arrow { start, end, score, .. } in self.arrows.iter().rev() {
            let way = score + backward[end as usize];
            backward[start as usize] = either(backward[start as usize], way);
        }
        let all = forward[self.length];
        for &Arrow { start, end, piece, score } in &self.arrows {
            let chance = (forward[start as usize] + score + backward[end as usize] - all).exp();
            counts[piece as usize] += count * chance;
        }
        all
    }

    /// The likeliest way of all that do without the piece `but`: its logarithm, and its pieces from
    /// the last to the first.
    pub(super) fn best_way(&mut self, but: Option<u32>, way: &mut Vec<u32>) -> f64 {
        let best = &mut self.forward;
        reset(best, self.length, 0);
        self.arrived.clear();
        self.arrived.resize(self.length + 1, None);
        for arrow in &self.arrows {
            let score = best[arrow.start as usize] + arrow.score;
            if Some(arrow.piece) != but && score > best[arrow.end as usize] {
                best[arrow.end as usize] = score;
                self.arrived[arrow.end as usize] = Some(*arrow);
            }
        }
        way.clear();
        let mut at = self.length;
        while let Some(arrow) = self.arrived[at] {
            way.push(arrow.piece);
            at = arrow.start as usize;
        }
        best[self.length]
    }
}

/// A chance of 0 everywhere, but of 1 at one place.
fn reset(chances: &mut Vec<f64>, length: usize, sure: usize) {
    chances.clear();
    chances.resize(length + 1, f64::NEG_INFINITY);
    chances[sure] = 0.0;
}

/// The chance of the one or the other: ln(exp(one) + exp(other)).
fn either(one: f64, other: f64) -> f64 {
    let (larger, smaller) = if one > other { (one, other) } else { (other, one) };
    if smaller == f64::NEG_INFINITY { larger } else { larger + (smaller - larger).exp().ln_1p() }
}
