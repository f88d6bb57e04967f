//! A conversation with a model that remembers it: only what is new is read.
//!
//! ```text
//! in the cache   <system> … <user> Hi <assistant> Hello!
//! rendered       <system> … <user> Hi <assistant> Hello!<end> <user> And you? <assistant>
//! read                                                   ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾
//! ```
//!
//! Where a template writes an earlier turn in another way than before, all is read again.

use std::ops::ControlFlow;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use rand::Rng;
use softmax::Sampler;
use tokenizer::Tokenizer;
use transformer::Reader;

use super::signs::Signs;
use crate::chat_template::{ChatTemplate, Message};
use crate::stop::Held;

/// So many tokens are read before anybody is asked whether to go on.
const PIECE: usize = 256;

/// What does not change while a conversation goes on.
#[derive(Debug)]
pub struct Setting<'a, R> {
    /// The model.
    pub model: &'a R,
    /// How text becomes its tokens.
    pub tokenizer: &'a Tokenizer,
    /// How a conversation becomes text.
    pub template: &'a ChatTemplate,
    /// How tokens are drawn.
    pub sampler: Sampler,
    /// The tokens that end an answer.
    pub ends: Vec<u32>,
    /// The texts that end an answer.
    pub stops: Vec<String>,
    /// How many tokens an answer has, at most.
    pub tokens: usize,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model has finished.
    Stop,
    /// It has said as many tokens as it may.
    Length,
    /// There is no room for more.
    Context,
    /// Somebody stopped it.
    Interrupted,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was said.
    pub text: String,
    /// Its tokens.
    pub ids: Vec<u32>,
    /// Why it ended.
    pub finish: Finish,
    /// How many tokens were read for it, and how many the model remembered.
    pub read: usize,
    /// How many the model remembered.
    pub kept: usize,
    /// How many messages had to be forgotten.
    pub forgotten: usize,
    /// Seconds until the first token, and from there on.
    pub seconds: [f64; 2],
}

/// A conversation.
pub struct Talk<'a, R: Reader> {
    setting: Setting<'a, R>,
    signs: Signs,
    messages: Vec<Message>,
    cache: R::Cache,
    /// The tokens of the conversation so far. The model has read the first of them.
    ids: Vec<u32>,
    /// The text that they spell, if they spell all that was said.
    text: Option<String>,
}

impl<'a, R: Reader> Talk<'a, R> {
    /// Nothing has been said yet.
    pub fn new(mut setting: Setting<'a, R>, system: Option<&str>) -> Self {
        let signs = Signs::of(setting.tokenizer);
        let behind = setting.template.behind_an_answer().unwrap_or_default();
        if let Some(end) = signs.first_in(behind.trim_start()) {
            let ids = signs.encode(setting.tokenizer, end, true).unwrap_or_default();
            setting.ends.extend(ids.first());
        }
        let cache = setting.model.cache();
        let mut talk =
            Talk { setting, signs, messages: Vec::new(), cache, ids: Vec::new(), text: None };
        talk.begin(system);
        talk
    }

