//! The exercises of the README, solved: a test for each.

use ndarray::{Array2, array};
use neuron::check::assert_slope;
use neuron::init::{seeded, uniform};
use neuron::{Linear, Parameters, matmul, neuron};

#[test]
fn one_sum() {
    // 2·3 - 1·4 + 0.5·2 + 1
    assert_eq!(neuron(&array![2.0, -1.0, 0.5], 1.0, &array![3.0, 4.0, 2.0]), 4.0);
}

#[test]
fn the_mean() {
    // A quarter of each, and no bias.
    assert_eq!(neuron(&array![0.25, 0.25, 0.25, 0.25], 0.0, &array![1.0, 2.0, 3.0, 6.0]), 3.0);
}

#[test]
fn a_nudge_too_far() {
    let hidden = array![-26.598, 2.522, -47.094]; // what the hidden neurons say of a leaf
    let leaf = neuron(&array![-0.17, 0.39, 0.10], 0.0, &hidden);
    let flower = |bias| neuron(&array![0.05, -0.12, -0.04], bias, &hidden);
    // The two are 0.79584 - 0.25122 = 0.54462 apart.
    assert!(flower(0.54461) < leaf && flower(0.54463) > leaf);
}

#[test]
fn how_many_numbers() {
    // 3 neurons of 4 weights and a bias, 2 neurons of 3 weights and a bias: 15 + 8.
    let (hidden, output): (Linear, Linear) =
        (Linear::random(4, 3, &mut seeded(1)), Linear::random(3, 2, &mut seeded(2)));
    assert_eq!((hidden.count(), output.count()), (15, 8));
}

#[test]
fn the_loops_in_another_order() {
    let a: Array2<f64> = uniform((3, 4), 1.0, &mut seeded(1));
    let b: Array2<f64> = uniform((4, 5), 1.0, &mut seeded(2));
    let mut c: Array2<f64> = Array2::zeros((3, 5));
    for k in 0..4 {
        for i in 0..3 {
            for j in 0..5 {
                c[[i, j]] += a[[i, k]] * b[[k, j]]; // a column of a times a row of b, added up
            }
        }
    }
    assert!(c.abs_diff_eq(&matmul(&a, &b), 1e-12));
}

#[test]
fn a_product_has_two_slopes() {
    // Each matters as much as the other is large.
    let x = array![3.0, -7.0];
    assert_slope(&array![-7.0, 3.0], &x, |x| x[0] * x[1]);
}
