//! [RMS normalization](attention::rms_norm), or [layer normalization](crate::layer_norm) without a bias.
//!
//! ```text
//! level = x - mean of x        (n, C)   in layer normalization alone
//! y     = rms_norm(level)      (n, C)
//! ```
//!
//! Here one can be exchanged for the other, to see what the mean is good for.

use attention::{RmsNorm, rms_norm};
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, parameters};

/// One of the two norms.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelNorm<F = f32> {
    /// What follows.
    pub rms: RmsNorm<F>,
    /// Whether the mean of each row is taken away first.
    pub level: bool,
}

parameters!(LevelNorm { rms; level });

impl<F: Float> LevelNorm<F> {
    /// As yet unchanged by learning.
    pub fn new(channels: usize, epsilon: f64, level: bool) -> Self {
        LevelNorm { rms: RmsNorm::new(channels, epsilon), level }
    }

    /// (n, C) -> (n, C)
    pub fn forward(&self, x: &ArrayRef2<F>) -> (Array2<F>, rms_norm::Saved<F>) {
        if self.level { self.rms.forward(&level(x.to_owned())) } else { self.rms.forward(x) }
    }

    /// From the slope along `y` to the slope along `x`: (n, C) -> (n, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        saved: rms_norm::Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        // y = rms_norm(level)
        let dlevel = self.rms.backward(saved, dy, &mut grad.rms);
        // level = x - mean of x: what moves a whole row is lost
        if self.level { level(dlevel) } else { dlevel }
    }
}

fn level<F: Float>(mut x: Array2<F>) -> Array2<F> {
    let channels = F::count(x.ncols());
    for mut row in x.rows_mut() {
        let mean = row.sum() / channels;
        row -= mean;
    }
    x
}
