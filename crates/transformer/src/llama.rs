//! Llama: a [GPT](crate::gpt) with other parts, in which places are turns and not added.
//!
//! ```text
//! x₀     = token[id]                       (B·T) -> (B·T, C)    what it is
//! xᵢ₊₁   = block_i(xᵢ)                     (B·T, C)             layer after layer
//! logits = rms_norm(x) Wᵀ                  (B·T, C) -> (B·T, V) how well each token would come next
//! ```
//!
//! `W` is an output of its own, or the token embedding again. Mistral, SmolLM2, Qwen2 and Qwen3 are Llamas
//! with other [settings](crate::llama_config).
//!
//! Source: Touvron et al. 2023, <https://arxiv.org/abs/2302.13971>; Grattafiori et al. 2024,
//! <https://arxiv.org/abs/2407.21783>, section 3.2, for Llama 3.1.

use std::sync::Arc;

use attention::{Grouped, KeyValue, RmsNorm, rms_norm};
use backprop::{Dropout, Loss};
use embedding::{Embedding, Rotary};
use ndarray::{Array1, Array2, ArrayRef2, Axis, s};
use neuron::init::normal;
use neuron::{Float, Linear, add_matmul, matmul, parameters};
use rand::Rng;
use softmax::{output_cross_entropy, output_loss};

use crate::{Cache, LlamaBlock, LlamaConfig, Reader, SwiGlu, llama_block};

/// A Llama.
#[derive(Clone, Debug, PartialEq)]
pub struct Llama<F = f32> {
    /// What each token is.
    pub token: Embedding<F>,
    /// The blocks, from input to output.
    pub blocks: Vec<LlamaBlock<F>>,
    /// Before the output.
    pub norm: RmsNorm<F>,
    /// (V, C): what each token is asked for by; none if it is the token embedding.
    pub output: Option<Array2<F>>,
    /// The sizes.
    pub config: LlamaConfig,
    /// How far each place is turned: [`LlamaConfig::rotary`]. Shared with gradients, which have the same shape.
    pub rotary: Arc<Rotary<F>>,
}

parameters!(Llama { token, blocks, norm, output; config, rotary });

/// What [`Llama::forward`] sets aside for [`Llama::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    blocks: Vec<llama_block::Saved<F>>,
    norm: rms_norm::Saved<F>,
    last: Array2<F>, // (B·T, C): after the norm
}

impl<F: Float> Llama<F> {
    /// A Llama that has learned nothing yet: weights from a bell curve of width 0.02, narrower where a
    /// block adds to what was there; biases 0.
    ///
    /// # Panics
    /// If the sizes do not pass [`LlamaConfig::check`].
    pub fn random(config: LlamaConfig, rng: &mut impl Rng) -> Self {
        if let Err(error) = config.check() {
            panic!("{error}");
        }
        let LlamaConfig { channels, layers, hidden, heads, kv_heads, head_size, .. } = config;
        let norm = |size| RmsNorm::new(size, config.epsilon);
        let mut linear = |inputs, outputs, deviation, bias: bool| Linear {
            weight: normal((outputs, inputs), deviation, rng),
            bias: bias.then(|| Array1::zeros(outputs)),
        };
        let narrow = 0.02 / (2.0 * layers as f64).sqrt();
        let (asked, answered) = (heads * head_size, kv_heads * head_size);
        let head_norm = || config.head_norm.then(|| norm(head_size));
        let blocks = (0..layers)
            .map(|_| LlamaBlock {
                attention_norm: norm(channels),
                attention: Grouped {
                    query: linear(channels, asked, 0.02, config.query_bias),
                    key: linear(channels, answered, 0.02, config.query_bias),
                    value: linear(channels, answered, 0.02, config.query_bias),
                    output: linear(asked, channels, narrow, config.output_bias),
                    query_norm: head_norm(),
                    key_norm: head_norm(),
                    heads,
                    kv_heads,
                },
                feed_forward_norm: norm(channels),
                feed_forward: SwiGlu {
                    gate: linear(channels, hidden, 0.02, config.feed_forward_bias),
                    up: linear(channels, hidden, 0.02, config.feed_forward_bias),
                    down: linear(hidden, channels, narrow, config.feed_forward_bias),
                },
            })
            .collect();
        let token = Embedding::random(config.vocabulary, channels, rng);
        let output = (!config.tied).then(|| normal(token.weight.dim(), 0.02, rng));
        let (norm, rotary) = (norm(channels), config.rotary());
        Llama { token, blocks, norm, output, config, rotary }
    }

    /// The scores of each next token, in texts of `words` tokens each: (B·T) -> (B·T, V).
    ///
    /// # Panics
    /// If the ids are not a whole number of texts, a text is longer than the context, or an id is not
    /// in the vocabulary.
    pub fn forward(&self, ids: &[u32], words: usize, dropout: Dropout) -> (Array2<F>, Saved<F>) {
        let saved = self.read(ids, words, dropout);
        (matmul(&saved.last, &self.output_weight().t()), saved)
    }

