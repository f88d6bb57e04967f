//! The words that SentencePiece learns from: a space is written `▁`, and stands before its word.
//!
//! ```text
//! "It's  3 cats,\nor 12" -> ▁It  '  s  ▁  ▁  3  ▁cats  ,  ▁or  ▁  1  2
//! ```
//!
//! Every word has its `▁`: the first of a line too, as if a space stood before it. Letters, digits and
//! all else are words apart, and each digit is one (as in Llama 2), so no token reaches from one into
//! the next. Of several spaces the last belongs to the word, and the others are a word of spaces. Line
//! ends and tabs part words and are learned from no further: the bytes spell them.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::{
    count::Counts,
    split::{Class, class},
};

/// What a space is written as.
pub(crate) const SPACE: char = '▁';

/// A word of which not all has been seen yet.
#[derive(Default)]
struct Word {
    written: String,
    letters: Option<bool>, // or marks; none: only the space so far
    spaces: usize,         // before what comes next
}

/// Finds the words of a text.
pub(crate) fn words(text: &str, mut found: impl FnMut(&str)) {
    let mut word = Word::default();
    let mut begins = true; // a line, or what follows a tab
    for character in text.chars() {
        let class = class(character);
        if class.is_space() {
            word.end(&mut found);
            begins = character != ' ';
            if begins {
                word.end_of_spaces(0, &mut found);
            } else {
                word.spaces += 1;
            }
            continue;
        }
        if begins || word.spaces > 0 {
            word.end_of_spaces(1, &mut found);
            word.written.push(SPACE);
            begins = false;
        }
        let letters = class.is_letter() || class == Class::Mark;
        if class.is_number() || word.letters.is_some_and(|before| before != letters) {
            word.end(&mut found);
        }
        word.written.push(character);
        word.letters = Some(letters);
        if class.is_number() {
            word.end(&mut found);
        }
    }
    word.end(&mut found);
    word.end_of_spaces(0, &mut found);
}

impl Word {
    fn end(&mut self, found: &mut impl FnMut(&str)) {
        if !self.written.is_empty() {
            found(&self.written);
        }
        self.written.clear();
        self.letters = None;
    }

    /// All spaces but `kept` are a word.
    fn end_of_spaces(&mut self, kept: usize, found: &mut impl FnMut(&str)) {
        for _ in kept..self.spaces {
            self.written.push(SPACE);
        }
        self.spaces = 0;
        self.end(found);
    }
}

/// `▁`, and the commonest characters, until `coverage` of all that is written is written with them, and
/// not more than `most`. The rest are left to the bytes: a rare one is not worth a token. The commonest
/// come first; of several as common, the one with the smaller number.
pub(crate) fn alphabet(counts: &Counts, coverage: f64, most: usize) -> Vec<(char, u64)> {
    let mut each: FxHashMap<char, u64> = FxHashMap::default();
    for (word, count) in counts.iter() {
        for character in word.chars() {
            let known = each.entry(character).or_default();
            *known = known.saturating_add(count);
        }
    }
    let spaces = each.remove(&SPACE).unwrap_or(1);
    let mut each: Vec<(char, u64)> = each.into_iter().collect();
    each.sort_unstable_by_key(|&(character, count)| (Reverse(count), character));
    let all: f64 = each.iter().map(|&(_, count)| count as f64).sum();
    let mut covered = 0.0;
    let few = each.into_iter().take_while(|&(_, count)| {
        let needed = covered < coverage * all;
        covered += count as f64;
        needed
    });
    [(SPACE, spaces)].into_iter().chain(few.take(most.saturating_sub(1))).collect()
}
