//! A block of a Sprint.
//!
//! ```text
//! x₁    = skip₀ x + skip₁ first                  (B·T, C)   what the token was at first
//! calm  = norm(x₁)                               (B·T, C)
//! near  = shift(calm)                            (B·T, C)   and the word before
//! x₂    = x₁ + reminded(near, reminder[id])      (B·T, C)   attention
//! clear = norm(x₂)                               (B·T, C)
//! y     = x₂ + feed_forward(clear)               (B·T, C)
//! ```
//!
//! Each of the parts may be left out: see [`Ingredient`](crate::Ingredient).

use attention::{KeyValue, Reminded, reminded, rms_norm};
use backprop::Dropout;
use embedding::{Embedding, Rotary};
use ndarray::{Array1, Array2, ArrayRef2};
use neuron::{Float, parameters};

use crate::{FeedForward, LevelNorm, Shift, feed_forward};

/// Attention and a feed-forward layer, with three more ways for a word to be heard.
#[derive(Clone, Debug, PartialEq)]
pub struct SprintBlock<F = f32> {
    /// (2): how much of what the word has become, and of what it was at first.
    pub skip: Option<Array1<F>>,
    /// Before listening.
    pub attention_norm: LevelNorm<F>,
    /// The word before.
    pub shift: Option<Shift<F>>,
    /// What each token has to say in any case: (V, C).
    pub reminder: Option<Embedding<F>>,
    /// Listening to the words so far.
    pub attention: Reminded<F>,
    /// Before thinking.
    pub feed_forward_norm: LevelNorm<F>,
    /// Thinking, each word for itself.
    pub feed_forward: FeedForward<F>,
}

parameters!(SprintBlock {
    skip,
    attention_norm,
    shift,
    reminder,
    attention,
    feed_forward_norm,
    feed_forward
});

/// What [`SprintBlock::forward`] sets aside for [`SprintBlock::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    x: Option<Array2<F>>, // (B·T, C): if some of it is skipped
    attention_norm: rms_norm::Saved<F>,
    calm: Option<Array2<F>>, // (B·T, C): if it is shifted
    near: Array2<F>,         // (B·T, C)
    attention: reminded::Saved<F>,
    feed_forward_norm: rms_norm::Saved<F>,
    clear: Array2<F>, // (B·T, C)
    feed_forward: feed_forward::Saved<F>,
}

/// What a block remembers of the text so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory<F = f32> {
    /// What the words can be found by, and have to say.
    pub heard: KeyValue<F>,
    /// (C): the last of them, calm.
    pub before: Array1<F>,
}

/// What is read: texts of so many words, and how far each place is turned.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a, F = f32> {
    /// The tokens.
    pub ids: &'a [u32],
    /// How many of them each text has.
    pub words: usize,
    /// How far each place is turned.
    pub rotary: &'a Rotary<F>,
}

impl<F: Float> SprintBlock<F> {
    /// What the words have become: (B·T, C) -> (B·T, C).
    pub fn forward(
        &self,
        x: Array2<F>,
        first: &ArrayRef2<F>,
        read: Read<'_, F>,
        dropout: Dropout,
    ) -> (Array2<F>, Saved<F>) {
        let Read { words, rotary, .. } = read;
        let (x, before_skip) = match &self.skip {
            Some(skip) => (mixed(skip, &x, first), Some(x)),
            None => (x, None),
        };
        let (calm, attention_norm) = self.attention_norm.forward(&x);
        let (near, calm) = match &self.shift {
            Some(shift) => (shift.forward(&calm, words), Some(calm)),
            None => (calm, None),
        };
        let reminder = self.reminder.as_ref().map(|table| table.forward(read.ids));
        let (mut heard, attention) =
            self.attention.forward(&near, reminder.as_deref(), words, rotary);
        dropout.site(0).apply(&mut heard);
        let x = heard + x;

        let (clear, feed_forward_norm) = self.feed_forward_norm.forward(&x);
        let (mut thought, feed_forward) = self.feed_forward.forward(&clear);
        dropout.site(1).apply(&mut thought);
        let y = thought + x;

        let x = before_skip;
        let saved = Saved {
            x,
            attention_norm,
            calm,
            near,
            attention,
            feed_forward_norm,
            clear,
            feed_forward,
        };
        (y, saved)
    }

