//! Byte pairs at speed.

use std::borrow::Cow;

use super::{Vocabulary, join, ranks::Ranks};
use crate::{
    Pairs,
    pairs::{NONE, merge},
    split::{Pattern, ends_run},
};

impl Vocabulary for Pairs {
    fn join(&self, piece: &[u8], out: &mut [u32]) -> usize {
        let ranks = || Ranks::of_bytes(&self.ranks, self.tokens.len(), &self.of_byte);
        match self.fast.ranks.get_or_make(ranks) {
            Some(ranks) if self.spells_all || !piece.iter().any(|&byte| self.leaves_out(byte)) => {
                join::join_bytes(piece, &self.of_byte, ranks, out)
            }
            Some(ranks) => join::join(self.spell(piece).collect(), ranks, out),
            None => join::write(&merge(self.spell(piece).collect(), &self.ranks), out),
        }
    }

    fn tokens(&self) -> Vec<(Cow<'_, [u8]>, u32)> {
        let Some(whole) = &self.whole_first else {
            return (0..)
                .zip(&self.tokens)
                .map(|(id, token)| (Cow::Borrowed(&token[..]), id))
                .collect();
        };
        let mut tokens: Vec<_> =
            whole.iter().map(|(token, &id)| (Cow::Borrowed(&token[..]), id)).collect();
        tokens.sort_unstable_by_key(|&(_, id)| id);
        tokens
    }

    fn of_byte(&self, byte: u8) -> Option<u32> {
        Some(self.of_byte[usize::from(byte)]).filter(|&id| id != NONE)
    }

    fn joined(&self, left: u32, right: u32) -> Option<u32> {
        self.ranks.get(&(left, right)).map(|&(_, id)| id)
    }

    fn whole_first(&self) -> bool {
        self.whole_first.is_some()
    }

    fn leaves_out(&self, byte: u8) -> bool {
        self.of_byte[usize::from(byte)] == NONE
    }
}

impl Pairs {
    /// Adds the ids of a text, cut by a pattern: what [`Pattern::pieces`] and [`Pairs::encode_piece`]
    /// find, at once.
    pub fn encode_cut(&self, pattern: Pattern, text: &str, ids: &mut Vec<u32>) {
        let places = |splitter: &mut super::Splitter, part: &str| splitter.cut(pattern, part);
        if !self.fast.encode(self, text, ends_run, places, ids) {
            pattern.pieces(text).for_each(|piece| self.encode_piece(piece.as_bytes(), ids));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Pairs, split::Pattern};

    /// As for a vocabulary of more than a million tokens.
    #[test]
    fn without_a_table_of_ranks_ids_are_the_same() {
        let text = "the cats' hats, the cat's hat; aaaaaaaaaaaaaaaaaaaa ".repeat(3);
        let pairs = Pairs::train(&text, 300);
        let mut few = pairs.tokens().to_vec();
        few.retain(|token| token != b"c"); // it leaves out a byte
        for pairs in [pairs, Pairs::from_ranks(few)] {
            let pairs = pairs.clone(); // which makes its own tables
            assert!(pairs.fast.ranks.get_or_make(|| None).is_none());
            let (mut ids, mut plain) = (Vec::new(), Vec::new());
            pairs.encode_cut(Pattern::Gpt2, &text, &mut ids);
            let pieces = Pattern::Gpt2.pieces(&text);
            pieces.for_each(|piece| pairs.encode_piece(piece.as_bytes(), &mut plain));
            assert_eq!(ids, plain);
        }
    }
}
