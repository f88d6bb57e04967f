//! Let it speak: ask for the next token, write it down, ask again.
//!
//! ```text
//! ids → logits → draw one → ids and the one → …
//! ```
//!
//! Keys and values of what has been read are kept, so each new token costs one row. A model has learned
//! places up to its context and no further: when the context is full, the older half is dropped and the
//! rest is read again from place 0.
//!
//! Whatever reads on and scores what may come next can speak: it is a [`Reader`].

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
    pub(crate) blocks: Vec<KeyValue<F>>,
    pub(crate) words: usize,
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

/// What reads tokens, one after another, and scores what may come next.
///
/// ```
/// use neuron::init::seeded;
/// use transformer::{Gpt, GptConfig, Reader};
///
/// let model: Gpt = Gpt::random(GptConfig::gpt2(5, 8, 16, 2, 4), &mut seeded(1));
/// let mut cache = Reader::cache(&model);
/// let after_three = Reader::extend(&model, &[0, 1, 2], &mut cache);
/// let after_four = Reader::extend(&model, &[3], &mut cache);
/// assert_eq!((after_three.len(), after_four.len(), Gpt::words(&cache)), (5, 5, 4));
/// ```
pub trait Reader {
    /// What it remembers of the text so far.
    type Cache: Clone;

    /// T: how many tokens it can remember.
    fn context(&self) -> usize;

    /// Nothing read yet.
    fn cache(&self) -> Self::Cache;

    /// How many tokens it has read.
    fn words(cache: &Self::Cache) -> usize;

    /// Reads on, and scores what may come after the last of the ids: (T) -> (V).
    ///
    /// # Panics
    /// If there are no ids, or the context has no room for them.
    fn extend(&self, ids: &[u32], cache: &mut Self::Cache) -> Vec<f32>;

    /// Reads the prompt and writes on until `each` says stop, or until no score is a number, as in a model
    /// whose weights have run away. It is given each token, and the scores it was drawn from.
    ///
    /// # Panics
    /// If the prompt is empty.
    fn generate(
        &self,
        prompt: &[u32],
        sampler: &Sampler,
        rng: &mut impl Rng,
        mut each: impl FnMut(u32, &[f32]) -> ControlFlow<()>,
    ) {
        let mut reading = Reading { text: prompt.to_vec(), cache: self.cache() };
        let mut logits = reading.scores(self, prompt.len());
        let is_score = |score: &f32| *score > f32::NEG_INFINITY; // and so a number
        while logits.iter().any(is_score) {
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
    fn beams(&self, prompt: &[u32], beams: Beams) -> Vec<Beam> {
        let mut reading = Reading { text: prompt.to_vec(), cache: self.cache() };
        let logits = reading.scores(self, prompt.len());
        search(reading, logits, beams, |id, reading| reading.go_on(self, id))
    }
}

/// A text on its way, and what the model remembers of it.
#[derive(Clone, Debug)]
struct Reading<C> {
    text: Vec<u32>,
    cache: C,
}

impl<C> Reading<C> {
    /// Reads what it has not read yet, and scores what may come next: (V).
    fn scores<R: Reader<Cache = C> + ?Sized>(&mut self, model: &R, unread: usize) -> Vec<f32> {
        let (all, context) = (self.text.len(), model.context());
        let mut start = all - unread.min(context);
        if R::words(&self.cache) + (all - start) > context {
            self.cache = model.cache();
            start = all - context.div_ceil(2);
        }
        model.extend(&self.text[start..], &mut self.cache)
    }

    /// Goes on with a token, and scores what may come after it: (V).
    fn go_on<R: Reader<Cache = C> + ?Sized>(&mut self, model: &R, id: u32) -> Vec<f32> {
        self.text.push(id);
        self.scores(model, 1)
    }
}

impl Reader for Gpt<f32> {
    type Cache = Cache;

    fn context(&self) -> usize {
        self.config.context
    }

    fn cache(&self) -> Cache {
        Gpt::cache(self)
    }

    fn words(cache: &Cache) -> usize {
        cache.words
    }

    fn extend(&self, ids: &[u32], cache: &mut Cache) -> Vec<f32> {
        Gpt::extend(self, ids, cache).to_vec()
    }
}
