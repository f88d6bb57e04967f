//! Pieces and their ids, in a table of one look.
//!
//! A piece of up to 15 bytes is two numbers, and a multiplication says where in the table it stands; if
//! that place is taken, it stands in the next that is free. Pieces that are one token are there from
//! the start, the commonest first, so that these stand where they are looked for. Pieces of several
//! tokens come in as they are met. When three quarters of the places are taken, all those are
//! forgotten. So a table holds at most 2^18 places of 32 bytes for a vocabulary of 50,000, twice as
//! many for one of 200,000, 2^20 ids of 4 bytes beside them, 2^15 parts of longer pieces of up to 255
//! bytes, and a MiB of characters: about 21 or 29 MiB, for each thread.

use std::ops::Range;

use kernels::{memory::in_large_pages, text::fetch};
use rustc_hash::FxHashMap;

use super::key::Key;

/// How many pieces are remembered beside the vocabulary, at least.
const MET: usize = 1 << 17;

/// How many ids are remembered that do not fit beside their piece.
const MORE: usize = 1 << 20;

/// How many parts of longer pieces are remembered.
const LONG: usize = 1 << 15;

/// How many ids fit beside their piece.
const BESIDE: usize = 3;

/// How many ids are copied from beside a piece, needed or not.
pub(super) const ROOM: usize = BESIDE + 1;

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
pub(super) struct Entry {
    key: Key,
    /// the ids, and last how many they are; if they do not fit, where in `more` they begin
    ids: [u32; ROOM],
}

impl Entry {
    #[inline(always)]
    fn many(&self) -> usize {
        self.ids[BESIDE] as usize
    }
}

#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<Entry>,
    shift: u32,
    more: Vec<u32>,
    taken: usize,
    /// parts of pieces that are one character below U+10000: up to three ids, and how many they are
    characters: Vec<[u32; ROOM]>,
    /// parts of pieces that are too long for a key, and where in `more` their ids are
    long: FxHashMap<Box<[u8]>, Range<usize>>,
}

impl Table {
    /// A table of pieces that are one token each.
    pub(super) fn new(whole: &[(Key, u32)]) -> Self {
        let size = ((whole.len() + MET) / 3 * 4).next_power_of_two();
        let mut entries = Vec::with_capacity(size);
        in_large_pages(entries.spare_capacity_mut());
        entries.resize(size, Entry::default());
        let shift = u64::BITS - size.ilog2();
        let mut table = Table {
            entries,
            shift,
            more: Vec::new(),
            taken: 0,
            characters: vec![[0; ROOM]; 1 << 16],
            long: FxHashMap::default(),
        };
        for &(key, id) in whole {
            table.insert_in(table.find(key), key, &[id]);
        }
        table
    }

    /// The first place where the piece could stand.
    #[inline(always)]
    pub(super) fn place(&self, key: Key) -> usize {
        (key.hash() >> self.shift) as usize
    }

    /// Asks for a place in advance.
    #[inline(always)]
    pub(super) fn fetch(&self, place: usize) {
        fetch(&self.entries, place);
    }

    /// Writes the ids of the piece to `out`, if it stands in this place with its ids beside it, and says
    /// how many they are.
    #[inline(always)]
    pub(super) fn copy(&self, place: usize, key: Key, out: &mut [u32; ROOM]) -> Option<usize> {
        let entry = &self.entries[place];
        *out = entry.ids;
        (entry.key.is(key) && entry.many() <= BESIDE).then_some(entry.many())
    }

    /// The ids of the piece in this place, which do not fit beside it.
    pub(super) fn many(&self, place: usize, key: Key) -> Option<&[u32]> {
        let entry = &self.entries[place];
        entry.key.is(key).then(|| &self.more[entry.ids[0] as usize..][..entry.many()])
    }

    /// Writes the ids of a character to `out`, if it was met before, and says how many they are.
    #[inline(always)]
    pub(super) fn copy_character(&self, character: char, out: &mut [u32; ROOM]) -> Option<usize> {
        *out = *self.characters.get(character as usize)?;
        Some(out[BESIDE] as usize).filter(|&many| many > 0)
    }

    pub(super) fn insert_character(&mut self, character: char, ids: &[u32]) {
        if let Some(entry) = self.characters.get_mut(character as usize)
            && ids.len() <= BESIDE
        {
            entry[..ids.len()].copy_from_slice(ids);
            entry[BESIDE] = ids.len() as u32;
        }
    }

    /// Remembers the ids of a piece in its place, which is free. If it says no, no room is left.
    pub(super) fn insert_in(&mut self, place: usize, key: Key, ids: &[u32]) -> bool {
        let mut entry = Entry { key, ids: [0, 0, 0, ids.len() as u32] };
        if ids.len() <= BESIDE {
            entry.ids[..ids.len()].copy_from_slice(ids);
        } else {
            entry.ids[0] = self.more.len() as u32;
            self.more.extend_from_slice(ids);
        }
        self.entries[place] = entry;
        self.taken += 1;
        self.taken < self.entries.len() / 4 * 3 && self.more.len() < MORE
    }

    /// The ids of a part of a piece that is too long for a key.
    pub(super) fn long(&self, part: &[u8]) -> Option<&[u32]> {
        Some(&self.more[self.long.get(part)?.clone()])
    }

    /// Remembers the ids of such a part. If it says no, there is no room left.
    pub(super) fn insert_long(&mut self, part: &[u8], ids: &[u32]) -> bool {
        let start = self.more.len();
        self.more.extend_from_slice(ids);
        self.long.insert(part.into(), start..self.more.len());
        self.long.len() < LONG && self.more.len() < MORE
    }

    /// Where the piece stands, or the free place where it would.
    pub(super) fn find(&self, key: Key) -> usize {
        let mut place = self.place(key);
        while self.entries[place].key != key && self.entries[place].key != Key::default() {
            place = (place + 1) & (self.entries.len() - 1);
        }
        place
    }
}
