//! Of all ways to cut a text, the most likely one: a unigram model.
//!
//! ```text
//! each token x has a chance p(x), and the file its logarithm
//! chance of a way to cut = Π p(x)        the best way: the largest Σ log p(x)
//!
//! best[0] = 0
//! best[j] = max over tokens x that end at j of  best[j - length(x)] + log p(x)      (Viterbi)
//!
//! "cats"   ▁cat s   -8.1 - 3.2 = -11.3      ▁c at s   -6.0 - 5.1 - 3.2 = -14.3
//! ```
//!
//! No merges are learned or stored, and no early choice is regretted: from left to right, the best way
//! to each place is found from the best ways to the places before, and then followed back. A character
//! of which no token is made costs as much as the rarest token and 10 more.
//!
//! Where no token reaches across a place, the best way goes through it whatever follows: what is before
//! is settled, and forgotten.
//! Sources: Kudo 2018, <https://arxiv.org/abs/1804.10959>, section 3; `unigram_model.cc` in
//! <https://github.com/google/sentencepiece>; `models/unigram` in
//! <https://github.com/huggingface/tokenizers>.

pub mod scores;
pub mod train;
pub mod trie;

use self::trie::Trie;
use crate::{
    EncodeError,
    sentence_piece::{NONE, named_bytes},
};

/// How much less likely than the rarest token an unknown character is.
const PENALTY: f64 = 10.0;

/// A sum in 32 bits does not get lower.
const LOWEST_SINGLE: f64 = -100_000.0;

/// Tokens and the logarithms of their chances.
#[derive(Clone, Debug, PartialEq)]
pub struct Unigram {
    pub(crate) tokens: Vec<(String, f64)>,
    pub(crate) trie: Trie,
    /// What each token counts in a sum: nearly always its score.
    pub(crate) counted: Vec<f64>,
    pub(crate) unknown: Option<u32>,
    pub(crate) unknown_counted: f64,
    pub(crate) bytes: Option<Box<[u32; 256]>>,
    /// Whether sums are kept in 32 bits.
    pub(crate) single: bool,
}

/// The best way to a place: what it sums up to, and its last token.
#[derive(Clone, Copy)]
struct Way {
    sum: f64,
    start: usize,
    token: Option<u32>, // `None`: a character that is unknown
}

/// No way is worse. (It is not known to be a way.)
const NO_WAY: Way = Way { sum: f64::NEG_INFINITY, start: usize::MAX, token: None };

impl Unigram {
    /// These tokens, numbered from 0, with the logarithms of their chances. `byte_fallback`: the
    /// tokens `<0x00>` to `<0xFF>` spell what is unknown.
    ///
    /// ```
    /// use tokenizer::Unigram;
    ///
    /// let tokens = [("<unk>", 0.0), ("▁", -2.0), ("a", -4.0), ("b", -4.0), ("▁a", -5.0), ("ab", -2.5)];
    /// let tokens = tokens.map(|(token, score)| (token.to_owned(), score)).to_vec();
    /// let mut ids = Vec::new();
    /// Unigram::new(tokens, Some(0), false).encode_piece("▁ab?!", &mut ids)?;
    /// assert_eq!(ids, [1, 5, 0]); // ▁ ab: -4.5, ▁a b: -9
    /// # Ok::<(), tokenizer::EncodeError>(())
    /// ```
    pub fn new(tokens: Vec<(String, f64)>, unknown: Option<u32>, byte_fallback: bool) -> Self {
        let lowest = tokens.iter().map(|&(_, score)| score).fold(f64::INFINITY, f64::min);
        Unigram {
            trie: Trie::of((0..).zip(&tokens).map(|(id, (token, _))| (token.as_bytes(), id))),
            counted: tokens.iter().map(|&(_, score)| score).collect(),
            unknown,
            unknown_counted: lowest - PENALTY,
            bytes: byte_fallback.then(|| named_bytes(tokens.iter().map(|(token, _)| &**token))),
            single: false,
            tokens,
        }
    }

    /// The token of each id, and the logarithm of its chance.
    pub fn tokens(&self) -> &[(String, f64)] {
        &self.tokens
    }

