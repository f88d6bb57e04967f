//! Where no token reaches across, a piece can be cut.
//!
//! ```text
//! If no token holds x and y side by side, then no join ever crosses from x to y: the two sides of the
//! piece know nothing of each other, and can be joined apart.
//! ```
//!
//! It holds for every list of merges, whatever their order. So a sentence of Chinese, which is one
//! piece, falls into words and characters that were met before.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

/// How many bits there are for pairs of characters: ten for each of a vocabulary of 200,000 tokens, 64 KiB.
const BITS: usize = 1 << 19;

#[derive(Debug)]
pub(super) struct Reach {
    /// for two characters side by side in a token, ASCII both: a bit of the second in the first's row
    ascii: [u128; 128],
    /// and other characters
    wide: FxHashSet<(char, char)>,
    /// a bit for each of those, where its hash says: most that are asked for are none of them
    bits: Box<[u64; BITS / 64]>,
    /// where a token holds only a part of one of them: the last byte of the first, the first of the second
    parts: Box<[[u64; 4]; 256]>,
    /// and where the second has several bytes, a bit for each that may come next: by the last six bits of the first
    goes_on: Box<[[u64; 64]; 256]>,
}

impl Reach {
    /// For these tokens, where some bytes are left out.
    pub(super) fn new(tokens: &[(Cow<'_, [u8]>, u32)], left_out: impl Fn(u8) -> bool) -> Self {
        let mut reach = Reach {
            ascii: [0; 128],
            wide: FxHashSet::default(),
            bits: Box::new([0; BITS / 64]),
            parts: Box::new([[0; 4]; 256]),
            goes_on: Box::new([[0; 64]; 256]),
        };
        for (token, _) in tokens {
            for chunk in token.utf8_chunks() {
                let valid = chunk.valid();
                for (first, second) in valid.chars().zip(valid.chars().skip(1)) {
                    reach.add(first, second);
                }
            }
            // Where either side is no whole character, its bytes must do.
            if std::str::from_utf8(token).is_err() {
                reach.add_bytes(token);
            }
        }
        // Nothing is cut on either side of a byte that is left out: what stands there may be joined.
        for byte in (0..=255).filter(|&byte| left_out(byte)) {
            reach.parts[usize::from(byte)] = [u64::MAX; 4];
            for after in &mut *reach.parts {
                after[usize::from(byte / 64)] |= 1 << (byte % 64);
            }
            reach.goes_on[usize::from(byte)] = [u64::MAX; 64];
            for after in &mut *reach.goes_on {
                after.iter_mut().for_each(|next| *next |= 1 << (byte % 64));
                after[usize::from(byte % 64)] = u64::MAX;
            }
        }
        reach
    }

    fn add(&mut self, first: char, second: char) {
        match (u8::try_from(first), u8::try_from(second)) {
            (Ok(first @ 0..128), Ok(second @ 0..128)) => {
                self.ascii[usize::from(first)] |= 1 << second
            }
            _ => {
                self.wide.insert((first, second));
                let bit = bit(first, second);
                self.bits[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    fn add_bytes(&mut self, token: &[u8]) {
        for (at, two) in token.windows(2).enumerate() {
            let [last, lead] = [two[0], two[1]];
            self.parts[usize::from(last)][usize::from(lead / 64)] |= 1 << (lead % 64);
            if lead >= 0xC0 {
                let next = token.get(at + 2).map_or(u64::MAX, |next| 1 << (next % 64));
                self.goes_on[usize::from(last)][usize::from(lead % 64)] |= next;
            }
        }
    }

    /// Whether a token holds the last byte of a character and the first of the next, and goes on as that does, but does not
    /// hold both characters.
    #[inline(always)]
    pub(super) fn is_across(&self, last: u8, lead: u8, second: impl FnOnce() -> u8) -> bool {
        let goes_on = || self.goes_on[usize::from(last)][usize::from(lead % 64)] >> (second() % 64);
        self.parts[usize::from(last)][usize::from(lead / 64)] >> (lead % 64) & 1 == 1
            && (lead < 0xC0 || goes_on() & 1 == 1)
    }

    /// Whether a token may hold both.
    #[inline(always)]
    pub(super) fn across(&self, first: char, second: char) -> bool {
        let byte = |at: usize| second.encode_utf8(&mut [0; 4]).as_bytes().get(at).copied();
        let [lead, next] = [0, 1].map(|at| move || byte(at).unwrap_or_default());
        if self.is_across(last_byte(first), lead(), next) {
            return true;
        }
        match (u8::try_from(first), u8::try_from(second)) {
            (Ok(first @ 0..128), Ok(second @ 0..128)) => {
                self.ascii[usize::from(first)] >> second & 1 == 1
            }
            _ => {
                let bit = bit(first, second);
                self.bits[bit / 64] >> (bit % 64) & 1 == 1 && self.wide.contains(&(first, second))
            }
        }
    }

    /// The lengths of the parts of a piece, as many as can be, and of a part that is one character, that.
    #[inline(always)]
    pub(super) fn parts(&self, piece: &str) -> impl Iterator<Item = (usize, Option<char>)> {
        let mut rest = piece.chars();
        let mut next = rest.next();
        std::iter::from_fn(move || {
            let first = next?;
            let (mut last, mut length, mut alone) = (first, first.len_utf8(), Some(first));
            loop {
                next = rest.next();
                match next {
                    Some(character) if self.across(last, character) => {
                        length += character.len_utf8();
                        (last, alone) = (character, None);
                    }
                    _ => return Some((length, alone)),
                }
            }
        })
    }
}

/// Which bit two characters have.
#[inline(always)]
fn bit(first: char, second: char) -> usize {
    let both = u64::from(u32::from(first)) << 21 | u64::from(u32::from(second));
    (both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - BITS.ilog2())) as usize
}

fn last_byte(character: char) -> u8 {
    let number = u32::from(character);
    if number < 0x80 { number as u8 } else { 0x80 | number as u8 & 0x3F }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(left_out: &[u8]) -> Reach {
        let tokens = [&b"!\xF0\x98"[..], b"?\xE4", b"\xA9x", "é中".as_bytes()];
        let tokens: Vec<_> =
            (0..).zip(tokens).map(|(id, token)| (Cow::Borrowed(token), id)).collect();
        Reach::new(&tokens, |byte| left_out.contains(&byte))
    }

    #[test]
    fn what_a_token_holds_a_part_of_goes_on_as_the_token_does() {
        let reach = reach(&[]);
        for (first, second) in
            [('!', '\u{18000}'), ('?', '中'), ('?', '一'), ('é', 'x'), ('é', '中')]
        {
            assert!(reach.across(first, second), "{first} {second}");
        }
        for (first, second) in
            [('!', '😀'), ('?', '€'), ('?', '\u{18000}'), ('é', 'y'), ('é', '一'), ('x', '中')]
        {
            assert!(!reach.across(first, second), "{first} {second}");
        }
    }

    #[test]
    fn over_a_byte_that_is_left_out_anything_may_reach() {
        let reach = reach(&[0x9F, 0xE2]);
        for (first, second) in [('!', '😀'), ('ß', '中'), ('ß', 'y'), ('y', '€'), ('é', '€')]
        {
            assert!(reach.across(first, second), "{first} {second}"); // 😀 is F0 9F 98 80
        }
        for (first, second) in [('y', '😀'), ('!', '𠀀'), ('é', '一')] {
            assert!(!reach.across(first, second), "{first} {second}");
        }
    }
}
