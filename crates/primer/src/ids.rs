//! The ids of a text, as narrow as its vocabulary allows: a text by characters has an id for each of its bytes.

use std::ops::Range;

use backprop::windows::{self, Window};
use kernels::memory::giving_back;
use tokenizer::{EncodeError, Specials, Tokenizer};

/// A text has an id for each of its bytes at most, and so many for a ▁ in front.
const FRONT: usize = 3;

/// The ids of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Ids {
    /// In a vocabulary of at most 256 tokens
    Bytes(Vec<u8>),
    /// In one of at most 65,536
    Shorts(Vec<u16>),
    /// In any
    Words(Vec<u32>),
}

/// Some of them, and the same one token later.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stretch<'a> {
    /// Of [`Ids::Bytes`]
    Bytes(Window<'a, u8>),
    /// Of [`Ids::Shorts`]
    Shorts(Window<'a, u16>),
    /// Of [`Ids::Words`]
    Words(Window<'a, u32>),
}

/// The same for ids of any width.
macro_rules! of_any_width {
    ($kind:ident in $all:expr, $one:ident => $made:expr) => {
        match $all {
            $kind::Bytes($one) => $made,
            $kind::Shorts($one) => $made,
            $kind::Words($one) => $made,
        }
    };
}

impl Ids {
    /// The ids of a text, which is let go as it is encoded.
    ///
    /// # Errors
    /// If it has a character that the tokenizer does not know.
    pub fn of(
        tokenizer: &Tokenizer,
        text: String,
        specials: Specials,
    ) -> Result<Self, EncodeError> {
        let room = text.len() + FRONT; // what is not filled takes no memory
        let mut ids = match tokenizer.vocabulary() {
            0..=0x100 => Ids::Bytes(Vec::with_capacity(room)),
            0x101..=0x1_0000 => Ids::Shorts(Vec::with_capacity(room)),
            _ => Ids::Words(Vec::with_capacity(room)),
        };
        let take = |some: Vec<u32>| match &mut ids {
            Ids::Bytes(ids) => ids.extend(some.into_iter().map(|id| id as u8)),
            Ids::Shorts(ids) => ids.extend(some.into_iter().map(|id| id as u16)),
            Ids::Words(ids) => ids.extend(some),
        };
        giving_back(|| tokenizer.encode_long(text, specials, take))?;
        Ok(ids)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        of_any_width!(Ids in self, ids => ids.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those from here to there.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn some(&self, range: Range<usize>) -> Vec<u32> {
        of_any_width!(Ids in self, ids => widened(&ids[range]).collect())
    }

    /// See [`windows::at_random`].
    ///
    /// # Panics
    /// As that.
    pub fn at_random(&self, length: usize, count: usize, seed: u64, step: u64) -> Vec<Stretch<'_>> {
        of_any_width!(Ids in self, ids => {
            windows::at_random(ids, length, count, seed, step).into_iter().map(Into::into).collect()
        })
    }

    /// See [`windows::in_order`].
    pub fn in_order(&self, length: usize) -> Vec<Stretch<'_>> {
        of_any_width!(Ids in self, ids => {
            windows::in_order(ids, length).into_iter().map(Into::into).collect()
        })
    }
}

impl Stretch<'_> {
    /// How many tokens are seen.
    pub fn len(&self) -> usize {
        of_any_width!(Stretch in self, window => window.input.len())
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds what is seen to `ids`, and what comes next to `targets`.
    pub fn read(&self, ids: &mut Vec<u32>, targets: &mut Vec<u32>) {
        of_any_width!(Stretch in self, window => read(window, ids, targets));
    }
}

fn read<T: Copy + Into<u32>>(window: &Window<'_, T>, ids: &mut Vec<u32>, targets: &mut Vec<u32>) {
    ids.extend(widened(window.input));
    targets.extend(widened(window.target));
}

fn widened<T: Copy + Into<u32>>(ids: &[T]) -> impl Iterator<Item = u32> {
    ids.iter().map(|&id| id.into())
}

/// A window is a stretch.
macro_rules! stretch {
    ($($kind:ident of $id:ty),+) => {$(
        impl<'a> From<Window<'a, $id>> for Stretch<'a> {
            fn from(window: Window<'a, $id>) -> Self {
                Stretch::$kind(window)
            }
        }
    )+};
}

stretch!(Bytes of u8, Shorts of u16, Words of u32);
