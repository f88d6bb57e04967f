//! Every slope that `backward` finds, against the slope measured by wiggling.

use activations::Activation;
use backprop::loss::{absolute_error, squared_error};
use backprop::{Dropout, Mlp};
use ndarray::Array2;
use neuron::check::{assert_backward, assert_slope};
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

proptest! {
    #[test]
    fn mlp(
        rows in 1..4_usize, sizes in proptest::collection::vec(1..5_usize, 2..5), seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: Mlp<f64> = Mlp::random(&sizes, Activation::Tanh, rng);
        let x = uniform((rows, sizes[0]), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(x, layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn errors(rows in 1..4_usize, columns in 1..4_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let got: Array2<f64> = uniform((rows, columns), 2.0, rng);
        let wanted = uniform((rows, columns), 2.0, rng);
        assert_slope(&squared_error(&got, &wanted).1, &got, |got| squared_error(got, &wanted).0);
        // Not where the two are equal: the absolute error has a corner there.
        prop_assume!((&got - &wanted).iter().all(|difference| difference.abs() > 1e-4));
        assert_slope(&absolute_error(&got, &wanted).1, &got, |got| absolute_error(got, &wanted).0);
    }

    #[test]
    fn dropout_is_its_own_backward(rows in 1..5_usize, columns in 1..5_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let dropout = Dropout::new(0.4, seed, 3, 1);
        let x: Array2<f64> = uniform((rows, columns), 2.0, rng);
        let dy: Array2<f64> = uniform((rows, columns), 1.0, rng);
        let dx = dropout.of(&dy).into_owned();
        assert_slope(&dx, &x, |x| (&dropout.of(x) * &dy).sum());
    }
}
