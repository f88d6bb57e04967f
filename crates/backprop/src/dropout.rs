//! Dropout: while training, forget some of the numbers on purpose, so that no neuron relies on a
//! single other one.
//!
//! ```text
//! y = mask ⊙ x        mask: 0 with a chance of `rate`, otherwise 1 / (1 - rate)
//! ```
//!
//! What is left is made larger, so that sums stay the same on average, and a trained model is used as
//! it is. (The original, and the article, make the numbers smaller at use instead.)
//!
//! The mask is not stored. It is worked out from where it stands: the seed, the step, the example, the
//! place in the model, and the number's own index. So backward, `dx = mask ⊙ dy`, is the same call as
//! forward, and a resumed run forgets what an uninterrupted one would have.
//!
//! Source: Srivastava et al. 2014, <https://jmlr.org/papers/v15/srivastava14a.html>, section 10.

use ndarray::{ArrayRef2, CowArray, Ix2};
use neuron::Float;

/// Which numbers to forget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    rate: f64,
    key: u64,
}

impl Dropout {
    /// Forgets nothing: for use, and for checking.
    pub const OFF: Dropout = Dropout { rate: 0.0, key: 0 };

    /// Forgets a share of `rate` of all numbers, others for each seed, step and example.
    ///
    /// # Panics
    /// If `rate` is not at least 0 and below 1.
    pub fn new(rate: f64, seed: u64, step: u64, example: u64) -> Self {
        assert!((0.0..1.0).contains(&rate), "a dropout of {rate} is not at least 0 and below 1");
        Dropout { rate, key: mix(mix(mix(seed) ^ step) ^ example) }
    }

    /// The same, for the `n`th place in a model: each place forgets other numbers.
    pub fn site(self, n: u64) -> Self {
        Dropout { key: mix(self.key ^ n), ..self }
    }

    /// Whether nothing is forgotten.
    pub fn is_off(self) -> bool {
        self.rate == 0.0
    }

    /// `mask ⊙ x`, which is `x` itself if nothing is forgotten.
    pub fn of<F: Float>(self, x: &ArrayRef2<F>) -> CowArray<'_, F, Ix2> {
        if self.is_off() {
            return x.view().into();
        }
        let mut y = x.to_owned();
        self.apply(&mut y);
        y.into()
    }

    /// `x = mask ⊙ x`; and as its own backward, `dx = mask ⊙ dx`.
    pub fn apply<F: Float>(self, x: &mut ArrayRef2<F>) {
        if self.is_off() {
            return;
        }
        let scale = F::of(1.0 / (1.0 - self.rate));
        let below = (self.rate * 2.0_f64.powi(64)) as u64;
        for (i, x) in (0..).zip(x.iter_mut()) {
            *x = if mix(self.key.wrapping_add(i)) < below { F::zero() } else { *x * scale };
        }
    }
}

/// Sixty-four bits that look random, from sixty-four that do not: the end of SplitMix64 (Steele et al.
/// 2014), after a step of its sequence.
pub(crate) fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
