//! Every common word has a number, and all the others share one: `<unk>`.
//!
//! ```text
//! cut        = a run of letters and digits with the space before it, or one other character
//!              "The cat, again." -> "The" " cat" "," " again" "."
//! vocabulary = <unk>, then the words of a text, the commonest first
//! ```
//!
//! A word keeps its space, so that the words laid side by side are the text again. What is rare is
//! lost: `<unk>` cannot be turned back. And "cat" and "cats" begin as strangers.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::{EncodeError, split::class};

/// What stands for every word that has no number.
pub const UNKNOWN: &str = "<unk>";

/// The cut as a regular expression, for the file: [`cut`] does the same.
pub const PATTERN: &str = r" ?[\p{L}\p{N}]+|[^\p{L}\p{N}]";

/// A vocabulary of words.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    tokens: Vec<String>,
    ids: FxHashMap<String, u32>,
    pub(crate) unknown: Option<u32>,
}

impl Words {
    /// `<unk>` and the commonest words of `text`, at most `vocabulary` entries together and at least
    /// the one. Of two words as common as each other, the one that sorts first comes first.
    pub fn of(text: &str, vocabulary: usize) -> Self {
        let mut counts: FxHashMap<&str, u64> = FxHashMap::default();
        for word in cut(text) {
            *counts.entry(word).or_default() += 1;
        }
        let mut words: Vec<(&str, u64)> = counts.into_iter().collect();
        words.sort_unstable_by_key(|&(word, count)| (Reverse(count), word));

        let commonest = words.into_iter().take(vocabulary.saturating_sub(1)).map(|(word, _)| word);
        let tokens = [UNKNOWN].into_iter().chain(commonest).map(String::from).collect();
        Self::in_order(tokens, 0)
    }

    /// These words, numbered from 0; `unknown` is the number of `<unk>`, if there is one.
    pub(crate) fn in_order(tokens: Vec<String>, unknown: impl Into<Option<u32>>) -> Self {
        let ids = (0..).zip(&tokens).map(|(id, token)| (token.clone(), id)).collect();
        Words { tokens, ids, unknown: unknown.into() }
    }

    /// One id for each word, that of `<unk>` where it has none of its own.
    ///
    /// ```
    /// use tokenizer::Words;
    ///
    /// let words = Words::of("the cat and the hat and the rat", 4);
    /// assert_eq!(words.tokens(), ["<unk>", " and", " the", " cat"]);
    /// assert_eq!(words.encode(" the dog"), [2, 0]);
    /// ```
    ///
    /// A list from a file may lack `<unk>`: then such words are left out here.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        cut(text).filter_map(|word| self.id(word)).collect()
    }

    /// The id of one word, added to `ids`.
    pub(crate) fn encode_piece(&self, word: &str, ids: &mut Vec<u32>) -> Result<(), EncodeError> {
        ids.push(self.id(word).ok_or_else(|| EncodeError::unknown(word, self.tokens.len()))?);
        Ok(())
    }

    fn id(&self, word: &str) -> Option<u32> {
        self.ids.get(word).copied().or(self.unknown)
    }

    /// The word of each id.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}

/// Whether a piece ends before `after`, whatever stands around: what is neither letter nor digit begins one.
pub(crate) fn ends_before(_: char, after: char) -> bool {
    !in_word(&after)
}

fn in_word(c: &char) -> bool {
    class(*c).is_letter() || class(*c).is_number()
}

/// A text as words, each with the space before it, and the characters between them.
///
/// ```
/// let words: Vec<_> = tokenizer::words::cut("The cat,  again.").collect();
/// assert_eq!(words, ["The", " cat", ",", " ", " again", "."]);
/// ```
pub fn cut(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let space = if first == ' ' { 1 } else { 0 };
        let letters: usize = rest[space..].chars().take_while(in_word).map(char::len_utf8).sum();
        let end = if letters > 0 { space + letters } else { first.len_utf8() };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}
