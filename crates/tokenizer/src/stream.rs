//! Text from ids that come one by one.
//!
//! A token may end in the middle of a character: "€" is three bytes, and each may be a token of its
//! own. So bytes wait until their character is whole. Bytes that can no longer become one are
//! U+FFFD at once. All that is pushed, and then `finish`, is the text that decoding everything at
//! the end would have given.

use std::str::from_utf8;

use crate::Tokenizer;

/// Text as the ids come.
#[derive(Clone, Debug)]
pub struct Stream<'a> {
    tokenizer: &'a Tokenizer,
    waiting: Vec<u8>,
}

impl<'a> Stream<'a> {
    /// A stream that has seen nothing yet.
    pub fn new(tokenizer: &'a Tokenizer) -> Self {
        Stream { tokenizer, waiting: Vec::new() }
    }

    /// The characters that this id makes whole. An id past the end of the vocabulary, which a model
    /// may draw when it has more outputs than its tokenizer has entries, is U+FFFD.
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let bytes = Tokenizer::bytes();
    /// let mut stream = bytes.stream();
    /// assert_eq!([0xC3, 0xA9, 0xE2].map(|id| stream.push(id)), ["", "é", ""]);
    /// assert_eq!(stream.finish(), "\u{FFFD}"); // half a character
    /// ```
    pub fn push(&mut self, id: u32) -> String {
        match self.tokenizer.token_bytes(id) {
            Some(bytes) => self.waiting.extend_from_slice(bytes),
            None => return self.finish() + "\u{FFFD}",
        }
        let whole = whole(&self.waiting);
        let text = String::from_utf8_lossy(&self.waiting[..whole]).into_owned();
        self.waiting.drain(..whole);
        text
    }

    /// What still waits, U+FFFD if anything does, and a new start.
    pub fn finish(&mut self) -> String {
        let text = String::from_utf8_lossy(&self.waiting).into_owned();
        self.waiting.clear();
        text
    }
}

/// How many of the bytes do not wait for others: all but an unfinished character at the end.
fn whole(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Err(error) = from_utf8(&bytes[at..]) {
        at += error.valid_up_to();
        match error.error_len() {
            Some(broken) => at += broken,
            None => return at,
        }
    }
    bytes.len()
}
