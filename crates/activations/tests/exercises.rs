//! The exercises of the README, solved: a test for each.

use activations::{Activation, relu, sigmoid};
use ndarray::{Array2, array};
use neuron::Linear;
use neuron::check::assert_slope;

#[test]
fn bent_by_hand() {
    assert_eq!([-2.0, 0.0, 2.0].map(relu), [0.0, 0.0, 2.0]);
    // 1 / (1 + 7.389) = 0.1192, and what is missing to 1 on the other side.
    for (bent, by_hand) in [-2.0_f64, 0.0, 2.0].map(sigmoid).into_iter().zip([0.1192, 0.5, 0.8808])
    {
        assert!((bent - by_hand).abs() < 1e-4);
    }
}

#[test]
fn distance_from_nought() {
    // relu(x) + relu(-x). A single layer says w x + b: it cannot go up on both sides.
    let both_ways = Linear { weight: array![[1.0], [-1.0]], bias: None };
    let sum = Linear { weight: array![[1.0, 1.0]], bias: None };
    let x = array![[-3.0], [0.0], [2.5]];
    let y = sum.forward(&Activation::Relu.forward(&both_ways.forward(&x)));
    assert_eq!(y, array![[3.0], [0.0], [2.5]]);
}

#[test]
fn one_or_the_other() {
    // The first neuron counts. The second says 1 if there are two, which takes away 2 again.
    let count = Linear { weight: array![[1.0, 1.0], [1.0, 1.0]], bias: Some(array![0.0, -1.0]) };
    let take_away = Linear { weight: array![[1.0, -2.0]], bias: None };
    let x = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let y = take_away.forward(&Activation::Relu.forward(&count.forward(&x)));
    assert_eq!(y, array![[0.0], [1.0], [1.0], [0.0]]);
}

#[test]
fn a_leak() {
    fn leaky(x: f64) -> f64 {
        if x < 0.0 { 0.01 * x } else { x }
    }
    fn leaky_slope(x: f64) -> f64 {
        if x < 0.0 { 0.01 } else { 1.0 }
    }
    let x = array![[-3.0, -0.5, 0.5, 3.0]];
    let loss = |x: &Array2<f64>| x.mapv(leaky).sum();
    assert_slope(&x.mapv(leaky_slope), &x, loss);
}