    /// What does not change.
    pub fn setting(&self) -> &Setting<'a, R> {
        &self.setting
    }

    /// The tokens of the conversation so far.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Forgets all that was said, and begins anew.
    pub fn begin(&mut self, system: Option<&str>) {
        self.messages.clear();
        self.messages.extend(system.map(|text| Message::new("system", &self.signs.guard(text))));
        self.forget();
    }

    /// Forgets all but what the model was told before the conversation.
    pub fn reset(&mut self) {
        self.messages.retain(|message| message.role == "system");
        self.forget();
    }

    fn forget(&mut self) {
        self.cache = self.setting.model.cache();
        self.ids.clear();
        self.text = None;
    }

    /// The model answers. `each` hears the answer as it comes, and says whether to go on; while the
    /// model reads it hears nothing, and is asked all the same.
    ///
    /// # Errors
    /// If the template refuses the conversation, or the message does not fit into the context. Then
    /// it is as if the message had not been said.
    pub fn say(
        &mut self,
        message: &str,
        rng: &mut impl Rng,
        mut each: impl FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Answer> {
        let clock = Instant::now();
        self.messages.push(Message::new("user", &self.signs.guard(message)));
        let prepared = self.prepare();
        let (rendered, forgotten) = prepared.inspect_err(|_| drop(self.messages.pop()))?;
        let kept = R::words(&self.cache);
        let read = self.ids.len() - kept;
        let mut answer = Answer {
            text: String::new(),
            ids: Vec::new(),
            finish: Finish::Interrupted,
            read,
            kept,
            forgotten,
            seconds: [0.0; 2],
        };
        let Some(logits) = self.read(&mut each) else {
            self.messages.pop();
            return Ok(answer);
        };
        answer.seconds[0] = clock.elapsed().as_secs_f64();
        let clock = Instant::now();
        let cut = self.answer(logits, &mut answer, rng, &mut each);
        answer.seconds[1] = clock.elapsed().as_secs_f64();
        let guarded = self.signs.guard(&answer.text);
        self.text = (!cut).then(|| rendered + &guarded);
        self.messages.push(Message::new("assistant", guarded.trim_start()));
        answer.text = answer.text.trim_start().to_owned();
        Ok(answer)
    }

    /// Makes the tokens of all that was said; the oldest is left out where there is no room. Gives the
    /// text, and how many messages were left out.
    fn prepare(&mut self) -> Result<(String, usize)> {
        let context = self.setting.model.context();
        let room = self.setting.tokens.min(context / 4).max(1);
        let mut first = 0; // of the messages that stay, behind the system's
        loop {
            let messages = self.without_the_first(first);
            let rendered = self.setting.template.render(&messages, true)?;
            let ids = self.encode(&rendered)?;
            ensure!(!ids.is_empty(), "the chat template makes no text of a message");
            if ids.len() + room <= context {
                let stays = ids.starts_with(&self.ids[..R::words(&self.cache)]);
                if !stays || ids.len() == R::words(&self.cache) {
                    self.cache = self.setting.model.cache();
                }
                let forgotten = self.messages.len() - messages.len();
                (self.ids, self.text, self.messages) = (ids, None, messages);
                return Ok((rendered, forgotten));
            }
            let later = self.without_the_first(first + 1);
            if later.iter().all(|message| message.role == "system") {
                bail!(
                    "the message has {} tokens with what is around it, and the model has room for \
                     {context}, {room} of them for its answer: say it in fewer words, or give a \
                     smaller --tokens",
                    ids.len()
                );
            }
            first += 1;
        }
    }

    /// The system's message, and all others but the first so many; they begin with the user's.
    fn without_the_first(&self, many: usize) -> Vec<Message> {
        let (system, said): (Vec<_>, Vec<_>) =
            self.messages.iter().cloned().partition(|message| message.role == "system");
        let mut left = said.into_iter().skip(many).peekable();
        while many > 0 && left.next_if(|message| message.role != "user").is_some() {}
        system.into_iter().chain(left).collect()
    }

    /// The tokens of a rendered conversation. As far as it is the one that is known, they are known.
    fn encode(&self, rendered: &str) -> Result<Vec<u32>> {
        let known = self.text.as_ref().and_then(|text| rendered.strip_prefix(text.as_str()));
        match known {
            Some(rest) => {
                let rest = self.signs.encode(self.setting.tokenizer, rest, false)?;
                Ok([self.ids.as_slice(), &rest].concat())
            }
            None => self.signs.encode(self.setting.tokenizer, rendered, true),
        }
    }

    /// Reads what the model has not read yet, and scores what may come next; nothing if stopped.
    fn read(&mut self, each: &mut impl FnMut(&str) -> ControlFlow<()>) -> Option<Vec<f32>> {
        let mut logits = Vec::new();
        for piece in self.ids[R::words(&self.cache)..].chunks(PIECE) {
            if each("").is_break() {
                self.ids.truncate(R::words(&self.cache));
                return None;
            }
            logits = self.setting.model.extend(piece, &mut self.cache);
        }
        Some(logits)
    }

    /// Draws token after token; says whether a stop text was cut off from what they spell.
    fn answer(
        &mut self,
        mut logits: Vec<f32>,
        answer: &mut Answer,
        rng: &mut impl Rng,
        each: &mut impl FnMut(&str) -> ControlFlow<()>,
    ) -> bool {
        let setting = &self.setting;
        let mut stream = setting.tokenizer.stream().without_special();
        self.ids.iter().for_each(|&id| drop(stream.push(id))); // so that the answer goes on with them
        let mut held = Held::new(&setting.stops);
        let mut cut = false;
        answer.finish = loop {
            if answer.ids.len() == setting.tokens {
                break Finish::Length;
            }
            let id = setting.sampler.draw(&logits, &self.ids, rng);
            if setting.ends.contains(&id) {
                break Finish::Stop;
            }
            answer.ids.push(id);
            self.ids.push(id);
            let (text, stop) = held.push(&stream.push(id));
            let shown = if answer.text.is_empty() { text.trim_start() } else { &text };
            let flow = each(shown);
            answer.text += &text;
            cut = stop;
            match (stop, flow.is_break()) {
                (true, _) => break Finish::Stop,
                (_, true) => break Finish::Interrupted,
                _ if self.ids.len() >= setting.model.context() => break Finish::Context,
                _ => logits = setting.model.extend(&[id], &mut self.cache),
            }
        };
        let rest = match held.push(&stream.finish()) {
            (text, true) => text,
            (text, false) => text + &held.finish(),
        };
        let _ended = each(&rest);
        answer.text += &rest;
        cut
    }
}
