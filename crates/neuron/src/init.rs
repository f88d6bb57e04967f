//! Where the numbers start: at random, so that no two neurons are the same, and small, so that no
//! sum explodes.
//!
//! Whoever wants the same numbers again starts the same generator from the same seed: [`seeded`].

use ndarray::{Array, ShapeBuilder};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use crate::Float;

/// A generator that gives the same numbers for the same seed, on every machine.
pub fn seeded(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Numbers drawn evenly from between `-bound` and `bound`.
pub fn uniform<F: Float, S: ShapeBuilder>(
    shape: S,
    bound: f64,
    rng: &mut impl Rng,
) -> Array<F, S::Dim> {
    Array::from_shape_simple_fn(shape, || F::of(rng.random_range(-bound..=bound)))
}

/// Numbers from a bell curve around 0, two thirds of them closer to it than `deviation`.
pub fn normal<F: Float, S: ShapeBuilder>(
    shape: S,
    deviation: f64,
    rng: &mut impl Rng,
) -> Array<F, S::Dim> {
    Array::from_shape_simple_fn(shape, || {
        let number: f64 = StandardNormal.sample(rng);
        F::of(deviation * number)
    })
}
