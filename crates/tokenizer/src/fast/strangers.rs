//! Characters of which a vocabulary knows nothing, as most of Unicode's are: each is its four bytes, at once.
//!
//! ```text
//! page         4,096 characters of four bytes, of which the first two are the same. Of most no token holds any.
//! a stranger   a character of such a page, of which no two bytes make a token: so nothing is ever joined in it. And
//!              if no token holds its last byte beside what follows, nothing is joined with it.
//! ```

use std::borrow::Cow;

use super::{Vocabulary, reach::Reach};

#[derive(Debug)]
pub(super) struct Strangers {
    /// a bit for each page of which some token holds a character
    known: [u64; 8],
    of_byte: [u32; 256],
    /// for a byte, a bit for each with which it makes a token; for one that has none, all of them
    joined: Box<[[u64; 4]; 256]>,
}

impl Strangers {
    pub(super) fn new(vocabulary: &impl Vocabulary, tokens: &[(Cow<'_, [u8]>, u32)]) -> Self {
        let mut known = [0; 8];
        let with_four = tokens.iter().filter(|(token, _)| token.iter().any(|&byte| byte >= 0xF0));
        for chunk in with_four.flat_map(|(token, _)| token.utf8_chunks()) {
            for page in chunk.valid().chars().map(|character| character as usize >> 12) {
                known[page / 64] |= 1 << (page % 64);
            }
        }
        let of_byte = std::array::from_fn(|byte| vocabulary.of_byte(byte as u8));
        let are_joined = |left: usize, right: usize| match (of_byte[left], of_byte[right]) {
            (Some(left), Some(right)) => vocabulary.joins(left, right),
            _ => true,
        };
        let joined = |left: usize, from: usize| {
            let after = (from..from + 64).filter(|&right| are_joined(left, right));
            after.fold(0, |bits, right| bits | 1 << (right % 64))
        };
        let row = |left| std::array::from_fn(|some| joined(left, 64 * some));
        Strangers {
            known,
            of_byte: of_byte.map(Option::unwrap_or_default),
            joined: Box::new(std::array::from_fn(row)),
        }
    }

    /// Writes the ids of the strangers at the front of a piece of some text, and says how many they are:
    /// one for each byte.
    #[inline(always)]
    pub(super) fn write(&self, piece: &[u8], reach: &Reach, out: &mut [u32]) -> usize {
        let mut many = 0;
        for (out, at) in out.chunks_exact_mut(4).zip((0..).step_by(4)) {
            let Some(&four) = piece.get(at..).and_then(|rest| rest.first_chunk()) else { break };
            let stranger = self.has(four)
                && piece.get(at + 4).is_none_or(|&next| !reach.is_across(four[3], next));
            if !stranger {
                break;
            }
            out.copy_from_slice(&four.map(|byte| self.of_byte[usize::from(byte)]));
            many += 4;
        }
        many
    }

    /// Whether a piece begins with a stranger, perhaps behind a blank.
    #[inline(always)]
    pub(super) fn begin(&self, piece: &[u8]) -> bool {
        let first = piece.get(usize::from(piece[0] == b' ')..).and_then(|rest| rest.first_chunk());
        first.is_some_and(|&four| self.has(four))
    }

    /// Whether this is a stranger, or anything else.
    #[inline(always)]
    fn has(&self, four: [u8; 4]) -> bool {
        let [lead, second, third, fourth] = four;
        let joined = |left: u8, right: u8| {
            self.joined[usize::from(left)][usize::from(right / 64)] >> (right % 64) & 1
        };
        let is_known = || self.known[usize::from(lead & 7)] >> (second & 63) & 1;
        let any = || joined(lead, second) | joined(second, third) | joined(third, fourth);
        lead >= 0xF0 && is_known() | any() == 0
    }
}
