//! Let it speak: ask for the next token, write it down, ask again.
//!
//! ```text
//! ids → logits → draw one → ids and the one → …
//! ```
//!
//! Keys and values of what has been read are kept, so each new token costs one row. A position is
//! learned for each place in the context and no further: when the context is full, the older half is
//! dropped and the rest is read again from place 0.

use std::ops::ControlFlow;

use attention::KeyValue;
use ndarray::{Array1, s};
use neuron::{Float, matmul};
use rand::Rng;
use softmax::Sampler;

use crate::Gpt;
use crate::beam::{Beam, Beams, search};

/// What a model remembers of the text so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Cache<F = f32> {
    blocks: Vec<KeyValue<F>>,
    words: usize,
}

impl<F> Cache<F> {
    /// How many tokens it has read.
    pub fn len(&self) -> usize {
        self.words
    }

    /// Whether it has read none yet.
    pub fn is_empty(&self) -> bool {
        self.words == 0
    }
}

impl<F: Float> Gpt<F> {
    /// Nothing read yet, and room for a whole context.
    pub fn cache(&self) -> Cache<F> {
        let empty = || KeyValue::new(self.config.context, self.config.channels);
        Cache { blocks: self.blocks.iter().map(|_| empty()).collect(), words: 0 }
    }

    /// Reads on, and scores what may come after the last of the ids: (T) -> (V).
    ///
    /// # Panics
    /// If there are no ids, or the context has no room for them.
    pub fn extend(&self, ids: &[u32], cache: &mut Cache<F>) -> Array1<F> {
        assert!(!ids.is_empty(), "no token to read: a text starts with one");
        let mut x = self.embed(ids, cache.words, ids.len());
        for (block, cache) in self.blocks.iter().zip(&mut cache.blocks) {
            x = block.extend(x, cache);
        }
        cache.words += ids.len();
        let (last, _) = self.norm.forward(&x.slice(s![-1.., ..]));
        matmul(&last, &self.output_weight().t()).remove_axis(ndarray::Axis(0))
    }
}

/// A text on its way, and what the model remembers of it.
#[derive(Clone, Debug)]
struct Reading {
    text: Vec<u32>,
    cache: Cache,
}

impl Reading {
    fn new(gpt: &Gpt, prompt: &[u32]) -> Self {
        Reading { text: prompt.to_vec(), cache: gpt.cache() }
    }

    /// Reads what it has not read yet, and scores what may come next: (V).
    fn scores(&mut self, gpt: &Gpt, unread: usize) -> Vec<f32> {
        let (all, context) = (self.text.len(), gpt.config.context);
        let mut start = all - unread.min(context);
        if self.cache.len() + (all - start) > context {
            self.cache = gpt.cache();
            start = all - context.div_ceil(2);
        }
        gpt.extend(&self.text[start..], &mut self.cache).to_vec()
    }

    /// Goes on with a token, and scores what may come after it: (V).
    fn go_on(&mut self, gpt: &Gpt, id: u32) -> Vec<f32> {
        self.text.push(id);
        self.scores(gpt, 1)
    }
}

impl Gpt<f32> {
    /// Reads the prompt and writes on until `each` says stop. It is given each token, and the scores it
    /// was drawn from.
    ///
    /// # Panics
    /// If the prompt is empty.
    pub fn generate(
        &self,
        prompt: &[u32],
        sampler: &Sampler,
        rng: &mut impl Rng,
        mut each: impl FnMut(u32, &[f32]) -> ControlFlow<()>,
    ) {
        let mut reading = Reading::new(self, prompt);
        let mut logits = reading.scores(self, prompt.len());
        loop {
            let id = sampler.draw(&logits, &reading.text, rng);
            if each(id, &logits).is_break() {
                return;
            }
            logits = reading.go_on(self, id);
        }
    }

    /// The likeliest ways to go on from the prompt that [beam search](crate::beam) finds, the best first.
    ///
    /// # Panics
    /// If the prompt is empty, or no beam or no token is asked for.
    pub fn beams(&self, prompt: &[u32], beams: Beams) -> Vec<Beam> {
        let mut reading = Reading::new(self, prompt);
        let logits = reading.scores(self, prompt.len());
        search(reading, logits, beams, |id, reading| reading.go_on(self, id))
    }
}
