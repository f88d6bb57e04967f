//! Tokens laid side by side: the fast twin of decoding, where nothing else is done to them.
//!
//! Each token of up to 15 bytes lies in a place of 16, and beside it how many they are. All 16 are copied, for that is
//! quicker than to ask how many count; the next token is then put right behind those.

use std::borrow::Cow;

use kernels::memory::{LargeTable, reserve};
use rustc_hash::FxHashMap;

use super::Lazy;

/// How many bytes are copied at a time, and how many of them may be a token's.
const PLACE: usize = 16;
const TOKEN: usize = PLACE - 1;

/// From about so many ids, here and there, it is foretold how long the text of all will be.
const SOME: usize = 1 << 12;

/// A vocabulary that says it has more ids than this has holes.
const MOST: usize = 1 << 20;

/// In place of a length: the token is longer, or a byte by name, or none.
const LONG: u8 = 0xFD;
const BYTE: u8 = 0xFE;
const NONE: u8 = 0xFF;

/// What an id stands for.
pub(crate) enum Text<'a> {
    Bytes(Cow<'a, [u8]>),
    /// A byte that is text only together with those beside it.
    Byte(u8),
    None,
}

/// The texts of all ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Texts(Lazy<Made>);

#[derive(Debug)]
struct Made {
    /// the bytes of a token, and last how many they are
    places: LargeTable<[u8; PLACE]>,
    long: FxHashMap<u32, Box<[u8]>>,
}

impl Texts {
    /// The bytes of these ids, side by side, if each of them has a text. `text` tells the text of each
    /// of the `vocabulary` ids. A run of single bytes that is no text becomes a U+FFFD for each.
    pub(crate) fn lay<'a>(
        &self,
        ids: &[u32],
        vocabulary: usize,
        text: impl Fn(u32) -> Text<'a>,
    ) -> Option<Vec<u8>> {
        if vocabulary > MOST {
            return None;
        }
        self.0.get_or_make(|| Made::new(vocabulary, text)).lay(ids)
    }
}

impl Made {
    fn new<'a>(vocabulary: usize, text: impl Fn(u32) -> Text<'a>) -> Self {
        let mut made =
            Made { places: LargeTable::new(vocabulary, [NONE; PLACE]), long: FxHashMap::default() };
        for (id, place) in (0..).zip(&mut *made.places) {
            match text(id) {
                Text::Bytes(bytes) if bytes.len() <= TOKEN => {
                    place[..bytes.len()].copy_from_slice(&bytes);
                    place[TOKEN] = bytes.len() as u8;
                }
                Text::Bytes(bytes) => {
                    made.long.insert(id, bytes.into());
                    place[TOKEN] = LONG;
                }
                Text::Byte(byte) => (place[0], place[TOKEN]) = (byte, BYTE),
                Text::None => {}
            }
        }
        made
    }

    fn lay(&self, ids: &[u32]) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        reserve(&mut bytes, self.foretold(ids));
        let mut at = 0;
        while let Some(&id) = ids.get(at) {
            let place = self.places.get(id as usize)?;
            let length = usize::from(place[TOKEN]);
            if length <= TOKEN {
                bytes.extend_from_slice(place);
                bytes.truncate(bytes.len() - (PLACE - length));
                at += 1;
            } else if let Some(long) = self.long.get(&id) {
                bytes.extend_from_slice(long);
                at += 1;
            } else {
                let (text, many) = self.run(&ids[at..])?;
                bytes.extend_from_slice(&text);
                at += many;
            }
        }
        Some(bytes)
    }

    /// How many bytes these ids make, if all are like some of them, and a few more.
    fn foretold(&self, ids: &[u32]) -> usize {
        let length = |&id: &u32| self.places.get(id as usize).map_or(0, |place| place[TOKEN]);
        let step = ids.len().div_ceil(SOME).max(1);
        let some = ids.iter().step_by(step).map(|id| usize::from(length(id)).min(PLACE));
        some.sum::<usize>() * step / 16 * 17 + 16 * PLACE
    }

    /// The run of single bytes at the start of these ids, and how many they are; nothing, if there is none.
    fn run(&self, ids: &[u32]) -> Option<(Vec<u8>, usize)> {
        let place = |id: &u32| self.places.get(*id as usize).filter(|place| place[TOKEN] == BYTE);
        let run: Vec<u8> = ids.iter().map_while(|id| Some(place(id)?[0])).collect();
        let many = run.len();
        let text = String::from_utf8(run).unwrap_or_else(|_| "\u{FFFD}".repeat(many));
        (many > 0).then_some((text.into_bytes(), many))
    }
}
