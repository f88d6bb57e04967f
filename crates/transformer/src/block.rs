//! A block: listen to the other words, then think; and add what comes of it to what was there.
//!
//! ```text
//! calm  = norm(x)                      (B·T, C)
//! x₁    = x + attention(calm)          (B·T, C)     residual: what was there stays
//! clear = norm(x₁)                     (B·T, C)
//! y     = x₁ + feed_forward(clear)     (B·T, C)
//! ```
//!
//! A block that has learned nothing useful can do nothing, and pass `x` on. And the slope of `y` along
//! `x` is 1 and a bit more: blame reaches the first block of many undiminished.
//!
//! Source: He et al. 2016, <https://arxiv.org/abs/1512.03385>, section 3.1, for the residual; Radford et
//! al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3, for norms that come first.

use attention::{KeyValue, MultiHead, multi_head};
use backprop::Dropout;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, parameters};

use crate::{FeedForward, LayerNorm, feed_forward, layer_norm};

/// Attention and a feed-forward layer, each with a norm before it and a way around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Block<F = f32> {
    /// Before listening.
    pub attention_norm: LayerNorm<F>,
    /// Listening to the other words.
    pub attention: MultiHead<F>,
    /// Before thinking.
    pub feed_forward_norm: LayerNorm<F>,
    /// Thinking, each word for itself.
    pub feed_forward: FeedForward<F>,
}

parameters!(Block { attention_norm, attention, feed_forward_norm, feed_forward });

/// What [`Block::forward`] sets aside for [`Block::backward`]. What the norms gave is not kept: it is soon made again.
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    attention_norm: layer_norm::Saved<F>,
    /// Who listened to whom.
    pub attention: multi_head::Saved<F>,
    feed_forward_norm: layer_norm::Saved<F>,
    feed_forward: feed_forward::Saved<F>,
}

impl<F: Float> Block<F> {
    /// What the words of texts of `words` words each have become: (B·T, C) -> (B·T, C).
    pub fn forward(
        &self,
        x: &ArrayRef2<F>,
        words: usize,
        dropout: Dropout,
    ) -> (Array2<F>, Saved<F>) {
        let (calm, attention_norm) = self.attention_norm.forward(x);
        let (mut heard, attention) = self.attention.forward(&calm, words, dropout.site(0));
        dropout.site(1).apply(&mut heard);
        let x = heard + x;

        let (clear, feed_forward_norm) = self.feed_forward_norm.forward(&x);
        let (mut thought, feed_forward) = self.feed_forward.forward(&clear);
        dropout.site(2).apply(&mut thought);
        let y = thought + x;

        (y, Saved { attention_norm, attention, feed_forward_norm, feed_forward })
    }

    /// From the slope along `y` to the slope along `x`: (B·T, C) -> (B·T, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        words: usize,
        dropout: Dropout,
        saved: Saved<F>,
        dy: Array2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        // y = x₁ + dropout(feed_forward(norm(x₁))): x₁ went two ways, so two slopes come back
        let dthought = dropout.site(2).of(&dy);
        let clear = self.feed_forward_norm.again(&saved.feed_forward_norm);
        let dclear = self.feed_forward.backward(
            &clear,
            saved.feed_forward,
            &dthought,
            &mut grad.feed_forward,
        );
        let around = &mut grad.feed_forward_norm;
        let dx = self.feed_forward_norm.backward(saved.feed_forward_norm, &dclear, around) + dy;

        // x₁ = x + dropout(attention(norm(x))): the same again
        let dheard = dropout.site(1).of(&dx);
        let calm = self.attention_norm.again(&saved.attention_norm);
        let dcalm = self.attention.backward(
            &calm,
            words,
            dropout.site(0),
            saved.attention,
            &dheard,
            &mut grad.attention,
        );
        self.attention_norm.backward(saved.attention_norm, &dcalm, &mut grad.attention_norm) + dx
    }

    /// What the next words of a single text become: (T, C) -> (T, C).
    pub fn extend(&self, x: Array2<F>, cache: &mut KeyValue<F>) -> Array2<F> {
        let (calm, _) = self.attention_norm.forward(&x);
        let x = self.attention.extend(&calm, cache) + x;
        let (clear, _) = self.feed_forward_norm.forward(&x);
        self.feed_forward.forward(&clear).0 + x
    }
}
