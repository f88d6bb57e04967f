//! Pieces and their ids, in a table of one look.
//!
//! A piece of up to 15 bytes is two numbers, and a multiplication says where in the table it stands; if
//! that place is taken, it stands in the next that is free. Pieces that are one token are there from
//! the start, the commonest first. Pieces of several tokens come in as they are met. Whoever is looked for and
//! stands elsewhere changes places with the one in front: so what is looked for often is where it is looked for.
//!
//! When three quarters of the places are taken, a table of twice the size takes over. When that is the largest that
//! there may be, pieces are forgotten: all that do not stand in front, and half of those that do. So a table holds at
//! most 2^19 places of 32 bytes (as many again for a vocabulary of more than 300,000), 2^20 ids of 4 bytes beside them,
//! 2^15 parts of longer pieces of up to 255 bytes: about 28 MiB, for each thread.

use std::{mem, ops::Range};

use kernels::{memory::LargeTable, packed::Packed, text::fetch};
use rustc_hash::FxHashMap;

use super::key::Key;

/// How many pieces are remembered beside the vocabulary: at least, and, with it, at most.
const FEWEST: usize = 1 << 16;
const MOST: usize = 1 << 19;

/// How many ids are remembered that do not fit beside their piece.
const MORE: usize = 1 << 20;

/// How many parts of longer pieces are remembered.
const LONG: usize = 1 << 15;

/// How many ids fit beside their piece.
const BESIDE: u8 = Packed::MOST as u8;

/// How many ids are copied from beside a piece, needed or not.
pub(super) const ROOM: usize = Packed::ROOM;

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
pub(super) struct Entry {
    key: Key,
    /// The ids, and how many they are. If they do not fit: where in `more` they begin, and how many more than
    /// [`BESIDE`] they are.
    ids: Packed,
}

impl Entry {
    fn is_free(&self) -> bool {
        self.key == Key::default()
    }

    fn is_beside(&self) -> bool {
        self.ids.beside() <= BESIDE
    }
}

#[derive(Debug)]
pub(super) struct Table {
    entries: LargeTable<Entry>,
    shift: u32,
    more: Vec<u32>,
    taken: usize,
    /// parts of pieces that are too long for a key, and where in `more` their ids are
    long: FxHashMap<Box<[u8]>, Range<usize>>,
}

impl Table {
    /// A table of pieces that are one token each.
    pub(super) fn new(whole: &[(Key, u32)]) -> Self {
        let mut table = Table::empty(((whole.len() + FEWEST) / 3 * 4).next_power_of_two());
        table.add_whole(whole);
        table
    }

    fn empty(size: usize) -> Self {
        Table {
            entries: LargeTable::new(size, Entry::default()),
            shift: u64::BITS - size.ilog2(),
            more: Vec::new(),
            taken: 0,
            long: FxHashMap::default(),
        }
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
        entry.ids.write(out);
        (entry.key.is(key) && entry.is_beside()).then_some(usize::from(entry.ids.beside()))
    }

    /// The ids of the piece in this place, which do not fit beside it.
    pub(super) fn many(&self, place: usize, key: Key) -> Option<&[u32]> {
        let entry = &self.entries[place];
        let many = entry.ids.beside().saturating_sub(BESIDE);
        entry.key.is(key).then(|| &self.more[entry.ids.first() as usize..][..usize::from(many)])
    }

    /// Remembers the ids of a piece, whose place is free, and moves it to the front. If it says no, no room is left.
    pub(super) fn insert_in(&mut self, place: usize, key: Key, ids: &[u32]) -> bool {
        self.entries[place] = self.entry(key, ids);
        self.taken += 1;
        self.bring_to_front(place, key);
        !self.is_crowded() && self.more.len() < MORE
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
        while self.entries[place].key != key && !self.entries[place].is_free() {
            place = (place + 1) & (self.entries.len() - 1);
        }
        place
    }

    /// Moves a piece from this place to the first where it could stand, and what stands there to this one. (Both
    /// are found as before: between the two no place is free.)
    pub(super) fn bring_to_front(&mut self, place: usize, key: Key) {
        let front = self.place(key);
        self.entries.swap(front, place);
    }

    /// A piece with its ids, beside it or among `more`.
    fn entry(&mut self, key: Key, ids: &[u32]) -> Entry {
        let many = ids.len() as u8; // not more than the piece has bytes
        let packed = Packed::new(ids, many).or_else(|| {
            let start = self.more.len() as u32;
            self.more.extend_from_slice(ids);
            Packed::new(&[start], BESIDE + many)
        });
        Entry { key, ids: packed.unwrap_or_default() }
    }

