//! Sprint: a [GPT](crate::gpt) for whoever counts the minutes: everything in it is there to reach a low loss
//! sooner.
//!
//! ```text
//! first  = norm(token[id])                 (B·T) -> (B·T, C)    what it is
//! x₀     = first
//! xᵢ₊₁   = block_i(xᵢ, first)              (B·T, C)             layer after layer
//! logits = norm(x) Wᵀ                      (B·T, C) -> (B·T, V) how well each token would come next
//! ```
//!
//! What is in it, and where it is from, is told by [`Ingredient`]; what each buys is measured in the book's
//! chapter. No other program opens such a model: to be published, train a [`Gpt`](crate::Gpt) or a
//! [`Llama`](crate::Llama).
//!
//! Sources: Jordan et al. 2024, <https://github.com/KellerJordan/modded-nanogpt>; So et al. 2021,
//! <https://arxiv.org/abs/2109.08668>.

use std::sync::Arc;

use activations::Activation;
use attention::{KeyValue, Reminded, RmsNorm, rms_norm};
use backprop::{Dropout, Loss};
use embedding::{Embedding, Rotary};
use ndarray::{Array1, Array2, ArrayRef2, Axis, array, s};
use neuron::init::normal;
use neuron::{Float, Linear, add_matmul, matmul, parameters};
use rand::Rng;
use softmax::cross_entropy;

use crate::sprint_block::{self, Memory, Read};
use crate::{FeedForward, Ingredient, LevelNorm, Reader, Shift, SprintBlock, SprintConfig};

/// A model that learns fast.
#[derive(Clone, Debug, PartialEq)]
pub struct Sprint<F = f32> {
    /// What each token is.
    pub token: Embedding<F>,
    /// What each place is: (T, C); none if places are turns.
    pub position: Option<Embedding<F>>,
    /// Before the first block.
    pub first_norm: LevelNorm<F>,
    /// The blocks, from input to output.
    pub blocks: Vec<SprintBlock<F>>,
    /// Before the output.
    pub norm: LevelNorm<F>,
    /// (V, C): what each token is asked for by.
    pub output: Array2<F>,
    /// The sizes.
    pub config: SprintConfig,
    /// How far each place is turned: [`SprintConfig::rotary`].
    pub rotary: Arc<Rotary<F>>,
}

parameters!(Sprint { token, position, first_norm, blocks, norm, output; config, rotary });

/// What [`Sprint::forward`] sets aside for [`Sprint::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    first_norm: rms_norm::Saved<F>,
    first: Array2<F>, // (B·T, C)
    blocks: Vec<sprint_block::Saved<F>>,
    norm: rms_norm::Saved<F>,
    last: Array2<F>, // (B·T, C): after the norm
}

/// What a Sprint remembers of the text so far.
#[derive(Clone, Debug, PartialEq)]
pub struct SprintCache<F = f32> {
    blocks: Vec<Memory<F>>,
    words: usize,
}

