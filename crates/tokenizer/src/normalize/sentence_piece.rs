//! White space as SentencePiece treats it, and its table of characters, in one walk.
//!
//! ```text
//! at each place: a user-defined piece stays as it is; or the longest rule of the table; or a character
//! " a   b " -> "a b"      extra spaces are removed, in front, at the end and before others
//!           -> "▁a▁b"     a space is put in front (or at the end), and all are written ▁
//! ```
//!
//! A text of nothing but spaces becomes nothing, if extra spaces are removed.
//! Source: `Normalize` of `normalizer.cc` in <https://github.com/google/sentencepiece>.

use super::precompiled::Precompiled;
use crate::sentence_piece::scores::Defined;

/// What a model says about white space and characters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    pub(crate) table: Option<Precompiled>,
    pub(crate) defined: Option<Defined>,
    pub(crate) dummy: Dummy,
    pub(crate) remove_extra: bool,
    /// Whether a space is written ▁.
    pub(crate) escape: bool,
}

/// Where a space is put that the text does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dummy {
    None,
    Front,
    Back,
}

impl Rules {
    pub(crate) fn normalize(&self, text: &str) -> String {
        let space = if self.escape { "▁" } else { " " };
        let mut chunks = self.chunks(text).peekable();
        while self.remove_extra && chunks.next_if_eq(&" ").is_some() {}
        if chunks.peek().is_none() {
            return String::new();
        }
        let mut normalized = String::with_capacity(text.len() + text.len() / 2);
        if self.dummy == Dummy::Front {
            normalized.push_str(space);
        }
        let mut after_space = true;
        for chunk in chunks {
            let chunk = match self.remove_extra && after_space {
                true => chunk.trim_start_matches(' '),
                false => chunk,
            };
            for (at, part) in chunk.split(' ').enumerate() {
                normalized.push_str(if at > 0 { space } else { "" });
                normalized.push_str(part);
            }
            after_space = if chunk.is_empty() { after_space } else { chunk.ends_with(' ') };
        }
        if self.remove_extra {
            normalized.truncate(normalized.trim_end_matches(space).len());
        }
        if self.dummy == Dummy::Back {
            normalized.push_str(space);
        }
        normalized
    }

    /// What the text becomes, in the parts in which it is looked at.
    fn chunks<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut at = 0;
        let mut defined = self.defined_after(text, 0);
        std::iter::from_fn(move || {
            let rest = &text[at..];
            let character = rest.chars().next()?;
            if defined.as_ref().is_some_and(|found| found.start < at) {
                defined = self.defined_after(text, at);
            }
            let (length, becomes) = match (&defined, &self.table) {
                (Some(found), _) if found.start == at => (found.len(), &text[found.clone()]),
                (_, Some(table)) => match table.longest(rest) {
                    Some(rule) => rule,
                    None => (character.len_utf8(), &rest[..character.len_utf8()]),
                },
                _ => (character.len_utf8(), &rest[..character.len_utf8()]),
            };
            at += length;
            Some(becomes)
        })
    }

    fn defined_after(&self, text: &str, at: usize) -> Option<std::ops::Range<usize>> {
        self.defined.as_ref()?.next(text, at)
    }
}
