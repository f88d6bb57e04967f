//! A whole text at once: the fast twin of cutting it, and joining pairs in each piece.
//!
//! ```text
//! text -> places where pieces begin                 64 of them at a time (`starts`)
//!      -> for each piece its ids, if it is a token,
//!         or was met before                         one look into a table, which forgets (`table`)
//!         else by joining pairs                     a long one in parts that no token reaches across
//! ```                                               (`reach`)
//!
//! What it gives is what the plain way gives, piece by piece; tests hold it to that.

mod characters;
mod join;
mod key;
mod lazy;
mod pairs;
mod ranks;
mod reach;
mod sentence_piece;
mod starts;
mod strangers;
mod streams;
mod table;
mod texts;
mod wide;
mod work;

use std::{
    borrow::Cow,
    panic::resume_unwind,
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, available_parallelism},
};

use kernels::memory::reserve;
use rayon::{current_num_threads, current_thread_index, prelude::*};
use rustc_hash::FxHashMap;

use crate::split::parts;
use characters::Characters;
use key::{Key, LONGEST};
pub(crate) use lazy::Lazy;
use ranks::Ranks;
use reach::Reach;
pub(crate) use starts::{Apart, Splitter};
use strangers::Strangers;
use table::Table;
pub(crate) use texts::{Text, Texts};
use wide::Wide;
use work::Work;

/// A text is encoded in parts of about this many bytes, on all cores at once.
const PART: usize = 1 << 13;

/// How many parts a core takes at a time.
const PARTS: usize = 8;

/// How many parts lie beside the text and its ids, at most.
const AT_ONCE: usize = 1 << 11;

/// A part that is longer, since it can be cut nowhere, leaves nothing behind but the table.
const LARGE: usize = 1 << 20;

/// A text of a megabyte has room for an id for each byte from the start: what is not filled takes no memory. A shorter text,
/// and one between these two, has half of that, for which the allocator may have memory at hand that needs not be cleared.
const LONG: usize = 8_000_000;
const HUGE: usize = 1 << 24;

/// What the fast way asks of a vocabulary.
pub(crate) trait Vocabulary: Sync {
    /// Writes what joining pairs makes of a piece to `out`, which has room for an id for each byte, and says how
    /// many they are.
    fn join(&self, piece: &[u8], out: &mut [u32]) -> usize;
    /// All tokens as a text spells them, the commonest first, with their ids.
    fn tokens(&self) -> Vec<(Cow<'_, [u8]>, u32)>;
    /// The token of a byte of a character that has none, if there is one.
    fn of_byte(&self, byte: u8) -> Option<u32>;
    /// What two tokens make where they stand side by side, if they are joined.
    fn joined(&self, left: u32, right: u32) -> Option<u32>;
    /// Whether a piece that is a token is that token, whatever joining would make of it.
    fn whole_first(&self) -> bool;
    /// Whether a byte is left out, so that those on its two sides are neighbours.
    fn leaves_out(&self, byte: u8) -> bool;
}

/// What a vocabulary needs to encode fast.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fast {
    made: Lazy<Made>,
    apart: Lazy<Apart>,
    ranks: Lazy<Option<Ranks>>,
}

#[derive(Debug)]
struct Made {
    /// pieces that are one token
    whole: Vec<(Key, u32)>,
    /// and those that are too long for a key
    long: FxHashMap<Box<[u8]>, u32>,
    longest: usize,
    reach: Reach,
    strangers: Strangers,
    benches: Mutex<Vec<Bench>>,
}

/// What one thread works with, again and again.
#[derive(Debug)]
struct Bench {
    splitter: Splitter,
    keys: Vec<(Key, usize)>,
    table: Table,
    wide: Wide,
    characters: Characters,
    ids: Vec<u32>,
    /// whether the last part of a text had pieces that begin with [`Strangers`]
    strangers: bool,
    /// the thread that had it last
    user: Option<usize>,
}

impl Bench {
    /// One for a vocabulary with these tokens.
    fn new(whole: &[(Key, u32)]) -> Self {
        Bench::with(Table::new(whole), Wide::default(), Characters::default())
    }

    fn with(table: Table, wide: Wide, characters: Characters) -> Self {
        Bench {
            splitter: Splitter::default(),
            keys: Vec::new(),
            table,
            wide,
            characters,
            ids: Vec::new(),
            strangers: false,
            user: None,
        }
    }
}

impl Fast {
    /// Makes what is needed now, and not with the first text.
    pub(crate) fn make(&self, vocabulary: &impl Vocabulary) {
        self.made(vocabulary);
    }

    fn made(&self, vocabulary: &impl Vocabulary) -> &Made {
        self.made.get_or_make(|| Made::new(vocabulary))
    }

    /// What no token of the vocabulary holds side by side.
    pub(crate) fn apart(&self, vocabulary: &impl Vocabulary) -> &Apart {
        self.apart.get_or_make(|| Apart::new(vocabulary.tokens().iter().map(|(token, _)| &**token)))
    }

    /// Whether a token of the vocabulary may hold two characters side by side.
    pub(crate) fn reaches_across(
        &self,
        vocabulary: &impl Vocabulary,
        before: char,
        after: char,
    ) -> bool {
        self.made(vocabulary).reach.across(before, after)
    }