    fn add_whole(&mut self, whole: &[(Key, u32)]) {
        for &(key, id) in whole {
            let entry = self.entry(key, &[id]);
            self.add(entry);
        }
    }

    /// Puts a piece where it is found, if it is not there yet.
    fn add(&mut self, entry: Entry) {
        let place = self.find(entry.key);
        self.taken += usize::from(self.entries[place].is_free());
        self.entries[place] = entry;
    }

    /// Takes twice the room, or forgets all pieces but half of those in front.
    #[cold]
    pub(super) fn make_room(&mut self, whole: &[(Key, u32)]) {
        let size = self.entries.len();
        let grows = self.is_crowded() && size < MOST;
        let mut old = mem::replace(self, Table::empty(if grows { 2 * size } else { size }));
        if grows {
            (self.more, self.long) = (mem::take(&mut old.more), mem::take(&mut old.long));
            old.in_front().chain(old.pieces()).for_each(|entry| self.add(*entry));
        } else {
            let kept = old.in_front().step_by(2).filter(|entry| entry.is_beside());
            kept.for_each(|entry| self.add(*entry));
            self.add_whole(whole);
        }
    }

    fn pieces(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.is_free())
    }

    /// The pieces that stand in the first place where they could.
    fn in_front(&self) -> impl Iterator<Item = &Entry> {
        let places = self.entries.iter().enumerate();
        let in_front = places.filter(|&(place, entry)| place == self.place(entry.key));
        in_front.map(|(_, entry)| entry).filter(|entry| !entry.is_free())
    }

    fn is_crowded(&self) -> bool {
        self.taken >= self.entries.len() / 4 * 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> Key {
        let piece = format!("piece {number}");
        Key::of(piece.as_bytes(), 0, piece.len())
    }

    /// One to seven, some of more than 24 bits.
    fn ids(number: u32) -> Vec<u32> {
        (0..=number % 7).map(|at| number.wrapping_mul(2_654_435_761) >> (8 * (at & 1))).collect()
    }

    /// What a table remembers of a piece.
    fn found(table: &Table, key: Key) -> Option<Vec<u32>> {
        let (place, mut room) = (table.find(key), [0; ROOM]);
        match table.copy(place, key, &mut room) {
            Some(many) => Some(room[..many].to_vec()),
            None => table.many(place, key).map(<[u32]>::to_vec),
        }
    }

    fn whole() -> Vec<(Key, u32)> {
        (0..999).map(|id| (key(id), id << 20)).collect()
    }

    #[test]
    fn it_grows_while_it_may_and_then_forgets_but_never_a_token() {
        let (whole, mut sizes) = (whole(), Vec::new());
        let mut table = Table::new(&whole);
        for number in 1000..1_000_000 {
            if !table.insert_in(table.find(key(number)), key(number), &ids(number)) {
                let (size, met) = (table.entries.len(), table.taken);
                table.make_room(&whole);
                sizes.push(table.entries.len());
                let all = 1000..=number;
                let left = all.filter(|&number| match found(&table, key(number)) {
                    Some(found) => found == ids(number) || panic!("of {number}: {found:?}"),
                    None => false,
                });
                let grows = table.entries.len() > size;
                assert_eq!(left.count() + whole.len() == met, grows);
                assert!(table.taken < table.entries.len() / 8 * 5 && table.more.len() < MORE);
                for &(key, id) in &whole {
                    assert_eq!(found(&table, key), Some(vec![id]));
                }
            }
        }
        assert_eq!((sizes.first(), sizes.iter().max()), (Some(&(1 << 18)), Some(&MOST)));
        assert!(sizes.len() > 4, "it forgot: {sizes:?}");
    }

    #[test]
    fn who_changes_places_is_found_and_so_are_all_others() {
        let mut table = Table::new(&whole());
        for other in 1000..90_000 {
            table.insert_in(table.find(key(other)), key(other), &[other]);
        }
        let behind: Vec<_> =
            (1000..90_000).filter(|&one| table.find(key(one)) != table.place(key(one))).collect();
        assert!(behind.len() > 1000);
        for one in behind {
            table.bring_to_front(table.find(key(one)), key(one));
            assert_eq!(table.find(key(one)), table.place(key(one)));
        }
        for other in 1000..90_000 {
            assert_eq!(found(&table, key(other)), Some(vec![other]));
        }
    }
}
