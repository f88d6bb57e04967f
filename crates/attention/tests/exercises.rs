//! The exercises of the README, solved: a test for each.

use attention::Head;
use attention::head::attend;
use backprop::Dropout;
use ndarray::{Array2, array};
use neuron::init::{normal, seeded, uniform};
use neuron::{Linear, matmul};

fn map(weight: Array2<f64>) -> Linear<f64> {
    Linear { weight, bias: None }
}

#[test]
fn by_hand() {
    // exp makes 2, 1 and 1: the article's ½ x₁ + ¼ x₂ + ¼ x₃.
    let (query, key) = (array![[1.0]], array![[2_f64.ln()], [0.0], [0.0]]);
    let value = array![[8.0], [4.0], [12.0]];
    let (y, chances) = attend(&query, &key, &value, false, Dropout::OFF);
    assert!(chances.abs_diff_eq(&array![[0.5, 0.25, 0.25]], 1e-12));
    assert!(y.abs_diff_eq(&array![[4.0 + 1.0 + 3.0]], 1e-12));
}

#[test]
fn how_many_scores() {
    // The first word has 1, the last 1024: 1024 · 1025 / 2.
    let words: Array2<f64> = Array2::zeros((1024, 1));
    let (_, chances) = attend(&words, &words, &words, true, Dropout::OFF);
    assert_eq!(chances.iter().filter(|&&chance| chance > 0.0).count(), 524_800);
}

#[test]
fn the_word_before() {
    // A word is found by its place, one-hot, and asks for the place before. The first has none to ask.
    let places = Array2::eye(4);
    let before =
        Array2::from_shape_fn((4, 4), |(asked, own)| if asked + 1 == own { 100.0 } else { 0.0 });
    let head = Head {
        query: map(before),
        key: map(Array2::eye(4)),
        value: map(Array2::eye(4)),
        causal: true,
    };
    let (_, saved) = head.forward(&places);
    for word in 1..4 {
        assert!(saved.chances[[word, word - 1]] > 0.999);
    }
}

#[test]
fn two_maps_are_one() {
    // x Sᵀ Hᵀ = x (H S)ᵀ, for each head its own H S.
    let rng = &mut seeded(1);
    let x: Array2<f64> = uniform((5, 8), 1.0, rng);
    let shared = map(uniform((6, 8), 1.0, rng));
    for _ in 0..2 {
        let head = map(uniform((3, 6), 1.0, rng));
        let one = map(matmul(&head.weight, &shared.weight));
        assert!(one.forward(&x).abs_diff_eq(&head.forward(&shared.forward(&x)), 1e-12));
    }
}

#[test]
fn without_the_root() {
    // The largest chance that a word gives, on average.
    let loudest = |size: usize, with_root: bool| {
        let rng = &mut seeded(1);
        let undone = if with_root { 1.0 } else { (size as f64).sqrt() };
        let query: Array2<f64> = normal((50, size), 1.0, rng) * undone;
        let key: Array2<f64> = normal((50, size), 1.0, rng);
        let (_, chances) = attend(&query, &key, &key, false, Dropout::OFF);
        let largest = |row: ndarray::ArrayView1<'_, f64>| {
            row.fold(0.0, |most: f64, &chance| most.max(chance))
        };
        chances.rows().into_iter().map(largest).sum::<f64>() / 50.0
    };
    assert!(loudest(256, false) > 2.0 * loudest(4, false)); // a single word drowns out the others
    assert!((loudest(256, true) / loudest(4, true) - 1.0).abs() < 0.3); // with it, size does not matter
}
