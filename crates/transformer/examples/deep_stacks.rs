//! Sends blame back through forty layers: in a plain stack it dies out or grows without end; with a way
//! around each layer, and a norm before it, it arrives.

use activations::Activation;
use ndarray::Array2;
use neuron::init::{normal, seeded, uniform};
use neuron::{Linear, Parameters};
use pictures::{save, signed_bar, svg};
use transformer::LayerNorm;

const DEPTH: usize = 40;
const CHANNELS: usize = 32;

/// A layer whose weights come from a bell curve `wide` times as wide as would keep sums as they are.
fn layer(wide: f64, seed: u64) -> Linear<f64> {
    let even = (2.0 / CHANNELS as f64).sqrt(); // He et al. 2015: ReLU halves the squares
    Linear { weight: normal((CHANNELS, CHANNELS), wide * even, &mut seeded(seed)), bias: None }
}

fn start() -> (Array2<f64>, Array2<f64>) {
    let rng = &mut seeded(1);
    (uniform((8, CHANNELS), 1.0, rng), uniform((8, CHANNELS), 1.0, rng)) // x and the slope along y
}

/// How long the slope along each layer's input is, the first layer's first.
fn plain(wide: f64) -> Vec<f64> {
    let (mut x, mut dx) = start(); // (n, C)
    let mut inputs = Vec::new();
    for seed in 0..DEPTH {
        let layer = layer(wide, seed as u64);
        let sums = layer.forward(&x); // (n, C)
        let y = Activation::Relu.forward(&sums);
        inputs.push((layer, x, sums));
        x = y;
    }
    let back = |(layer, x, sums): &(Linear<f64>, Array2<f64>, Array2<f64>)| {
        let dsums = Activation::Relu.backward(sums, dx.clone());
        dx = layer.backward(x, &dsums, &mut layer.zeros_like()); // nothing is learned here
        length(&dx)
    };
    let mut lengths: Vec<f64> = inputs.iter().rev().map(back).collect();
    lengths.reverse();
    lengths
}

/// The same with x + relu(layer(norm(x))) in place of relu(layer(x)).
fn around(wide: f64) -> Vec<f64> {
    let (mut x, mut dx) = start(); // (n, C)
    let norm = LayerNorm::new(CHANNELS, 1e-5);
    let mut inputs = Vec::new();
    for seed in 0..DEPTH {
        let layer = layer(wide, seed as u64);
        let (calm, saved) = norm.forward(&x);
        let sums = layer.forward(&calm); // (n, C)
        x += &Activation::Relu.forward(&sums);
        inputs.push((layer, calm, saved, sums));
    }
    let back = |(layer, calm, saved, sums): (Linear<f64>, Array2<f64>, _, Array2<f64>)| {
        let dsums = Activation::Relu.backward(&sums, dx.clone());
        let dcalm = layer.backward(&calm, &dsums, &mut layer.zeros_like());
        dx += &norm.backward(saved, &dcalm, &mut norm.zeros_like());
        length(&dx)
    };
    let mut lengths: Vec<f64> = inputs.into_iter().rev().map(back).collect();
    lengths.reverse();
    lengths
}

fn length(dx: &Array2<f64>) -> f64 {
    dx.iter().map(|slope| slope * slope).sum::<f64>().sqrt()
}

fn main() {
    let stacks = [
        ("plain, small", plain(0.5)),
        ("plain, large", plain(2.0)),
        ("residual, small", around(0.5)),
        ("residual, large", around(2.0)),
    ];
    // "Residual" is x + relu(layer(norm(x))).
    for (name, lengths) in &stacks {
        anstream::println!("{name} weights: how loud the blame is that arrives, as a power of ten");
        for number in [40, 30, 20, 10, 1] {
            let power = lengths[number - 1].log10();
            let bar = signed_bar(power, 15.0, 22);
            anstream::println!("  layer {number:2}  {power:+6.1}  {bar}");
        }
    }
    let grows = |i: usize| stacks[i].1[0] / stacks[i].1[DEPTH - 1];
    assert!(grows(0) < 1e-9, "blame dies out");
    assert!(grows(1) > 1e9, "blame explodes");
    assert!((0.01..100.0).contains(&grows(2)) && (0.01..100.0).contains(&grows(3)), "it arrives");

    let curve =
        |lengths: &[f64]| (1..).map(f64::from).zip(lengths.iter().map(|l| l.log10())).collect();
    let curves = stacks.each_ref().map(|(name, lengths)| (*name, curve(lengths)));
    let title = "How loud the blame is that reaches each layer, with small and large weights";
    save(&svg::lines(title, "layer", "power of ten", &curves));
}
