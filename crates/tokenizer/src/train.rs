//! Learning a vocabulary from what was counted, whatever its kind.

use crate::{
    Characters, Model, Pairs, SentencePiece, Tokenizer, Unigram, Words,
    added::{Added, AddedToken},
    count::Counts,
    cut::{Behavior, Cut, Step, find::Find},
    fast::Splitter,
    sentence_piece::{self, train::NAMED},
    split::{Pattern, ends_run, parts},
    unigram, words,
};

/// How much of a text is to be written in characters that have a token, if nothing else is asked for.
pub const COVERAGE: f64 = 0.9995;

/// Pieces are looked for in about so many bytes at a time.
const PART: usize = 1 << 16;

/// The kinds of vocabularies that are learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number for each character: the commonest, sorted.
    Characters,
    /// `<unk>`, and a number for each of the commonest words.
    Words,
    /// Byte pairs, inside the pieces that a pattern cuts.
    Pairs(Pattern),
    /// Pairs of characters, with `▁` before each word and bytes for what is rare.
    SentencePiece {
        /// How much of the text is to be written in characters that have a token, 0 to 1.
        coverage: f64,
    },
    /// Pieces with their chances, with `▁` before each word and bytes for what is rare.
    Unigram {
        /// As for `SentencePiece`.
        coverage: f64,
    },
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes have been read and counted.
    Read {
        /// How many.
        bytes: u64,
    },
    /// So much has been learned.
    Learned {
        /// How much: tokens, where they are learned one by one.
        done: usize,
        /// Of how much.
        of: usize,
    },
}

impl Kind {
    /// What is counted: the text in pieces, none of which a token may reach out of.
    pub(crate) fn pieces(self, text: &str, mut found: impl FnMut(&str)) {
        match self {
            Kind::Characters => {
                text.char_indices().for_each(|(at, c)| found(&text[at..at + c.len_utf8()]));
            }
            Kind::Words => words::cut(text).for_each(found),
            Kind::Pairs(pattern) => {
                let mut splitter = Splitter::default();
                for part in parts(text, PART, ends_run) {
                    splitter.cut(pattern, part);
                    let places = splitter.list(part.len()).windows(2);
                    places.for_each(|at| found(&part[at[0] as usize..at[1] as usize]));
                }
            }
            Kind::SentencePiece { .. } | Kind::Unigram { .. } => {
                sentence_piece::words::words(text, found);
            }
        }
    }
}

impl Tokenizer {
    /// A vocabulary of at most `vocabulary` entries (and at least those that its kind cannot do
    /// without) from what was [counted](crate::count::Counter) for it.
    pub fn train(counts: &Counts, vocabulary: usize, told: &mut dyn FnMut(Progress)) -> Tokenizer {
        let commonest = |number| counts.iter().take(number).map(|(piece, _)| piece);
        match counts.kind() {
            Kind::Characters => {
                let mut characters: Vec<char> =
                    commonest(vocabulary).flat_map(str::chars).collect();
                characters.sort_unstable();
                Model::Characters(Characters::in_order(characters)).into()
            }
            Kind::Words => {
                let words = commonest(vocabulary.saturating_sub(1));
                let tokens = [words::UNKNOWN].into_iter().chain(words).map(String::from).collect();
                Model::Words(Words::in_order(tokens, Some(0))).into()
            }
            Kind::Pairs(pattern) => {
                Tokenizer::from(Pairs::train_on(counts, vocabulary, told)).cut_by(pattern)
            }
            Kind::SentencePiece { coverage } => {
                let learned = sentence_piece::train::learn(counts, vocabulary, coverage, told);
                let (tokens, merges) = learned;
                let pieces = SentencePiece::new(tokens, merges, Some(0), true, true);
                Tokenizer::from(Model::SentencePiece(pieces)).with_named()
            }
            Kind::Unigram { coverage } => {
                let tokens = unigram::train::learn(counts, vocabulary, coverage, told);
                let pieces = Unigram::new(tokens, Some(0), true);
                Tokenizer::from(Model::Unigram(pieces)).with_named()
            }
        }
    }

    /// Byte pairs, cut by another pattern than GPT-2's.
    fn cut_by(mut self, pattern: Pattern) -> Self {
        if pattern != Pattern::Gpt2 {
            let find = Find::Pattern(pattern);
            let split = Step::Split { find, behavior: Behavior::Isolated, invert: false };
            let bytes = Step::ByteLevel { prefix: false, pattern: false };
            self.cut = Cut { steps: vec![split, bytes] };
        }
        self
    }

    /// With the tokens that are signs to a model.
    fn with_named(mut self) -> Self {
        let token = |(id, content): (u32, &str)| AddedToken::special(id, content.to_owned());
        let named = (0..).zip(NAMED).map(token).collect();
        self.added = Added::new(named, &self.normalizer).unwrap_or_default();
        self
    }
}
