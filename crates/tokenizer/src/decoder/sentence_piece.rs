//! Tokens become text as SentencePiece has it.
//!
//! ```text
//! ▁ is a space             but the first token loses one in front, if one was put there
//! <unk> is " ⁇ "           a model may say otherwise
//! <0xE6> <0xB0> <0xB4>     水; a byte that begins no character is U+FFFD, the next is looked at anew
//! ```
//!
//! If extra spaces are removed, each token loses one until there is text.
//! Source: `Decode` of `sentencepiece_processor.cc` in <https://github.com/google/sentencepiece>.

use std::str::from_utf8;

use crate::sentence_piece::byte_named;

/// What a model says about decoding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    /// Whether the first token loses a space.
    pub(crate) strip: bool,
    /// Whether all tokens do, until there is text.
    pub(crate) strip_all: bool,
    pub(crate) bytes: bool,
    pub(crate) unknown: String,
    /// What `unknown` becomes.
    pub(crate) surface: String,
}

/// What has to be remembered from token to token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    run: Vec<u8>,
    begun: bool,
    stripped: bool,
}

impl Rules {
    /// Adds the text of a token.
    pub(crate) fn push(&self, token: &str, memory: &mut Memory, text: &mut String) {
        let start = text.len();
        if let Some(byte) = byte_named(token).filter(|_| self.bytes) {
            memory.run.push(byte);
            characters(&mut memory.run, text);
        } else {
            self.finish(memory, text);
            memory.begun |= memory.stripped || text.len() > start;
            if token == self.unknown {
                text.push_str(&self.surface);
            } else {
                let rest = token.strip_prefix('▁').filter(|_| self.strip && !memory.begun);
                memory.stripped = rest.is_some() && !self.strip_all;
                text.push_str(&rest.unwrap_or(token).replace('▁', " "));
            }
        }
        memory.begun |= text.len() > start;
    }

    /// Adds what no further byte can make whole.
    pub(crate) fn finish(&self, memory: &mut Memory, text: &mut String) {
        text.extend(memory.run.drain(..).map(|_| '\u{FFFD}'));
    }
}

/// Takes whole characters from the front of a run of bytes, and bytes that can be none.
fn characters(run: &mut Vec<u8>, text: &mut String) {
    while !run.is_empty() {
        let taken = match from_utf8(run) {
            Ok(all) => {
                text.push_str(all);
                run.len()
            }
            Err(error) if error.valid_up_to() > 0 => {
                let whole = from_utf8(&run[..error.valid_up_to()]);
                text.push_str(whole.unwrap_or_default());
                error.valid_up_to()
            }
            Err(error) if error.error_len().is_some() => {
                text.push('\u{FFFD}');
                1
            }
            Err(_) => return, // it may become one
        };
        run.drain(..taken);
    }
}
