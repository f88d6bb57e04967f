//! Pieces of 16 to 31 bytes and their ids: words of scripts that write a letter in two bytes, indentation,
//! the long names of programs.
//!
//! Each has one place, a line of the processor's cache, and whoever comes later takes it. So they hold 4 MiB,
//! for each thread, and a text that never repeats costs no more than to write them there.

use kernels::memory::LargeTable;

use super::key::{self, Key};

/// The longest piece that has a place.
pub(super) const LONGEST: usize = HALF + key::LONGEST;

/// How many ids are copied, needed or not; the last says how many they are.
pub(super) const ROOM: usize = 8;

const HALF: usize = 16;
const BITS: u32 = 16;

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Entry {
    first: [u64; 2],
    rest: Key,
    ids: [u32; ROOM],
}

#[derive(Debug)]
pub(super) struct Wide(LargeTable<Entry>);

impl Default for Wide {
    fn default() -> Self {
        Wide(LargeTable::new(1 << BITS, Entry::default()))
    }
}

/// A piece, and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    first: [u64; 2],
    rest: Key,
    place: usize,
}

impl Found {
    /// Of `bytes[from..to]`, of at least 16 bytes.
    #[inline(always)]
    pub(super) fn of(bytes: &[u8], from: usize, to: usize) -> Self {
        let number =
            |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        let first = [number(from), number(from + 8)];
        let rest = Key::of(bytes, from + HALF, to);
        let mixed = (first[0] ^ first[1].rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash =
            (mixed ^ mixed >> 32).wrapping_add(rest.hash()).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Found { first, rest, place: (hash >> (u64::BITS - BITS)) as usize }
    }
}

/// Whether a piece is likely to be met again. Chinese and Japanese have no blanks between words, so a piece is a
/// whole phrase: it is soon made of characters that were met before, and hardly ever comes twice.
#[inline(always)]
pub(super) fn may_come_again(piece: &[u8]) -> bool {
    let lead = piece[usize::from(piece[0] == b' ')];
    !(0xE3..=0xE9).contains(&lead) // U+3000 to U+9FFF
}

impl Wide {
    /// Writes the ids of a piece to `out`, if it was the last in its place, and says how many they are.
    #[inline(always)]
    pub(super) fn copy(&self, found: Found, out: &mut [u32; ROOM]) -> Option<usize> {
        let entry = &self.0[found.place];
        *out = entry.ids;
        let many = entry.ids[ROOM - 1] as usize;
        (many > 0 && entry.first == found.first && entry.rest.is(found.rest)).then_some(many)
    }

    /// Remembers the ids of a piece, if they fit beside it.
    pub(super) fn insert(&mut self, found: Found, ids: &[u32]) {
        if ids.len() < ROOM {
            let mut entry = Entry { first: found.first, rest: found.rest, ids: [0; ROOM] };
            entry.ids[..ids.len()].copy_from_slice(ids);
            entry.ids[ROOM - 1] = ids.len() as u32;
            self.0[found.place] = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_that_of_the_piece_that_came_last() {
        let pieces =
            ["sixteen and more", "sixteen and more!", "sixteen and more?", "Sixteen and more!"];
        for (first, one) in pieces.iter().enumerate() {
            for (second, other) in pieces.iter().enumerate() {
                let place = 7; // of all of them
                let found =
                    |piece: &str| Found { place, ..Found::of(piece.as_bytes(), 0, piece.len()) };
                let (mut wide, mut ids) = (Wide::default(), [0; ROOM]);
                wide.insert(found(one), &[1, 2]);
                assert_eq!(wide.copy(found(one), &mut ids), Some(2));
                assert_eq!(ids[..2], [1, 2]);
                assert_eq!(wide.copy(found(other), &mut ids).is_some(), first == second);
                wide.insert(found(other), &[3; ROOM - 1]);
                assert_eq!(wide.copy(found(other), &mut ids), Some(ROOM - 1));
                wide.insert(found(one), &[4; ROOM]); // too many
                assert_eq!(wide.copy(found(other), &mut ids), Some(ROOM - 1));
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_was_remembered() {
        let zeros = [0; 16];
        assert_eq!(Wide::default().copy(Found::of(&zeros, 0, 16), &mut [0; ROOM]), None);
    }
}
