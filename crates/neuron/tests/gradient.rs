//! Every slope that `backward` finds, against the slope measured by wiggling.

use neuron::Linear;
use neuron::check::assert_backward;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

proptest! {
    #[test]
    fn linear(
        rows in 1..5_usize, inputs in 1..5_usize, outputs in 1..5_usize, biased: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let mut layer: Linear<f64> = Linear::random(inputs, outputs, rng);
        if !biased {
            layer.bias = None;
        }
        let x = uniform((rows, inputs), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x),
            |layer, x, dy, grad| layer.backward(x, dy, grad),
        );
    }
}
