//! One part of a text on its way: its pieces are looked up, and what is not there is joined.

use std::{mem, ops::Range};

use kernels::{
    memory::{in_large_pages, reserve},
    text::fetch,
};

use super::{
    Bench, Made, Vocabulary,
    characters::Characters,
    key::{Key, LONGEST},
    table::Table,
    wide::{self, ROOM, Wide},
};

/// The longest part of a piece that is remembered.
const LONGEST_PART: usize = 255;

/// How many pieces are looked up together: while one waits for memory, so do the others.
const TOGETHER: usize = 256;

/// How many bytes come from memory at once.
const LINE: usize = 64;

pub(super) struct Work<'a, V> {
    made: &'a Made,
    vocabulary: &'a V,
    text: &'a str,
    bytes: &'a [u8],
    places: &'a [u32],
    /// the pieces that are looked up together, and where in the table each would stand
    keys: &'a mut Vec<(Key, usize)>,
    table: &'a mut Table,
    wide: &'a mut Wide,
    characters: &'a mut Characters,
    /// the ids found so far, and room for more: at most one for each byte
    ids: &'a mut [u32],
    many: usize,
    /// whether some pieces began with strangers
    strangers: &'a mut bool,
}

impl<'a, V: Vocabulary> Work<'a, V> {
    /// The work on `text`, where the bench's splitter has found that pieces begin.
    pub(super) fn new(
        made: &'a Made,
        vocabulary: &'a V,
        text: &'a str,
        bench: &'a mut Bench,
    ) -> Self {
        let bytes = text.as_bytes();
        let (strangers, reach) = (&made.strangers, &made.reach);
        if mem::take(&mut bench.strangers) {
            bench.splitter.take_back(|place| strangers.meet(bytes, place, reach));
        }
        let places = bench.splitter.list(text.len());
        let room = text.len() + ROOM;
        if bench.ids.len() < room {
            bench.ids = vec![0; room]; // which takes no memory before it is written to
            in_large_pages(&bench.ids);
        }
        Work {
            made,
            vocabulary,
            text,
            bytes,
            places,
            keys: &mut bench.keys,
            table: &mut bench.table,
            wide: &mut bench.wide,
            characters: &mut bench.characters,
            ids: &mut bench.ids,
            many: 0,
            strangers: &mut bench.strangers,
        }
    }

    /// Adds the ids of all pieces. Meanwhile the next part of the text is on its way.
    pub(super) fn encode(mut self, next: &str, ids: &mut Vec<u32>) {
        let places = self.places;
        for first in (0..places.len() - 1).step_by(TOGETHER) {
            let places = &places[first..places.len().min(first + TOGETHER + 1)];
            for at in (places[0]..places[places.len() - 1]).step_by(LINE) {
                fetch(next.as_bytes(), at as usize);
            }
            self.look_up(places);
        }
        reserve(ids, self.many);
        ids.extend_from_slice(&self.ids[..self.many]);
    }

    /// Some pieces, from one place to the next.
    fn look_up(&mut self, places: &[u32]) {
        let mut keys = mem::take(self.keys);
        keys.clear();
        keys.extend(places.windows(2).map(|ends| {
            let key = Key::of(self.bytes, ends[0] as usize, ends[1] as usize);
            let place = self.table.place(key);
            self.table.fetch(place);
            (key, place)
        }));
        let mut looked = keys.iter().zip(places.windows(2));
        while let Some((key, ends)) = self.copy_hits(&mut looked) {
            self.missed(ends[0] as usize..ends[1] as usize, key);
        }
        *self.keys = keys;
    }

