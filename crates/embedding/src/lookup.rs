//! An embedding: a list of learned numbers for each token.
//!
//! ```text
//! y[i] = W[id of token i]          (n) -> (n, C)
//! ```
//!
//! One number for a token is too poor to say what it is like; with several, tokens that are used alike
//! can end up near each other. The numbers are learned as any others are: only those that were looked
//! up are to blame.

use ndarray::{Array2, ArrayRef2};
use neuron::{Float, init::normal, parameters};
use rand::Rng;

/// A list of numbers for each token.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding<F = f32> {
    /// (V, C): a token in each row.
    pub weight: Array2<F>,
}

parameters!(Embedding { weight });

impl<F: Float> Embedding<F> {
    /// Numbers that mean nothing yet, from a bell curve as wide as GPT-2's.
    pub fn random(vocabulary: usize, channels: usize, rng: &mut impl Rng) -> Self {
        Embedding { weight: normal((vocabulary, channels), 0.02, rng) }
    }

    /// The numbers of each token: (n) -> (n, C).
    ///
    /// # Panics
    /// If an id is not in the vocabulary.
    pub fn forward(&self, ids: &[u32]) -> Array2<F> {
        let mut y = Array2::zeros((ids.len(), self.weight.ncols()));
        for (mut y, &id) in y.rows_mut().into_iter().zip(ids) {
            y.assign(&self.weight.row(self.place(id)));
        }
        y
    }

    /// Adds to `grad` the slopes along the numbers that were looked up: dy is (n, C).
    /// An id has no slope: there is nothing between one token and the next.
    pub fn backward(&self, ids: &[u32], dy: &ArrayRef2<F>, grad: &mut Self) {
        for (dy, &id) in dy.rows().into_iter().zip(ids) {
            // y = W[id]
            let mut row = grad.weight.row_mut(self.place(id));
            row += &dy;
        }
    }

    fn place(&self, id: u32) -> usize {
        let vocabulary = self.weight.nrows();
        assert!(
            (id as usize) < vocabulary,
            "your vocabulary has {vocabulary} entries and this id is {id}"
        );
        id as usize
    }
}