    /// From the slope along `y` to the slope along `x`: (B·T, C) -> (B·T, C). The slope along `first` is added to
    /// `dfirst`, and those along the parameters to `grad`.
    #[expect(clippy::too_many_arguments, reason = "what forward had, what it gave, and dy")]
    pub fn backward(
        &self,
        first: &ArrayRef2<F>,
        read: Read<'_, F>,
        dropout: Dropout,
        saved: Saved<F>,
        dy: Array2<F>,
        dfirst: &mut ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        // y = x₂ + dropout(feed_forward(norm(x₂))): x₂ went two ways, so two slopes come back
        let dthought = dropout.site(1).of(&dy);
        let (clear, thinking) = (&saved.clear, saved.feed_forward);
        let dclear = self.feed_forward.backward(clear, thinking, &dthought, &mut grad.feed_forward);
        let norm = &mut grad.feed_forward_norm;
        let dx = self.feed_forward_norm.backward(saved.feed_forward_norm, &dclear, norm) + dy;

        // x₂ = x₁ + dropout(reminded(near, reminder[id]))
        let dheard = dropout.site(0).of(&dx);
        let (near, listening) = (&saved.near, saved.attention);
        let Read { ids, words, rotary } = read;
        let (dnear, dreminder) =
            self.attention.backward(near, words, rotary, listening, &dheard, &mut grad.attention);
        if let (Some(table), Some(grad)) = (&self.reminder, &mut grad.reminder) {
            table.backward(ids, &dreminder, grad);
        }
        // near = shift(calm)
        let dcalm = match (&self.shift, &saved.calm, &mut grad.shift) {
            (Some(shift), Some(calm), Some(grad)) => shift.backward(calm, words, &dnear, grad),
            _ => dnear,
        };
        // calm = norm(x₁)
        let norm = &mut grad.attention_norm;
        let dx = self.attention_norm.backward(saved.attention_norm, &dcalm, norm) + dx;

        // x₁ = skip₀ x + skip₁ first
        let (Some(skip), Some(x), Some(grad)) = (&self.skip, &saved.x, &mut grad.skip) else {
            return dx;
        };
        grad[0] += (x * &dx).sum();
        grad[1] += (first * &*dx).sum();
        dfirst.scaled_add(skip[1], &dx);
        dx * skip[0]
    }

    /// What the next words of a single text become: (T, C) -> (T, C).
    pub fn extend(
        &self,
        x: Array2<F>,
        first: &ArrayRef2<F>,
        read: Read<'_, F>,
        memory: &mut Memory<F>,
    ) -> Array2<F> {
        let x = self.skip.as_ref().map_or_else(|| x.clone(), |skip| mixed(skip, &x, first));
        let (calm, _) = self.attention_norm.forward(&x);
        let near = match &self.shift {
            Some(shift) => shift.extend(&calm, &memory.before),
            None => calm.clone(),
        };
        memory.before.assign(&calm.row(calm.nrows() - 1));
        let reminder = self.reminder.as_ref().map(|table| table.forward(read.ids));
        let heard = &mut memory.heard;
        let x = self.attention.extend(&near, reminder.as_deref(), read.rotary, heard) + x;
        let (clear, _) = self.feed_forward_norm.forward(&x);
        self.feed_forward.forward(&clear).0 + x
    }
}

/// `skip₀ x + skip₁ first`
fn mixed<F: Float>(skip: &Array1<F>, x: &ArrayRef2<F>, first: &ArrayRef2<F>) -> Array2<F> {
    let mut mixed = x * skip[0];
    mixed.scaled_add(skip[1], first);
    mixed
}