    /// The ids of all pieces up to one that is not where it was looked for.
    #[inline(always)]
    fn copy_hits<'p>(
        &mut self,
        looked: &mut impl Iterator<Item = (&'p (Key, usize), &'p [u32])>,
    ) -> Option<(Key, &'p [u32])> {
        let (table, ids, mut many) = (&*self.table, &mut *self.ids, self.many);
        let missed = looked.find_map(|(&(key, slot), ends)| {
            let copied = table.copy(slot, key, ids[many..].first_chunk_mut()?);
            many += copied.unwrap_or(0);
            copied.is_none().then_some((key, ends))
        });
        self.many = many;
        missed
    }

    /// A piece that is not where it was looked for.
    #[inline(never)]
    fn missed(&mut self, piece: Range<usize>, key: Key) {
        let bytes = &self.bytes[piece.clone()];
        if self.made.strangers.begin(bytes) {
            *self.strangers = true;
            self.in_parts(piece);
        } else if key.is_short() {
            self.short(piece, key);
        } else if piece.len() <= wide::LONGEST && wide::may_come_again(bytes) {
            self.wide(piece);
        } else {
            self.too_long(piece);
        }
    }

    /// A piece that has a place among the wide ones.
    fn wide(&mut self, piece: Range<usize>) {
        let found = wide::Found::of(self.bytes, piece.start, piece.end);
        let room = self.ids[self.many..].first_chunk_mut();
        if let Some(copied) = room.and_then(|room| self.wide.copy(found, room)) {
            self.many += copied;
        } else {
            let before = self.many;
            self.too_long(piece);
            self.wide.insert(found, &self.ids[before..self.many]);
        }
    }

    /// A piece that has no key.
    fn too_long(&mut self, piece: Range<usize>) {
        match self.made.long(&self.bytes[piece.clone()]) {
            Some(id) => self.push(&[id]),
            None => self.in_parts(piece),
        }
    }

    /// A piece that has a key: somewhere else in the table, or not there yet.
    fn short(&mut self, piece: Range<usize>, key: Key) {
        let place = self.table.find(key);
        let room = self.ids[self.many..].first_chunk_mut();
        if let Some(copied) = room.and_then(|room| self.table.copy(place, key, room)) {
            self.many += copied;
            self.table.bring_to_front(place, key);
        } else if let Some(ids) = self.table.many(place, key) {
            self.ids[self.many..][..ids.len()].copy_from_slice(ids);
            self.many += ids.len();
        } else {
            let ids = self.join(piece);
            if !self.table.insert_in(place, key, &self.ids[ids]) {
                self.table.make_room(&self.made.whole);
            }
        }
    }

    /// A long piece, cut where no token reaches across. A part of it is not a piece: that it is a token
    /// says nothing, so it has a key of its own.
    fn in_parts(&mut self, piece: Range<usize>) {
        let (reach, text) = (&self.made.reach, self.text);
        let mut from = piece.start;
        while from < piece.end {
            from += self.strangers(from..piece.end);
            for (length, alone) in reach.parts(&text[from..piece.end]) {
                let part = from..from + length;
                from = part.end;
                match alone {
                    Some(character) => self.character(character, part),
                    None if length <= LONGEST => {
                        let key = Key::of(self.bytes, part.start, part.end).of_a_part();
                        self.short(part, key);
                    }
                    None => self.long(part),
                }
                if self.bytes.get(from).is_some_and(|&next| next >= 0xF0) {
                    break; // perhaps a stranger
                }
            }
        }
    }

    /// The strangers at the front of a piece: how many bytes they have.
    #[inline(always)]
    fn strangers(&mut self, piece: Range<usize>) -> usize {
        let room = &mut self.ids[self.many..];
        let (bytes, ids) = self.made.strangers.write(&self.bytes[piece], &self.made.reach, room);
        self.many += ids;
        bytes
    }

    /// A part that is one character.
    fn character(&mut self, character: char, part: Range<usize>) {
        let room = self.ids[self.many..].first_chunk_mut();
        match room.and_then(|room| self.characters.copy(character, room)) {
            Some(copied) => self.many += copied,
            None => {
                let ids = self.join(part);
                self.characters.insert(character, &self.ids[ids]);
            }
        }
    }

    /// A part that is too long for a key.
    fn long(&mut self, part: Range<usize>) {
        let bytes = &self.bytes[part.clone()];
        if let Some(ids) = self.table.long(bytes) {
            self.ids[self.many..][..ids.len()].copy_from_slice(ids);
            self.many += ids.len();
            return;
        }
        let fits = bytes.len() <= LONGEST_PART;
        let ids = self.join(part.clone());
        if fits && !self.table.insert_long(&self.bytes[part], &self.ids[ids]) {
            self.table.make_room(&self.made.whole);
        }
    }

    /// Joins pairs, and says where the ids are.
    fn join(&mut self, piece: Range<usize>) -> Range<usize> {
        let before = self.many;
        self.many += self.vocabulary.join(&self.bytes[piece], &mut self.ids[before..]);
        before..self.many
    }

    fn push(&mut self, ids: &[u32]) {
        self.ids[self.many..][..ids.len()].copy_from_slice(ids);
        self.many += ids.len();
    }
}
