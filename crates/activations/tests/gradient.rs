//! Every slope that `backward` finds, against the slope measured by wiggling.

use activations::Activation;
use ndarray::Array2;
use neuron::check::assert_slope;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

proptest! {
    #[test]
    fn every_bend(rows in 1..5_usize, channels in 1..6_usize, seed: u64) {
        use Activation::{Gelu, GeluTanh, Relu, ReluSquared, Sigmoid, Silu, Tanh};
        let rng = &mut seeded(seed);
        // Not next to 0, where ReLU has a corner and no slope.
        let x = uniform((rows, channels), 3.0, rng).mapv(|x: f64| x + 0.001_f64.copysign(x));
        let dy: Array2<f64> = uniform((rows, channels), 1.0, rng);
        for bend in [Relu, Sigmoid, Tanh, Gelu, GeluTanh, Silu, ReluSquared] {
            let dx = bend.backward(&x, dy.clone());
            assert_slope(&dx, &x, |x| (bend.forward(x) * &dy).sum());
        }
    }
}
