//! SentencePiece's pairs at speed.

use std::borrow::Cow;

use kernels::memory::reserve;

use super::{Apart, Splitter, Vocabulary, join, ranks::Ranks};
use crate::{
    SentencePiece,
    pairs::merge,
    sentence_piece::{NONE, byte_named},
    split::parts,
};

impl Vocabulary for SentencePiece {
    /// A piece as a text has it, with blanks.
    fn join(&self, piece: &[u8], out: &mut [u32]) -> usize {
        let mut letters = Vec::new();
        reserve(&mut letters, piece.len());
        let piece = String::from_utf8_lossy(piece);
        self.spell(
            piece.chars().map(|letter| if letter == ' ' { '▁' } else { letter }),
            &mut letters,
        );
        match self.fast.ranks.get_or_make(|| Ranks::new(&self.ranks, self.tokens.len())) {
            Some(ranks) => join::join(letters, ranks, out),
            None => join::write(&merge(letters, &self.ranks), out),
        }
    }

    /// A token that holds the names of bytes is there twice: as those bytes, and as the characters of their names.
    fn tokens(&self) -> Vec<(Cow<'_, [u8]>, u32)> {
        let tokens = (0..).zip(&self.tokens).map(|(id, token)| (token.replace('▁', " "), id));
        let spellings = |(token, id): (String, u32)| {
            let bytes = token.contains("<0x").then(|| (Cow::Owned(with_bytes(&token)), id));
            [(Cow::Owned(token.into_bytes()), id)].into_iter().chain(bytes)
        };
        tokens.flat_map(spellings).collect()
    }

    fn of_byte(&self, byte: u8) -> Option<u32> {
        Some(self.bytes.as_ref()?[usize::from(byte)]).filter(|&id| id != NONE)
    }

    fn joined(&self, left: u32, right: u32) -> Option<u32> {
        self.ranks.get(&(left, right)).map(|&(_, id)| id)
    }

    fn whole_first(&self) -> bool {
        false
    }

    /// It is unknown then, or written as its name.
    fn leaves_out(&self, _: u8) -> bool {
        false
    }
}

impl SentencePiece {
    /// Makes what encoding fast needs, if this vocabulary can be.
    pub(crate) fn get_ready(&self) {
        if self.apart().is_some() {
            self.fast.make(self);
        }
    }

    /// What no token holds side by side, with a blank for a ▁. Nothing where a vocabulary cannot spell
    /// everything in bytes, since an `<unk>` may stand for characters on both sides of a cut, or holds more
    /// than one word in a token.
    pub(crate) fn apart(&self) -> Option<&Apart> {
        let spells_all = self.bytes.as_ref().is_some_and(|bytes| !bytes.contains(&NONE));
        let plain = self.whole_first.is_none() && self.beyond.is_none();
        (spells_all && plain).then(|| self.fast.apart(self)).filter(|apart| apart.has_words())
    }

    /// Adds the ids of a text in which a blank stands for a ▁, with one in front if `blank_first`: what
    /// [`SentencePiece::encode_piece`] finds with ▁ in their place. It declines, and says so, where nothing is
    /// known to be [apart](Self::apart).
    pub(crate) fn encode_blanks(&self, text: &str, blank_first: bool, ids: &mut Vec<u32>) -> bool {
        let Some(apart) = self.apart() else { return false };
        let text = match text.contains('▁') {
            true => Cow::Owned(text.replace('▁', " ")),
            false => Cow::Borrowed(text),
        };
        let ends = |before, after| !self.fast.reaches_across(self, before, after);
        let cut = |splitter: &mut Splitter, part: &str| splitter.cut_apart(apart, part);
        let first = if blank_first { parts(&text, 1, ends).next().unwrap_or_default() } else { "" };
        let start = ids.len();
        let done = (first.is_empty()
            || self.fast.encode(self, &[" ", first].concat(), ends, cut, ids))
            && self.fast.encode(self, &text[first.len()..], ends, cut, ids);
        if !done {
            ids.truncate(start);
        }
        done
    }
}

/// A token with bytes where it has their names.
fn with_bytes(token: &str) -> Vec<u8> {
    const NAME: usize = "<0x41>".len();
    let (mut bytes, mut rest) = (Vec::new(), token.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let name = rest.first_chunk::<NAME>();
        let named = name.and_then(|name| byte_named(std::str::from_utf8(name).ok()?));
        bytes.push(named.unwrap_or(first));
        rest = if named.is_some() { &rest[NAME..] } else { after };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use crate::{SentencePiece, fast::Vocabulary};

    /// As in a model whose pieces have the same score.
    #[test]
    fn pairs_that_share_a_rank_make_what_each_makes() {
        let mut tokens: Vec<String> = (0..=255).map(|byte| format!("<0x{byte:02X}>")).collect();
        tokens.extend("▁abcd".chars().map(String::from));
        let of = |tokens: &[String], token: &str| {
            tokens.iter().position(|other| other == token).expect("it is there") as u32
        };
        let mut merges = Vec::new();
        for (left, right) in
            [("a", "b"), ("b", "c"), ("▁", "▁"), ("c", "d"), ("▁", "ab"), ("▁▁", "▁▁")]
        {
            let pair = (of(&tokens, left), of(&tokens, right));
            tokens.push([left, right].concat());
            merges.push((pair, tokens.len() as u32 - 1));
        }
        let mut pieces = SentencePiece::new(tokens, merges, None, true, false);
        pieces.ranks.values_mut().for_each(|(rank, _)| *rank /= 4);
        let text = " abcd abc  cab bcd    dabcabcd";
        let mut plain = Vec::new();
        pieces.encode_piece(&text.replace(' ', "▁"), &mut plain);
        let without = pieces.clone(); // as for a vocabulary of more than a million tokens
        assert!(without.fast.ranks.get_or_make(|| None).is_none());
        for pieces in [pieces, without] {
            let mut room = [0; 64];
            let many = pieces.join(text.as_bytes(), &mut room);
            assert_eq!(room[..many], plain);
        }
    }
}
