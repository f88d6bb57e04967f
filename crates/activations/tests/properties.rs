//! What must hold for any numbers at all.

use activations::Activation::{self, Gelu, GeluTanh, Relu, ReluSquared, Sigmoid, Silu, Tanh};
use approx::assert_relative_eq;
use ndarray::Array2;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

const ALL: [Activation; 7] = [Relu, Sigmoid, Tanh, Gelu, GeluTanh, Silu, ReluSquared];

proptest! {
    /// In 64 bits there is no kernel, so this holds the kernels to the formulas.
    #[test]
    fn f32_agrees_with_f64(rows in 1..5_usize, channels in 1..40_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let x: Array2<f32> = uniform((rows, channels), 9.0, rng);
        let dy: Array2<f32> = uniform((rows, channels), 1.0, rng);
        let (wide, wide_dy) = (x.mapv(f64::from), dy.mapv(f64::from));
        for bend in ALL {
            let y = bend.forward(&x).mapv(f64::from);
            assert_relative_eq!(y, bend.forward(&wide), epsilon = 2e-6, max_relative = 2e-6);
            let dx = bend.backward(&x, dy.clone()).mapv(f64::from);
            let expected = bend.backward(&wide, wide_dy.clone());
            assert_relative_eq!(dx, expected, epsilon = 2e-6, max_relative = 2e-6);
        }
    }

    #[test]
    fn backward_again_is_forward_and_backward(rows in 1..5_usize, channels in 1..40_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let x: Array2<f32> = uniform((rows, channels), 9.0, rng);
        let dy: Array2<f32> = uniform((rows, channels), 1.0, rng);
        for bend in ALL {
            let both = (bend.forward(&x), bend.backward(&x, dy.clone()));
            prop_assert_eq!(&bend.backward_again(x.clone(), dy.clone()), &both);
            let columns = x.t().as_standard_layout().into_owned().reversed_axes();
            prop_assert_eq!(&bend.backward_again(columns, dy.clone()), &both);
        }
    }

    #[test]
    fn columns_bend_like_rows(rows in 1..9_usize, channels in 1..9_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let x: Array2<f32> = uniform((rows, channels), 3.0, rng);
        let dy: Array2<f32> = uniform((rows, channels), 1.0, rng);
        for bend in ALL {
            prop_assert_eq!(bend.forward(&x.t()), bend.forward(&x).reversed_axes());
            prop_assert_eq!(bend.backward(&x.t(), dy.t().to_owned()), bend.backward(&x, dy.clone()).reversed_axes());
            // One of them in columns, the other in rows.
            let columns = x.t().as_standard_layout().into_owned();
            prop_assert_eq!(bend.backward(&columns.t(), dy.clone()), bend.backward(&x, dy.clone()));
        }
    }

    #[test]
    fn the_two_gelus_are_close(x in -20.0..20.0_f64) {
        let apart = (activations::gelu(x) - activations::gelu_tanh(x)).abs();
        prop_assert!(apart < 5e-4, "at {x} they are {apart} apart");
    }
}

#[test]
fn far_away_stays_finite() {
    let x = ndarray::array![[-1e4_f32, -100.0, 0.0, 100.0, 1e4]];
    for bend in ALL {
        let (y, dx) = (bend.forward(&x), bend.backward(&x, Array2::ones((1, 5))));
        assert!(y.iter().chain(&dx).all(|number| number.is_finite()), "{bend:?}: {y} {dx}");
    }
}

#[test]
fn not_a_number_is_not_hidden() {
    for bend in ALL {
        assert!(bend.forward(&ndarray::array![[f32::NAN]])[[0, 0]].is_nan(), "{bend:?}");
    }
}
