//! Tokens laid side by side: the fast twin of decoding, where nothing else is done to them.
//!
//! Each token of up to 16 bytes lies in a place of 16, and all 16 are copied, for that is quicker than
//! to ask how many they are; the next token is then put right behind those that count.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::Lazy;

/// How many bytes are copied at a time.
const PLACE: usize = 16;

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
    places: Vec<[u8; PLACE]>,
    lengths: Vec<u8>,
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
        let mut made = Made {
            places: vec![[0; PLACE]; vocabulary],
            lengths: vec![NONE; vocabulary],
            long: FxHashMap::default(),
        };
        for (id, (place, length)) in (0..).zip(made.places.iter_mut().zip(&mut made.lengths)) {
            match text(id) {
                Text::Bytes(bytes) if bytes.len() <= PLACE => {
                    place[..bytes.len()].copy_from_slice(&bytes);
                    *length = bytes.len() as u8;
                }
                Text::Bytes(bytes) => {
                    made.long.insert(id, bytes.into());
                    *length = LONG;
                }
                Text::Byte(byte) => (place[0], *length) = (byte, BYTE),
                Text::None => {}
            }
        }
        made
    }

    fn lay(&self, ids: &[u32]) -> Option<Vec<u8>> {
        let mut bytes = vec![0; self.size(ids)? + PLACE];
        let mut end = 0;
        let mut at = 0;
        while let Some(&id) = ids.get(at) {
            let length = self.lengths[id as usize];
            if usize::from(length) <= PLACE {
                bytes[end..end + PLACE].copy_from_slice(&self.places[id as usize]);
                end += usize::from(length);
                at += 1;
                continue;
            }
            let (text, many) = match self.long.get(&id) {
                Some(long) => (Cow::Borrowed(&long[..]), 1),
                None => self.run(&ids[at..]),
            };
            bytes[end..end + text.len()].copy_from_slice(&text);
            end += text.len();
            at += many;
        }
        bytes.truncate(end);
        Some(bytes)
    }

    /// At least as many bytes as these ids make.
    fn size(&self, ids: &[u32]) -> Option<usize> {
        let mut size = 0;
        for id in ids {
            size += match *self.lengths.get(*id as usize)? {
                NONE => return None,
                LONG => self.long.get(id)?.len(),
                BYTE => '\u{FFFD}'.len_utf8(),
                length => usize::from(length),
            };
        }
        Some(size)
    }

    /// The run of single bytes at the start of these ids, and how many they are.
    fn run(&self, ids: &[u32]) -> (Cow<'static, [u8]>, usize) {
        let is_byte = |id: &&u32| self.lengths[**id as usize] == BYTE;
        let run: Vec<u8> =
            ids.iter().take_while(is_byte).map(|&id| self.places[id as usize][0]).collect();
        let many = run.len();
        match String::from_utf8(run) {
            Ok(text) => (text.into_bytes().into(), many),
            Err(_) => ("\u{FFFD}".repeat(many).into_bytes().into(), many),
        }
    }
}
