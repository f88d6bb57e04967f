//! All tokens that a text begins with, in one walk.
//!
//! ```text
//! the tokens a, at, to:      · -a-> a* -t-> at*        each step takes one byte,
//!                            · -t-> t  -o-> to*        at a * a token ends
//! ```
//!
//! All places of the trie share one list. A place's children stand `base ^ byte` of it, wherever there
//! is room, and know whose they are; so a step is one look, and what lies there is another's child or
//! one's own. Source: Aoe 1989, "An efficient digital search algorithm by using a double-array
//! structure".

/// What ends nowhere, is nobody's or begins nothing.
const NONE: u32 = u32::MAX;

/// A set of byte strings, each with a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Trie {
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    parent: u32,
    base: u32,
    id: u32,
}

const FREE: Place = Place { parent: NONE, base: 0, id: NONE };

/// The tokens that go on from a place, of which `depth` bytes are spelled by then.
struct Open {
    place: u32,
    depth: usize,
    from: usize,
    to: usize,
}

impl Trie {
    /// These strings. Of two that are the same, the last one's number stays; the empty one is left out.
    pub fn of<'t>(strings: impl Iterator<Item = (&'t [u8], u32)>) -> Self {
        let mut strings: Vec<(&[u8], u32)> = strings.filter(|(text, _)| !text.is_empty()).collect();
        strings.sort_by_key(|&(text, _)| text);
        let mut trie = Trie { places: vec![Place { parent: 0, ..FREE }] };
        // No room is looked for before these places: for one child, and for several.
        let mut searched = [1, 1];
        let mut open = vec![Open { place: 0, depth: 0, from: 0, to: strings.len() }];
        while let Some(Open { place, depth, from, to }) = open.pop() {
            let mut children = Vec::new(); // byte, and the strings that have it next
            let mut start = from;
            while start < to {
                match strings[start].0.get(depth) {
                    None => {
                        trie.places[place as usize].id = strings[start].1;
                        start += 1;
                    }
                    Some(&byte) => {
                        let same = |(text, _): &(&[u8], u32)| text.get(depth) == Some(&byte);
                        let end = start + strings[start..to].partition_point(same);
                        children.push((byte, start, end));
                        start = end;
                    }
                }
            }
            if children.is_empty() {
                continue;
            }
            let base = trie.room(&children, &mut searched[usize::from(children.len() > 1)]);
            trie.places[place as usize].base = base;
            for (byte, from, to) in children {
                let child = base ^ u32::from(byte);
                trie.places[child as usize].parent = place;
                open.push(Open { place: child, depth: depth + 1, from, to });
            }
        }
        trie
    }

    /// A base that has room for all of these children.
    fn room(&mut self, children: &[(u8, usize, usize)], searched: &mut usize) -> u32 {
        let first = children[0].0;
        let mut tried = *searched;
        loop {
            let base = tried as u32 ^ u32::from(first);
            let end = (base as usize | 0xFF) + 1;
            if self.places.len() < end {
                self.places.resize(end, FREE);
            }
            let is_free = |byte: u8| {
                let place = (base ^ u32::from(byte)) as usize;
                place != 0 && self.places[place].parent == NONE
            };
            if children.iter().all(|&(byte, ..)| is_free(byte)) {
                *searched = tried;
                return base;
            }
            tried += 1;
        }
    }

    /// The length and the number of each string that `text` begins with, the shortest first.
    pub fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let mut at = 0_u32;
        for (length, &byte) in (1..).zip(text) {
            let child = self.places[at as usize].base ^ u32::from(byte);
            match self.places.get(child as usize) {
                Some(place) if place.parent == at && child != 0 => {
                    if place.id != NONE {
                        found(length, place.id);
                    }
                    at = child;
                }
                _ => return,
            }
        }
    }
}
