//! The six bends as curves, and what one of them does to a network that was not trained with it.
#![allow(clippy::print_stdout)]

use activations::Activation::{self, Gelu, GeluTanh, Relu, Sigmoid, Silu, Tanh};
use ndarray::array;
use neuron::Linear;

fn main() {
    for bend in [Relu, Sigmoid, Tanh, Gelu, GeluTanh, Silu] {
        draw(bend);
    }

    let hidden: Linear<f64> = Linear {
        weight: array![
            [0.10, -0.29, -0.07, 0.46],
            [0.12, -0.05, 0.04, 0.16],
            [-0.36, -0.21, -0.27, 0.18]
        ],
        bias: None,
    };
    let output = Linear { weight: array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]], bias: None };
    println!("The article's network, without a bend and with ReLU between its layers:\n");
    let things = [
        ("a leaf", array![[32.0, 107.0, 56.0, 11.2]]),
        ("a sunflower", array![[241.0, 200.0, 4.0, 59.5]]),
    ];
    for (name, thing) in things {
        let middle = hidden.forward(&thing);
        for (how, middle) in [("without", middle.clone()), ("with", Relu.forward(&middle))] {
            let says = output.forward(&middle);
            let (leaf, flower) = (says[[0, 0]], says[[0, 1]]);
            let winner = if leaf > flower { "a leaf" } else { "a flower" };
            println!("{name:>11} {how:>7}: leaf {leaf:8.4}, flower {flower:8.4}: it is {winner}");
        }
    }
    println!("\nThe weights were not made for a bend. Whoever adds one must train again.");
}

/// The curve from -3 to 3, a row of the picture for each half.
fn draw(bend: Activation) {
    const COLUMNS: usize = 49;
    println!("{bend:?}");
    for row in (-2..=6).rev() {
        let line: String = (0..COLUMNS)
            .map(|column| {
                let x = column as f64 / 8.0 - 3.0;
                let y = bend.forward(&array![[x]])[[0, 0]];
                match ((2.0 * y).round() == f64::from(row), row, column) {
                    (true, ..) => '●',
                    (_, 0, _) => '─',
                    (_, _, 24) => '│',
                    _ => ' ',
                }
            })
            .collect();
        println!("  {:4.1} {}", f64::from(row) / 2.0, line.trim_end());
    }
    println!();
}
