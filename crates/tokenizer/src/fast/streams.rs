//! A text as streams of bits: for each class of character, the places where it is.
//!
//! ```text
//! text     I t ' s   3   c a t s        A word holds 64 places of every stream.
//! letter   1 1 0 1 0 0 0 1 1 1 1        All bytes of a character have its class.
//! space    0 0 0 0 1 0 1 0 0 0 0
//! ```
//!
//! ASCII is marked 64 bytes at a time by [`kernels::text`]; other characters one by one.

use kernels::text::{Marks, mark};

use crate::split::{Class, class};

/// 64 places of each stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    /// where the text is
    pub(super) text: u64,
    /// `\p{L}`; of these, what is not of a script without capitals: `upper` and `lower`
    pub(super) letter: u64,
    pub(super) upper: u64,
    pub(super) lower: u64,
    /// `\p{M}`, which is in `other`, too
    pub(super) mark: u64,
    /// `0` to `9`
    pub(super) digit: u64,
    /// `\s` of ASCII; of these, `\r` and `\n`; of these, none; of these, the blank alone
    pub(super) space: u64,
    pub(super) newline: u64,
    pub(super) blank: u64,
    /// `[^\s\p{L}\p{N}]`; of these, `'` and `/`
    pub(super) other: u64,
    pub(super) apostrophe: u64,
    pub(super) slash: u64,
    /// bytes of characters beyond ASCII; of these, those in the middle of one
    pub(super) foreign: u64,
    pub(super) inner: u64,
    /// `A` to `Z` and `a` to `z`
    pub(super) ascii_letter: u64,
    /// `\n` alone
    pub(super) feed: u64,
    /// what is too rare for streams: white space and digits beyond ASCII, and ſ, which is an s
    pub(super) rare: u64,
}

/// The streams of `text`, with an empty word before them and one after.
pub(super) fn read(text: &str, marks: &mut Vec<Marks>, words: &mut Vec<Word>) {
    mark(text.as_bytes(), marks);
    words.clear();
    words.push(Word::default());
    let mut next = Word::default(); // where the last character of a word goes on in the next
    for (at, (marks, chunk)) in marks.iter().zip(text.as_bytes().chunks(64)).enumerate() {
        let text_here = u64::MAX >> (64 - chunk.len());
        let ascii_letter = marks.upper | marks.lower;
        let ascii = ascii_letter | marks.digit | marks.space | marks.foreign;
        let begun = std::mem::take(&mut next);
        let mut word = Word {
            text: text_here,
            letter: begun.letter | ascii_letter,
            upper: begun.upper | marks.upper,
            lower: begun.lower | marks.lower,
            mark: begun.mark,
            digit: marks.digit,
            space: marks.space,
            newline: marks.newline,
            blank: marks.blank,
            other: begun.other | text_here & !ascii,
            apostrophe: marks.apostrophe,
            slash: marks.slash,
            foreign: marks.foreign,
            inner: marks.foreign & !marks.lead,
            ascii_letter,
            feed: marks.feed,
            rare: begun.rare,
        };
        let mut leads = marks.lead;
        while leads != 0 {
            let place = leads.trailing_zeros() as usize;
            leads &= leads - 1;
            let (character, length) = decode(&text.as_bytes()[64 * at + place..]);
            let places = (1 << length) - 1;
            word.add(character, places << place);
            if place + length > 64 {
                next.add(character, places >> (64 - place));
            }
        }
        words.push(word);
    }
    words.push(Word::default());
}

/// The first character of these bytes, which lies beyond ASCII, and how many bytes it has.
#[inline(always)]
fn decode(bytes: &[u8]) -> (char, usize) {
    let four = bytes
        .first_chunk()
        .copied()
        .unwrap_or_else(|| std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default()));
    let [lead, second, third, fourth] = four.map(u32::from);
    let [second, third, fourth] = [second, third, fourth].map(|inner| inner & 0x3F);
    let (number, length) = match lead {
        0..0xE0 => ((lead & 0x1F) << 6 | second, 2),
        0xE0..0xF0 => ((lead & 0xF) << 12 | second << 6 | third, 3),
        _ => ((lead & 0x7) << 18 | second << 12 | third << 6 | fourth, 4),
    };
    (char::from_u32(number).unwrap_or_default(), length)
}

impl Word {
    /// A character beyond ASCII.
    #[inline(always)]
    fn add(&mut self, character: char, places: u64) {
        let class = class(character);
        let all = |is: bool| if is { places } else { 0 };
        self.upper |= all(class == Class::Upper);
        self.lower |= all(class == Class::Lower);
        self.mark |= all(class == Class::Mark);
        self.letter |= all(matches!(class, Class::Upper | Class::Lower | Class::Both));
        self.other |= all(matches!(class, Class::Mark | Class::Other));
        let rare = matches!(class, Class::Number | Class::Newline | Class::Space);
        self.rare |= all(rare | (character == 'ſ'));
    }
}

/// Each place of a stream, moved to the next place: what stands before it.
pub(super) fn before(words: &[Word], at: usize, stream: impl Fn(&Word) -> u64) -> u64 {
    stream(&words[at]) << 1 | stream(&words[at - 1]) >> 63
}

/// Each place of a stream, moved to the place before: what stands after it.
pub(super) fn after(words: &[Word], at: usize, stream: impl Fn(&Word) -> u64) -> u64 {
    stream(&words[at]) >> 1 | stream(&words[at + 1]) << 63
}

/// The place in the text where a run that holds `from` ends.
pub(super) fn end_of_run(words: &[Word], from: usize, stream: impl Fn(&Word) -> u64) -> usize {
    let (mut at, place) = (from / 64 + 1, from % 64);
    let mut ends = !stream(&words[at]) >> place << place;
    while ends == 0 {
        at += 1;
        ends = !stream(&words[at]);
    }
    (at - 1) * 64 + ends.trailing_zeros() as usize
}
