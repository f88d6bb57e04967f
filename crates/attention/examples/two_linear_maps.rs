//! Shows that a map shared by all heads, followed by a map for each head, is one map for each head: the
//! article draws the two, the code has the one, and the numbers are the same.

use attention::Head;
use ndarray::{Array1, Array2};
use neuron::init::{seeded, uniform};
use neuron::{Linear, matmul};
use pictures::signed_bar;

fn main() {
    let rng = &mut seeded(1);
    let x: Array2<f64> = uniform((3, 6), 1.0, rng); // (T, C)
    let shared: Linear<f64> = Linear::random(6, 6, rng); // C -> C, for all heads
    let heads: Vec<Head<f64>> = (0..2).map(|_| Head::random(6, 3, true, rng)).collect(); // C -> D

    anstream::println!("the last of {} words, in {} heads\n", x.nrows(), heads.len());
    anstream::println!("      shared map, then the head's   one map");
    for (number, head) in heads.iter().enumerate() {
        let (two, _) = head.forward(&shared.forward(&x)); // (T, D)
        let merged = Head {
            query: one_map(&shared, &head.query),
            key: one_map(&shared, &head.key),
            value: one_map(&shared, &head.value),
            causal: true,
        };
        let (one, _) = merged.forward(&x); // (T, D)
        for (two, one) in two.row(2).iter().zip(one.row(2)) {
            let bar = signed_bar(*one, 1.0, 12);
            anstream::println!("head {number}   {two:+.6}             {one:+.6}  {bar}");
        }
        assert!(two.abs_diff_eq(&one, 1e-12), "two linear maps in a row are one");
    }

    let count = |linear: &Linear<f64>| linear.weight.len();
    let shared_and_own = count(&shared) + 6 * count(&heads[0].query);
    let merged = 6 * count(&one_map(&shared, &heads[0].query));
    anstream::println!("\nweights: {shared_and_own} in two maps, {merged} in one");
}

/// `second(first(x))`: W₂ (W₁ x + b₁) + b₂ = (W₂ W₁) x + (W₂ b₁ + b₂).
fn one_map(first: &Linear<f64>, second: &Linear<f64>) -> Linear<f64> {
    let bias = |linear: &Linear<f64>| linear.bias.clone().unwrap_or_else(|| Array1::zeros(0));
    Linear {
        weight: matmul(&second.weight, &first.weight),
        bias: Some(second.weight.dot(&bias(first)) + bias(second)),
    }
}
