//! The same numbers, in and out, read as a plant and as the weather; and one output read by its sign, where
//! two are read by which is larger. A network knows of neither.

use anstream::println;
use ndarray::{Array2, Axis, array, concatenate};
use neuron::Linear;
use neuron::init::{seeded, uniform};
use pictures::signed_bar;

/// What is read into the inputs, and what out of the outputs.
struct Reading {
    inputs: [&'static str; 4],
    outputs: [&'static str; 2],
}

const PLANT: Reading = Reading {
    inputs: ["red, 0 to 255", "green, 0 to 255", "blue, 0 to 255", "volume, ml"],
    outputs: ["leaf", "flower"],
};
const WEATHER: Reading = Reading {
    inputs: ["clouds, 0 to 255", "humidity, 0 to 255", "sun this hour, min", "wind, km/h"],
    outputs: ["sun", "rain"],
};

fn main() {
    let hidden: Linear<f64> = Linear {
        weight: array![
            [0.10, -0.29, -0.07, 0.46],
            [0.12, -0.05, 0.04, 0.16],
            [-0.36, -0.21, -0.27, 0.18]
        ],
        bias: None,
    };
    let output: Linear<f64> =
        Linear { weight: array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]], bias: None };
    let numbers = array![[32.0, 107.0, 56.0, 11.2], [241.0, 200.0, 4.0, 59.5]];
    let says = output.forward(&hidden.forward(&numbers));

    let rows = numbers.rows().into_iter().zip(says.rows());
    for ((given, says), winner) in rows.zip([0, 1]) {
        println!("           read as a plant         read as the weather in an hour\n");
        for (i, number) in given.iter().enumerate() {
            println!("{number:8.1}   {:23} {}", PLANT.inputs[i], WEATHER.inputs[i]);
        }
        println!();
        for (i, score) in says.iter().enumerate() {
            println!("{score:8.5}   {:23} {}", PLANT.outputs[i], WEATHER.outputs[i]);
        }
        assert!(says[winner] > says[1 - winner]);
        println!("\n    so     a {:21} {}\n\n", PLANT.outputs[winner], WEATHER.outputs[winner]);
    }

    // What the first output says, less what the second says, is one neuron: the rows of weights, subtracted.
    let row = &output.weight.row(0) - &output.weight.row(1);
    let single = Linear { weight: row.insert_axis(Axis(0)), bias: None };
    println!("One output instead of two, with the weights {:.2}:\n", single.weight.row(0));
    for (name, difference) in
        ["leaf", "flower"].iter().zip(single.forward(&hidden.forward(&numbers)))
    {
        let reading = if difference > 0.0 { "above zero: a leaf" } else { "below zero: a flower" };
        println!("{name:>8} {difference:8.5} {} {reading}", signed_bar(difference, 1.0, 12));
        assert!(reading.ends_with(name));
    }

    let many: Array2<f64> = uniform((1000, 4), 255.0, &mut seeded(1));
    let middle = hidden.forward(&many);
    let both = concatenate![Axis(1), output.forward(&middle), single.forward(&middle)];
    let alike = both.rows().into_iter().filter(|row| (row[0] > row[1]) == (row[2] > 0.0)).count();
    println!("\nOf {} things at random, the two ways of reading agree on {alike}.", both.nrows());
    assert_eq!(alike, 1000);
}
