//! A shift: each word hears the word before it, without having to ask.
//!
//! ```text
//! y[t] = own ⊙ x[t] + before ⊙ x[t - 1]        (B·T, C) -> (B·T, C)   nothing is before the first word
//! ```
//!
//! The word before is what tells most about the next one. A head has to learn first to look there; here
//! two numbers for each channel say how much of it is wanted.
//!
//! Source: Peng et al. 2023, RWKV, <https://arxiv.org/abs/2305.13048>, section 3.1; So et al. 2021,
//! <https://arxiv.org/abs/2109.08668>, section 3, with three words.

use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, Zip, s};
use neuron::{Float, parameters};

/// How much of itself and of the word before each word hears.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift<F = f32> {
    /// Of itself: (C).
    pub own: Array1<F>,
    /// Of the word before: (C).
    pub before: Array1<F>,
}

parameters!(Shift { own, before });

impl<F: Float> Shift<F> {
    /// All of itself, and half of the word before.
    pub fn new(channels: usize) -> Self {
        Shift { own: Array1::ones(channels), before: Array1::from_elem(channels, F::of(0.5)) }
    }

    /// Texts of so many `words`: (B·T, C) -> (B·T, C).
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use transformer::Shift;
    ///
    /// let shift = Shift::new(1);
    /// let y: Array2<f64> = shift.forward(&array![[2.0], [4.0], [6.0], [8.0]], 2); // two texts of two words
    /// assert_eq!(y, array![[2.0], [5.0], [6.0], [11.0]]);
    /// ```
    pub fn forward(&self, x: &ArrayRef2<F>, words: usize) -> Array2<F> {
        let mut y = x * &*self.own;
        for (mut y, x) in y.axis_chunks_iter_mut(Axis(0), words).zip(chunks(x, words)) {
            let earlier = x.slice(s![..-1, ..]);
            let later = y.slice_mut(s![1.., ..]);
            Zip::from(later).and(&earlier).and_broadcast(&self.before).for_each(|y, &x, &part| {
                *y += part * x;
            });
        }
        y
    }

    /// From the slope along `y` to the slope along `x`: (B·T, C) -> (B·T, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: &ArrayRef2<F>,
        words: usize,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        // y[t] = own ⊙ x[t]
        grad.own += &(x * dy).sum_axis(Axis(0));
        let mut dx = dy * &*self.own;
        // y[t] += before ⊙ x[t - 1]
        let texts = chunks(x, words).zip(chunks(dy, words));
        for (mut dx, (x, dy)) in dx.axis_chunks_iter_mut(Axis(0), words).zip(texts) {
            let (earlier, dlater) = (x.slice(s![..-1, ..]), dy.slice(s![1.., ..]));
            grad.before += &(&earlier * &dlater).sum_axis(Axis(0));
            let dearlier = dx.slice_mut(s![..-1, ..]);
            Zip::from(dearlier).and(&dlater).and_broadcast(&self.before).for_each(
                |dx, &dy, &part| {
                    *dx += part * dy;
                },
            );
        }
        dx
    }

    /// The next words of a single text, after one of which `before` is left: (T, C) -> (T, C).
    pub fn extend(&self, x: &ArrayRef2<F>, before: &ArrayRef1<F>) -> Array2<F> {
        let mut y = self.forward(x, x.nrows());
        let mut first = y.row_mut(0);
        first += &(before * &*self.before);
        y
    }
}

/// Text by text.
fn chunks<F>(x: &ArrayRef2<F>, words: usize) -> impl Iterator<Item = ndarray::ArrayView2<'_, F>> {
    x.axis_chunks_iter(Axis(0), words)
}
