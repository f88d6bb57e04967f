//! Every slope that `backward` finds, against the slope measured by wiggling.

use embedding::{Embedding, Rotary};
use ndarray::Array2;
use neuron::Parameters;
use neuron::check::{assert_added, assert_slope, scattered};
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

proptest! {
    #[test]
    fn looking_up(
        ids in proptest::collection::vec(0..4_u32, 1..7), channels in 1..4_usize, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: Embedding<f64> = scattered(&Embedding::random(4, channels, rng), rng);
        let dy: Array2<f64> = uniform((ids.len(), channels), 1.0, rng);

        let mut grad = layer.zeros_like();
        layer.backward(&ids, &dy, &mut grad);
        assert_slope(&grad, &layer, |layer| (layer.forward(&ids) * &dy).sum());
        let once = grad.clone();
        layer.backward(&ids, &dy, &mut grad);
        assert_added(&once, &grad);
    }

    #[test]
    fn rotary(words in 1..5_usize, pairs in 1..4_usize, start in 0..9_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let rotary: Rotary<f64> = Rotary::new(2 * pairs, 13, 100.0);
        let x: Array2<f64> = uniform((words, 2 * pairs), 2.0, rng);
        let dy: Array2<f64> = uniform(x.raw_dim(), 1.0, rng);
        let dx = rotary.backward(&dy, start);
        assert_slope(&dx, &x, |x| (rotary.forward(x, start) * &dy).sum());
    }
}
