//! Where pieces begin, for 64 places at once: the fast twin of [`Pattern::pieces`].
//!
//! ```text
//! text     I t ' s     3   c a t s           a run of letters begins where a letter follows none:
//! letter   1 1 0 1 0 0 0 0 1 1 1 1           letter & !(letter << 1)
//! starts   1 0 1 0 1 1 0 1 0 0 0 0           and a blank before it belongs to it
//! ```
//!
//! What patterns say of common text is said here with a few shifts for each 64 places. What is rare (a
//! digit of another script, a letter that carries a mark of its own) only marks its neighbourhood, up
//! to the blanks around it, as to be cut by the plain twin. So both cut every text alike, and a test
//! holds them to it.

mod apart;
mod gpt2;
mod later;

pub(crate) use apart::Apart;
use kernels::{places::list, text::Marks};

use super::streams::{Word, before, read};
use crate::split::Pattern;

/// Finds the pieces of one text after the other, in the same memory.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    marks: Vec<Marks>,
    words: Vec<Word>,
    starts: Vec<u64>,
    places: Vec<u32>,
}

impl Splitter {
    /// Finds where the pieces of `text` begin, which begins where a piece does.
    pub(crate) fn cut(&mut self, pattern: Pattern, text: &str) {
        read(text, &mut self.marks, &mut self.words);
        self.starts.clear();
        self.starts.resize(self.words.len(), 0);
        match pattern {
            Pattern::Gpt2 => gpt2::starts(&self.words, text.as_bytes(), &mut self.starts),
            _ => later::starts(pattern, &mut self.words, text.as_bytes(), &mut self.starts),
        }
        self.cut_the_rare(pattern, text);
    }

    /// Finds where no token of a vocabulary reaches across.
    pub(crate) fn cut_apart(&mut self, apart: &Apart, text: &str) {
        read(text, &mut self.marks, &mut self.words);
        self.starts.clear();
        self.starts.resize(self.words.len(), 0);
        apart::starts(apart, &self.words, &mut self.starts);
    }

    /// Of the places that were found, takes back those before a character beyond ASCII that are not needed.
    pub(super) fn take_back(&mut self, is_needless: impl Fn(usize) -> bool) {
        for ((at, word), starts) in
            (0..).step_by(64).zip(&self.words[1..]).zip(&mut self.starts[1..])
        {
            let mut foreign = *starts & word.foreign;
            while foreign != 0 {
                let place = foreign.trailing_zeros();
                foreign &= foreign - 1;
                *starts &= !(u64::from(is_needless(at + place as usize)) << place);
            }
        }
    }

    /// The places that were found last, in order, and then the length of the text.
    pub(crate) fn list(&mut self, end: usize) -> &[u32] {
        list(&self.starts[1..self.words.len() - 1], &mut self.places);
        self.places.push(end as u32);
        &self.places
    }

    /// Between two places where a piece begins for certain, pieces depend on nothing outside. Where something rare lies
    /// between two, the plain twin says what they are.
    fn cut_the_rare(&mut self, pattern: Pattern, text: &str) {
        let mut done = 0;
        for at in 1..self.words.len() - 1 {
            let mut rare = self.words[at].rare;
            while rare != 0 {
                let place = (at - 1) * 64 + rare.trailing_zeros() as usize;
                rare &= rare - 1;
                if place < done {
                    continue;
                }
                let start = self.certain_before(place, done);
                let end = self.certain_after(place).unwrap_or(text.len());
                self.erase(start, end);
                let mut piece = start;
                for length in pattern.pieces(&text[start..end]).map(str::len) {
                    self.starts[piece / 64 + 1] |= 1 << (piece % 64);
                    piece += length;
                }
                done = end;
            }
        }
    }

    /// Where a piece begins, whatever the pattern: at blanks that follow something seen, and where letters end (at
    /// nothing that may belong to them).
    fn certain(&self, at: usize) -> u64 {
        let word = &self.words[at];
        let seen = |word: &Word| word.text & !(word.space | word.rare);
        let letter = |word: &Word| word.letter & !word.rare;
        let ends = word.other & !(word.mark | word.apostrophe);
        word.blank & before(&self.words, at, seen) | ends & before(&self.words, at, letter)
    }

    fn certain_before(&self, place: usize, done: usize) -> usize {
        let mut at = place / 64 + 1;
        let mut found = self.certain(at) & !(u64::MAX << (place % 64));
        while found == 0 && (at - 1) * 64 > done {
            at -= 1;
            found = self.certain(at);
        }
        match found {
            0 => done,
            _ => ((at - 1) * 64 + 63 - found.leading_zeros() as usize).max(done),
        }
    }

    fn certain_after(&self, place: usize) -> Option<usize> {
        let first = place / 64 + 1;
        let here = self.certain(first) & u64::MAX << (place % 64);
        let later = (first + 1..self.words.len() - 1).map(|at| (at, self.certain(at)));
        let (at, found) =
            [(first, here)].into_iter().chain(later).find(|&(_, found)| found != 0)?;
        Some((at - 1) * 64 + found.trailing_zeros() as usize)
    }

    fn erase(&mut self, start: usize, end: usize) {
        for at in start / 64..=end / 64 {
            let below = |place: usize| match place.saturating_sub(64 * at) {
                many @ 0..64 => !(u64::MAX << many),
                _ => u64::MAX,
            };
            self.starts[at + 1] &= !(below(end) & !below(start));
        }
    }
}

/// Endings like 's, which are looked at one by one: `'(?:[sdmt]|ll|ve|re)`.
struct Endings<'a> {
    bytes: &'a [u8],
    any_case: bool,
    /// places in an ending where no piece begins, and behind it, where one does: of two words
    inside: u128,
    behind: u128,
    /// apostrophes whose ending is followed by another apostrophe
    doubled: u64,
}

impl<'a> Endings<'a> {
    fn new(bytes: &'a [u8], any_case: bool) -> Self {
        Endings { bytes, any_case, inside: 0, behind: 0, doubled: 0 }
    }

    /// Of these apostrophes in one word, those that begin an ending.
    fn find(&mut self, at: usize, mut apostrophes: u64) -> u64 {
        let mut found = 0;
        self.doubled = 0;
        while apostrophes != 0 {
            let place = apostrophes.trailing_zeros() as usize;
            apostrophes &= apostrophes - 1;
            let rest = &self.bytes[(at - 1) * 64 + place..];
            let Some(length) = ending(rest, self.any_case) else { continue };
            found |= 1 << place;
            self.inside |= ((1 << length) - 2) << place;
            if let Some(&next) = rest.get(length) {
                self.behind |= 1 << (place + length);
                self.doubled |= u64::from(next == b'\'') << place;
            }
        }
        found
    }

    /// The starts of one word, put right; what spills into the next word waits for it.
    fn cut(&mut self, starts: u64) -> u64 {
        let starts = starts & !(self.inside as u64) | self.behind as u64;
        (self.inside, self.behind) = (self.inside >> 64, self.behind >> 64);
        starts
    }
}

/// How long an ending is at the start of `bytes`, which is an apostrophe.
fn ending(bytes: &[u8], any_case: bool) -> Option<usize> {
    let letter = |at: usize| {
        let byte = bytes.get(at).copied().unwrap_or_default();
        if any_case { byte.to_ascii_lowercase() } else { byte }
    };
    match (letter(1), letter(2)) {
        (b's' | b'd' | b'm' | b't', _) => Some(2),
        (b'l', b'l') | (b'v' | b'r', b'e') => Some(3),
        _ => None,
    }
}
