//! One part of a text on its way: its pieces are looked up, and what is not there is joined.

use std::ops::Range;

use super::{
    Bench, Made, Vocabulary,
    key::Key,
    reach::Reach,
    starts::Splitter,
    table::{ROOM, Table},
};

/// How many pieces are looked up together: while one waits for memory, so do the others.
const TOGETHER: usize = 32;

pub(super) struct Work<'a, V> {
    made: &'a Made,
    vocabulary: &'a V,
    bytes: &'a [u8],
    splitter: &'a Splitter,
    table: &'a mut Table,
    /// the ids found so far, and room for more: at most one for each byte
    ids: &'a mut [u32],
    many: usize,
    joined: Vec<u32>,
}

impl<'a, V: Vocabulary> Work<'a, V> {
    /// The work on `text`, whose pieces the bench's splitter has found.
    pub(super) fn new(
        made: &'a Made,
        vocabulary: &'a V,
        text: &'a str,
        bench: &'a mut Bench,
    ) -> Self {
        let room = text.len() + ROOM;
        if bench.ids.len() < room {
            bench.ids.resize(room, 0);
        }
        Work {
            made,
            vocabulary,
            bytes: text.as_bytes(),
            splitter: &bench.splitter,
            table: &mut bench.table,
            ids: &mut bench.ids,
            many: 0,
            joined: Vec::new(),
        }
    }

    /// Adds the ids of all pieces.
    pub(super) fn encode(mut self, ids: &mut Vec<u32>) {
        let places = self.splitter.found();
        for first in (0..places.len() - 1).step_by(TOGETHER) {
            self.look_up(&places[first..places.len().min(first + TOGETHER + 1)]);
        }
        ids.extend_from_slice(&self.ids[..self.many]);
    }

    /// Some pieces, from one place to the next.
    fn look_up(&mut self, places: &[u32]) {
        let mut keys = [(Key::default(), 0); TOGETHER];
        for ((key, slot), ends) in keys.iter_mut().zip(places.windows(2)) {
            *key = Key::of(self.bytes, ends[0] as usize, ends[1] as usize);
            *slot = self.table.place(*key);
            self.table.fetch(*slot);
        }
        for (&(key, slot), ends) in keys.iter().zip(places.windows(2)) {
            let room = self.ids[self.many..].first_chunk_mut();
            match room.and_then(|room| self.table.copy(slot, key, room)) {
                Some(copied) => self.many += copied,
                None => self.missed(ends[0] as usize..ends[1] as usize, key),
            }
        }
    }

    /// A piece that is not where it was looked for.
    #[inline(never)]
    fn missed(&mut self, piece: Range<usize>, key: Key) {
        if key.is_short() {
            self.short(piece, key);
        } else if let Some(id) = self.made.long(&self.bytes[piece.clone()]) {
            self.push(&[id]);
        } else {
            self.in_parts(piece);
        }
    }

    /// A piece that has a key: somewhere else in the table, or not there yet.
    fn short(&mut self, piece: Range<usize>, key: Key) {
        if let Some(ids) = self.table.get(key) {
            self.ids[self.many..][..ids.len()].copy_from_slice(ids);
            self.many += ids.len();
            return;
        }
        let before = self.many;
        self.join(piece);
        if !self.table.insert(key, &self.ids[before..self.many]) {
            *self.table = Table::new(&self.made.whole);
        }
    }

    /// A long piece, cut where no token reaches across. A part of it is not a piece: that it is a token
    /// says nothing, so it has a key of its own.
    fn in_parts(&mut self, piece: Range<usize>) {
        let reach = self.made.reach.get_or_init(|| Reach::new(&self.vocabulary.tokens()));
        let mut from = piece.start;
        for part in reach.parts(&self.bytes[piece]) {
            let to = from + part.len();
            // One character is sooner joined than remembered.
            let key = Key::of(self.bytes, from, to);
            if part.len() > 4 && key.is_short() {
                self.short(from..to, key.of_a_part());
            } else {
                self.join(from..to);
            }
            from = to;
        }
    }

    fn join(&mut self, piece: Range<usize>) {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        self.vocabulary.join(&self.bytes[piece], &mut joined);
        self.push(&joined);
        self.joined = joined;
    }

    fn push(&mut self, ids: &[u32]) {
        self.ids[self.many..][..ids.len()].copy_from_slice(ids);
        self.many += ids.len();
    }
}
