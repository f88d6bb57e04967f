//! The article's numbers, and those of the field's own implementation.

use activations::Activation;
use approx::assert_abs_diff_eq;
use ndarray::{Array2, array};
use neuron::{Linear, matmul};

/// The article's network: red, green, blue and volume -> 3 -> leaf or flower.
fn network() -> (Linear<f64>, Linear<f64>) {
    let hidden =
        array![[0.10, -0.29, -0.07, 0.46], [0.12, -0.05, 0.04, 0.16], [-0.36, -0.21, -0.27, 0.18]];
    let output = array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]];
    (Linear { weight: hidden, bias: None }, Linear { weight: output, bias: None })
}

/// A leaf and a sunflower.
fn things() -> Array2<f64> {
    array![[32.0, 107.0, 56.0, 11.2], [241.0, 200.0, 4.0, 59.5]]
}

#[test]
fn without_a_bend_two_layers_are_one() {
    let (hidden, output) = network();
    let one = Linear { weight: matmul(&output.weight, &hidden.weight), bias: None };
    let article = array![[-0.0062, 0.0088, 0.0005, 0.0022], [0.0050, -0.0001, 0.0025, -0.0034]];
    assert_abs_diff_eq!(one.weight, article, epsilon = 5.1e-5); // it prints four digits

    let two = output.forward(&hidden.forward(&things()));
    assert_abs_diff_eq!(one.forward(&things()), two, epsilon = 1e-12);
}

#[test]
fn with_relu_the_same_weights_take_a_sunflower_for_a_leaf() {
    let (hidden, output) = network();
    let says = output.forward(&Activation::Relu.forward(&hidden.forward(&things())));
    assert_abs_diff_eq!(says, array![[0.98358, -0.30264], [11.154, -3.432]], epsilon = 5e-4);
    assert!(says[[1, 0]] > says[[1, 1]]);

    let without = output.forward(&hidden.forward(&things()));
    assert!(without[[1, 0]] < without[[1, 1]]);
}

/// From Python's `math`: `x * (1 + erf(x / sqrt(2))) / 2`, and so on.
#[test]
fn known_values() {
    let x = array![[-1.0, 0.5, 2.0]];
    for (bend, expected) in [
        (Activation::Relu, array![[0.0, 0.5, 2.0]]),
        (Activation::Sigmoid, array![[0.268941421370, 0.622459331202, 0.880797077978]]),
        (Activation::Tanh, array![[-0.761594155956, 0.462117157260, 0.964027580076]]),
        (Activation::Gelu, array![[-0.158655253931, 0.345731230632, 1.954499736104]]),
        (Activation::GeluTanh, array![[-0.158808009392, 0.345714009825, 1.954597694088]]),
        (Activation::Silu, array![[-0.268941421370, 0.311229665601, 1.761594155956]]),
    ] {
        assert_abs_diff_eq!(bend.forward(&x), expected, epsilon = 1e-11);
    }
}
