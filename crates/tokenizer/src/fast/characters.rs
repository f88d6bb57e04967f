//! The ids of characters that were met, up to three of each, in eight bytes.
//!
//! ```text
//! a place   how many: 4 bits | third: 20 bits | second: 20 bits | first: 20 bits
//! ```
//!
//! All characters below U+40000 have one: two mebibytes, one large page.

use kernels::memory::LargeTable;

/// How many characters have a place.
const MOST: usize = 1 << 18;

/// How many bits an id has.
const ID: u32 = 20;

/// How many ids are written, needed or not.
pub(super) const ROOM: usize = 3;

#[derive(Debug)]
pub(super) struct Characters(LargeTable<u64>);

impl Default for Characters {
    fn default() -> Self {
        Characters(LargeTable::new(MOST, 0))
    }
}

impl Characters {
    /// Writes the ids of a character to `out`, if it was met before, and says how many they are.
    #[inline(always)]
    pub(super) fn copy(&self, character: char, out: &mut [u32; ROOM]) -> Option<usize> {
        let ids = *self.0.get(character as usize)?;
        *out = [0, 1, 2].map(|at| (ids >> (ID * at)) as u32 % (1 << ID));
        let many = ids >> (3 * ID);
        (many > 0).then_some(many as usize)
    }

    /// Remembers the ids of a character, if it has a place and they fit.
    pub(super) fn insert(&mut self, character: char, ids: &[u32]) {
        let fits = ids.len() <= ROOM && ids.iter().all(|&id| id < 1 << ID);
        if let Some(place) = self.0.get_mut(character as usize).filter(|_| fits) {
            let low = |at: usize| ids.get(at).map_or(0, |&id| u64::from(id) << (ID * at as u32));
            *place = low(0) | low(1) | low(2) | (ids.len() as u64) << (3 * ID);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_remembered_and_nothing_else() {
        let largest = (1 << ID) - 1;
        let cases: [(char, &[u32], bool); 9] = [
            ('a', &[0], true),
            ('é', &[0, 0], true),
            ('\0', &[largest], true),
            ('中', &[7, 0, largest], true),
            ('😀', &[largest, largest, largest], true),
            ('b', &[1, 2, 3, 4], false),
            ('c', &[1, largest + 1], false),
            ('d', &[], false),
            ('\u{40000}', &[1], false),
        ];
        let mut characters = Characters::default();
        for (character, ids, fits) in cases {
            characters.insert(character, ids);
            let mut out = [0; ROOM];
            let many = characters.copy(character, &mut out);
            assert_eq!(many.map(|many| &out[..many]), fits.then_some(ids), "{character}");
        }
    }
}
