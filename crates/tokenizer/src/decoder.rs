//! How tokens become text again: the decoders of a `tokenizer.json`.
//!
//! ```text
//! ByteLevel      the bytes that the characters stand for               Ġthe -> " the"
//! ByteFallback   a run of <0x..> becomes its characters                <0xC3> <0xA9> -> é
//! Metaspace      ▁ becomes a space, but not at the start               ▁the ▁cat -> "the cat"
//! WordPiece      a space before each word, none before ##              un ##aff -> "unaff"
//! Replace Strip  as their names say, in each token by itself
//! Fuse           all tokens become one, and the next decoder sees only that
//! ```
//!
//! Bytes that are no text become U+FFFD: those of `ByteLevel` as in [`String::from_utf8_lossy`], those
//! of `ByteFallback` each by itself, and with them the whole run that they stand in.
//! Source: `decoders/` in <https://github.com/huggingface/tokenizers>.

pub(crate) mod sentence_piece;
mod steps;

use std::borrow::Cow;

pub(crate) use self::steps::text_of_run;

use crate::{DecodeError, bytes, cut::find::Find};

/// What is done to tokens, in this order. Without any, spaces go between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoder {
    /// `None`: the file has no decoder.
    pub(crate) steps: Option<Vec<Step>>,
}

/// One thing that is done to tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    ByteLevel,
    ByteFallback,
    Fuse,
    Metaspace { replacement: char, strip: bool },
    WordPiece { prefix: String, cleanup: bool },
    Replace { find: Find, content: String },
    Strip { content: char, start: usize, stop: usize },
    EndOfWord(String),
    SentencePiece(Box<sentence_piece::Rules>),
}

/// How tokens are laid side by side, if that is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lays {
    /// Their bytes.
    Bytes,
    /// Their text, ▁ a blank, `<0x..>` a byte; one blank in front is taken away if `front`.
    Blanks { front: bool },
}

/// The tokens of a text, as they are on their way to becoming it.
pub(crate) type Tokens<'a> = Vec<Cow<'a, str>>;

impl Decoder {
    /// ▁ becomes a space again, `<0x..>` a byte, and the space that was put in front is taken away.
    pub(crate) fn from_metaspace() -> Vec<Step> {
        vec![
            Step::Replace { find: Find::Text("▁".into()), content: " ".into() },
            Step::ByteFallback,
            Step::Fuse,
            Step::Strip { content: ' ', start: 1, stop: 0 },
        ]
    }

    /// The text of tokens.
    pub(crate) fn decode(&self, tokens: Tokens) -> Result<String, DecodeError> {
        match &self.steps {
            None => Ok(tokens.join(" ")),
            Some(steps) => Ok(decode(steps, tokens)?.concat()),
        }
    }

    /// Whether a token that is left out still parts those before it from those after it.
    pub(crate) fn hears_gaps(&self) -> bool {
        matches!(self.steps.as_deref(), Some([Step::SentencePiece(_)]))
    }

    /// How tokens are laid side by side, if nothing else is done.
    pub(crate) fn lays(&self) -> Option<Lays> {
        match self.steps.as_deref()? {
            [Step::ByteLevel] => Some(Lays::Bytes),
            all if *all == Self::from_metaspace() => Some(Lays::Blanks { front: true }),
            all if *all == Self::from_metaspace()[..3] => Some(Lays::Blanks { front: false }),
            _ => None,
        }
    }
}

/// The tokens after all of the steps.
pub(crate) fn decode<'a>(
    steps: &[Step],
    mut tokens: Tokens<'a>,
) -> Result<Tokens<'a>, DecodeError> {
    for step in steps {
        tokens = step.decode(tokens)?;
    }
    Ok(tokens)
}

impl Step {
    fn decode<'a>(&self, tokens: Tokens<'a>) -> Result<Tokens<'a>, DecodeError> {
        Ok(match self {
            Step::ByteLevel => {
                let bytes: Vec<u8> = tokens.iter().flat_map(|token| byte_level(token)).collect();
                vec![Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())]
            }
            Step::SentencePiece(rules) => {
                let (mut memory, mut text) = Default::default();
                tokens.iter().for_each(|token| rules.push(token, &mut memory, &mut text));
                rules.finish(&mut memory, &mut text);
                vec![Cow::Owned(text)]
            }
            Step::Fuse => vec![Cow::Owned(tokens.concat())],
            Step::ByteFallback => steps::byte_fallback(tokens),
            Step::EndOfWord(suffix) => {
                let last = tokens.len().saturating_sub(1);
                let space = |at| if at == last { "" } else { " " };
                let replaced = |(at, token): (usize, Cow<str>)| token.replace(&**suffix, space(at));
                tokens.into_iter().enumerate().map(replaced).map(Cow::Owned).collect()
            }
            _ => {
                let mut decoded = Vec::with_capacity(tokens.len());
                for (at, token) in tokens.into_iter().enumerate() {
                    decoded.push(self.of_token(token, at == 0)?);
                }
                decoded
            }
        })
    }

    /// What becomes of one token by itself. `first`: none was before it.
    pub(crate) fn of_token<'a>(
        &self,
        token: Cow<'a, str>,
        first: bool,
    ) -> Result<Cow<'a, str>, DecodeError> {
        Ok(match self {
            Step::Metaspace { replacement, strip } if token.contains(*replacement) => {
                let space = if first && *strip { "" } else { " " };
                Cow::Owned(token.replace(*replacement, space))
            }
            Step::WordPiece { prefix, cleanup } => {
                steps::word_piece(token, first, prefix, *cleanup)
            }
            Step::Replace { find, content } => steps::replace(token, find, content)?,
            &Step::Strip { content, start, stop } => {
                Cow::Owned(steps::strip(&token, content, start, stop).to_owned())
            }
            _ => token,
        })
    }
}

/// The bytes that a token stands for, or those of its own text if it stands for none.
pub(crate) fn byte_level(token: &str) -> Vec<u8> {
    bytes::unspell(token).unwrap_or_else(|| token.as_bytes().to_vec())
}

/// The byte that `<0x..>` names: to decode, in either case.
pub(crate) fn byte_named(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    if digits.len() == 2 { u8::from_str_radix(digits, 16).ok() } else { None }
}
