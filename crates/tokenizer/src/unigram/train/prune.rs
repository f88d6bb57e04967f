//! Which pieces are missed least?
//!
//! ```text
//! f(x)    = how often x is in the likeliest way of a word           N = Σ f
//! instead = the likeliest way to write x with other pieces: y …, which then come f(x) times more
//! loss(x) = f(x) · (ln f(x)/N - Σ ln (f(y) + f(x))/N')              N' = N + f(x) · (how many y - 1)
//! ```
//!
//! The loss is how much less likely the text becomes without x. Those of the smallest loss go, and
//! at once those that are in no likeliest way at all, or that others write better.

use rayon::prelude::*;

use super::{Trainer, lattice::Lattice};
use crate::unigram::trie::Trie;

impl Trainer {
    /// Lets go of the pieces that are missed least, until there are `number`.
    pub fn prune(&mut self, number: usize) {
        let trie = self.trie();
        let used = self.used(&trie);
        let all: f64 = used.iter().sum();
        let loss = |(lattice, way): &mut (Lattice, Vec<u32>), id: usize| {
            let piece = &self.pieces[id];
            if piece.stays {
                return f64::INFINITY;
            }
            lattice.fill(&piece.text, &trie, &self.pieces);
            if lattice.best_way(Some(id as u32), way) > piece.score || used[id] == 0.0 {
                return f64::NEG_INFINITY;
            }
            let with = (used[id] / all).ln();
            let all_without = all + used[id] * (way.len() as f64 - 1.0);
            let each =
                way.iter().map(|&other| ((used[other as usize] + used[id]) / all_without).ln());
            used[id] * (with - each.sum::<f64>())
        };
        let ids = (0..self.pieces.len()).into_par_iter();
        let losses: Vec<f64> = ids.map_init(Default::default, loss).collect();

        let mut order: Vec<usize> = (0..losses.len()).collect();
        order.sort_by(|&a, &b| losses[b].total_cmp(&losses[a])); // stable: the earlier piece stays
        let mut kept = vec![false; losses.len()];
        for (place, id) in order.into_iter().enumerate() {
            kept[id] =
                losses[id] == f64::INFINITY || (losses[id] > f64::NEG_INFINITY && place < number);
        }
        let mut kept = kept.into_iter();
        self.pieces.retain(|_| kept.next() == Some(true));
    }

    /// How often each piece is in the likeliest way of a word.
    fn used(&self, trie: &Trie) -> Vec<f64> {
        let share = |words: &[(String, u64)]| {
            let (mut lattice, mut way) = (Lattice::default(), Vec::new());
            let mut used = vec![0.0; self.pieces.len()];
            for (word, count) in words {
                lattice.fill(word, trie, &self.pieces);
                lattice.best_way(None, &mut way);
                way.iter().for_each(|&piece| used[piece as usize] += *count as f64);
            }
            used
        };
        let shares: Vec<Vec<f64>> = self.shares().map(share).collect();
        let zero = vec![0.0; self.pieces.len()];
        shares.into_iter().fold(zero, |mut sum, share| {
            sum.iter_mut().zip(share).for_each(|(sum, used)| *sum += used);
            sum
        })
    }
}
