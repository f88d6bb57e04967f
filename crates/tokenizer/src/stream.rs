//! Text from ids that come one by one.
//!
//! A token may end in the middle of a character: "€" is three bytes, and each may be a token of its
//! own. So bytes wait until their character is whole. Bytes that can no longer become one are
//! U+FFFD at once. All that is pushed, and then `finish`, is the text that decoding everything at
//! the end would have given.
//!
//! Some decoders know only later: one broken byte makes U+FFFD of the whole run of `<0x..>` that it
//! stands in, so that run waits. And what comes after all tokens are one waits until all are there,
//! but for the space that Llama 2 takes from the front.

use std::{borrow::Cow, mem::take, str::from_utf8};

use crate::{
    Tokenizer,
    decoder::{self, Step, byte_level, byte_named, sentence_piece, text_of_run},
};

/// Text as the ids come.
#[derive(Clone, Debug)]
pub struct Stream<'a> {
    tokenizer: &'a Tokenizer,
    skip_special: bool,
    /// What the steps before all tokens become one remember.
    memory: Vec<Memory>,
    /// Bytes that are no whole character yet.
    waiting: Vec<u8>,
    /// How often something may still be stripped from the front of the text.
    front: usize,
    /// The text, where it must wait for the end.
    whole: String,
    /// Whether no token came yet.
    first: bool,
}

/// What a step remembers.
#[derive(Clone, Debug, Default)]
struct Memory {
    seen: bool,
    run: Vec<u8>,
    last: Option<String>,
    sentence: sentence_piece::Memory,
}

impl<'a> Stream<'a> {
    /// A stream that has seen nothing yet.
    pub fn new(tokenizer: &'a Tokenizer) -> Self {
        let mut stream = Stream {
            tokenizer,
            skip_special: false,
            memory: Vec::new(),
            waiting: Vec::new(),
            front: 0,
            whole: String::new(),
            first: true,
        };
        stream.restart();
        stream
    }

    /// The same, but special tokens are left out.
    pub fn without_special(mut self) -> Self {
        self.skip_special = true;
        self
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
        let mut text = String::new();
        if self.skip_special && self.tokenizer.added.is_skipped(id) {
            if self.tokenizer.decoder.hears_gaps() {
                self.token(0, Cow::Borrowed(""), &mut text);
            }
            return text;
        }
        if self.steps().first() == Some(&Step::ByteLevel) {
            let bytes = self.tokenizer.shown_bytes(id);
            self.bytes(&bytes.unwrap_or(Cow::Borrowed("\u{FFFD}".as_bytes())), &mut text);
        } else {
            let token = self.tokenizer.shown(id);
            self.token(0, token.unwrap_or(Cow::Borrowed("\u{FFFD}")), &mut text);
        }
        text
    }

    /// What still waits, U+FFFD if it is no text, and a new start.
    pub fn finish(&mut self) -> String {
        let mut text = String::new();
        for at in 0..self.memory.len() {
            for token in text_of_run(&mut self.memory[at].run) {
                self.token(at + 1, token, &mut text);
            }
            if let Some(Step::SentencePiece(rules)) = self.steps().get(at) {
                let mut rest = String::new();
                rules.finish(&mut self.memory[at].sentence, &mut rest);
                self.token(at + 1, Cow::Owned(rest), &mut text);
            }
            if let (Some(last), Some(Step::EndOfWord(suffix))) =
                (self.memory[at].last.take(), self.steps().get(at))
            {
                self.token(at + 1, Cow::Owned(last.replace(&**suffix, "")), &mut text);
            }
        }
        let waiting = take(&mut self.waiting);
        self.fragment(&String::from_utf8_lossy(&waiting), &mut text);
        let whole = Cow::Owned(take(&mut self.whole));
        text += &decoder::decode(self.after(), vec![whole]).unwrap_or_default().concat();
        self.restart();
        text
    }

    fn restart(&mut self) {
        let before = self.steps().iter().take_while(|step| !is_one(step)).count();
        self.memory = vec![Memory::default(); before];
        self.front = match self.steps().get(before + 1) {
            Some(&Step::Strip { start, .. }) => start,
            _ => 0,
        };
        self.first = true;
    }

    fn steps(&self) -> &'a [Step] {
        self.tokenizer.decoder.steps.as_deref().unwrap_or_default()
    }

    /// The steps that need the whole text.
    fn after(&self) -> &'a [Step] {
        let after = self.steps().get(self.memory.len() + 1..).unwrap_or_default();
        match after {
            [Step::Strip { stop: 0, .. }] => &[],
            _ => after,
        }
    }

    /// Takes a token through the steps from this one on.
    fn token(&mut self, at: usize, token: Cow<'a, str>, text: &mut String) {
        match self.steps().get(at) {
            None if self.tokenizer.decoder.steps.is_none() => {
                let space = if take(&mut self.first) { "" } else { " " };
                text.extend([space, &token]);
            }
            None => text.push_str(&token),
            Some(Step::Fuse) => self.fragment(&token, text),
            Some(Step::ByteLevel) => self.bytes(&byte_level(&token), text),
            Some(Step::ByteFallback) => match byte_named(&token) {
                Some(byte) => self.memory[at].run.push(byte),
                None => {
                    for of_run in text_of_run(&mut self.memory[at].run) {
                        self.token(at + 1, of_run, text);
                    }
                    self.token(at + 1, token, text);
                }
            },
            Some(Step::SentencePiece(rules)) => {
                let mut said = String::new();
                rules.push(&token, &mut self.memory[at].sentence, &mut said);
                self.token(at + 1, Cow::Owned(said), text);
            }
            Some(Step::EndOfWord(suffix)) => {
                if let Some(last) = self.memory[at].last.replace(token.into_owned()) {
                    self.token(at + 1, Cow::Owned(last.replace(&**suffix, " ")), text);
                }
            }
            Some(step) => {
                let first = !std::mem::replace(&mut self.memory[at].seen, true);
                let token = step.of_token(token, first).unwrap_or(Cow::Borrowed("\u{FFFD}"));
                self.token(at + 1, token, text);
            }
        }
    }

    /// Bytes of a text that is one from here on.
    fn bytes(&mut self, bytes: &[u8], text: &mut String) {
        self.waiting.extend_from_slice(bytes);
        let waiting = take(&mut self.waiting);
        let (whole, rest) = waiting.split_at(whole(&waiting));
        self.waiting = rest.to_vec();
        self.fragment(&String::from_utf8_lossy(whole), text);
    }

    /// A part of a text that is one from here on.
    fn fragment(&mut self, mut fragment: &str, text: &mut String) {
        if !self.after().is_empty() {
            self.whole.push_str(fragment);
            return;
        }
        if let Some(&Step::Strip { content, .. }) = self.steps().last()
            && self.steps().len() > self.memory.len()
        {
            while self.front > 0 && !fragment.is_empty() {
                match fragment.strip_prefix(content) {
                    Some(rest) => (fragment, self.front) = (rest, self.front - 1),
                    None => self.front = 0,
                }
            }
        }
        text.push_str(fragment);
    }
}

/// Whether all tokens are one after this step.
fn is_one(step: &Step) -> bool {
    matches!(step, Step::Fuse | Step::ByteLevel)
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
