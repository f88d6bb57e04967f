//! GPT: tokens in, a score for each possible next token out.
//!
//! ```text
//! x₀     = token[id] + position[0..T]      (B·T) -> (B·T, C)    what it is, and where it stands
//! xᵢ₊₁   = block_i(xᵢ)                     (B·T, C)             layer after layer
//! logits = norm(x) Wᵀ                      (B·T, C) -> (B·T, V) how well each token would come next
//! ```
//!
//! `W` is the token embedding again (*tied*: a token is asked for by the numbers that stand for it),
//! unless the model has an output of its own.
//!
//! Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3.

use backprop::{Dropout, Loss};
use embedding::Embedding;
use ndarray::{Array1, Array2, ArrayRef2, s};
use neuron::init::normal;
use neuron::{Float, Linear, add_matmul, matmul, parameters};
use rand::Rng;
use softmax::{output_cross_entropy, output_loss};

use attention::MultiHead;

use crate::{Block, FeedForward, GptConfig, LayerNorm, block, layer_norm};

/// A GPT.
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt<F = f32> {
    /// What each token is.
    pub token: Embedding<F>,
    /// What each place is: (T, C).
    pub position: Embedding<F>,
    /// The blocks, from input to output.
    pub blocks: Vec<Block<F>>,
    /// Before the output.
    pub norm: LayerNorm<F>,
    /// (V, C): what each token is asked for by; none if it is the token embedding.
    pub output: Option<Array2<F>>,
    /// The sizes.
    pub config: GptConfig,
}

parameters!(Gpt { token, position, blocks, norm, output; config });

/// What [`Gpt::forward`] sets aside for [`Gpt::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    /// What each block has set aside.
    pub blocks: Vec<block::Saved<F>>,
    norm: layer_norm::Saved<F>,
    last: Array2<F>, // (B·T, C): after the norm
}

impl<F: Float> Gpt<F> {
    /// A GPT that has learned nothing yet: weights from a bell curve of width 0.02, narrower where a
    /// block adds to what was there, so that many blocks do not add up to something wild; biases 0.
    ///
    /// # Panics
    /// If the sizes do not pass [`GptConfig::check`].
    pub fn random(config: GptConfig, rng: &mut impl Rng) -> Self {
        if let Err(error) = config.check() {
            panic!("{error}");
        }
        let GptConfig { channels, layers, hidden, heads, activation, .. } = config;
        let bias = |size| config.bias.then(|| Array1::zeros(size));
        let norm =
            || LayerNorm { bias: bias(channels), ..LayerNorm::new(channels, config.epsilon) };
        let mut linear = |inputs, outputs, deviation| Linear {
            weight: normal((outputs, inputs), deviation, rng),
            bias: bias(outputs),
        };
        let narrow = 0.02 / (2.0 * layers as f64).sqrt();
        let blocks = (0..layers)
            .map(|_| Block {
                attention_norm: norm(),
                attention: MultiHead {
                    query: linear(channels, channels, 0.02),
                    key: linear(channels, channels, 0.02),
                    value: linear(channels, channels, 0.02),
                    output: linear(channels, channels, narrow),
                    heads,
                    causal: true,
                },
                feed_forward_norm: norm(),
                feed_forward: FeedForward {
                    expand: linear(channels, hidden, 0.02),
                    project: linear(hidden, channels, narrow),
                    activation,
                },
            })
            .collect();
        let token = Embedding::random(config.vocabulary, channels, rng);
        let position = Embedding::random(config.context, channels, rng);
        let output = (!config.tied).then(|| normal(token.weight.dim(), 0.02, rng));
        Gpt { token, position, blocks, norm: norm(), output, config }
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
        let mut x = self.embed(ids, 0, words);
        dropout.site(blocks).apply(&mut x);
        let mut saved = Vec::new();
        for (site, block) in (0..).zip(&self.blocks) {
            let (y, set_aside) = block.forward(&x, words, dropout.site(site));
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
            dx = block.backward(words, dropout.site(site as u64), saved, dx, grad);
        }

        // x = dropout(token[id] + position)
        dropout.site(self.blocks.len() as u64).apply(&mut dx);
        self.token.backward(ids, &dx, &mut grad.token);
        for text in dx.axis_chunks_iter(ndarray::Axis(0), words) {
            let mut rows = grad.position.weight.slice_mut(s![..words, ..]);
            rows += &text;
        }
    }

    /// What each token is and where it stands, for texts that start at place `start`.
    pub(crate) fn embed(&self, ids: &[u32], start: usize, words: usize) -> Array2<F> {
        let (end, context) = (start + words, self.config.context);
        assert!(end <= context, "a text of {end} tokens is longer than the context of {context}");
        let mut x = self.token.forward(ids);
        let places = self.position.weight.slice(s![start..end, ..]);
        for mut text in x.axis_chunks_iter_mut(ndarray::Axis(0), words) {
            text += &places;
        }
        x
    }

    /// (V, C): what each token is asked for by.
    pub(crate) fn output_weight(&self) -> &Array2<F> {
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
}
