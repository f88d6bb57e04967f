//! Is it a leaf or a flower? The article's network, with every sum written out.

use anstream::println;
use ndarray::{ArrayView1, array};
use neuron::{Linear, neuron};
use pictures::signed_bar;

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
    let leaf = array![[32.0, 107.0, 56.0, 11.2]];
    let sunflower = array![[241.0, 200.0, 4.0, 59.5]];
    for (name, thing) in [("leaf", &leaf), ("flower", &sunflower)] {
        println!("a {name}: red, green, blue, volume = {}\n", numbers(thing.row(0)));
        let middle = hidden.forward(thing);
        for (i, weights) in hidden.weight.rows().into_iter().enumerate() {
            write_out(&format!("hidden {}", i + 1), weights, thing.row(0));
        }
        println!();
        let says = output.forward(&middle);
        let answers = ["leaf", "flower"];
        for (word, weights) in answers.into_iter().zip(output.weight.rows()) {
            write_out(word, weights, middle.row(0));
        }
        println!();
        for (word, &score) in answers.into_iter().zip(says.row(0)) {
            println!("{word:>9} {score:8.5} {}", signed_bar(score, 1.0, 20).trim_end());
        }
        let winner = if says[[0, 0]] > says[[0, 1]] { "leaf" } else { "flower" };
        assert_eq!(winner, name);
        println!("\nThe larger of the two wins: it is a {winner}.\n\n");
    }

    let biased = neuron(&hidden.weight.row(0), 0.25, &leaf.row(0));
    assert_eq!(short(biased), "-26.348");
    println!("With a bias of 0.25, hidden 1 says {} of the leaf.", short(biased));
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
