//! Tokens that stand beside what was learned, as `<|endoftext|>` does in GPT-2's.
//!
//! ```text
//! "a<|endoftext|>b" -> a, <|endoftext|>, b          found before anything is cut
//! special       it is a sign to the model: what only spells it is ordinary text, unless asked for
//! normalized    it is looked for after the text is normalized, not before
//! lstrip rstrip it takes the white space before or after it along
//! single_word   it is none inside of a word
//! ```
//!
//! Of those that begin at the same place the longest is found.
//! Source: `added_vocabulary.rs` in <https://github.com/huggingface/tokenizers>.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::{FormatError, cut::find::is_word, normalize::Normalizer};

/// A token as the file lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AddedToken {
    pub(crate) id: u32,
    pub(crate) content: String,
    #[serde(default)]
    pub(crate) single_word: bool,
    #[serde(default)]
    pub(crate) lstrip: bool,
    #[serde(default)]
    pub(crate) rstrip: bool,
    #[serde(default)]
    pub(crate) normalized: bool,
    #[serde(default)]
    pub(crate) special: bool,
}

impl AddedToken {
    /// A sign to the model, of which nothing else is said.
    pub(crate) fn special(id: u32, content: String) -> Self {
        let (single_word, lstrip, rstrip, normalized) = Default::default();
        AddedToken { id, content, single_word, lstrip, rstrip, normalized, special: true }
    }
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Added {
    tokens: Vec<AddedToken>,
    places: FxHashMap<u32, usize>,
    /// What the normalizer makes of those that it changes: so they are shown, and looked for.
    changed: FxHashMap<u32, String>,
    special: FxHashSet<String>,
    before: Option<Finder>,
    after: Option<Finder>,
}

/// Looks for many texts at once.
#[derive(Clone, Debug)]
struct Finder {
    automaton: AhoCorasick,
    places: Vec<usize>, // in the list of tokens
    all_special: bool,
}

impl PartialEq for Added {
    fn eq(&self, other: &Self) -> bool {
        self.tokens == other.tokens && self.changed == other.changed
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Token(u32),
    Text(Range<usize>),
}

impl Added {
    /// These tokens, in the order of their ids, beside a vocabulary that normalizes so.
    pub(crate) fn new(
        tokens: Vec<AddedToken>,
        normalizer: &Normalizer,
    ) -> Result<Self, FormatError> {
        let mut changed = FxHashMap::default();
        for token in tokens.iter().filter(|token| token.normalized) {
            match normalizer.normalize(&token.content) {
                Ok(text) if text.text == token.content => {}
                Ok(text) => drop(changed.insert(token.id, text.text.into_owned())),
                Err(error) => return broken(error.to_string()),
            }
        }
        let pattern = |(place, token): (usize, &AddedToken)| {
            let text = changed.get(&token.id).unwrap_or(&token.content);
            (!text.is_empty()).then(|| (place, text.clone()))
        };
        let in_order = || tokens.iter().enumerate();
        let before = in_order().filter(|(_, token)| !token.normalized).filter_map(pattern);
        let after = in_order().filter(|(_, token)| token.normalized).filter_map(pattern);
        let (before, after) = (Finder::new(before, &tokens)?, Finder::new(after, &tokens)?);
        Ok(Added {
            places: in_order().map(|(place, token)| (token.id, place)).collect(),
            special: tokens.iter().filter(|t| t.special).map(|t| t.content.clone()).collect(),
            changed,
            before,
            after,
            tokens,
        })
    }

    /// The tokens in the order of the file.
    pub(crate) fn tokens(&self) -> &[AddedToken] {
        &self.tokens
    }

    /// The token of this id.
    pub(crate) fn get(&self, id: u32) -> Option<&AddedToken> {
        let first = self.tokens.first()?; // they are in the order of their ids
        if id < first.id { None } else { self.places.get(&id).map(|&place| &self.tokens[place]) }
    }

    /// The text of this id as decoding sees it.
    pub(crate) fn shown(&self, id: u32) -> Option<&str> {
        let token = self.get(id)?;
        Some(self.changed.get(&id).unwrap_or(&token.content))
    }

    /// Whether decoding without special tokens leaves this id out: its text is that of one.
    pub(crate) fn is_skipped(&self, id: u32) -> bool {
        self.shown(id).is_some_and(|shown| self.special.contains(shown))
    }

    /// Takes a text apart before it is normalized; `special` tokens are found if asked for.
    pub(crate) fn before(&self, text: &str, special: bool) -> Vec<Part> {
        self.parts(self.before.as_ref(), text, special)
    }

    /// Whether no token is looked for after normalizing.
    pub(crate) fn is_found_before(&self) -> bool {
        self.after.is_none()
    }

    /// Whether there is any to be found in a text, `special` ones among them or not.
    pub(crate) fn looks_for_any(&self, special: bool) -> bool {
        let mut finders = [&self.before, &self.after].into_iter().flatten();
        finders.any(|finder| special || !finder.all_special)
    }

    /// Takes a text apart after it was normalized.
    pub(crate) fn after(&self, text: &str, special: bool) -> Vec<Part> {
        self.parts(self.after.as_ref(), text, special)
    }

    fn parts(&self, finder: Option<&Finder>, text: &str, special: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut end = 0;
        for (found, token) in finder.into_iter().flat_map(|finder| finder.found(text, special)) {
            let token = &self.tokens[token];
            let Range { start: mut from, end: mut to } = found;
            if token.special && !special || token.single_word && in_word(text, from, to) {
                continue;
            }
            if token.lstrip {
                from = text[..from].trim_end().len().max(end);
            }
            if token.rstrip {
                to = text.len() - text[to..].trim_start().len();
            }
            if end < from {
                parts.push(Part::Text(end..from));
            }
            if from < to {
                parts.push(Part::Token(token.id)); // not if the one before took all of it along
            }
            end = to;
        }
        if end != text.len() {
            parts.push(Part::Text(end..text.len()));
        }
        parts
    }
}

/// Whether what stands from here to there goes on as a word on either side.
fn in_word(text: &str, from: usize, to: usize) -> bool {
    text[..from].ends_with(is_word) || text[to..].starts_with(is_word)
}

impl Finder {
    fn new(
        patterns: impl Iterator<Item = (usize, String)>,
        tokens: &[AddedToken],
    ) -> Result<Option<Self>, FormatError> {
        let (places, patterns): (Vec<usize>, Vec<String>) = patterns.unzip();
        if patterns.is_empty() {
            return Ok(None);
        }
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns);
        let all_special = places.iter().all(|&place| tokens[place].special);
        match automaton {
            Ok(automaton) => Ok(Some(Finder { automaton, places, all_special })),
            Err(error) => broken(error.to_string()),
        }
    }

    /// Where tokens are in a text, and which: their places in the list.
    fn found<'f>(
        &'f self,
        text: &'f str,
        special: bool,
    ) -> impl Iterator<Item = (Range<usize>, usize)> + 'f {
        let text = if self.all_special && !special { "" } else { text };
        let found = self.automaton.find_iter(text);
        found.map(|found| (found.range(), self.places[found.pattern().as_usize()]))
    }
}

fn broken<T>(problem: String) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: "added_tokens".into(), problem })
}
