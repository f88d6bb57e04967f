//! The exercises of the README, solved: a test for each.

use embedding::{Embedding, Rotary, one_hot};
use ndarray::{Array2, ArrayView1, array};
use neuron::init::{seeded, uniform};
use neuron::{Parameters, matmul};

#[test]
fn by_hand() {
    let rows = one_hot::<f64>(&[1, 3], 4);
    assert_eq!(rows, array![[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]);
    let w = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]];
    assert_eq!(matmul(&rows, &w), array![[3.0, 4.0], [7.0, 8.0]]);
}

#[test]
fn a_third_of_gpt_2() {
    // 50257 · 768. With its 124,439,808 numbers in all, that is 31 of each 100.
    let small: Embedding = Embedding::random(50257, 1, &mut seeded(1));
    let numbers = small.count() * 768;
    assert_eq!(numbers, 38_597_376);
    assert_eq!(numbers * 100 / 124_439_808, 31);
}

#[test]
fn who_is_to_blame() {
    let embedding: Embedding<f64> = Embedding::random(4, 2, &mut seeded(1));
    let mut grad = embedding.zeros_like();
    embedding.backward(&[2, 2, 0], &Array2::ones((3, 2)), &mut grad);
    // 1 and 3 had no part in it, 2 had part in it twice.
    assert_eq!(grad.weight, array![[1.0, 1.0], [0.0, 0.0], [2.0, 2.0], [0.0, 0.0]]);
}

#[test]
fn the_nearest() {
    // Near: the angle between the two is small, however long they are.
    fn alike(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
        a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
    }
    fn nearest(w: &Array2<f64>, to: usize) -> Option<usize> {
        let others = (0..w.nrows()).filter(|&other| other != to);
        others.max_by(|&a, &b| alike(w.row(a), w.row(to)).total_cmp(&alike(w.row(b), w.row(to))))
    }
    let w = array![[1.0, 0.1], [-1.0, 0.0], [5.0, 1.0], [0.0, 1.0]];
    assert_eq!(nearest(&w, 0), Some(2)); // further away in centimetres, but in the same direction
    assert_eq!(nearest(&w, 1), Some(3));
}

#[test]
fn a_turn_and_back() {
    // Backward is a turn back. From 7 to 3 is a turn back by 4 places.
    let rotary = Rotary::new(6, 10, 10000.0);
    let x: Array2<f64> = uniform((1, 6), 1.0, &mut seeded(1));
    let at_3 = rotary.backward(&rotary.forward(&x, 7), 4);
    assert!(at_3.abs_diff_eq(&rotary.forward(&x, 3), 1e-12));
    assert!(rotary.backward(&at_3, 3).abs_diff_eq(&x, 1e-12));
}
