//! Where a text is cut before its pieces become ids: the pre-tokenizers of a `tokenizer.json`.
//!
//! ```text
//! Split         at what is found: a text, or a pattern              (the later GPTs, Gemma)
//! ByteLevel     GPT-2's pattern, and each byte as a character       (GPT-2 and all after it)
//! Metaspace     ▁ for the space, a piece begins at each             (T5, XLNet)
//! Whitespace Digits Punctuation BertPreTokenizer …                  at characters of a kind
//!
//! What is found may be taken out, or be a piece of its own, or belong to the piece before or after:
//! "a-b"         Removed: a b       Isolated: a - b       MergedWithPrevious: a- b       …WithNext: a -b
//! ```
//!
//! They work one after the other: each cuts the pieces that the one before it left.
//! Source: `pre_tokenizers/` in <https://github.com/huggingface/tokenizers>.

pub(crate) mod find;

use std::borrow::Cow;

use self::find::Find;
use crate::{EncodeError, bytes::spell, split::Pattern};

/// How a text is cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cut {
    pub(crate) steps: Vec<Step>,
}

/// One cut.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Split { find: Find, behavior: Behavior, invert: bool },
    ByteLevel { prefix: bool, pattern: bool },
    Metaspace { replacement: char, prepend: Prepend, split: bool },
    FixedLength(usize),
}

/// What becomes of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// Which pieces get a ▁ in front of them, if they have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prepend {
    Always,
    /// The one with which the whole text begins.
    First,
    Never,
}

/// What takes the pieces.
type Take<'t> = dyn FnMut(&str) -> Result<(), EncodeError> + 't;

impl Cut {
    /// All pieces of `text`, in order. `from_start` says that the whole text begins with it.
    /// `bytes`: what is cut by `ByteLevel` last need not be written as the characters of its bytes.
    pub(crate) fn pieces(
        &self,
        text: &str,
        from_start: bool,
        bytes: bool,
        take: &mut Take,
    ) -> Result<(), EncodeError> {
        cut(&self.steps, bytes, text, from_start, take)
    }

    /// Whether a piece comes out as the characters that stand for its bytes. (Where nothing is cut
    /// after `ByteLevel`, they need not be written down.)
    pub(crate) fn spells(&self) -> bool {
        let byte_level = |step: &Step| matches!(step, Step::ByteLevel { .. });
        self.steps.iter().rev().skip(1).any(byte_level)
    }

    /// Whether bytes are what is cut in the end.
    pub(crate) fn byte_level(&self) -> bool {
        byte_level(&self.steps)
    }

    /// What cuts before the pattern that cuts bytes last, and that, if it is one that is written by hand.
    pub(crate) fn pattern(&self) -> Option<(&[Step], Pattern)> {
        let (before, pattern) = match &self.steps[..] {
            [before @ .., Step::ByteLevel { prefix: false, pattern: true }] => {
                (before, Pattern::Gpt2)
            }
            [
                before @ ..,
                Step::Split {
                    find: Find::Pattern(pattern),
                    behavior: Behavior::Isolated,
                    invert: false,
                },
                Step::ByteLevel { prefix: false, pattern: false },
            ] => (before, *pattern),
            _ => return None,
        };
        (!byte_level(before)).then_some((before, pattern))
    }

    /// What alone is looked for, each piece by itself.
    pub(crate) fn only(&self) -> Option<&Find> {
        match &self.steps[..] {
            [Step::Split { find, behavior: Behavior::Isolated, invert: false }] => Some(find),
            _ => None,
        }
    }
}

fn byte_level(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::ByteLevel { .. }))
}

