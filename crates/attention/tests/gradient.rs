//! Every slope that `backward` finds, against the slope measured by wiggling.

use attention::{Head, MultiHead};
use backprop::Dropout;
use neuron::check::assert_backward;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

proptest! {
    #[test]
    fn head(
        words in 1..6_usize, channels in 1..5_usize, size in 1..5_usize, causal: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: Head<f64> = Head::random(channels, size, causal, rng);
        let x = uniform((words, channels), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(x, layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn multi_head(
        texts in 1..3_usize, words in 1..4_usize, heads in 1..3_usize, size in 1..3_usize,
        causal: bool, forget: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: MultiHead<f64> = MultiHead::random(heads * size, heads, causal, rng);
        let x = uniform((texts * words, heads * size), 2.0, rng);
        let dropout = if forget { Dropout::new(0.3, seed, 1, 0) } else { Dropout::OFF };

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x, words, dropout).0,
            |layer, x, dy, grad| {
                layer.backward(x, words, dropout, layer.forward(x, words, dropout).1, dy, grad)
            },
        );
    }
}
