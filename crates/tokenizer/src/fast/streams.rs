//! A text as streams of bits: for each class of character, the places where it is.
//!
//! ```text
//! text     I t ' s   3   c a t s        A word holds 64 places of every stream.
//! letter   1 1 0 1 0 0 0 1 1 1 1        All bytes of a character have its class.
//! space    0 0 0 0 1 0 1 0 0 0 0
//! ```
//!
//! ASCII is marked 64 bytes at a time by [`kernels::text`]; other characters one by one.

use std::array::from_fn;

use kernels::{
    memory::reserve,
    text::{Marks, mark},
};

use crate::split::{Class, beyond_ascii};

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
    let many = text.len().div_ceil(64);
    marks.clear();
    words.clear();
    reserve(marks, many);
    reserve(words, many + 2);
    mark(text.as_bytes(), marks);
    words.push(Word::default());
    let mut last = Foreign::default(); // those of the word before
    for (at, (marks, chunk)) in marks.iter().zip(text.as_bytes().chunks(64)).enumerate() {
        let text_here = u64::MAX >> (64 - chunk.len());
        let ascii_letter = marks.upper | marks.lower;
        let ascii = ascii_letter | marks.digit | marks.space | marks.foreign;
        let inner = marks.foreign & !marks.lead;
        if marks.foreign == 0 {
            last = Foreign::default();
        } else {
            let bytes = &text.as_bytes()[64 * at..];
            last = Foreign::read(bytes, marks.lead, marks.far).spread(inner, &last);
        }
        let Foreign { of_class, long_s } = last;
        let [upper, lower, both, mark, other] =
            [Class::Upper, Class::Lower, Class::Both, Class::Mark, Class::Other]
                .map(|class| of_class[class as usize]);
        let rare = [Class::Number, Class::Newline, Class::Space];
        words.push(Word {
            text: text_here,
            letter: ascii_letter | upper | lower | both,
            upper: upper | marks.upper,
            lower: lower | marks.lower,
            mark,
            digit: marks.digit,
            space: marks.space,
            newline: marks.newline,
            blank: marks.blank,
            other: mark | other | text_here & !ascii,
            apostrophe: marks.apostrophe,
            slash: marks.slash,
            foreign: marks.foreign,
            inner,
            ascii_letter,
            feed: marks.feed,
            rare: rare.iter().fold(long_s, |rare, &class| rare | of_class[class as usize]),
        });
    }
    words.push(Word::default());
}

/// Characters beyond ASCII, in one word: where they are.
#[derive(Clone, Copy, Debug, Default)]
struct Foreign {
    of_class: [u64; 8],
    long_s: u64,
}

impl Foreign {
    /// The places where they begin. (Those from U+40000 to U+DFFFF and from U+F0000 on are empty or for private use.)
    #[inline(always)]
    fn read(bytes: &[u8], leads: u64, far: u64) -> Self {
        let mut found = Foreign::default();
        found.of_class[Class::Other as usize] = far;
        let mut leads = leads & !far;
        while leads != 0 {
            let place = leads.trailing_zeros();
            leads &= leads - 1;
            let character = decode(&bytes[place as usize..]);
            found.of_class[beyond_ascii(character) as usize] |= 1 << place;
            found.long_s |= u64::from(character == 'ſ') << place;
        }
        found
    }

    /// The places of all their bytes: `inner` is where one goes on, `last` are those of the word before.
    #[inline(always)]
    fn spread(self, inner: u64, last: &Self) -> Self {
        let spread = |begin: u64, last: u64| {
            let mut all = begin | last >> 63 & inner;
            for _ in 0..3 {
                all |= all << 1 & inner;
            }
            all
        };
        let each = |class| spread(self.of_class[class], last.of_class[class]);
        Foreign { of_class: from_fn(each), long_s: spread(self.long_s, last.long_s) }
    }
}

/// The first character of these bytes, which lies beyond ASCII.
#[inline(always)]
fn decode(bytes: &[u8]) -> char {
    let four = bytes
        .first_chunk()
        .copied()
        .unwrap_or_else(|| from_fn(|at| bytes.get(at).copied().unwrap_or_default()));
    let [lead, second, third, fourth] = four.map(u32::from);
    let [second, third, fourth] = [second, third, fourth].map(|inner| inner & 0x3F);
    let number = match lead {
        0..0xE0 => (lead & 0x1F) << 6 | second,
        0xE0..0xF0 => (lead & 0xF) << 12 | second << 6 | third,
        _ => (lead & 0x7) << 18 | second << 12 | third << 6 | fourth,
    };
    char::from_u32(number).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::class;

    /// A stream, and which characters are in it.
    type Stream = (fn(&Word) -> u64, fn(char) -> bool);

    #[test]
    fn every_character_is_in_the_streams_of_its_class() {
        let streams: [Stream; 6] = [
            (|word| word.letter, |c| class(c).is_letter()),
            (|word| word.upper, |c| class(c) == Class::Upper),
            (|word| word.lower, |c| class(c) == Class::Lower),
            (|word| word.mark, |c| class(c) == Class::Mark),
            (|word| word.other, |c| matches!(class(c), Class::Mark | Class::Other)),
            (|word| word.rare, |c| class(c).is_number() || class(c).is_space() || c == 'ſ'),
        ];
        let all: Vec<char> = ('\u{80}'..=char::MAX).collect();
        let (mut marks, mut words) = (Vec::new(), Vec::new());
        for text in all.chunks(999).map(String::from_iter) {
            read(&text, &mut marks, &mut words);
            for (place, character) in text.char_indices() {
                for at in place..place + character.len_utf8() {
                    for (stream, belongs) in streams {
                        let found = stream(&words[at / 64 + 1]) >> (at % 64) & 1 == 1;
                        assert_eq!(found, belongs(character), "{}", character.escape_unicode());
                    }
                }
            }
        }
    }
}
