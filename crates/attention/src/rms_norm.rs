//! RMS normalization: give every row the same length, and move it nowhere.
//!
//! ```text
//! normal = x / √(mean of x² + ε)        (n, C)   the mean of each row
//! y      = gain ⊙ normal                (n, C)
//! ```
//!
//! Layer normalization first subtracts the mean of a row, and ends by adding a bias. Neither turned out
//! to matter: what is left does as well, with one sum in place of two.
//!
//! It is here, before the blocks, because some models normalize queries and keys, too.
//!
//! Source: Zhang & Sennrich 2019, <https://arxiv.org/abs/1910.07467>.

use std::iter::zip;

use ndarray::{Array1, Array2, ArrayRef2, Zip};
use neuron::{Float, parameters};

use crate::fast_norm;

/// RMS normalization: by the root of the mean of the squares.
#[derive(Clone, Debug, PartialEq)]
pub struct RmsNorm<F = f32> {
    /// (C)
    pub gain: Array1<F>,
    /// ε: keeps a row of zeros from being divided by zero.
    pub epsilon: f64,
}

parameters!(RmsNorm { gain; epsilon });

/// What [`RmsNorm::forward`] sets aside for [`RmsNorm::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    /// (n, C)
    pub normal: Array2<F>,
    /// (n): 1 / √(mean of x² + ε)
    pub scale: Array1<F>,
}

impl<F: Float> RmsNorm<F> {
    /// Rows whose squares are 1 on average, as yet unchanged by learning.
    pub fn new(channels: usize, epsilon: f64) -> Self {
        RmsNorm { gain: Array1::ones(channels), epsilon }
    }

    /// Each row at the same length: (n, C) -> (n, C).
    ///
    /// ```
    /// use attention::RmsNorm;
    /// use ndarray::array;
    ///
    /// let (y, _) = RmsNorm::new(2, 0.0).forward(&array![[1.0, 7.0], [-100.0, -700.0]]);
    /// assert!(y.abs_diff_eq(&array![[0.2, 1.4], [-0.2, -1.4]], 1e-12));
    /// ```
    pub fn forward(&self, x: &ArrayRef2<F>) -> (Array2<F>, Saved<F>) {
        if let Some(made) = fast_norm::forward(x, &self.gain, None, self.epsilon, false) {
            return made;
        }
        let channels = F::count(x.ncols());
        let mut normal = x.to_owned();
        let mut scale = Array1::zeros(x.nrows());
        for (mut row, scale) in zip(normal.rows_mut(), &mut scale) {
            *scale = (row.dot(&row) / channels + F::of(self.epsilon)).sqrt().recip();
            row *= *scale;
        }
        let saved = Saved { normal, scale };
        (self.again(&saved), saved)
    }

    /// What [`RmsNorm::forward`] gave, from what it has set aside.
    pub fn again(&self, saved: &Saved<F>) -> Array2<F> {
        let fast = fast_norm::again(saved, &self.gain, None);
        fast.unwrap_or_else(|| &saved.normal * &self.gain)
    }

    /// From the slope along `y` to the slope along `x`: (n, C) -> (n, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(&self, saved: Saved<F>, dy: &ArrayRef2<F>, grad: &mut Self) -> Array2<F> {
        let fast = fast_norm::backward(&saved, &self.gain, false, dy, &mut grad.gain, None);
        if let Some(dx) = fast {
            return dx;
        }
        let Saved { normal, scale } = saved;

        // y = gain ⊙ normal
        add_products(&mut grad.gain, dy, &normal);
        let mut dx = dy.to_owned() * &self.gain; // dnormal, for now

        // normal = x / √(mean of x² + ε): what only stretches a row is lost
        let channels = F::count(dx.ncols());
        for ((mut dx, normal), &scale) in zip(zip(dx.rows_mut(), normal.rows()), &scale) {
            let stretches = dx.dot(&normal) / channels;
            dx.scaled_add(-stretches, &normal);
            dx *= scale;
        }
        dx
    }
}

/// `sum += Σ a ⊙ b` over the rows: (n, C) and (n, C) -> (C).
pub fn add_products<F: Float>(sum: &mut Array1<F>, a: &ArrayRef2<F>, b: &ArrayRef2<F>) {
    for (a, b) in zip(a.rows(), b.rows()) {
        Zip::from(&mut *sum).and(a).and(b).for_each(|sum, &a, &b| *sum += a * b);
    }
}
