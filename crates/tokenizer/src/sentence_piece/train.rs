//! Which characters belong together? The rule of byte pairs, over characters.
//!
//! ```text
//! tokens = <unk> <s> </s>, then 256 bytes, then the characters of nearly all of the text, then the
//!          pairs as they are learned: the commonest first
//! rank   = how many pairs were learned before; a score, as SentencePiece has it, is -rank
//! ```
//!
//! A character that is too rare for a token of its own is spelled in bytes, and so nothing is unknown.
//! Source: Kudo and Richardson 2018, <https://arxiv.org/abs/1808.06226>.

use rustc_hash::FxHashMap;

use super::words::alphabet;
use crate::{
    count::Counts,
    pairs::{
        Merge,
        train::{last_of_each, quick},
    },
    train::Progress,
};

/// What is unknown, and where a text begins and ends.
pub(crate) const NAMED: [&str; 3] = ["<unk>", "<s>", "</s>"];

/// What stands before all that is learned: these, and the bytes.
pub(crate) fn first_tokens() -> impl Iterator<Item = String> {
    NAMED.into_iter().map(String::from).chain((0..=255).map(|byte: u8| format!("<0x{byte:02X}>")))
}

/// Tokens, and merges with the ids that they make.
pub(crate) fn learn(
    counts: &Counts,
    vocabulary: usize,
    coverage: f64,
    told: &mut dyn FnMut(Progress),
) -> (Vec<String>, Vec<Merge>) {
    let mut tokens: Vec<String> = first_tokens().collect();
    let room = vocabulary.saturating_sub(tokens.len());
    let alphabet = alphabet(counts, coverage, room);
    let ids: FxHashMap<char, u32> = (tokens.len() as u32..)
        .zip(&alphabet)
        .map(|(id, &(character, _))| (character, id))
        .collect();
    tokens.extend(alphabet.iter().map(|(character, _)| character.to_string()));

    let known = |character: char| ids.get(&character).copied();
    let words = counts.iter().flat_map(|(word, count)| {
        let runs = word.split(move |character| known(character).is_none());
        runs.map(move |run| (run.chars().filter_map(known), count))
    });
    let tokens = tokens.into_iter().map(String::into_bytes).collect();
    let learned = quick::learn(words, tokens, vocabulary, told);
    let text = |token: Vec<u8>| String::from_utf8_lossy(&token).into_owned();
    (learned.tokens.into_iter().map(text).collect(), last_of_each(learned.merges))
}
