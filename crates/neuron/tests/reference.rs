//! The article's numbers.

use approx::assert_abs_diff_eq;
use ndarray::{Array2, array};
use neuron::{Linear, neuron};

/// Red, green, blue and volume in millilitres, of a leaf and of a sunflower.
fn things() -> Array2<f64> {
    array![[32.0, 107.0, 56.0, 11.2], [241.0, 200.0, 4.0, 59.5]]
}

fn hidden() -> Linear<f64> {
    let weight =
        array![[0.10, -0.29, -0.07, 0.46], [0.12, -0.05, 0.04, 0.16], [-0.36, -0.21, -0.27, 0.18]];
    Linear { weight, bias: None }
}

#[test]
fn a_leaf_is_a_leaf_and_a_sunflower_is_a_flower() {
    let output = Linear { weight: array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]], bias: None };
    let middle = hidden().forward(&things());
    let expected = array![[-26.598, 2.522, -47.094], [-6.81, 28.6, -119.13]];
    assert_abs_diff_eq!(middle, expected, epsilon = 1e-9);

    let says = output.forward(&middle);
    assert_abs_diff_eq!(says.row(0), array![0.79584, 0.25122], epsilon = 1e-9);
    assert_abs_diff_eq!(says.row(1), array![0.3987, 0.9927], epsilon = 1e-9);
}

/// Some copies of the article print +26.35: the minus is missing.
#[test]
fn a_bias_of_a_quarter() {
    let mut layer = hidden();
    layer.bias = Some(array![0.25, 0.0, 0.0]);
    let leaf = things();
    let says = layer.forward(&leaf);
    assert_abs_diff_eq!(says.row(0), array![-26.348, 2.522, -47.094], epsilon = 1e-9);
    let alone = neuron(&layer.weight.row(0), 0.25, &leaf.row(0));
    assert_abs_diff_eq!(alone, -26.348, epsilon = 1e-9);
}
