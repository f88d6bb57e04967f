//! Prints how much each word listens to each word so far. Nothing is trained here: words that are
//! alike are given the same numbers by hand, and attention finds them.
#![allow(clippy::print_stdout)]

use attention::Head;
use ndarray::{Array2, array};
use neuron::Linear;

fn main() {
    let words = ["the", "cat", "and", "the", "dog", "sat"];
    // (animal, doing, little word)
    let x =
        array![[0., 0., 1.], [1., 0., 0.], [0., 0., 1.], [0., 0., 1.], [1., 0., 0.], [0., 1., 0.]];

    let sees = |weight: Array2<f32>| Linear { weight, bias: None };
    let head = Head {
        query: sees(array![[0., 9., 0.]]), // what is done asks who does it
        key: sees(array![[1., 0., 0.]]),
        value: sees(Array2::eye(3)),
        causal: true,
    };

    let (_, saved) = head.forward(&x);
    for (word, chances) in words.iter().zip(saved.chances.rows()) {
        print!("{word:>5}:");
        for (other, &chance) in words.iter().zip(chances).filter(|(_, chance)| **chance > 0.005) {
            print!("  {other} {:.0}%", 100. * chance);
        }
        println!();
    }
}
