//! GPT-2's pattern on streams of bits.
//!
//! ```text
//! '(?:[sdmt]|ll|ve|re)                     looked at one by one
//! | ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+    a run begins a piece, unless a blank before it does
//! |\s+(?!\S)|\s+                           white space begins one; so does its last character, if
//!                                          something seen follows
//! ```

use super::{
    super::streams::{Word, after, before},
    Endings,
};

pub(super) fn starts(words: &[Word], bytes: &[u8], starts: &mut [u64]) {
    let mut endings = Endings::new(bytes, false);
    for at in 1..words.len() - 1 {
        let Word { letter, digit, space, other, apostrophe, .. } = words[at];
        let runs = letter & !before(words, at, |word| word.letter)
            | digit & !before(words, at, |word| word.digit)
            | other & !before(words, at, |word| word.other);
        let seen_after = after(words, at, |word| word.text & !word.space);
        let spaces = space & (!before(words, at, |word| word.space) | seen_after);
        let here = runs & !before(words, at, |word| word.blank) | spaces;
        endings.find(at, apostrophe & here);
        starts[at] = endings.cut(here);
    }
}
