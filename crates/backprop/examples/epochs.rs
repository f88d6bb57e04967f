//! Many labelled leaves and flowers, a few at a time: the loss is the average over those few, and once all have
//! been seen, an epoch has passed. Others, which the network never learned from, say how well it does.

use std::ops::ControlFlow;

use activations::Activation;
use anstream::println;
use backprop::{Loss, Mlp, Recipe, Schedule, Sgd, train};
use ndarray::Array2;
use neuron::init::{normal, seeded};
use pictures::bar;
use rand::seq::SliceRandom;
use softmax::cross_entropy;

/// Red, green, blue and volume, in hundreds, and the label: 0 for a leaf, 1 for a flower.
type Labelled = ([f64; 4], u32);

const BATCH: usize = 8;
const BATCHES: usize = 5; // in an epoch
const EPOCHS: usize = 12;

fn main() {
    let known = things(BATCH * BATCHES, 1);
    let unseen = things(200, 2);
    let mut model = Mlp::random(&[4, 8, 2], Activation::Tanh, &mut seeded(3));
    let before = right(&model, &unseen);
    println!(
        "{} labelled things, {BATCH} at a time. Before training {before} of 200 others are right.\n",
        known.len()
    );
    println!("   epoch   average loss                              right, of 200 others");

    let mut order: Vec<usize> = Vec::new();
    let draw = |step: usize| -> Vec<Labelled> {
        let (epoch, batch) = ((step - 1) / BATCHES, (step - 1) % BATCHES);
        if batch == 0 {
            order = (0..known.len()).collect();
            order.shuffle(&mut seeded(epoch as u64)); // each once, in another order each time
        }
        order[batch * BATCH..][..BATCH].iter().map(|&i| known[i]).collect()
    };
    let learn = |model: &Mlp<f64>, share: &[Labelled], _, grad: &mut Mlp<f64>| {
        let (x, labels) = rows(share);
        let (scores, saved) = model.forward(&x);
        let (sum, dscores) = cross_entropy(scores, &labels);
        model.backward(&x, saved, &dscores, grad);
        Loss { sum, count: share.len() }
    };
    let (mut epoch_loss, mut last) = (0.0, (f64::INFINITY, 0));
    let schedule = Schedule::constant(0.1);
    let recipe = Recipe { steps: EPOCHS * BATCHES, shares: 2, schedule, clip: f64::INFINITY };
    let mut descent = Sgd::new(&model, 0.0);
    let told = train(&mut model, &mut descent, &recipe, 0, draw, learn, |told, model, _| {
        epoch_loss += told.loss / BATCHES as f64;
        if told.step % BATCHES == 0 {
            let right = right(model, &unseen);
            let bars = (bar(epoch_loss, 24), bar(right as f64 / 200.0, 12));
            println!(
                "{:8} {epoch_loss:8.3} {}  {right:6} {}",
                told.step / BATCHES,
                bars.0,
                bars.1.trim_end()
            );
            last = (epoch_loss, right);
            epoch_loss = 0.0;
        }
        ControlFlow::Continue(())
    });
    told.expect("a loss that is a number");
    assert!(before < 150 && last.1 >= 190 && last.0 < 0.25, "{before}, {last:?}");
}

/// Leaves and flowers in turn, each a little different from the article's.
fn things(count: usize, seed: u64) -> Vec<Labelled> {
    let kinds = [[0.32, 1.07, 0.56, 0.112], [2.41, 2.00, 0.04, 0.595]];
    let noise: Array2<f64> = normal((count, 4), 0.4, &mut seeded(seed));
    let thing = |i: usize| {
        let kind = i % 2;
        (std::array::from_fn(|j| (kinds[kind][j] + noise[[i, j]]).max(0.0)), kind as u32)
    };
    (0..count).map(thing).collect()
}

fn rows(things: &[Labelled]) -> (Array2<f64>, Vec<u32>) {
    let (numbers, labels): (Vec<[f64; 4]>, Vec<u32>) = things.iter().copied().unzip();
    (Array2::from(numbers), labels)
}

/// How many get the larger score for what they are.
fn right(model: &Mlp<f64>, things: &[Labelled]) -> usize {
    let (x, labels) = rows(things);
    let (scores, _) = model.forward(&x);
    let says = scores.rows().into_iter().map(|row| u32::from(row[1] > row[0]));
    says.zip(labels).filter(|(says, label)| says == label).count()
}