impl<F: Float> Sprint<F> {
    /// A Sprint that has learned nothing yet: weights from a bell curve of width 1/2 √C; what adds to a word,
    /// and what scores, starts at 0, unless it goes without that.
    ///
    /// # Panics
    /// If the sizes do not pass [`SprintConfig::check`].
    pub fn random(config: SprintConfig, rng: &mut impl Rng) -> Self {
        if let Err(error) = config.check() {
            panic!("{error}");
        }
        let SprintConfig { vocabulary, context, channels, layers, heads, hidden, .. } = config;
        let has = |ingredient| config.has(ingredient);
        let norm = || LevelNorm::new(channels, config.epsilon, !has(Ingredient::RmsNorm));
        let head_norm =
            || has(Ingredient::QkNorm).then(|| RmsNorm::new(channels / heads, config.epsilon));
        let wide = 0.5 / (channels as f64).sqrt();
        let (narrow, scores) = match has(Ingredient::ZeroStart) {
            true => (0.0, 0.0),
            false => (wide / (2.0 * layers as f64).sqrt(), 0.02),
        };
        let mut linear = |inputs, outputs, deviation| Linear {
            weight: normal((outputs, inputs), deviation, rng),
            bias: None,
        };
        let activation = match has(Ingredient::ReluSquared) {
            true => Activation::ReluSquared,
            false => Activation::GeluTanh,
        };
        let nothing = || Embedding { weight: Array2::zeros((vocabulary, channels)) };
        let blocks = (0..layers)
            .map(|_| SprintBlock {
                skip: has(Ingredient::FirstSkip).then(|| array![F::one(), F::zero()]),
                attention_norm: norm(),
                shift: has(Ingredient::Shift).then(|| Shift::new(channels)),
                reminder: has(Ingredient::ValueSkip).then(nothing),
                attention: Reminded {
                    query: linear(channels, channels, wide),
                    key: linear(channels, channels, wide),
                    value: linear(channels, channels, wide),
                    output: linear(channels, channels, narrow),
                    query_norm: head_norm(),
                    key_norm: head_norm(),
                    heads,
                },
                feed_forward_norm: norm(),
                feed_forward: FeedForward {
                    expand: linear(channels, hidden, wide),
                    project: linear(hidden, channels, narrow),
                    activation,
                },
            })
            .collect();
        let token = Embedding::random(vocabulary, channels, rng);
        let position =
            (!has(Ingredient::Rotary)).then(|| Embedding::random(context, channels, rng));
        let output = normal((vocabulary, channels), scores, rng);
        let (first_norm, norm, rotary) = (norm(), norm(), config.rotary());
        Sprint { token, position, first_norm, blocks, norm, output, config, rotary }
    }

    /// The scores of each next token, in texts of `words` tokens each: (B·T) -> (B·T, V).
    ///
    /// # Panics
    /// If the ids are not a whole number of texts, a text is longer than the context, or an id is not
    /// in the vocabulary.
    pub fn forward(&self, ids: &[u32], words: usize, dropout: Dropout) -> (Array2<F>, Saved<F>) {
        let rest = ids.len() % words;
        assert_eq!(rest, 0, "{} ids are not a whole number of texts of {words}", ids.len());
        let (first, first_norm) = self.first_norm.forward(&self.embed(ids, 0, words));
        let read = Read { ids, words, rotary: &self.rotary };
        let (mut x, mut saved) = (first.clone(), Vec::new());
        for (site, block) in (0..).zip(&self.blocks) {
            let (y, set_aside) = block.forward(x, &first, read, dropout.site(site));
            saved.push(set_aside);
            x = y;
        }
        let (last, norm) = self.norm.forward(&x);
        let logits = matmul(&last, &self.output.t());
        (logits, Saved { first_norm, first, blocks: saved, norm, last })
    }

    /// Adds to `grad` the slopes along the parameters, from the slope along the logits, (B·T, V).
    pub fn backward(
        &self,
        ids: &[u32],
        words: usize,
        dropout: Dropout,
        saved: Saved<F>,
        dlogits: &ArrayRef2<F>,
        grad: &mut Self,
    ) {
        // logits = last Wᵀ
        add_matmul(&mut grad.output, &dlogits.t(), &saved.last);
        let dlast = matmul(dlogits, &self.output);
        // last = norm(x)
        let mut dx = self.norm.backward(saved.norm, &dlast, &mut grad.norm);

        // x = block(x, first), the last block first
        let read = Read { ids, words, rotary: &self.rotary };
        let first = &saved.first;
        let mut dfirst = Array2::zeros(first.raw_dim());
        let blocks = self.blocks.iter().zip(saved.blocks).zip(&mut grad.blocks);
        for (site, ((block, saved), grad)) in blocks.enumerate().rev() {
            let dropout = dropout.site(site as u64);
            dx = block.backward(first, read, dropout, saved, dx, &mut dfirst, grad);
        }

        // first = norm(token[id] + position), and x₀ = first
        dfirst += &dx;
        let dx = self.first_norm.backward(saved.first_norm, &dfirst, &mut grad.first_norm);
        self.token.backward(ids, &dx, &mut grad.token);
        if let Some(position) = &mut grad.position {
            for text in dx.axis_chunks_iter(Axis(0), words) {
                let mut rows = position.weight.slice_mut(s![..words, ..]);
                rows += &text;
            }
        }
    }

