//! A space is a letter like any other: byte-pair encoding that starts from characters.
//!
//! ```text
//! " " is written ▁, and one stands before the text       "the cat" -> ▁the▁cat
//! tokens = characters, what merges make of them, and 256 that are named <0x00> to <0xFF>
//!
//! encode: a number for each character; then join the two neighbours of the lowest rank (the
//!         leftmost, if it is there more than once), again and again
//!         ▁cats -> ▁ c a t s -> ▁ c at s -> ▁c at s -> ▁cat s
//!         a character that has no number is spelled in bytes: 水 -> <0xE6> <0xB0> <0xB4>
//! ```
//!
//! Nothing has to know where words end, so languages without spaces are cut as well as any other. What
//! no merge joins is not cut either: a text is one piece, however long it is. A vocabulary without the
//! 256 has `<unk>` for what it cannot spell.
//! Sources: Kudo and Richardson 2018, <https://arxiv.org/abs/1808.06226>; `bpe_model.cc` in
//! <https://github.com/google/sentencepiece>; `models/bpe` in
//! <https://github.com/huggingface/tokenizers>.

pub mod scores;
mod steps;
pub mod train;
pub(crate) mod words;

use rustc_hash::FxHashMap;

use self::scores::Beyond;
use crate::{
    fast::Fast,
    pairs::{Merge, Pair, Ranks, merge},
};

/// The id of a byte that has no token.
pub(crate) const NONE: u32 = u32::MAX;

/// A vocabulary of characters and what is joined of them.
#[derive(Clone, Debug, PartialEq)]
pub struct SentencePiece {
    pub(crate) tokens: Vec<String>,
    pub(crate) letters: FxHashMap<char, u32>,
    pub(crate) merges: Vec<Merge>,
    pub(crate) ranks: Ranks,
    pub(crate) bytes: Option<Box<[u32; 256]>>,
    pub(crate) unknown: Option<u32>,
    /// Whether unknown characters side by side are one `<unk>`.
    pub(crate) fuse_unknown: bool,
    /// A text that is a token is that token, whatever the merges would make of it.
    pub(crate) whole_first: Option<FxHashMap<String, u32>>,
    /// What only SentencePiece's own files ask for.
    pub(crate) beyond: Option<Box<Beyond>>,
    pub(crate) fast: Fast,
}

impl SentencePiece {
    /// These tokens, numbered from 0, and merges with the ids that they make, in the order of their
    /// ranks. `byte_fallback`: the tokens `<0x00>` to `<0xFF>` spell what has no number.
    ///
    /// ```
    /// use tokenizer::SentencePiece;
    ///
    /// let tokens = ["<unk>", "▁", "a", "t", "at", "▁at"].map(String::from).to_vec();
    /// let pieces = SentencePiece::new(tokens, vec![((2, 3), 4), ((1, 4), 5)], Some(0), true, false);
    /// let mut ids = Vec::new();
    /// pieces.encode_piece("▁ata?!", &mut ids);
    /// assert_eq!(ids, [5, 2, 0]);
    /// ```
    pub fn new(
        tokens: Vec<String>,
        merges: Vec<(Pair, u32)>,
        unknown: Option<u32>,
        fuse_unknown: bool,
        byte_fallback: bool,
    ) -> Self {
        let ranked = (0..).zip(&merges).map(|(rank, &(pair, id))| (pair, (rank, id)));
        SentencePiece {
            letters: (0..).zip(&tokens).filter_map(|(id, token)| Some((one(token)?, id))).collect(),
            ranks: ranked.collect(),
            bytes: byte_fallback.then(|| named_bytes(tokens.iter().map(|token| &**token))),
            merges,
            tokens,
            unknown,
            fuse_unknown,
            whole_first: None,
            beyond: None,
            fast: Fast::default(),
        }
    }

    /// The token of each id.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The pairs that are joined and the ids that they make, in the order of their ranks.
    pub fn merges(&self) -> &[(Pair, u32)] {
        &self.merges
    }

    /// The ids of a text in which spaces are written ▁, added to `ids`. What can be spelled neither in
    /// letters nor in bytes is left out if there is no `<unk>`, as published implementations do.
    pub fn encode_piece(&self, piece: &str, ids: &mut Vec<u32>) {
        if let Some(&id) = self.whole_first.as_ref().and_then(|whole| whole.get(piece)) {
            ids.push(id);
        } else if let Some(beyond) = &self.beyond {
            beyond.encode(self, piece, ids);
        } else {
            let mut letters = Vec::with_capacity(piece.len());
            self.spell(piece.chars(), &mut letters);
            ids.extend(merge(letters, &self.ranks));
        }
    }

    /// The number of each character, or those of its bytes, or that of `<unk>`.
    pub(crate) fn spell(&self, piece: impl Iterator<Item = char>, ids: &mut Vec<u32>) {
        let mut unknown = None; // waits for others beside it, past which only bytes get
        for character in piece {
            if let Some(&id) = self.letters.get(&character) {
                ids.extend(unknown.take());
                ids.push(id);
            } else if let Some(bytes) = self.bytes_of(character) {
                ids.extend(bytes);
            } else {
                ids.extend(unknown.take().filter(|_| !self.fuse_unknown));
                unknown = self.unknown;
            }
        }
        ids.extend(unknown);
    }

    /// The tokens of a character's bytes, if each of them has one.
    pub(crate) fn bytes_of(&self, character: char) -> Option<impl Iterator<Item = u32> + use<>> {
        let named = self.bytes.as_ref()?;
        let mut bytes = [NONE; 4];
        let (mut utf8, length) = ([0; 4], character.len_utf8());
        for (id, byte) in bytes.iter_mut().zip(character.encode_utf8(&mut utf8).bytes()) {
            *id = named[usize::from(byte)];
        }
        let all = !bytes[..length].contains(&NONE);
        all.then(|| bytes.into_iter().take(length))
    }
}

/// The character that a token is, if it is but one.
pub(crate) fn one(token: &str) -> Option<char> {
    let mut characters = token.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// The id of each token that is named like a byte.
pub(crate) fn named_bytes<'t>(tokens: impl Iterator<Item = &'t str>) -> Box<[u32; 256]> {
    let mut ids = Box::new([NONE; 256]);
    for (id, token) in (0..).zip(tokens) {
        if let Some(byte) = byte_named(token) {
            ids[usize::from(byte)] = id;
        }
    }
    ids
}

/// The byte that a token names: 65 for `<0x41>`.
pub(crate) fn byte_named(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    let upper = digits.len() == 2 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    u8::from_str_radix(digits, 16).ok().filter(|_| upper)
}
