//! ReLU between the layers of a network that was made without it: the sunflower becomes a leaf. Trained
//! again, it is a flower.

use activations::Activation::Relu;
use anstream::println;
use ndarray::{Array2, array};
use neuron::init::seeded;
use neuron::{Linear, Parameters, slope};
use pictures::signed_bar;

type Network = Vec<Linear<f64>>; // two layers

fn main() {
    let bare = |weight| Linear { weight, bias: None };
    let article = vec![
        bare(array![
            [0.10, -0.29, -0.07, 0.46],
            [0.12, -0.05, 0.04, 0.16],
            [-0.36, -0.21, -0.27, 0.18]
        ]),
        bare(array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]]),
    ];
    let things = array![[32.0, 107.0, 56.0, 11.2], [241.0, 200.0, 4.0, 59.5]];

    let (says, hidden) = forward(&article, &things, false);
    show("The article's weights, without a bend:", &hidden, &says, 2.0, ["leaf", "flower"]);

    let (says, hidden) = forward(&article, &things, true);
    show("The same weights, with ReLU between:", &hidden, &says, 12.0, ["leaf", "leaf"]);
    assert!(says.abs_diff_eq(&array![[0.98358, -0.30264], [11.154, -3.432]], 5e-4));
    println!("One hidden neuron is left, the same for both things, and it speaks for the leaf.");
    let blame = slope(&article, |network| forward(network, &things, true).0.sum());
    assert!(blame[0].weight.row(0).iter().chain(blame[0].weight.row(2)).all(|slope| *slope == 0.0));
    println!(
        "The two that are silent for both have no slope: from here, no training wakes them.\n"
    );

    // So from random numbers, and with a bias for each neuron. In hundreds, since slopes grow with the inputs.
    let things = things / 100.0;
    let rng = &mut seeded(4);
    let mut network = vec![Linear::random(4, 3, rng), Linear::random(3, 2, rng)];
    let wanted = array![[1.0, 0.0], [0.0, 1.0]];
    let loss = |network: &Network| {
        let difference = forward(network, &things, true).0 - &wanted;
        (&difference * &difference).sum()
    };
    let before = loss(&network);
    for _ in 0..STEPS {
        let mut step = slope(&network, loss); // each number is wiggled
        step.numbers_mut().into_iter().for_each(|slope| *slope *= -0.05);
        network.add(&step);
    }
    let (says, hidden) = forward(&network, &things, true);
    show("Trained again, with ReLU between:", &hidden, &says, 2.0, ["leaf", "flower"]);
    println!("In {STEPS} steps the loss went from {before:.3} to {:.3}.", loss(&network));
    assert!(loss(&network) < 0.05);
}

const STEPS: usize = 30;

/// What the network says, and what its hidden neurons hand on.
fn forward(network: &Network, x: &Array2<f64>, bend: bool) -> (Array2<f64>, Array2<f64>) {
    let straight = network[0].forward(x);
    let hidden = if bend { Relu.forward(&straight) } else { straight };
    (network[1].forward(&hidden), hidden)
}

fn show(title: &str, hidden: &Array2<f64>, says: &Array2<f64>, most: f64, expected: [&str; 2]) {
    println!("{title}\n");
    let things = ["a leaf", "a sunflower"].iter().zip(expected);
    for (((name, expected), hidden), says) in things.zip(hidden.rows()).zip(says.rows()) {
        let winner = if says[0] > says[1] { "leaf" } else { "flower" };
        assert_eq!(winner, expected, "{title} {name}");
        println!(
            "{name}, by hidden neurons that say {:.3}, {:.3}, {:.3}:",
            hidden[0], hidden[1], hidden[2]
        );
        for (word, &score) in ["leaf", "flower"].iter().zip(says) {
            let mark = if *word == winner { "  it wins" } else { "" };
            let line = format!("{word:>9} {score:8.3} {}{mark}", signed_bar(score, most, 16));
            println!("{}", line.trim_end());
        }
        println!();
    }
}