/// All pieces that some steps leave of `text`, as [`Cut::pieces`] gives them.
pub(crate) fn cut(
    steps: &[Step],
    bytes: bool,
    text: &str,
    start: bool,
    take: &mut Take,
) -> Result<(), EncodeError> {
    let Some((step, rest)) = steps.split_first() else { return take(text) };
    let mut at_start = start;
    let mut next = |piece: &str| {
        let start = std::mem::take(&mut at_start);
        match piece {
            "" => Ok(()), // what was cut off
            _ => cut(rest, bytes, piece, start, take),
        }
    };
    match step {
        Step::Split { find, behavior, invert } => split(text, find, *behavior, *invert, &mut next),
        &Step::FixedLength(length) => fixed(text, length, &mut next),
        &Step::Metaspace { replacement, prepend, split } => {
            let text = with_metaspace(text, replacement, prepend, start);
            match split {
                true => from_each(&text, replacement, &mut next),
                false => next(&text),
            }
        }
        &Step::ByteLevel { prefix, pattern } => {
            let text = match prefix && !text.starts_with(' ') {
                true => Cow::Owned([" ", text].concat()),
                false => Cow::Borrowed(text),
            };
            let mut spelled = |piece: &str| match rest {
                [] if bytes => next(piece),
                _ => next(&spell(piece.as_bytes())),
            };
            match pattern {
                true => Pattern::Gpt2.pieces(&text).try_for_each(&mut spelled),
                false => spelled(&text),
            }
        }
    }
}

fn with_metaspace(text: &str, replacement: char, prepend: Prepend, start: bool) -> Cow<'_, str> {
    let wanted = prepend == Prepend::Always || prepend == Prepend::First && start;
    let first = text.chars().next().map(|first| if first == ' ' { replacement } else { first });
    let prepend = wanted && first != Some(replacement);
    if !prepend && !text.contains(' ') {
        return Cow::Borrowed(text);
    }
    let space = |character| if character == ' ' { replacement } else { character };
    let front = prepend.then_some(replacement).into_iter();
    Cow::Owned(front.chain(text.chars().map(space)).collect())
}

/// A piece begins with each `mark`.
fn from_each(text: &str, mark: char, take: &mut Take) -> Result<(), EncodeError> {
    let mut start = 0;
    for (at, _) in text.match_indices(mark).filter(|&(at, _)| at > 0) {
        take(&text[start..at])?;
        start = at;
    }
    take(&text[start..])
}

fn fixed(text: &str, length: usize, take: &mut Take) -> Result<(), EncodeError> {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.char_indices().nth(length).map_or(rest.len(), |(end, _)| end);
        let (piece, after) = rest.split_at(end);
        take(piece)?;
        rest = after;
    }
    Ok(())
}

fn split(
    text: &str,
    find: &Find,
    behavior: Behavior,
    invert: bool,
    take: &mut Take,
) -> Result<(), EncodeError> {
    let mut places = Vec::new();
    find.places(text, &mut places)?;
    let mut spans = Vec::with_capacity(places.len() * 2 + 1); // of the text, found or between
    let mut end = 0;
    for place in places {
        if end != place.start {
            spans.push((end, place.start, invert));
        }
        spans.push((place.start, place.end, !invert));
        end = place.end;
    }
    if end != text.len() {
        spans.push((end, text.len(), invert));
    }
    let spans = joined(spans, behavior);
    if spans.first().is_some_and(|&(start, ..)| start > 0) {
        take("")?;
    }
    spans.into_iter().try_for_each(|(start, end, _)| take(&text[start..end]))
}

/// A part of the text, from and to, and whether it was found.
type Span = (usize, usize, bool);

fn joined(spans: Vec<Span>, behavior: Behavior) -> Vec<Span> {
    let mut before = false; // whether the span before was found
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    let found_first = |found: bool, before: bool| found && !before;
    match behavior {
        Behavior::Isolated => return spans,
        Behavior::Removed => all.extend(spans.into_iter().filter(|&(.., found)| !found)),
        Behavior::Contiguous | Behavior::MergedWithPrevious => {
            for (start, end, found) in spans {
                let join = match behavior {
                    Behavior::Contiguous => found == before,
                    _ => found_first(found, before),
                };
                match all.last_mut() {
                    Some(last) if join => last.1 = end,
                    _ => all.push((start, end, found)),
                }
                before = found;
            }
        }
        Behavior::MergedWithNext => {
            for (start, end, found) in spans.into_iter().rev() {
                match all.last_mut() {
                    Some(next) if found_first(found, before) => next.0 = start,
                    _ => all.push((start, end, found)),
                }
                before = found;
            }
            all.reverse();
        }
    }
    all
}
