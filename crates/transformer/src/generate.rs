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
        let context = self.config.context;
        let mut text = prompt.to_vec();
        let mut cache = self.cache();
        let mut unread = text.len().saturating_sub(context)..text.len();
        loop {
            let logits = self.extend(&text[unread.clone()], &mut cache).to_vec();
            let id = sampler.draw(&logits, &text, rng);
            text.push(id);
            if each(id, &logits).is_break() {
                return;
            }
            unread = text.len() - 1..text.len();
            if cache.len() == context {
                cache = self.cache();
                unread.start = text.len() - context.div_ceil(2);
            }
        }
    }
}
