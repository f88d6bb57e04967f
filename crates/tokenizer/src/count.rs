//! How often each piece of a text comes: all that learning a vocabulary needs to know of it.
//!
//! ```text
//! text, as it comes:   … seen it.   | The cat sat   | on the m…        | where no piece reaches across
//! a table a thread:    "The" 1  " cat" 1  …        " on" 1  " the" 1  …
//! counts:              the tables added up, the commonest first
//! ```
//!
//! The text itself is let go as soon as it is counted, so it may be larger than the memory. It is cut
//! where white space, but no end of a line, follows what is none: no piece of any kind reaches over
//! such a place. Where 4 MiB have none, they are cut at their end. And of a piece longer than 64 KiB
//! only the beginning is learned from.

use std::io::{ErrorKind, Read};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    ReadError,
    split::{Class, class, ends_word, parts},
    train::{Kind, Progress},
};

/// How much text waits, at most, until it is counted.
const BLOCK: usize = 1 << 22;

/// How much of a piece is learned from.
const LONGEST: usize = 1 << 16;

/// How often each piece comes.
type Table = FxHashMap<Box<str>, u64>;

/// Counts the pieces of texts.
///
/// ```
/// use tokenizer::{Tokenizer, count::Counter, split::Pattern, train::Kind};
///
/// let mut counter = Counter::new(Kind::Pairs(Pattern::Gpt2));
/// counter.push("low low lo");
/// counter.push("w lower lowest");
/// counter.end();
/// let tokenizer = Tokenizer::train(&counter.finish(), 258, &mut |_| ());
/// assert_eq!(tokenizer, Tokenizer::byte_pairs("low low low lower lowest", 258));
/// ```
#[derive(Debug)]
pub struct Counter {
    kind: Kind,
    tables: Vec<Table>, // one for each thread
    rest: String,       // not counted yet
    bytes: u64,
}

/// Pieces, each once, the commonest first; of several as common, the one that sorts first.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    kind: Kind,
    pieces: Vec<(Box<str>, u64)>,
}

impl Counter {
    /// For a vocabulary of this kind.
    pub fn new(kind: Kind) -> Self {
        let tables = vec![Table::default(); rayon::current_num_threads()];
        Counter { kind, tables, rest: String::new(), bytes: 0 }
    }

    /// The next of a text, from anywhere to anywhere.
    pub fn push(&mut self, text: &str) {
        self.bytes += text.len() as u64;
        let mut text = text;
        loop {
            let (fits, after) = text.split_at(at_most(text, BLOCK - self.rest.len()));
            self.rest.push_str(fits);
            if after.is_empty() {
                return;
            }
            self.count(last_cut(&self.rest).unwrap_or(self.rest.len()));
            text = after;
        }
    }

    /// The text ends here: what comes next is another.
    pub fn end(&mut self) {
        self.count(self.rest.len());
    }

    /// A whole text, from a file or whatever else can be read: how many bytes it has. `told` hears how
    /// many bytes have been read since this counter was made.
    pub fn read(
        &mut self,
        mut reader: impl Read,
        told: &mut dyn FnMut(Progress),
    ) -> Result<u64, ReadError> {
        let start = self.bytes;
        let mut bytes = vec![0; BLOCK / 4];
        let mut waiting = 0; // the first bytes of a character that is not whole yet
        loop {
            let read = match reader.read(&mut bytes[waiting..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            let filled = waiting + read;
            let whole = match std::str::from_utf8(&bytes[..filled]) {
                Ok(text) => text,
                Err(error) if error.error_len().is_none() && read > 0 => {
                    std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
                }
                Err(error) => {
                    let at = error.valid_up_to();
                    let place = self.bytes - start + at as u64;
                    return Err(ReadError::NotUtf8 { at: place, byte: bytes[at] });
                }
            };
            self.push(whole);
            told(Progress::Read { bytes: self.bytes });
            let used = whole.len();
            bytes.copy_within(used..filled, 0);
            waiting = filled - used;
            if read == 0 {
                self.end();
                return Ok(self.bytes - start);
            }
        }
    }

    /// A piece that was counted elsewhere.
    pub fn add(&mut self, piece: &str, count: u64) {
        if let Some(table) = self.tables.first_mut() {
            add(table, piece, count);
        }
    }

    /// What was counted: the same for any number of threads, and however the texts came.
    pub fn finish(mut self) -> Counts {
        self.end();
        let mut tables = self.tables.into_iter();
        let mut all = tables.next().unwrap_or_default();
        for (piece, count) in tables.flatten() {
            let known = all.entry(piece).or_default();
            *known = known.saturating_add(count);
        }
        let mut pieces: Vec<_> = all.into_iter().filter(|&(_, count)| count > 0).collect();
        pieces.par_sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        Counts { kind: self.kind, pieces }
    }

    /// Counts what waits, up to `end`, on all threads.
    fn count(&mut self, end: usize) {
        let size = end.div_ceil(self.tables.len()).max(1);
        let parts: Vec<&str> = parts(&self.rest[..end], size, ends_word).collect();
        let kind = self.kind;
        self.tables.par_iter_mut().zip(parts).for_each(|(table, part)| {
            kind.pieces(part, |piece| add(table, piece, 1));
        });
        self.rest.drain(..end);
    }
}

impl Counts {
    /// What they are for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The pieces, and how often each comes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u64)> {
        self.pieces.iter().map(|(piece, count)| (&**piece, *count))
    }
}

fn add(table: &mut Table, piece: &str, count: u64) {
    let piece = &piece[..at_most(piece, LONGEST)];
    match table.get_mut(piece) {
        Some(known) => *known = known.saturating_add(count),
        None => _ = table.insert(piece.into(), count),
    }
}

/// The end of the last character that ends within the first `size` bytes.
fn at_most(text: &str, size: usize) -> usize {
    let mut end = size.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// The last place in `text` where no piece reaches across.
fn last_cut(text: &str) -> Option<usize> {
    let mut after = None;
    text.char_indices().rev().find_map(|(at, character)| {
        let class = class(character);
        let cut = if class.is_space() { None } else { after };
        after = (class == Class::Space).then_some(at);
        cut
    })
}
