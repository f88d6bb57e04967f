//! Trains a network to tell a leaf from a flower, twice from the same random numbers: once by nudging each
//! number to see what happens, once by the formula. The two agree, and one of them is far faster.

use std::time::{Duration, Instant};

use activations::Activation;
use anstream::println;
use backprop::loss::{absolute_error, squared_error};
use backprop::{Mlp, Optimizer, Sgd};
use ndarray::{Array2, array};
use neuron::{Parameters, init::seeded, slope};
use pictures::bar;

fn main() {
    let things = array![[0.32, 1.07, 0.56, 0.112], [2.41, 2.00, 0.04, 0.595]];
    let wanted = array![[1.0, 0.0], [0.0, 1.0]];
    let loss = |model: &Mlp<f64>| squared_error(&model.forward(&things).0, &wanted).0;
    let article_loss = |model: &Mlp<f64>| absolute_error(&model.forward(&things).0, &wanted).0;

    let by_nudging = |model: &Mlp<f64>| slope(model, loss);
    let by_formula = |model: &Mlp<f64>| {
        let (says, saved) = model.forward(&things);
        let (_, blame) = squared_error(&says, &wanted);
        let mut gradient = model.zeros_like();
        model.backward(&things, saved, &blame, &mut gradient);
        gradient
    };

    println!("The squared differences, and the absolute ones, which are the article's loss:\n");
    println!("   step   by nudging   by the formula   absolute");
    let (mut nudged, mut told) = (start(), start());
    let (mut slow, mut fast) = (Duration::ZERO, Duration::ZERO);
    for step in 0..=200 {
        if step % 25 == 0 {
            let (by_nudging, by_formula, article) =
                (loss(&nudged), loss(&told), article_loss(&told));
            let bar = bar(article / 3.0, 24);
            println!(
                "{step:7}   {by_nudging:10.7}   {by_formula:14.7}   {article:8.4} {}",
                bar.trim_end()
            );
            assert!((by_nudging - by_formula).abs() < 1e-7);
        }
        slow += descend(&mut nudged, by_nudging);
        fast += descend(&mut told, by_formula);
    }
    let numbers = Parameters::<f64>::count(&told);
    println!(
        "\nNudging {numbers} numbers takes {} runs a step, the formula one and the way back.",
        2 * numbers
    );
    let faster = slow.as_secs_f64() / fast.as_secs_f64();
    println!("Here and now the formula was {faster:.0} times as fast.\n");

    let says: Array2<f64> = told.forward(&things).0;
    println!("            leaf  flower");
    for (i, (thing, row)) in ["a leaf", "a flower"].iter().zip(says.rows()).enumerate() {
        println!("{thing:>9} {:6.2}  {:6.2}", row[0], row[1]);
        assert!(row[i] > row[1 - i]);
    }
}

fn start() -> Mlp<f64> {
    Mlp::random(&[4, 8, 2], Activation::Tanh, &mut seeded(1))
}

/// Takes a step, and says how long it took to find out where to.
fn descend(model: &mut Mlp<f64>, gradient: impl Fn(&Mlp<f64>) -> Mlp<f64>) -> Duration {
    let clock = Instant::now();
    let gradient = gradient(model);
    let taken = clock.elapsed();
    Sgd::new(model, 0.0).step(model, &gradient, 1.0, 0.01);
    taken
}
