//! Trains a network to tell a leaf from a flower, twice from the same random numbers: once by nudging each
//! number to see what happens, once by the formula. The two agree, and one of them is far faster.
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use activations::Activation;
use backprop::{Mlp, Optimizer, Sgd, loss::squared_error};
use ndarray::{Array2, array};
use neuron::{Parameters, init::seeded, slope};

fn main() {
    let things = array![[0.32, 1.07, 0.56, 0.112], [2.41, 2.00, 0.04, 0.595]];
    let wanted = array![[1.0, 0.0], [0.0, 1.0]];
    let loss = |model: &Mlp<f64>| squared_error(&model.forward(&things).0, &wanted).0;

    let by_nudging = |model: &Mlp<f64>| slope(model, loss);
    let by_formula = |model: &Mlp<f64>| {
        let (says, saved) = model.forward(&things);
        let (_, blame) = squared_error(&says, &wanted);
        let mut gradient = model.zeros_like();
        model.backward(&things, saved, &blame, &mut gradient);
        gradient
    };

    println!("   step   loss by nudging   loss by the formula");
    let (mut nudged, mut told) = (start(), start());
    let (mut slow, mut fast) = (Duration::ZERO, Duration::ZERO);
    for step in 0..=200 {
        if step % 40 == 0 {
            println!("{step:7}   {:15.10}   {:19.10}", loss(&nudged), loss(&told));
        }
        slow += descend(&mut nudged, by_nudging);
        fast += descend(&mut told, by_formula);
    }
    println!("\nthe formula was {:.0} times as fast", slow.as_secs_f64() / fast.as_secs_f64());

    let says: Array2<f64> = told.forward(&things).0;
    println!("          leaf  flower");
    for (thing, row) in ["leaf", "flower"].iter().zip(says.rows()) {
        println!("{thing:>7}: {:5.2}   {:5.2}", row[0], row[1]);
    }
    assert!((loss(&nudged) - loss(&told)).abs() < 1e-6);
}

fn start() -> Mlp<f64> {
    Mlp::random(&[4, 8, 2], Activation::Tanh, &mut seeded(1))
}

fn descend(model: &mut Mlp<f64>, gradient: impl Fn(&Mlp<f64>) -> Mlp<f64>) -> Duration {
    let clock = Instant::now();
    let gradient = gradient(model);
    let taken = clock.elapsed();
    Sgd::new(model, 0.0).step(model, &gradient, 1.0, 0.05);
    taken
}
