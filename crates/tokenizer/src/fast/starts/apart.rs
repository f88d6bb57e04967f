//! Where no token reaches across, on streams of bits: for a vocabulary that cuts nothing itself.
//!
//! ```text
//! text     e n d .   W e        No token of Llama 2 holds a letter and then a stop, or anything and then
//! starts   1 0 0 1 1 0 0        a blank: there a piece ends, and what is joined on one side of it does
//! ```                           not depend on the other.
//!
//! What is looked at are classes of characters; [`super::super::reach`] looks at the characters.

use std::array::from_fn;

use super::super::streams::{Word, before};

/// Blanks, line feeds, English letters, digits, other ASCII, and all other characters.
const CLASSES: usize = 6;
const FOREIGN: usize = 5;

/// Which classes stand side by side in some token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Apart {
    /// for a class, a bit for each that some token holds after it
    joined: [u8; CLASSES],
}

impl Apart {
    /// What these tokens, as a text spells them, hold side by side.
    pub(crate) fn new<'a>(tokens: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut apart = Apart::default();
        apart.joined[FOREIGN] |= 1 << FOREIGN; // the bytes of one character
        for token in tokens {
            for two in token.windows(2) {
                apart.joined[class(two[0])] |= 1 << class(two[1]);
            }
        }
        apart
    }

    /// Whether no token holds these two side by side.
    pub(crate) fn are_apart(&self, before: char, after: char) -> bool {
        let [before, after] = [before, after].map(|character| match character {
            '▁' => class(b' '),
            _ => u8::try_from(character).map_or(FOREIGN, class),
        });
        self.joined[before] >> after & 1 == 0
    }

    /// Whether a blank after a letter or a digit always begins a piece.
    pub(crate) fn has_words(&self) -> bool {
        [b'a', b'0'].iter().all(|&byte| self.joined[class(byte)] >> class(b' ') & 1 == 0)
    }
}

fn class(byte: u8) -> usize {
    match byte {
        b' ' => 0,
        b'\n' => 1,
        b'a'..=b'z' | b'A'..=b'Z' => 2,
        b'0'..=b'9' => 3,
        0..0x80 => 4,
        _ => FOREIGN,
    }
}

pub(super) fn starts(apart: &Apart, words: &[Word], starts: &mut [u64]) {
    for at in 1..words.len() - 1 {
        let here = classes(&words[at]);
        let before: [u64; CLASSES] =
            from_fn(|class| before(words, at, |word| classes(word)[class]));
        let mut joined = 0;
        for (before, after) in before.iter().zip(apart.joined) {
            let any = (0..CLASSES).filter(|class| after >> class & 1 == 1);
            joined |= before & any.map(|class| here[class]).fold(0, |any, class| any | class);
        }
        starts[at] = words[at].text & !joined;
    }
    starts[1] |= 1 & words[1].text;
}

/// The streams of the classes.
fn classes(word: &Word) -> [u64; CLASSES] {
    let ascii_letter = word.ascii_letter;
    let known = word.blank | word.feed | ascii_letter | word.digit | word.foreign;
    [word.blank, word.feed, ascii_letter, word.digit, word.text & !known, word.foreign]
}
