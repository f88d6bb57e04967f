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

#[derive(Debug)]
pub(super) struct Reach {
    /// for two characters side by side in a token, ASCII both: a bit of the second in the first's row
    ascii: [u128; 128],
    /// and other characters
    wide: FxHashSet<(char, char)>,
    /// of 256 characters each, whether one is the second of those
    seconds: Box<[bool; 0x1100]>,
    /// where a token holds only a part of one of them: the last byte of the first, the first of the second
    parts: Box<[[u64; 4]; 256]>,
}

impl Reach {
    /// For these tokens, where some bytes are left out.
    pub(super) fn new(tokens: &[(Cow<'_, [u8]>, u32)], left_out: impl Fn(u8) -> bool) -> Self {
        let mut reach = Reach {
            ascii: [0; 128],
            wide: FxHashSet::default(),
            seconds: Box::new([false; 0x1100]),
            parts: Box::new([[0; 4]; 256]),
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
                for two in token.windows(2) {
                    reach.parts[usize::from(two[0])][usize::from(two[1] / 64)] |=
                        1 << (two[1] % 64);
                }
            }
        }
        // Nothing is cut on either side of a byte that is left out: what stands there may be joined.
        for byte in (0..=255).filter(|&byte| left_out(byte)) {
            reach.parts[usize::from(byte)] = [u64::MAX; 4];
            for after in &mut *reach.parts {
                after[usize::from(byte / 64)] |= 1 << (byte % 64);
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
                self.seconds[second as usize / 256] = true;
            }
        }
    }

    /// Whether a token may hold both.
    fn across(&self, first: char, second: char) -> bool {
        let (last, lead) = (last_byte(first), second.encode_utf8(&mut [0; 4]).as_bytes()[0]);
        if self.parts[usize::from(last)][usize::from(lead / 64)] >> (lead % 64) & 1 == 1 {
            return true;
        }
        match (u8::try_from(first), u8::try_from(second)) {
            (Ok(first @ 0..128), Ok(second @ 0..128)) => {
                self.ascii[usize::from(first)] >> second & 1 == 1
            }
            _ => self.seconds[second as usize / 256] && self.wide.contains(&(first, second)),
        }
    }

    /// The lengths of the parts of a piece, as many as can be, and of a part that is one character, that.
    pub(super) fn parts(&self, piece: &str) -> impl Iterator<Item = (usize, Option<char>)> {
        let mut characters = piece.char_indices().peekable();
        std::iter::from_fn(move || {
            let (begun, first) = characters.next()?;
            let (mut last, mut alone) = (first, Some(first));
            while let Some((_, next)) = characters.next_if(|&(_, next)| self.across(last, next)) {
                (last, alone) = (next, None);
            }
            let end = characters.peek().map_or(piece.len(), |&(at, _)| at);
            Some((end - begun, alone))
        })
    }
}

fn last_byte(character: char) -> u8 {
    let number = u32::from(character);
    if number < 0x80 { number as u8 } else { 0x80 | number as u8 & 0x3F }
}
