//! Characters of which a vocabulary knows nothing, as most of Unicode's are: each is its four bytes, at once.
//!
//! ```text
//! page         4,096 characters of four bytes, of which the first two are the same. Of most no token holds any.
//! a stranger   a character of such a page, of which no two bytes make a token: so nothing is ever joined in it. Or
//!              two do, once, and what they make is joined with no third: then it is that and the other two bytes.
//! what follows is joined with nothing in it if no token reaches across ([`super::reach`]).
//! ```

use std::{array::from_fn, borrow::Cow};

use super::{Vocabulary, reach::Reach};

/// In place of an id: two bytes make no token, or one that is joined with a third.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Strangers {
    of_byte: [u32; 256],
    /// by the last bits of a first byte, a bit for each second one: whether some token holds a character of that page
    known: [u64; 8],
    /// or the two make a token (or have none themselves)
    second: [u64; 8],
    /// by the last bits of any other byte, whether it makes one with the next
    next: [u64; 64],
    /// what a byte makes with the next, or [`NONE`]; first bytes come after the others
    two: Box<[[u32; 64]; 72]>,
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
        let of_byte = from_fn(|byte| vocabulary.of_byte(byte as u8));
        let are_joined = |left: usize, right: usize| match (of_byte[left], of_byte[right]) {
            (Some(left), Some(right)) => vocabulary.joined(left, right).is_some(),
            _ => true,
        };
        let row = |left: usize| {
            (0..64).fold(0, |bits, at| bits | u64::from(are_joined(left, 0x80 + at)) << at)
        };
        Strangers {
            of_byte: of_byte.map(Option::unwrap_or_default),
            known,
            second: from_fn(|at| known[at] | row(0xF0 + at)),
            next: from_fn(|at| row(0x80 + at)),
            two: two(vocabulary, &of_byte),
        }
    }

    /// Writes the ids of the strangers at the front of a piece of some text, and says how many bytes they have and
    /// how many ids.
    #[inline(always)]
    pub(super) fn write(&self, piece: &[u8], reach: &Reach, out: &mut [u32]) -> (usize, usize) {
        let (mut at, mut many) = (0, 0);
        while let Some(&four) = piece.get(at..).and_then(|rest| rest.first_chunk())
            && let Some(room) = out[many..].first_chunk_mut()
            && !piece.get(at + 4).is_some_and(|&lead| {
                reach.is_across(four[3], lead, || piece.get(at + 5).copied().unwrap_or_default())
            })
        {
            *room = four.map(|byte| self.of_byte[usize::from(byte)]);
            if self.are_bytes(four) {
                many += 4;
            } else if self.is_unknown(four) && self.with_two(four, room) {
                many += 3;
            } else {
                break;
            }
            at += 4;
        }
        (at, many)
    }

    /// Whether these bytes are a stranger, and nothing but bytes for good.
    #[inline(always)]
    fn are_bytes(&self, [lead, second, third, fourth]: [u8; 4]) -> bool {
        let joined = self.second[usize::from(lead & 7)] >> (second & 63)
            | self.next[six(second)] >> (third & 63)
            | self.next[six(third)] >> (fourth & 63);
        lead >= 0xF0 && joined & 1 == 0
    }

    /// Whether this character of an unknown page is a stranger of which two bytes are joined: then their ids become one.
    #[inline(never)]
    fn with_two(&self, bytes: [u8; 4], ids: &mut [u32; 4]) -> bool {
        let [lead, second, third, fourth] = bytes;
        let joined = [
            self.second[usize::from(lead & 7)] >> (second & 63) & 1,
            self.next[six(second)] >> (third & 63) & 1,
            self.next[six(third)] >> (fourth & 63) & 1,
        ];
        let Some(at) = joined.iter().position(|&joined| joined == 1) else { return false };
        let row = if at == 0 { 64 + usize::from(lead & 7) } else { six(bytes[at]) };
        let made = self.two[row][six(bytes[at + 1])];
        if joined.iter().sum::<u64>() > 1 || made == NONE {
            return false;
        }
        ids[at] = made;
        ids.copy_within(at + 2.., at + 1);
        true
    }

    /// Whether two characters meet in this place of a text that may be strangers, and no token reaches across: where
    /// one piece ends between them and another begins, they may as well be one.
    #[inline(always)]
    pub(super) fn meet(&self, text: &[u8], place: usize, reach: &Reach) -> bool {
        let unknown = |bytes: Option<&[u8; 4]>| bytes.is_some_and(|&four| self.is_unknown(four));
        let (before, after) = text.split_at(place);
        unknown(after.first_chunk())
            && unknown(before.last_chunk())
            && !reach.is_across(before[place - 1], after[0], || after[1])
    }

    /// Whether a piece begins with what may be a stranger, perhaps behind a blank.
    #[inline(always)]
    pub(super) fn begin(&self, piece: &[u8]) -> bool {
        let first = piece.get(usize::from(piece[0] == b' ')..).and_then(|rest| rest.first_chunk());
        first.is_some_and(|&four| self.is_unknown(four))
    }

    /// Whether these bytes are a character of a page of which no token holds any.
    #[inline(always)]
    fn is_unknown(&self, [lead, second, ..]: [u8; 4]) -> bool {
        lead >= 0xF0 && self.known[usize::from(lead & 7)] >> (second & 63) & 1 == 0
    }
}

/// The last six bits.
fn six(byte: u8) -> usize {
    usize::from(byte & 63)
}

/// What each byte of a character makes with the next that is joined with no third.
fn two(vocabulary: &impl Vocabulary, of_byte: &[Option<u32>; 256]) -> Box<[[u32; 64]; 72]> {
    let (inner, any) = (0x80..0xC0, (0x80..0xC0).chain(0xF0..0xF8));
    let joined = |left: Option<u32>, right: Option<u32>| vocabulary.joined(left?, right?);
    let mut two = Box::new([[NONE; 64]; 72]);
    for (row, left) in two.iter_mut().zip(any.clone()) {
        for (place, right) in row.iter_mut().zip(inner.clone()) {
            let made = joined(of_byte[left], of_byte[right]);
            let grows = || {
                any.clone().any(|before| joined(of_byte[before], made).is_some())
                    || inner.clone().any(|after| joined(made, of_byte[after]).is_some())
            };
            *place = made.filter(|_| !grows()).unwrap_or(NONE);
        }
    }
    two
}
