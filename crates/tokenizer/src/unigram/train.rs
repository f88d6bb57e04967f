//! Which pieces? Start with far too many, and let go of those that are missed least.
//!
//! ```text
//! seeds: every character, and what often comes again inside words
//! until few enough are left:
//!     twice:  E  how often is each piece used, if every way to cut a word counts by its chance?
//!             M  a piece that is used more is more likely
//!     let go of a quarter: those without which the text is nearly as likely
//! ```
//!
//! A word's chance is that of all its ways together, and a way's that of its pieces multiplied:
//!
//! ```text
//! P(way)    = Π p(piece)                  P(word) = Σ P(way)
//! E  c(x)   = Σ count(word) · Σ P(way) / P(word) · (how often x is in the way)
//! M  p(x)   = exp(ψ(c(x))) / exp(ψ(Σ c))  ψ(c) ≈ ln(c - ½): a little less for what is rare
//! ```
//!
//! Nobody says which way is right: each round of E and M finds out from what the round before believed.
//! Sources: Kudo 2018, <https://arxiv.org/abs/1804.10959>, section 3.2; the ψ of Liang and Klein 2007,
//! in [SentencePiece](https://github.com/google/sentencepiece)'s trainer.

pub mod lattice;
pub mod prune;
pub mod seeds;

use rayon::prelude::*;

use super::trie::Trie;
use crate::{
    count::Counts,
    sentence_piece::{train::first_tokens, words::alphabet},
    train::Progress,
};
use lattice::Lattice;

/// What is kept of the pieces in each round.
const KEPT: f64 = 0.75;

/// A piece that is used less often than this is let go at once.
const SELDOM: f64 = 0.5;

/// The logarithm of no chance worth mentioning.
const NEVER: f64 = -1000.0;

/// Words are cut into so many shares, however many threads there are: sums of fractions depend on
/// their order.
const SHARES: usize = 8;

/// Pieces on their way to a vocabulary.
#[derive(Clone, Debug)]
pub struct Trainer {
    words: Vec<(String, u64)>,
    pieces: Vec<Piece>,
    goal: usize,
}

/// A piece, and the logarithm of its chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it spells.
    pub text: String,
    /// ln p
    pub score: f64,
    /// Whether it is one character: those stay.
    pub stays: bool,
}

/// What the step E finds.
#[derive(Clone, Debug)]
pub struct Expected {
    /// How often each piece is used.
    pub counts: Vec<f64>,
    /// ln of the chance of all words.
    pub likelihood: f64,
}

impl Trainer {
    /// The seeds for at most `goal` pieces (but every character of the alphabet) from words.
    pub fn new(counts: &Counts, goal: usize, coverage: f64) -> Self {
        let alphabet = alphabet(counts, coverage, goal);
        let mut known: Vec<char> = alphabet.iter().map(|&(character, _)| character).collect();
        known.sort_unstable();
        let mut words = Vec::new();
        for (word, count) in counts.iter() {
            let runs = word.split(|character| known.binary_search(&character).is_err());
            let runs = runs.filter(|run| !run.is_empty());
            words.extend(runs.map(|run| (run.to_owned(), count)));
        }
        let pieces = seeds::seeds(&words, &alphabet);
        Trainer { words, pieces, goal }
    }

    /// The pieces that are left.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// E: how often is each piece used, if every way to cut a word counts by its chance?
    pub fn expect(&self) -> Expected {
        let trie = self.trie();
        let share = |words: &[(String, u64)]| {
            let mut lattice = Lattice::default();
            let mut counts = vec![0.0; self.pieces.len()];
            let mut likelihood = 0.0;
            for (word, count) in words {
                lattice.fill(word, &trie, &self.pieces);
                likelihood += *count as f64 * lattice.all_ways(*count as f64, &mut counts);
            }
            Expected { counts, likelihood }
        };
        let shares: Vec<Expected> = self.shares().map(share).collect();
        let zero = Expected { counts: vec![0.0; self.pieces.len()], likelihood: 0.0 };
        shares.into_iter().fold(zero, |mut sum, share| {
            sum.counts.iter_mut().zip(share.counts).for_each(|(sum, count)| *sum += count);
            sum.likelihood += share.likelihood;
            sum
        })
    }

    fn trie(&self) -> Trie {
        Trie::of((0..).zip(&self.pieces).map(|(id, piece)| (piece.text.as_bytes(), id)))
    }

    fn shares(&self) -> impl IndexedParallelIterator<Item = &[(String, u64)]> {
        self.words.par_chunks(self.words.len().div_ceil(SHARES).max(1))
    }

    /// M: a piece that is used more is more likely.
    pub fn maximize(&mut self, expected: &Expected) {
        let mut kept = Vec::with_capacity(self.pieces.len());
        let mut all = 0.0;
        for (piece, &count) in std::mem::take(&mut self.pieces).into_iter().zip(&expected.counts) {
            if piece.stays || count >= SELDOM {
                let count = count.max(SELDOM);
                all += count;
                kept.push(Piece { score: digamma(count), ..piece });
            }
        }
        let all = digamma(all);
        kept.iter_mut().for_each(|piece| piece.score -= all);
        self.pieces = kept;
    }

    /// Until few enough are left.
    pub fn learn(&mut self, told: &mut dyn FnMut(Progress)) {
        let stay = self.pieces.iter().filter(|piece| piece.stays).count();
        // The last few go by their chance alone.
        let rough = (self.goal + self.goal / 10).max(stay);
        let first = self.pieces.len();
        loop {
            for _ in 0..2 {
                let expected = self.expect();
                self.maximize(&expected);
            }
            let few = self.pieces.len() <= rough;
            let done = first - self.pieces.len().max(rough).min(first);
            told(Progress::Learned { done, of: first.saturating_sub(rough) });
            if few {
                break;
            }
            let number = rough.max((self.pieces.len() as f64 * KEPT) as usize);
            self.prune(number);
        }
        // The likeliest, but all that stay.
        self.pieces.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.text.cmp(&b.text)));
        let mut room = self.goal.saturating_sub(stay);
        self.pieces.retain(|piece| {
            let fits = piece.stays || room > 0;
            room -= usize::from(fits && !piece.stays);
            fits
        });
    }
}

/// Tokens and the logarithms of their chances, the likeliest first after those that no text spells: so
/// unlikely are these that a text like "<0x41>" is better cut, if its characters have tokens.
pub(crate) fn learn(
    counts: &Counts,
    vocabulary: usize,
    coverage: f64,
    told: &mut dyn FnMut(Progress),
) -> Vec<(String, f64)> {
    let mut tokens: Vec<(String, f64)> = first_tokens().map(|token| (token, NEVER)).collect();
    let mut trainer = Trainer::new(counts, vocabulary.saturating_sub(tokens.len()), coverage);
    trainer.learn(told);
    tokens.extend(trainer.pieces.into_iter().map(|piece| (piece.text, piece.score)));
    tokens
}

/// ψ, the slope of ln Γ: ψ(x) = ψ(x + 1) - 1/x, and for large x by Stirling's series.
fn digamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 7.0 {
        below += 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square * (1.0 / 12.0 - square * (1.0 / 120.0 - square / 252.0));
    x.ln() - 0.5 / x - series - below
}
