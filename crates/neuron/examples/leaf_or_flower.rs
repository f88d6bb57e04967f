//! Is it a leaf or a flower? The article's network, with every sum written out.
#![allow(clippy::print_stdout)]

use ndarray::{ArrayView1, array};
use neuron::{Linear, neuron};

fn main() {
    let hidden: Linear<f64> = Linear {
        weight: array![
            [0.10, -0.29, -0.07, 0.46],
            [0.12, -0.05, 0.04, 0.16],
            [-0.36, -0.21, -0.27, 0.18]
        ],
        bias: None,
    };
    let output = Linear { weight: array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]], bias: None };
    let things = [
        ("a leaf", array![[32.0, 107.0, 56.0, 11.2]]),
        ("a sunflower", array![[241.0, 200.0, 4.0, 59.5]]),
    ];
    for (name, thing) in things {
        println!("{name}: red, green, blue, volume = {}\n", numbers(thing.row(0)));
        let middle = hidden.forward(&thing);
        for (i, weights) in hidden.weight.rows().into_iter().enumerate() {
            write_out(&format!("hidden {}", i + 1), weights, thing.row(0));
        }
        println!();
        let says = output.forward(&middle);
        for (word, weights) in ["leaf", "flower"].into_iter().zip(output.weight.rows()) {
            write_out(word, weights, middle.row(0));
        }
        let winner = if says[[0, 0]] > says[[0, 1]] { "a leaf" } else { "a flower" };
        println!("\nThe larger of the two wins: it is {winner}.\n\n");
    }
}

/// One neuron's sum: each weight times its input, added up.
fn write_out(name: &str, weights: ArrayView1<'_, f64>, inputs: ArrayView1<'_, f64>) {
    let products: Vec<_> = weights
        .iter()
        .zip(inputs)
        .map(|(weight, input)| format!("{weight:5.2} · {:8}", short(*input)))
        .collect();
    let sum = neuron(&weights, 0.0, &inputs);
    println!("{name:>9} = {} = {}", products.join("  +  "), short(sum));
}

fn numbers(row: ArrayView1<'_, f64>) -> String {
    row.iter().map(|&number| short(number)).collect::<Vec<_>>().join(", ")
}

/// At most five digits after the point.
fn short(number: f64) -> String {
    format!("{number:.5}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
