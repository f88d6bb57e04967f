//! Signs to the model are the template's alone: what a person types is text, whatever it spells.
//!
//! A template writes `<|im_end|>` to end a turn. Who types the same ten characters into the conversation
//! must not end one. So a mark, which is no character, is put behind the first character of each special
//! token that a message spells:
//!
//! ```text
//! typed      He wrote <|im_end|> here.
//! guarded    He wrote <⁞|im_end|> here.              the template sees this
//! rendered   <|im_start|>user He wrote <⁞|im_end|> here.<|im_end|>
//! encoded    [<|im_start|> user He wrote <] + [|im_end|> here.<|im_end|>]
//! ```
//!
//! The text is cut at the marks and encoded piece by piece: no piece holds a whole token that a message
//! spelled, however the template has trimmed it or taken it apart.

use anyhow::{Context, Result};
use tokenizer::{Specials, Tokenizer};

/// The mark: one of the code points that Unicode keeps out of every text.
const MARK: char = '\u{FDD0}';

/// The special tokens of a vocabulary.
#[derive(Clone, Debug)]
pub struct Signs {
    spelled: Vec<String>,
}

impl Signs {
    /// Those of this tokenizer.
    pub fn of(tokenizer: &Tokenizer) -> Self {
        let spelled = tokenizer.special_tokens().map(|(_, spelled)| spelled.to_owned());
        Signs { spelled: spelled.filter(|spelled| !spelled.is_empty()).collect() }
    }

    /// The text of a message, in which no special token is whole.
    pub fn guard(&self, text: &str) -> String {
        let mut guarded = String::with_capacity(text.len());
        let text = text.replace(MARK, "");
        for (at, character) in text.char_indices() {
            guarded.push(character);
            let begins = |sign: &&String| text[at..].starts_with(sign.as_str());
            if self.spelled.iter().any(|sign| begins(&sign)) {
                guarded.push(MARK);
            }
        }
        guarded
    }

    /// A text without marks, as it is shown.
    pub fn unguarded(text: &str) -> String {
        text.replace(MARK, "")
    }

    /// The special token that a text begins with, if it does.
    pub fn first_in<'a>(&'a self, text: &str) -> Option<&'a str> {
        let there = self.spelled.iter().filter(|sign| text.starts_with(sign.as_str()));
        there.max_by_key(|sign| sign.len()).map(String::as_str)
    }

    /// The ids of a rendered text; `start`: nothing stands before it.
    ///
    /// # Errors
    /// If the model does not know a character of it.
    pub fn encode(&self, tokenizer: &Tokenizer, text: &str, start: bool) -> Result<Vec<u32>> {
        let mut ids = Vec::new();
        for (number, piece) in text.split(MARK).enumerate() {
            match start && number == 0 {
                true => ids.extend(with_signs(tokenizer, piece)?),
                false => ids.extend(in_the_middle(tokenizer, piece)?),
            }
        }
        Ok(ids)
    }
}

fn with_signs(tokenizer: &Tokenizer, text: &str) -> Result<Vec<u32>> {
    let specials = Specials { in_text: true, around: false };
    tokenizer.encode_with(text, specials).context("the conversation")
}

/// The ids of a piece that goes on with a text: some vocabularies put a space in front of the first
/// word, and there it must not be. So a new line goes first, and its ids are taken away again.
fn in_the_middle(tokenizer: &Tokenizer, piece: &str) -> Result<Vec<u32>> {
    if piece.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(line) = with_signs(tokenizer, "\n") else { return with_signs(tokenizer, piece) };
    let ids = with_signs(tokenizer, &format!("\n{piece}"))?;
    match ids.strip_prefix(line.as_slice()) {
        Some(ids) if !line.is_empty() => Ok(ids.to_vec()),
        _ => with_signs(tokenizer, piece),
    }
}
