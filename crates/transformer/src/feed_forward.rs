//! The feed-forward layer: each word thinks for itself about what it has heard.
//!
//! ```text
//! wide   = x W₁ᵀ + b₁          (n, C) -> (n, hidden)    usually hidden = 4 C
//! bent   = bend(wide)          (n, hidden)
//! y      = bent W₂ᵀ + b₂       (n, hidden) -> (n, C)
//! ```
//!
//! The bend stands between the two layers: after both, or not at all, they would be one.
//!
//! Source: Vaswani et al. 2017, section 3.3 with ReLU; GPT-2 uses GELU.

use activations::Activation;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, Linear, parameters};
use rand::Rng;

/// Wider, a bend, and back.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedForward<F = f32> {
    /// From C channels to the hidden ones.
    pub expand: Linear<F>,
    /// And back.
    pub project: Linear<F>,
    /// What stands between them.
    pub activation: Activation,
}

parameters!(FeedForward { expand, project; activation });

/// What [`FeedForward::forward`] sets aside for [`FeedForward::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    wide: Array2<F>, // (n, hidden)
}

impl<F: Float> FeedForward<F> {
    /// A layer that has learned nothing yet.
    pub fn random(
        channels: usize,
        hidden: usize,
        activation: Activation,
        rng: &mut impl Rng,
    ) -> Self {
        let expand = Linear::random(channels, hidden, rng);
        let project = Linear::random(hidden, channels, rng);
        FeedForward { expand, project, activation }
    }

    /// What each word makes of itself: (n, C) -> (n, C).
    pub fn forward(&self, x: &ArrayRef2<F>) -> (Array2<F>, Saved<F>) {
        let wide = self.expand.forward(x);
        let bent = self.activation.forward(&wide);
        let y = self.project.forward(&bent);
        (y, Saved { wide })
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
        let Saved { wide } = saved;
        // y = project(bent)
        let dbent = self.project.input_slope(dy);
        // bent = bend(wide), which is worked out once more: kept, it would be a quarter of what a block keeps
        let (bent, dwide) = self.activation.backward_again(wide, dbent);
        grad.project.add_slopes(&bent, dy);
        // wide = expand(x)
        self.expand.backward(x, &dwide, &mut grad.expand)
    }
}
