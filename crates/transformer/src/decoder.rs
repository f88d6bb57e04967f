//! A block of the decoder: each word of a translation listens to the translation so far, then to the
//! sentence that is translated, then thinks.
//!
//! ```text
//! x₁ = norm(x + attention(x))          (n, C)     causal: not to the words that are to come
//! x₂ = norm(x₁ + cross(x₁, source))    (n, C)     the query from here, key and value from there
//! y  = norm(x₂ + feed_forward(x₂))     (n, C)
//! ```
//!
//! `source`, (m, C), is what the encoder has made of the sentence: the same in every block.
//!
//! Source: Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>, section 3.1 and figure 1.

use attention::{KeyValue, MultiHead, Texts, multi_head};
use backprop::Dropout;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, parameters};

use crate::{FeedForward, LayerNorm, feed_forward, layer_norm};

/// Attention here, attention there, and a feed-forward layer.
#[derive(Clone, Debug, PartialEq)]
pub struct DecoderBlock<F = f32> {
    /// Listening to the translation so far.
    pub attention: MultiHead<F>,
    /// After listening here.
    pub attention_norm: LayerNorm<F>,
    /// Listening to the sentence that is translated.
    pub cross: MultiHead<F>,
    /// After listening there.
    pub cross_norm: LayerNorm<F>,
    /// Thinking, each word for itself.
    pub feed_forward: FeedForward<F>,
    /// After thinking.
    pub feed_forward_norm: LayerNorm<F>,
}

parameters!(DecoderBlock {
    attention,
    attention_norm,
    cross,
    cross_norm,
    feed_forward,
    feed_forward_norm
});

/// What [`DecoderBlock::forward`] sets aside for [`DecoderBlock::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    /// Who listened to whom in the translation.
    pub attention: multi_head::Saved<F>,
    attention_norm: layer_norm::Saved<F>,
    heard: Array2<F>, // (n, C): x₁
    /// Which word of the translation listened to which word of the sentence.
    pub cross: multi_head::Saved<F>,
    cross_norm: layer_norm::Saved<F>,
    looked: Array2<F>, // (n, C): x₂
    feed_forward: feed_forward::Saved<F>,
    feed_forward_norm: layer_norm::Saved<F>,
}

impl<F: Float> DecoderBlock<F> {
    /// What the words of some translations have become: (n, C) -> (n, C).
    pub fn forward(
        &self,
        x: Texts<'_, F>,
        source: Texts<'_, F>,
        dropout: Dropout,
    ) -> (Array2<F>, Saved<F>) {
        let (mut heard, attention) = self.attention.cross(x, x, dropout.site(0));
        dropout.site(1).apply(&mut heard);
        let (heard, attention_norm) = self.attention_norm.forward(&(heard + x.rows));

        let asks = Texts::new(&heard, x.words);
        let (mut looked, cross) = self.cross.cross(asks, source, dropout.site(2));
        dropout.site(3).apply(&mut looked);
        let (looked, cross_norm) = self.cross_norm.forward(&(looked + &heard));

        let (mut thought, feed_forward) = self.feed_forward.forward(&looked);
        dropout.site(4).apply(&mut thought);
        let (y, feed_forward_norm) = self.feed_forward_norm.forward(&(thought + &looked));

        let saved = Saved {
            attention,
            attention_norm,
            heard,
            cross,
            cross_norm,
            looked,
            feed_forward,
            feed_forward_norm,
        };
        (y, saved)
    }

    /// From the slope along `y` to the slopes along `x` and `source`: (n, C) -> (n, C), (m, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: Texts<'_, F>,
        source: Texts<'_, F>,
        dropout: Dropout,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> [Array2<F>; 2] {
        // y = norm(x₂ + dropout(feed_forward(x₂))): x₂ went two ways, so two slopes come back
        let around = &mut grad.feed_forward_norm;
        let dsum = self.feed_forward_norm.backward(saved.feed_forward_norm, dy, around);
        let dthought = dropout.site(4).of(&dsum);
        let inner = &mut grad.feed_forward;
        let dx = self.feed_forward.backward(&saved.looked, saved.feed_forward, &dthought, inner);
        let dx = dx + &dsum;

        // x₂ = norm(x₁ + dropout(cross(x₁, source))): and a slope for the source
        let dsum = self.cross_norm.backward(saved.cross_norm, &dx, &mut grad.cross_norm);
        let dlooked = dropout.site(3).of(&dsum);
        let asks = Texts::new(&saved.heard, x.words);
        let (site, inner) = (dropout.site(2), &mut grad.cross);
        let [dx, dsource] =
            self.cross.cross_backward(asks, source, site, saved.cross, &dlooked, inner);
        let dx = dx + &dsum;

        // x₁ = norm(x + dropout(attention(x))): x has asked and has answered
        let around = &mut grad.attention_norm;
        let dsum = self.attention_norm.backward(saved.attention_norm, &dx, around);
        let dheard = dropout.site(1).of(&dsum);
        let (site, inner) = (dropout.site(0), &mut grad.attention);
        let [asking, answering] =
            self.attention.cross_backward(x, x, site, saved.attention, &dheard, inner);
        [asking + answering + &dsum, dsource]
    }

    /// What the next words of some translations become, as many of each: (B·T, C) -> (B·T, C).
    pub fn extend(
        &self,
        x: &ArrayRef2<F>,
        sources: &[&KeyValue<F>],
        caches: &mut [&mut KeyValue<F>],
    ) -> Array2<F> {
        let (heard, _) = self.attention_norm.forward(&(self.attention.extend_each(x, caches) + x));
        let (looked, _) = self.cross_norm.forward(&(self.cross.ask_each(&heard, sources) + &heard));
        self.feed_forward_norm.forward(&(self.feed_forward.forward(&looked).0 + &looked)).0
    }
}
