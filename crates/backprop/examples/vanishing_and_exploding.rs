//! Blame on its way down a deep stack: from numbers that start too small it vanishes, from numbers too
//! large it explodes. With `--svg FILE`, as a picture.

use activations::Activation::{self, Relu, Sigmoid, Tanh};
use anstream::println;
use backprop::train::norm;
use ndarray::Array2;
use neuron::init::{normal, seeded, uniform};
use neuron::{Linear, Parameters};
use pictures::signed_bar;

const LAYERS: usize = 24;
const WIDTH: usize = 32;

fn main() {
    let stacks = [
        ("tanh, too small: 0.5/√n", Tanh, 0.5),
        ("tanh, as it should be: 1/√n", Tanh, 1.0),
        ("tanh, too large: 3/√n", Tanh, 3.0),
        ("relu, too large: 3/√n", Relu, 3.0),
        ("sigmoid, 1/√n", Sigmoid, 1.0),
    ];
    println!(
        "{LAYERS} layers of {WIDTH} neurons. The norm of the blame that comes out of each, where 1 goes in at"
    );
    println!("the top. A block of a bar is a power of ten, and the line stands at 1.\n");
    let mut curves = vec![];
    let mut firsts = vec![];
    for (name, bend, size) in stacks {
        let norms = norms(&stack(size), bend);
        println!("{name}\n");
        for (i, norm) in norms.iter().enumerate().rev().filter(|(i, _)| i % 4 == 3 || *i == 0) {
            let bar = signed_bar(norm.log10(), 16.0, 16);
            println!("   layer {:2} {norm:6.0e} {}", i + 1, bar.trim_end());
        }
        println!();
        firsts.push(norms[0]);
        let points = norms.iter().enumerate().map(|(i, norm)| ((i + 1) as f64, norm.log10()));
        curves.push((name, points.collect()));
    }
    let [small, right, large, relu, sigmoid] = firsts[..] else { unreachable!("five stacks") };
    assert!(small < 1e-6 && sigmoid < 1e-12, "they vanish");
    assert!((0.02..50.0).contains(&right), "they stay");
    assert!(large > 1e2 && relu > 1e6, "they explode");

    let title = "Blame on its way down, from random starts of three sizes";
    pictures::save(&pictures::svg::lines(
        title,
        "layer",
        "norm of the blame, as a power of ten",
        &curves,
    ));
}

/// Layers whose weights come from a bell curve `size / √n` wide.
fn stack(size: f64) -> Vec<Linear<f64>> {
    let rng = &mut seeded(1);
    let deviation = size / (WIDTH as f64).sqrt();
    let mut layer = || Linear { weight: normal((WIDTH, WIDTH), deviation, rng), bias: None };
    (0..LAYERS).map(|_| layer()).collect()
}

/// The norm of the blame that comes out of each layer, for a few random inputs and a blame of 1.
fn norms(layers: &[Linear<f64>], bend: Activation) -> Vec<f64> {
    let rng = &mut seeded(2);
    let mut seen: Vec<Array2<f64>> = vec![uniform((8, WIDTH), 1.0, rng)];
    let mut straight = vec![];
    for (i, layer) in layers.iter().enumerate() {
        straight.push(layer.forward(&seen[i]));
        seen.push(bend.forward(&straight[i]));
    }
    let mut blame: Array2<f64> = uniform((8, WIDTH), 1.0, rng);
    blame /= norm(&blame);
    let mut norms = vec![0.0; layers.len()];
    for (i, layer) in layers.iter().enumerate().rev() {
        // seen[i + 1] = bend(layer(seen[i]))
        let dy = bend.backward(&straight[i], blame);
        blame = layer.backward(&seen[i], &dy, &mut layer.zeros_like());
        norms[i] = norm(&blame);
    }
    norms
}