    /// Adds the ids of a text. `ends` knows where a part of it may end, and `places` finds where the pieces of
    /// a part begin. It declines, and says so, where a part is too long for places of 32 bits.
    pub(crate) fn encode(
        &self,
        vocabulary: &impl Vocabulary,
        text: &str,
        ends: impl Fn(char, char) -> bool + Copy,
        places: impl Fn(&mut Splitter, &str) + Sync,
        ids: &mut Vec<u32>,
    ) -> bool {
        let made = self.made(vocabulary);
        let parts = || parts(text, PART, ends);
        let is_long = |text: &str| u32::try_from(text.len()).is_err();
        if is_long(text) && parts().any(is_long) {
            return false;
        }
        // (What is one part takes as much as it needs.)
        if text.len() > PART {
            let half = matches!(text.len(), ..LARGE | LONG..HUGE);
            reserve(ids, if half { text.len() / 2 } else { text.len() });
        }
        if text.len() <= PARTS * PART || current_num_threads() == 1 {
            made.encode(vocabulary, parts(), &places, ids);
            return true;
        }
        let some = |parts: &[&str]| {
            let mut ids =
                Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() / 3);
            made.encode(vocabulary, parts.iter().copied(), &places, &mut ids);
            ids
        };
        let parts: Vec<&str> = parts().collect();
        for parts in parts.chunks(AT_ONCE) {
            let all: Vec<Vec<u32>> = parts.par_chunks(PARTS).map(some).collect();
            ids.reserve(all.iter().map(Vec::len).sum());
            all.iter().for_each(|some| ids.extend_from_slice(some));
        }
        true
    }
}

/// The tokens that joining pairs makes of their own text, if they are one. (Not in rayon's threads: a thread that waits
/// there takes up other work, and that might wait for this.)
fn made_whole<'a>(
    vocabulary: &impl Vocabulary,
    tokens: &[(Cow<'a, [u8]>, u32)],
) -> Vec<(Cow<'a, [u8]>, u32)> {
    let is_whole = |(token, id): &&(Cow<'_, [u8]>, u32)| {
        let mut joined = vec![0; token.len()];
        str::from_utf8(token).is_ok()
            && vocabulary.join(token, &mut joined) == 1
            && joined[0] == *id
    };
    let threads = available_parallelism().map_or(1, usize::from).min(8);
    let share = tokens.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let filter = |some: &'_ [_]| some.iter().filter(is_whole).cloned().collect::<Vec<_>>();
        let shares: Vec<_> =
            tokens.chunks(share).map(|some| scope.spawn(move || filter(some))).collect();
        shares
            .into_iter()
            .flat_map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

impl Made {
    fn new(vocabulary: &impl Vocabulary) -> Self {
        let mut tokens = vocabulary.tokens();
        tokens.retain(|(token, _)| !token.is_empty());
        let all = tokens.clone();
        thread::scope(|scope| {
            let reach = scope.spawn(|| Reach::new(&all, |byte| vocabulary.leaves_out(byte)));
            vocabulary.join(b"", &mut []); // what joining needs is made, too
            if !vocabulary.whole_first() {
                tokens = made_whole(vocabulary, &tokens);
            }
            let (short, long): (Vec<_>, Vec<_>) =
                tokens.into_iter().partition(|(token, _)| token.len() <= LONGEST);
            let key = |token: &[u8]| Key::of(token, 0, token.len());
            let whole: Vec<_> = short.iter().map(|(token, id)| (key(token), *id)).collect();
            let bench = Bench::new(&whole);
            Made {
                longest: long.iter().map(|(token, _)| token.len()).max().unwrap_or(0),
                long: long.into_iter().map(|(token, id)| (token.into(), id)).collect(),
                strangers: Strangers::new(vocabulary, &all),
                reach: reach.join().unwrap_or_else(|panic| resume_unwind(panic)),
                benches: Mutex::new(vec![bench]),
                whole,
            }
        })
    }

    /// Adds the ids of some parts of a text, one after the other.
    fn encode<'t>(
        &self,
        vocabulary: &impl Vocabulary,
        parts: impl Iterator<Item = &'t str>,
        places: impl Fn(&mut Splitter, &str),
        ids: &mut Vec<u32>,
    ) {
        let (mut bench, mut parts) = (self.bench(), parts.peekable());
        while let Some(part) = parts.next() {
            places(&mut bench.splitter, part);
            let next = parts.peek().copied().unwrap_or_default();
            Work::new(self, vocabulary, part, &mut bench).encode(next, ids);
            if part.len() > LARGE {
                bench = Bench::with(bench.table, bench.wide, bench.characters);
            }
        }
        self.benches().push(bench);
    }

    /// A bench that is free, best the one that this thread had before: what lies on it is near by. Or a new one.
    fn bench(&self) -> Bench {
        let mut benches = self.benches();
        let user = current_thread_index();
        let mine = benches.iter().position(|bench| bench.user == user);
        let free = mine.or(benches.len().checked_sub(1)).map(|at| benches.swap_remove(at));
        drop(benches);
        let bench = free.unwrap_or_else(|| Bench::new(&self.whole));
        Bench { user, ..bench }
    }

    fn benches(&self) -> MutexGuard<'_, Vec<Bench>> {
        self.benches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of a piece too long for a key, if it is one token.
    fn long(&self, piece: &[u8]) -> Option<u32> {
        if piece.len() > self.longest { None } else { self.long.get(piece).copied() }
    }
}