    /// The same up to the output: what each word has become, in the end.
    fn read(&self, ids: &[u32], words: usize, dropout: Dropout) -> Saved<F> {
        let (blocks, rest) = (self.blocks.len() as u64, ids.len() % words);
        assert_eq!(rest, 0, "{} ids are not a whole number of texts of {words}", ids.len());
        self.check_length(words);
        let mut x = self.token.forward(ids);
        dropout.site(blocks).apply(&mut x);
        let mut saved = Vec::new();
        for (site, block) in (0..).zip(&self.blocks) {
            let (y, set_aside) = block.forward(&x, words, &self.rotary, dropout.site(site));
            saved.push(set_aside);
            x = y;
        }
        let (last, norm) = self.norm.forward(&x);
        Saved { blocks: saved, norm, last }
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
        let doutput = grad.output.as_mut().unwrap_or(&mut grad.token.weight);
        add_matmul(doutput, &dlogits.t(), &saved.last);
        let dlast = matmul(dlogits, self.output_weight());
        self.read_backward(ids, words, dropout, saved, &dlast, grad);
    }

    fn read_backward(
        &self,
        ids: &[u32],
        words: usize,
        dropout: Dropout,
        saved: Saved<F>,
        dlast: &ArrayRef2<F>,
        grad: &mut Self,
    ) {
        // last = norm(x)
        let mut dx = self.norm.backward(saved.norm, dlast, &mut grad.norm);

        // x = block(x), the last block first
        let blocks = self.blocks.iter().zip(saved.blocks).zip(&mut grad.blocks);
        for (site, ((block, saved), grad)) in blocks.enumerate().rev() {
            let dropout = dropout.site(site as u64);
            dx = block.backward(words, &self.rotary, dropout, saved, dx, grad);
        }

        // x = dropout(token[id])
        dropout.site(self.blocks.len() as u64).apply(&mut dx);
        self.token.backward(ids, &dx, &mut grad.token);
    }

    fn check_length(&self, words: usize) {
        let context = self.config.context;
        assert!(
            words <= context,
            "a text of {words} tokens is longer than the context of {context}"
        );
    }

    /// (V, C): what each token is asked for by.
    fn output_weight(&self) -> &Array2<F> {
        self.output.as_ref().unwrap_or(&self.token.weight)
    }

    /// The scores alone: (B·T) -> (B·T, V).
    pub fn logits(&self, ids: &[u32], words: usize) -> Array2<F> {
        self.forward(ids, words, Dropout::OFF).0
    }

    /// How surprised the model is by the targets, (B·T): the sum of -ln chance(target).
    pub fn loss(&self, ids: &[u32], targets: &[u32], words: usize) -> Loss {
        let last = self.read(ids, words, Dropout::OFF).last;
        let sum = output_loss(&last, self.output_weight(), targets);
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
        let saved = self.read(ids, words, dropout);
        let dweight = grad.output.as_mut().unwrap_or(&mut grad.token.weight);
        let (sum, dlast) =
            output_cross_entropy(&saved.last, self.output_weight(), targets, dweight);
        self.read_backward(ids, words, dropout, saved, &dlast, grad);
        Loss { sum, count: targets.len() }
    }

    /// Nothing read yet, and room for a whole context.
    pub fn cache(&self) -> Cache<F> {
        let columns = self.config.kv_heads * self.config.head_size;
        let empty = || KeyValue::new(self.config.context, columns);
        Cache { blocks: self.blocks.iter().map(|_| empty()).collect(), words: 0 }
    }

    /// Reads on, and scores what may come after the last of the ids: (T) -> (V).
    ///
    /// # Panics
    /// If there are no ids, or the context has no room for them.
    pub fn extend(&self, ids: &[u32], cache: &mut Cache<F>) -> Array1<F> {
        assert!(!ids.is_empty(), "no token to read: a text starts with one");
        self.check_length(cache.words + ids.len());
        let mut x = self.token.forward(ids);
        for (block, cache) in self.blocks.iter().zip(&mut cache.blocks) {
            x = block.extend(x, &self.rotary, cache);
        }
        cache.words += ids.len();
        let (last, _) = self.norm.forward(&x.slice(s![-1.., ..]));
        matmul(&last, &self.output_weight().t()).remove_axis(Axis(0))
    }
}

impl Reader for Llama<f32> {
    type Cache = Cache;

    fn context(&self) -> usize {
        self.config.context
    }

    fn cache(&self) -> Cache {
        Llama::cache(self)
    }

    fn words(cache: &Cache) -> usize {
        cache.words
    }

    fn extend(&self, ids: &[u32], cache: &mut Cache) -> Vec<f32> {
        Llama::extend(self, ids, cache).to_vec()
    }
}
