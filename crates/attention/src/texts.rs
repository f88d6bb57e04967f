//! Texts lie one under the other, as rows, and need not be equally long.
//!
//! ```text
//! rows = Σ words of each text        "I see it ." (4) and "Come !" (2) are 6 rows
//! ```
//!
//! Where texts must lie in a box of `B × T` words, short ones are filled up with *padding*, and a mask
//! hides it from whoever listens. Here no text has a word too many: there is nothing to hide, and
//! nothing is worked out that is thrown away.

use std::ops::Range;

use ndarray::ArrayRef2;

/// How many words each text has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Words<'a> {
    /// All texts have as many.
    Each(usize),
    /// Each text has its own number.
    Of(&'a [usize]),
}

impl From<usize> for Words<'_> {
    fn from(words: usize) -> Self {
        Words::Each(words)
    }
}

impl<'a> From<&'a [usize]> for Words<'a> {
    fn from(words: &'a [usize]) -> Self {
        Words::Of(words)
    }
}

impl Words<'_> {
    /// The rows of each text, if there are `rows` in all.
    ///
    /// ```
    /// use attention::Words;
    ///
    /// assert_eq!(Words::Each(3).rows(6), [0..3, 3..6]);
    /// assert_eq!(Words::Of(&[4, 2]).rows(6), [0..4, 4..6]);
    /// ```
    ///
    /// # Panics
    /// If the texts do not have that many words together.
    pub fn rows(self, rows: usize) -> Vec<Range<usize>> {
        match self {
            Words::Each(words) => {
                let rest = rows % words;
                assert_eq!(rest, 0, "{rows} rows are not a whole number of texts of {words} words");
                (0..rows).step_by(words).map(|row| row..row + words).collect()
            }
            Words::Of(words) => {
                let all: usize = words.iter().sum();
                assert_eq!(all, rows, "{rows} rows are not texts of {words:?} words");
                let mut end = 0;
                let mut next = |words: &usize| {
                    end += words;
                    end - words..end
                };
                words.iter().map(&mut next).collect()
            }
        }
    }
}

/// The rows of some texts, and where each text ends.
#[derive(Debug)]
pub struct Texts<'a, F> {
    /// (n, C): a row for each word.
    pub rows: &'a ArrayRef2<F>,
    /// How many of them each text has.
    pub words: Words<'a>,
}

impl<'a, F> Texts<'a, F> {
    /// Texts of so many words each.
    pub fn new<'w: 'a>(rows: &'a ArrayRef2<F>, words: impl Into<Words<'w>>) -> Self {
        Texts { rows, words: words.into() }
    }
}

// Two references, whatever F is.
impl<F> Copy for Texts<'_, F> {}

impl<F> Clone for Texts<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}
