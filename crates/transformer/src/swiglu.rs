//! SwiGLU: a feed-forward layer in which one half decides how much of the other passes.
//!
//! ```text
//! gate   = x Wgᵀ              (n, C) -> (n, hidden)
//! up     = x Wuᵀ              (n, C) -> (n, hidden)
//! passed = silu(gate) ⊙ up    (n, hidden)
//! y      = passed Wdᵀ         (n, hidden) -> (n, C)
//! ```
//!
//! [`FeedForward`](crate::FeedForward) bends each sum by itself. Here two sums are multiplied, so that a
//! word can say "this much of that". There are three matrices in place of two: with `hidden` two thirds as
//! wide, usually 8/3 C, there is as much to learn.
//!
//! Source: Shazeer 2020, <https://arxiv.org/abs/2002.05202>, equation 6.

use activations::Activation;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, Linear, parameters};

/// Two ways wider, one opened by the other, and back.
#[derive(Clone, Debug, PartialEq)]
pub struct SwiGlu<F = f32> {
    /// How much passes: from C channels to the hidden ones.
    pub gate: Linear<F>,
    /// What passes: from C channels to the hidden ones.
    pub up: Linear<F>,
    /// And back.
    pub down: Linear<F>,
}

parameters!(SwiGlu { gate, up, down });

/// What [`SwiGlu::forward`] sets aside for [`SwiGlu::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    gate: Array2<F>, // (n, hidden)
    up: Array2<F>,   // (n, hidden)
}

impl<F: Float> SwiGlu<F> {
    /// What each word makes of itself: (n, C) -> (n, C).
    ///
    /// ```
    /// use ndarray::array;
    /// use neuron::Linear;
    /// use transformer::SwiGlu;
    ///
    /// let times = |weight: f64| Linear { weight: array![[weight]], bias: None };
    /// let layer = SwiGlu { gate: times(1000.0), up: times(3.0), down: times(1.0) };
    /// // An open gate lets 3 x pass, times the gate; a shut one nothing.
    /// let (y, _) = layer.forward(&array![[2.0], [-2.0]]);
    /// assert_eq!(y, array![[2000.0 * 6.0], [0.0]]);
    /// ```
    pub fn forward(&self, x: &ArrayRef2<F>) -> (Array2<F>, Saved<F>) {
        let gate = self.gate.forward(x);
        let up = self.up.forward(x);
        let y = self.down.forward(&pass(&gate, &up)); // silu(gate) ⊙ up
        (y, Saved { gate, up })
    }

    /// From the slope along `y` to the slope along `x`: (n, C) -> (n, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: &ArrayRef2<F>,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        let Saved { gate, up } = saved;
        // y = down(passed)
        let dpassed = self.down.input_slope(dy);
        // passed = silu(gate) ⊙ up, which is worked out once more rather than kept
        let [passed, dgate, dup] = pass_backward(gate, up, dpassed);
        grad.down.add_slopes(&passed, dy);
        // gate, up = x Wᵀ: x went two ways, so two slopes come back
        self.gate.backward(x, &dgate, &mut grad.gate) + self.up.backward(x, &dup, &mut grad.up)
    }
}

/// `passed = silu(gate) ⊙ up`
fn pass<F: Float>(gate: &Array2<F>, up: &Array2<F>) -> Array2<F> {
    let mut passed = gate.clone();
    let mut fast = || F::silu_times(passed.as_slice_mut()?, up.as_slice()?);
    if fast().is_some() {
        return passed;
    }
    Activation::Silu.forward(gate) * up
}

/// What has passed once more, and the slopes along `gate` and `up`.
fn pass_backward<F: Float>(
    mut gate: Array2<F>,
    mut up: Array2<F>,
    mut dpassed: Array2<F>,
) -> [Array2<F>; 3] {
    let mut fast = || {
        F::silu_times_backward(gate.as_slice_mut()?, up.as_slice_mut()?, dpassed.as_slice_mut()?)
    };
    if fast().is_some() {
        return [dpassed, gate, up]; // each has become what stands in its place
    }
    let open = Activation::Silu.forward(&gate);
    let dopen = &up * &dpassed;
    [&open * &up, Activation::Silu.backward(&gate, dopen), open * dpassed]
}
