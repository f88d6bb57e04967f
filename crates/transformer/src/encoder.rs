//! A block of the encoder: every word of a sentence listens to all of it, then thinks.
//!
//! ```text
//! x₁ = norm(x + attention(x))          (n, C)     add & norm
//! y  = norm(x₁ + feed_forward(x₁))     (n, C)     add & norm
//! ```
//!
//! Nothing is hidden: the sentence is there from the start. The norm comes last, after the sum, as in the
//! paper; GPT-2 moved it to the front (see [`crate::block`]).
//!
//! Source: Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>, section 3.1 and figure 1.

use attention::{MultiHead, Texts, multi_head};
use backprop::Dropout;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, parameters};

use crate::{FeedForward, LayerNorm, feed_forward, layer_norm};

/// Attention and a feed-forward layer, each with a way around it and a norm behind.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderBlock<F = f32> {
    /// Listening to the whole sentence.
    pub attention: MultiHead<F>,
    /// After listening.
    pub attention_norm: LayerNorm<F>,
    /// Thinking, each word for itself.
    pub feed_forward: FeedForward<F>,
    /// After thinking.
    pub feed_forward_norm: LayerNorm<F>,
}

parameters!(EncoderBlock { attention, attention_norm, feed_forward, feed_forward_norm });

/// What [`EncoderBlock::forward`] sets aside for [`EncoderBlock::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    /// Who listened to whom.
    pub attention: multi_head::Saved<F>,
    attention_norm: layer_norm::Saved<F>,
    heard: Array2<F>, // (n, C): x₁
    feed_forward: feed_forward::Saved<F>,
    feed_forward_norm: layer_norm::Saved<F>,
}

impl<F: Float> EncoderBlock<F> {
    /// What the words of some sentences have become: (n, C) -> (n, C).
    pub fn forward(&self, x: Texts<'_, F>, dropout: Dropout) -> (Array2<F>, Saved<F>) {
        let (mut heard, attention) = self.attention.cross(x, x, dropout.site(0));
        dropout.site(1).apply(&mut heard);
        let (heard, attention_norm) = self.attention_norm.forward(&(heard + x.rows));

        let (mut thought, feed_forward) = self.feed_forward.forward(&heard);
        dropout.site(2).apply(&mut thought);
        let (y, feed_forward_norm) = self.feed_forward_norm.forward(&(thought + &heard));

        (y, Saved { attention, attention_norm, heard, feed_forward, feed_forward_norm })
    }

    /// From the slope along `y` to the slope along `x`: (n, C) -> (n, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: Texts<'_, F>,
        dropout: Dropout,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        // y = norm(x₁ + dropout(feed_forward(x₁))): x₁ went two ways, so two slopes come back
        let around = &mut grad.feed_forward_norm;
        let dsum = self.feed_forward_norm.backward(saved.feed_forward_norm, dy, around);
        let dthought = dropout.site(2).of(&dsum);
        let inner = &mut grad.feed_forward;
        let dx = self.feed_forward.backward(&saved.heard, saved.feed_forward, &dthought, inner);
        let dx = dx + &dsum;

        // x₁ = norm(x + dropout(attention(x))): the same again, and x has asked and has answered
        let around = &mut grad.attention_norm;
        let dsum = self.attention_norm.backward(saved.attention_norm, &dx, around);
        let dheard = dropout.site(1).of(&dsum);
        let (dropout, inner) = (dropout.site(0), &mut grad.attention);
        let [asking, answering] =
            self.attention.cross_backward(x, x, dropout, saved.attention, &dheard, inner);
        asking + answering + &dsum
    }
}