    /// What each token is, and where it stands if that is learned, for texts that start at place `start`.
    fn embed(&self, ids: &[u32], start: usize, words: usize) -> Array2<F> {
        let (end, context) = (start + words, self.config.context);
        assert!(end <= context, "a text of {end} tokens is longer than the context of {context}");
        let mut x = self.token.forward(ids);
        if let Some(position) = &self.position {
            let places = position.weight.slice(s![start..end, ..]);
            for mut text in x.axis_chunks_iter_mut(Axis(0), words) {
                text += &places;
            }
        }
        x
    }

    /// The scores alone: (B·T) -> (B·T, V).
    pub fn logits(&self, ids: &[u32], words: usize) -> Array2<F> {
        self.forward(ids, words, Dropout::OFF).0
    }

    /// How surprised the model is by the targets, (B·T): the sum of -ln chance(target).
    pub fn loss(&self, ids: &[u32], targets: &[u32], words: usize) -> Loss {
        let (sum, _) = cross_entropy(self.logits(ids, words), targets);
        Loss { sum, count: targets.len() }
    }

    /// Adds to `grad` the gradient of the summed loss of a share of texts, and returns that loss.
    pub fn learn(
        &self,
        ids: &[u32],
        targets: &[u32],
        words: usize,
        dropout: Dropout,
        grad: &mut Self,
    ) -> Loss {
        let (logits, saved) = self.forward(ids, words, dropout);
        let (sum, dlogits) = cross_entropy(logits, targets);
        self.backward(ids, words, dropout, saved, &dlogits, grad);
        Loss { sum, count: targets.len() }
    }

    /// Nothing read yet, and room for a whole context.
    pub fn cache(&self) -> SprintCache<F> {
        let SprintConfig { context, channels, .. } = self.config;
        let empty =
            || Memory { heard: KeyValue::new(context, channels), before: Array1::zeros(channels) };
        SprintCache { blocks: self.blocks.iter().map(|_| empty()).collect(), words: 0 }
    }

    /// Reads on, and scores what may come after the last of the ids: (T) -> (V).
    ///
    /// # Panics
    /// If there are no ids, or the context has no room for them.
    pub fn extend(&self, ids: &[u32], cache: &mut SprintCache<F>) -> Array1<F> {
        assert!(!ids.is_empty(), "no token to read: a text starts with one");
        let (first, _) = self.first_norm.forward(&self.embed(ids, cache.words, ids.len()));
        let read = Read { ids, words: ids.len(), rotary: &self.rotary };
        let mut x = first.clone();
        for (block, memory) in self.blocks.iter().zip(&mut cache.blocks) {
            x = block.extend(x, &first, read, memory);
        }
        cache.words += ids.len();
        let (last, _) = self.norm.forward(&x.slice(s![-1.., ..]));
        matmul(&last, &self.output.t()).remove_axis(Axis(0))
    }
}

impl Reader for Sprint<f32> {
    type Cache = SprintCache;

    fn context(&self) -> usize {
        self.config.context
    }

    fn cache(&self) -> SprintCache {
        Sprint::cache(self)
    }

    fn words(cache: &SprintCache) -> usize {
        cache.words
    }

    fn extend(&self, ids: &[u32], cache: &mut SprintCache) -> Vec<f32> {
        Sprint::extend(self, ids, cache).to_vec()
    }
}
