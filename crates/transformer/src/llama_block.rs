//! A block of a Llama: that of a [GPT](crate::block), with other parts.
//!
//! ```text
//! calm  = rms_norm(x)                  (B·T, C)
//! x₁    = x + grouped(calm)            (B·T, C)     attention, in which places are turns
//! clear = rms_norm(x₁)                 (B·T, C)
//! y     = x₁ + swiglu(clear)           (B·T, C)
//! ```
//!
//! Source: Touvron et al. 2023, <https://arxiv.org/abs/2302.13971>, section 2.2.

use attention::{Grouped, KeyValue, RmsNorm, grouped, rms_norm};
use backprop::Dropout;
use embedding::Rotary;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, parameters};

use crate::{SwiGlu, swiglu};

/// Attention and a feed-forward layer, each with a norm before it and a way around it.
#[derive(Clone, Debug, PartialEq)]
pub struct LlamaBlock<F = f32> {
    /// Before listening.
    pub attention_norm: RmsNorm<F>,
    /// Listening to the words so far.
    pub attention: Grouped<F>,
    /// Before thinking.
    pub feed_forward_norm: RmsNorm<F>,
    /// Thinking, each word for itself.
    pub feed_forward: SwiGlu<F>,
}

parameters!(LlamaBlock { attention_norm, attention, feed_forward_norm, feed_forward });

/// What [`LlamaBlock::forward`] sets aside for [`LlamaBlock::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    attention_norm: rms_norm::Saved<F>,
    attention: grouped::Saved<F>,
    feed_forward_norm: rms_norm::Saved<F>,
    feed_forward: swiglu::Saved<F>,
}

impl<F: Float> LlamaBlock<F> {
    /// What the words of texts of `words` words each have become: (B·T, C) -> (B·T, C).
    pub fn forward(
        &self,
        x: &ArrayRef2<F>,
        words: usize,
        rotary: &Rotary<F>,
        dropout: Dropout,
    ) -> (Array2<F>, Saved<F>) {
        let (calm, attention_norm) = self.attention_norm.forward(x);
        let (mut heard, attention) = self.attention.forward(&calm, words, rotary);
        dropout.site(0).apply(&mut heard);
        let x = heard + x;

        let (clear, feed_forward_norm) = self.feed_forward_norm.forward(&x);
        let (mut thought, feed_forward) = self.feed_forward.forward(&clear);
        dropout.site(1).apply(&mut thought);
        let y = thought + x;

        (y, Saved { attention_norm, attention, feed_forward_norm, feed_forward })
    }

    /// From the slope along `y` to the slope along `x`: (B·T, C) -> (B·T, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        words: usize,
        rotary: &Rotary<F>,
        dropout: Dropout,
        saved: Saved<F>,
        dy: Array2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        // y = x₁ + dropout(swiglu(norm(x₁))): x₁ went two ways, so two slopes come back
        let dthought = dropout.site(1).of(&dy);
        let clear = self.feed_forward_norm.again(&saved.feed_forward_norm);
        let dclear = self.feed_forward.backward(
            &clear,
            saved.feed_forward,
            &dthought,
            &mut grad.feed_forward,
        );
        let around = &mut grad.feed_forward_norm;
        let dx = self.feed_forward_norm.backward(saved.feed_forward_norm, &dclear, around) + dy;

        // x₁ = x + dropout(grouped(norm(x))): the same again
        let dheard = dropout.site(0).of(&dx);
        let calm = self.attention_norm.again(&saved.attention_norm);
        let dcalm = self.attention.backward(
            &calm,
            words,
            rotary,
            saved.attention,
            &dheard,
            &mut grad.attention,
        );
        self.attention_norm.backward(saved.attention_norm, &dcalm, &mut grad.attention_norm) + dx
    }

    /// What the next words of a single text become: (T, C) -> (T, C).
    pub fn extend(&self, x: Array2<F>, rotary: &Rotary<F>, cache: &mut KeyValue<F>) -> Array2<F> {
        let (calm, _) = self.attention_norm.forward(&x);
        let x = self.attention.extend(&calm, rotary, cache) + x;
        let (clear, _) = self.feed_forward_norm.forward(&x);
        self.feed_forward.forward(&clear).0 + x
    }
}
