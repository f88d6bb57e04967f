//! What the decoders do to tokens.

use std::borrow::Cow;

use super::{Tokens, byte_named};
use crate::{DecodeError, cut::find::Find, normalize};

/// Each run of bytes becomes its text, or a U+FFFD for each byte if it is none.
pub(super) fn byte_fallback(tokens: Tokens) -> Tokens {
    let mut decoded = Vec::with_capacity(tokens.len());
    let mut run = Vec::new();
    for token in tokens {
        match byte_named(&token) {
            Some(byte) => run.push(byte),
            None => {
                decoded.extend(text_of_run(&mut run));
                decoded.push(token);
            }
        }
    }
    decoded.extend(text_of_run(&mut run));
    decoded
}

/// The tokens that a run becomes; the run is empty then.
pub(crate) fn text_of_run<'a>(run: &mut Vec<u8>) -> Vec<Cow<'a, str>> {
    let run = std::mem::take(run);
    match String::from_utf8(run) {
        Ok(text) if text.is_empty() => Vec::new(),
        Ok(text) => vec![Cow::Owned(text)],
        Err(error) => vec![Cow::Borrowed("\u{FFFD}"); error.as_bytes().len()],
    }
}

/// A word with the space before it, or the rest of one without its `##`.
pub(super) fn word_piece<'a>(
    token: Cow<'a, str>,
    first: bool,
    prefix: &str,
    cleanup: bool,
) -> Cow<'a, str> {
    let token = match token.strip_prefix(prefix) {
        _ if first => token,
        Some(rest) => Cow::Owned(rest.to_owned()),
        None => Cow::Owned([" ", &token].concat()),
    };
    if cleanup { Cow::Owned(cleaned(&token)) } else { token }
}

/// No space before a mark that ends something, nor in "do n't".
fn cleaned(token: &str) -> String {
    let rules = [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" do not", " don't"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];
    rules.iter().fold(token.to_owned(), |token, (from, to)| token.replace(from, to))
}

pub(super) fn replace<'a>(
    token: Cow<'a, str>,
    find: &Find,
    content: &str,
) -> Result<Cow<'a, str>, DecodeError> {
    match normalize::replace(&token, find, content) {
        Ok(Some((replaced, _))) => Ok(Cow::Owned(replaced)),
        Ok(None) => Ok(token),
        Err(error) => Err(DecodeError::Pattern(error.to_string())),
    }
}

/// Without up to `start` times `content` in front, and up to `stop` times at the end.
pub(super) fn strip(token: &str, content: char, start: usize, stop: usize) -> &str {
    let mut left = token;
    for _ in 0..start {
        match left.strip_prefix(content) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    let mut right = left;
    for _ in 0..stop {
        match right.strip_suffix(content) {
            Some(rest) => right = rest,
            None => break,
        }
    }
    right
}