    /// The ids of a text, added to `ids`. It fails only if something is unknown and the vocabulary has
    /// no token for that.
    pub fn encode_piece(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), EncodeError> {
        let mut ways = vec![Way { sum: 0.0, start: 0, token: Some(0) }]; // to `settled` and beyond
        let (mut settled, mut reach) = (0, 0);
        for (at, character) in text.char_indices() {
            if at == reach && self.known(ways[at - settled].token).is_some() {
                self.follow(&ways, settled, &text[..at], ids);
                ways.drain(..at - settled);
                settled = at;
            }
            let here = self.anew(&mut ways[at - settled..]);
            let single = at + character.len_utf8();
            let mut known = false;
            self.trie.prefixes(&text.as_bytes()[at..], |length, id| {
                known |= at + length == single;
                reach = reach.max(at + length);
                let sum = self.rounded(here + self.counted[id as usize]);
                offer(&mut ways, at + length - settled, Way { sum, start: at, token: Some(id) });
            });
            if !known {
                reach = reach.max(single);
                let sum = self.rounded(here + self.unknown_counted);
                let way = Way { sum, start: at, token: None };
                if offer(&mut ways, single - settled, way) && self.unknown.is_none() {
                    return Err(EncodeError::unknown(&text[at..], self.tokens.len()));
                }
            }
        }
        self.follow(&ways, settled, text, ids);
        Ok(())
    }

    /// What the best way to here sums up to. Before sums in 32 bits tell too little apart, all that
    /// are not done with begin anew from this one.
    fn anew(&self, ways: &mut [Way]) -> f64 {
        let here = ways[0].sum;
        if !self.single || here >= LOWEST_SINGLE {
            return here;
        }
        ways.iter_mut().for_each(|way| way.sum = self.rounded(way.sum - here));
        0.0
    }

    fn rounded(&self, sum: f64) -> f64 {
        if self.single { f64::from(sum as f32) } else { sum }
    }

    /// Follows the best way from the end of `text` back to `settled`, and adds its tokens.
    fn follow(&self, ways: &[Way], settled: usize, text: &str, ids: &mut Vec<u32>) {
        let (mut path, mut end) = (Vec::new(), text.len());
        while end > settled {
            let way = ways[end - settled];
            path.push((way.start, self.known(way.token)));
            end = way.start;
        }
        let mut unknown = None; // where a run of what is unknown begins
        for (start, token) in path.into_iter().rev() {
            if let Some(id) = token {
                if let Some(from) = unknown.take() {
                    self.spell(&text[from..start], ids);
                }
                ids.push(id);
            } else {
                unknown = unknown.or(Some(start));
            }
        }
        if let Some(from) = unknown {
            self.spell(&text[from..], ids);
        }
    }

    fn known(&self, token: Option<u32>) -> Option<u32> {
        token.filter(|_| token != self.unknown)
    }

    /// A run of unknown characters: its bytes, if there are tokens for all of them, or one `<unk>`.
    fn spell(&self, run: &str, ids: &mut Vec<u32>) {
        let start = ids.len();
        let named = self.bytes.iter().flat_map(|named| run.bytes().map(|b| named[usize::from(b)]));
        ids.extend(named);
        let spelled = &ids[start..];
        if spelled.is_empty() || spelled.contains(&NONE) || self.is_unknown(run) {
            ids.truncate(start);
            ids.extend(self.unknown);
        }
    }

    /// Whether a text is the token that stands for what is unknown, as it is spelled.
    fn is_unknown(&self, text: &str) -> bool {
        self.unknown.is_some_and(|id| self.tokens[id as usize].0 == text)
    }
}

/// Takes a way if it is better than the best so far. (Of equals the first stays.)
fn offer(ways: &mut Vec<Way>, place: usize, way: Way) -> bool {
    if ways.len() <= place {
        ways.resize(place + 1, NO_WAY);
    }
    let best = &mut ways[place];
    let better = best.start == usize::MAX || way.sum > best.sum;
    if better {
        *best = way;
    }
    better
}
