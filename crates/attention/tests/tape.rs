//! What one head finds for whole arrays, the tape of `backprop` finds number by number: with every sum
//! written out, and no rule for softmax.

use approx::assert_relative_eq;
use attention::Head;
use backprop::tape::{Number, Tape};
use ndarray::Array2;
use neuron::check::scattered;
use neuron::init::{seeded, uniform};
use neuron::{Linear, Parameters};
use proptest::prelude::*;

type Rows<'t> = Vec<Vec<Number<'t>>>;

proptest! {
    #[test]
    fn a_causal_head(
        words in 1..5_usize, channels in 1..4_usize, size in 1..4_usize, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let head: Head<f64> = scattered(&Head::random(channels, size, true, rng), rng);
        let x: Array2<f64> = uniform((words, channels), 2.0, rng);
        let dy: Array2<f64> = uniform((words, size), 1.0, rng);

        let tape = Tape::default();
        let given = rows(&tape, x.rows().into_iter().map(|row| row.to_vec()));
        let parts = [&head.query, &head.key, &head.value].map(|layer| neurons(&tape, layer));
        let heard = listen(&given, &parts);
        let each = heard.iter().flatten().zip(&dy);
        let loss = each.fold(tape.number(0.0), |sum, (y, &dy)| sum + *y * dy);

        let (y, saved) = head.forward(&x);
        for (y, number) in y.iter().zip(heard.iter().flatten()) {
            assert_relative_eq!(*y, number.value(), epsilon = 1e-10);
        }
        let mut grad = head.zeros_like();
        let dx = head.backward(&x, saved, &dy, &mut grad);
        let blame = loss.backward();
        for (number, slope) in given.iter().flatten().zip(&dx) {
            assert_relative_eq!(blame.of(*number), *slope, epsilon = 1e-10);
        }
        for (part, grad) in parts.iter().zip([&grad.query, &grad.key, &grad.value]) {
            let slopes = with_bias(grad).into_iter().flatten();
            for (number, slope) in part.iter().flatten().zip(slopes) {
                assert_relative_eq!(blame.of(*number), slope, epsilon = 1e-10);
            }
        }
    }
}

/// What each word hears from those up to itself: y = Σ chance · value, with chances in proportion to
/// exp(query · key / √D).
fn listen<'t>(x: &Rows<'t>, [query, key, value]: &[Rows<'t>; 3]) -> Rows<'t> {
    let [query, key, value] = [query, key, value].map(|part| linear(part, x));
    let root = (query[0].len() as f64).sqrt();
    let hear = |word: usize| {
        let weight = |other: usize| (dot(&query[word], &key[other]) / root).exp();
        let weights: Vec<_> = (0..=word).map(weight).collect();
        let total = weights[1..].iter().fold(weights[0], |sum, weight| sum + *weight);
        let chances: Vec<_> = weights.iter().map(|weight| *weight / total).collect();
        let channel = |d: usize| {
            let said: Vec<_> = value[..=word].iter().map(|value| value[d]).collect();
            dot(&chances, &said)
        };
        (0..value[0].len()).map(channel).collect()
    };
    (0..x.len()).map(hear).collect()
}

/// What each neuron, with its bias behind its weights, says of each row.
fn linear<'t>(neurons: &Rows<'t>, x: &Rows<'t>) -> Rows<'t> {
    let says = |row: &Vec<Number<'t>>, neuron: &Vec<Number<'t>>| {
        dot(&neuron[..row.len()], row) + neuron[row.len()]
    };
    x.iter().map(|row| neurons.iter().map(|neuron| says(row, neuron)).collect()).collect()
}

fn dot<'t>(a: &[Number<'t>], b: &[Number<'t>]) -> Number<'t> {
    let products = a.iter().zip(b).map(|(a, b)| *a * *b);
    products.reduce(|sum, product| sum + product).expect("at least one number")
}

fn rows(tape: &Tape, rows: impl IntoIterator<Item = Vec<f64>>) -> Rows<'_> {
    let number = |value| tape.number(value);
    rows.into_iter().map(|row| row.into_iter().map(number).collect()).collect()
}

fn neurons<'t>(tape: &'t Tape, layer: &Linear<f64>) -> Rows<'t> {
    rows(tape, with_bias(layer))
}

/// The weights of each neuron and, behind them, its bias.
fn with_bias(layer: &Linear<f64>) -> Vec<Vec<f64>> {
    let biases = layer.bias.iter().flatten();
    let neurons = layer.weight.rows().into_iter().zip(biases);
    neurons.map(|(row, bias)| row.iter().chain([bias]).copied().collect()).collect()
}
