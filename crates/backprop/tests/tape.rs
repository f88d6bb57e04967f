//! The tape finds the slopes that wiggling measures; and what the layers find for whole arrays, the tape
//! finds number by number.

use activations::Activation;
use approx::assert_relative_eq;
use backprop::tape::{Number, Tape};
use backprop::{Mlp, loss::squared_error};
use ndarray::{Array1, Array2};
use neuron::check::assert_slope;
use neuron::init::{seeded, uniform};
use neuron::{Linear, Parameters};
use proptest::prelude::*;
use softmax::cross_entropy;

/// A way of putting numbers together, for a seed: each is used several times, and every sign occurs.
fn expression<'t>(x: &[Number<'t>]) -> Number<'t> {
    let [a, b, c] = x else { unreachable!("three numbers") };
    let sum = (*a * *b - *c).tanh() + (*c * 0.5).exp() / (*b * *b + 1.0);
    let roots = (sum * sum + 2.0).ln() * (*a * *a + 0.1).powf(0.5);
    roots - (*a - *b * 1.5).relu() / (roots.exp() + 3.0) + *c
}

fn numbers<'t>(tape: &'t Tape, values: impl IntoIterator<Item = f64>) -> Vec<Number<'t>> {
    values.into_iter().map(|value| tape.number(value)).collect()
}

proptest! {
    #[test]
    fn the_tape_finds_what_wiggling_measures(seed: u64) {
        let x: Array1<f64> = uniform(3, 2.0, &mut seeded(seed));
        prop_assume!((x[0] - 1.5 * x[1]).abs() > 1e-3); // relu has a corner there
        let value = |x: &Array1<f64>| {
            expression(&numbers(&Tape::default(), x.iter().copied())).value()
        };

        let tape = Tape::default();
        let given = numbers(&tape, x.iter().copied());
        let blame = expression(&given).backward();
        let claimed: Array1<f64> = given.iter().map(|&number| blame.of(number)).collect();
        assert_slope(&claimed, &x, value);
    }

    #[test]
    fn mlp_and_cross_entropy(
        rows in 1..4_usize, sizes in proptest::collection::vec(1..5_usize, 2..5), relu: bool,
        seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let bend = if relu { Activation::Relu } else { Activation::Tanh };
        let model: Mlp<f64> = Mlp::random(&sizes, bend, rng);
        let x: Array2<f64> = uniform((rows, sizes[0]), 2.0, rng);
        let scores = sizes[sizes.len() - 1];
        let targets: Vec<u32> = (0..rows).map(|row| (row * 7 % scores) as u32).collect();

        let tape = Tape::default();
        let (layers, given) = (on_tape(&tape, &model), on_rows(&tape, &x));
        let bend = if relu { Number::relu } else { Number::tanh };
        let mut loss = tape.number(0.0);
        for (row, &target) in given.iter().zip(&targets) {
            let says = network(&layers, row, bend);
            let sum = says.iter().fold(tape.number(0.0), |sum, score| sum + score.exp());
            loss = loss + sum.ln() - says[target as usize]; // -ln chance
        }

        let (says, saved) = model.forward(&x);
        let (sum, dy) = cross_entropy(says, &targets);
        prop_assert!((sum - loss.value()).abs() < 1e-10);
        let mut grad = model.zeros_like();
        let dx = model.backward(&x, saved, &dy, &mut grad);
        agree(loss, &layers, &grad);
        agree_on_rows(loss, &given, &dx);
    }

    #[test]
    fn squared_errors(rows in 1..4_usize, columns in 1..4_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let got: Array2<f64> = uniform((rows, columns), 2.0, rng);
        let wanted: Array2<f64> = uniform((rows, columns), 2.0, rng);

        let tape = Tape::default();
        let given = on_rows(&tape, &got);
        let mut loss = tape.number(0.0);
        for (got, &wanted) in given.iter().flatten().zip(&wanted) {
            loss = loss + (*got - wanted).powf(2.0);
        }

        let (sum, slope) = squared_error(&got, &wanted);
        prop_assert!((sum - loss.value()).abs() < 1e-10);
        agree_on_rows(loss, &given, &slope);
    }
}

#[test]
fn what_has_no_part_in_it_has_no_blame() {
    let tape = Tape::default();
    let [a, b] = [1.0, 2.0].map(|value| tape.number(value));
    let y = a * 3.0;
    let later = y + b;
    let blame = y.backward();
    assert_eq!([a, b, y, later].map(|number| blame.of(number)), [3.0, 0.0, 1.0, 0.0]);
}

/// A layer: each neuron with its weights, and its bias behind them.
type Neurons<'t> = Vec<Vec<Number<'t>>>;

fn on_tape<'t>(tape: &'t Tape, model: &Mlp<f64>) -> Vec<Neurons<'t>> {
    let neurons = |layer: &Linear<f64>| {
        let biases = layer.bias.iter().flatten();
        let rows = layer.weight.rows().into_iter().zip(biases);
        rows.map(|(row, bias)| numbers(tape, row.iter().chain([bias]).copied())).collect()
    };
    model.layers.iter().map(neurons).collect()
}

fn on_rows<'t>(tape: &'t Tape, x: &Array2<f64>) -> Vec<Vec<Number<'t>>> {
    x.rows().into_iter().map(|row| numbers(tape, row.iter().copied())).collect()
}

/// What the network says of one row.
fn network<'t>(
    layers: &[Neurons<'t>],
    row: &[Number<'t>],
    bend: impl Fn(Number<'t>) -> Number<'t>,
) -> Vec<Number<'t>> {
    let mut seen = row.to_vec();
    for (i, layer) in layers.iter().enumerate() {
        let neuron = |weights: &Vec<Number<'t>>| {
            let bias = weights[seen.len()];
            let sum = weights.iter().zip(&seen).fold(bias, |sum, (w, x)| sum + *w * *x);
            if i + 1 < layers.len() { bend(sum) } else { sum }
        };
        seen = layer.iter().map(neuron).collect();
    }
    seen
}

fn agree(loss: Number<'_>, layers: &[Neurons<'_>], grad: &Mlp<f64>) {
    let blame = loss.backward();
    for (neurons, grad) in layers.iter().zip(&grad.layers) {
        let biases = grad.bias.iter().flatten();
        for ((neuron, row), bias) in neurons.iter().zip(grad.weight.rows()).zip(biases) {
            for (number, slope) in neuron.iter().zip(row.iter().chain([bias])) {
                assert_relative_eq!(blame.of(*number), *slope, epsilon = 1e-10);
            }
        }
    }
}

fn agree_on_rows(loss: Number<'_>, given: &[Vec<Number<'_>>], slope: &Array2<f64>) {
    let blame = loss.backward();
    for (number, slope) in given.iter().flatten().zip(slope) {
        assert_relative_eq!(blame.of(*number), *slope, epsilon = 1e-10);
    }
}
