//! One text, and each join that is made in it, as for byte pairs: see [`pairs::steps`].

use super::SentencePiece;
use crate::pairs::steps::{Step, steps};

#[cfg(doc)]
use crate::pairs;

impl SentencePiece {
    /// Every join in a text in which spaces are written ▁, in order. The time grows with the square of
    /// the length.
    ///
    /// ```
    /// use tokenizer::SentencePiece;
    ///
    /// let tokens = ["<unk>", "▁", "a", "t", "at", "▁at"].map(String::from).to_vec();
    /// let pieces = SentencePiece::new(tokens, vec![((2, 3), 4), ((1, 4), 5)], Some(0), true, false);
    /// let joined: Vec<_> = pieces.steps("▁at").iter().map(|step| step.joined).collect();
    /// assert_eq!(joined, [4, 5]);
    /// ```
    pub fn steps(&self, piece: &str) -> Vec<Step> {
        let mut letters = Vec::with_capacity(piece.len());
        match &self.beyond {
            Some(beyond) => beyond.spell(self, piece, &mut letters),
            None => self.spell(piece.chars(), &mut letters),
        }
        steps(letters, |pair| self.ranks.get(&pair).copied())
    }
}
