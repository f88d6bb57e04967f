//! What must hold for any numbers at all.

use approx::assert_relative_eq;
use ndarray::{Array1, Array2, s};
use neuron::init::{normal, seeded, uniform};
use neuron::matmul::plain;
use neuron::{Linear, Parameters, matmul, neuron};
use proptest::prelude::*;

proptest! {
    #[test]
    fn the_fast_product_is_the_plain_one(
        n in 1..20_usize, k in 1..20_usize, m in 1..20_usize, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let a: Array2<f64> = uniform((k, n), 1.0, rng);
        let b: Array2<f64> = uniform((k, 2 * m), 1.0, rng);
        let (a, b) = (a.t(), b.slice(s![.., ..;2])); // a transposed view and a strided one
        assert_relative_eq!(matmul(&a, &b), plain::matmul(&a, &b), epsilon = 1e-12);
    }

    #[test]
    fn a_layer_is_its_neurons_side_by_side(inputs in 1..9_usize, outputs in 1..9_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: Linear<f64> = Linear::random(inputs, outputs, rng);
        let x: Array2<f64> = uniform((1, inputs), 2.0, rng);
        let bias = layer.bias.clone().unwrap();
        let one_by_one: Array1<f64> =
            (0..outputs).map(|i| neuron(&layer.weight.row(i), bias[i], &x.row(0))).collect();
        assert_relative_eq!(layer.forward(&x).row(0), one_by_one, epsilon = 1e-12);
    }

    #[test]
    fn gradients_add_and_clear(seed: u64) {
        let rng = &mut seeded(seed);
        let layer: Linear<f64> = Linear::random(3, 2, rng);
        let mut twice = layer.clone();
        twice.add(&layer);
        prop_assert_eq!(&twice.weight, &(2.0 * &layer.weight));
        twice.clear();
        prop_assert_eq!(twice, layer.zeros_like());
    }
}

/// Large enough to be shared out, in both orders, and one whose rows do not touch.
#[test]
fn a_large_array_is_cleared_whole() {
    let rows: Array2<f32> = Array2::ones((300, 200));
    for mut array in [rows.clone(), rows.clone().reversed_axes(), rows.slice_move(s![.., ..;2])] {
        array.clear();
        assert_eq!(array, Array2::zeros(array.dim()));
    }
}

#[test]
fn parameters_are_listed_by_name() {
    let mut layers: Vec<Linear> = vec![Linear::random(4, 3, &mut seeded(1)); 2];
    layers[1].bias = None;
    let names: Vec<_> =
        layers.parameters().into_iter().map(|(name, array)| (name, array.len())).collect();
    let expected = [("0.weight", 12), ("0.bias", 3), ("1.weight", 12)];
    assert_eq!(names, expected.map(|(name, len)| (name.to_owned(), len)));
    assert_eq!(Parameters::<f32>::count(&layers), 27);
}

#[test]
fn the_same_seed_starts_the_same_numbers() {
    let draw = |seed| normal::<f32, _>(1000, 0.02, &mut seeded(seed));
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    assert_eq!(draw(1)[0].to_bits(), draw(1)[0].to_bits());

    let (mean, deviation) = (draw(7).mean().unwrap(), draw(7).std(0.0));
    assert!(mean.abs() < 0.002, "the mean of 1000 numbers is {mean}");
    assert!((deviation - 0.02).abs() < 0.002, "their standard deviation is {deviation}");
}

#[test]
#[should_panic(expected = "a neuron with 2 weights cannot look at 3 inputs")]
fn a_neuron_says_what_does_not_fit() {
    neuron(&Array1::<f32>::zeros(2), 0.0, &Array1::zeros(3));
}
