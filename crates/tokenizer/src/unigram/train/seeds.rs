//! Pieces to start from: every character, and what comes more than once inside words.
//!
//! ```text
//! the ends of all words, sorted:   at  ater  ats  …     those that begin alike stand side by side
//! a seed: what two neighbours begin with alike. "wate" is none where "water" comes as often: only
//! what can go on in two ways, or end, is worth a piece
//! ```
//!
//! The million seeds that write the most are kept: count · length.

use rayon::prelude::*;

use super::Piece;

/// How many characters a piece has at most.
const LONGEST: usize = 16;

/// How many seeds there are at most, beside the characters.
const SEEDS: usize = 1_000_000;

/// The end of a word, or as much of it as a piece can have, and how often the word comes.
type Ending<'w> = (&'w str, u64);

pub(super) fn seeds(words: &[(String, u64)], alphabet: &[(char, u64)]) -> Vec<Piece> {
    let mut found = repeated(&endings(words));
    let writes = |&(text, count): &(&str, u64)| count as f64 * text.chars().count() as f64;
    found.par_sort_by(|a, b| writes(b).total_cmp(&writes(a)).then_with(|| a.0.cmp(b.0)));
    found.truncate(SEEDS);

    let characters = alphabet.iter().map(|&(c, count)| (c.to_string(), count as f64, true));
    let longer = found.iter().map(|seed| (seed.0.to_owned(), writes(seed), false));
    let all: Vec<_> = characters.chain(longer).collect();
    let sum: f64 = all.iter().map(|(_, writes, _)| writes).sum();
    let piece = |(text, writes, stays): (String, f64, bool)| Piece {
        text,
        score: (writes / sum).ln(),
        stays,
    };
    all.into_iter().map(piece).collect()
}

/// From each character of each word on, sorted.
fn endings(words: &[(String, u64)]) -> Vec<Ending<'_>> {
    let mut endings: Vec<Ending> = Vec::new();
    for (word, count) in words {
        for (at, _) in word.char_indices() {
            let rest = &word[at..];
            let end = rest.char_indices().nth(LONGEST).map_or(rest.len(), |(end, _)| end);
            endings.push((&rest[..end], *count));
        }
    }
    endings.par_sort_unstable();
    endings
}

/// What comes more than once, with how often.
fn repeated<'w>(endings: &[Ending<'w>]) -> Vec<Ending<'w>> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, u64)> = Vec::new(); // how many bytes the latest begin with alike
    let mut before = "";
    for &(ending, count) in endings.iter().chain([&("", 0)]) {
        let alike = alike(before, ending);
        let mut inner = 0;
        while let Some((length, sum)) = open.pop_if(|(length, _)| *length > alike) {
            inner += sum;
            if inner > 1 && before[..length].chars().nth(1).is_some() {
                found.push((&before[..length], inner));
            }
        }
        for (length, sum) in [(alike, inner), (ending.len(), count)] {
            match open.last_mut() {
                Some((same, known)) if *same == length => *known = known.saturating_add(sum),
                _ => open.push((length, sum)),
            }
        }
        before = ending;
    }
    found
}

/// How many bytes two texts begin with alike, in whole characters.
fn alike(one: &str, other: &str) -> usize {
    let same = |&(a, b): &(char, char)| a == b;
    one.chars().zip(other.chars()).take_while(same).map(|(a, _)| a.len_utf8()).sum()
}
