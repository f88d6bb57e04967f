//! Twelve letters in, as numbers, and one out: the article's network, trained from random numbers, writes
//! "humpty dumpty sat on a wall" from its first twelve letters.

use std::ops::ControlFlow;

use activations::Activation;
use anstream::println;
use backprop::windows::{Window, at_random};
use backprop::{AdamW, Loss, Mlp, Recipe, Schedule, train};
use ndarray::{Array2, ArrayView1};
use neuron::init::seeded;
use pictures::bar;
use softmax::{cross_entropy, softmax};

pub(crate) const TEXT: &str = "humpty dumpty sat on a wall";
const WINDOW: usize = 12;
const OUTPUTS: usize = 27; // one for the space, and one for each letter

fn main() {
    let start = &TEXT[..WINDOW];
    println!("Read in: {start:?} as {:?}", ids(start));
    println!("The space is 0, a is 1, z is 26; the network gets them divided by 13, less 1.\n");
    let model = learned(1, |step, loss| {
        if step % 10 == 1 || step == STEPS {
            println!("step {step:4}   loss {loss:6.3} {}", bar(loss / 3.3, 24).trim_end());
        }
    });

    println!(
        "\nThe window, the three letters with the best chances, and the one that is written:\n"
    );
    let text = written(&model, start, |window, chances, chosen| {
        println!("{:?}  {}  {:?}", letters(window), best(chances, 3), letter(chosen));
    });
    println!("\n{text}");
    assert_eq!(text, TEXT);
}

pub(crate) const STEPS: usize = 60;

/// A network trained from random numbers of a seed; `tell` hears of each step and its loss.
pub(crate) fn learned(seed: u64, mut tell: impl FnMut(usize, f64)) -> Mlp<f64> {
    let mut model = Mlp::random(&[WINDOW, 64, OUTPUTS], Activation::Tanh, &mut seeded(seed));
    let mut optimizer = AdamW { weight_decay: 0.0, ..AdamW::new(&model) };
    let schedule = Schedule { peak: 0.01, least: 0.002, warmup: 5, steps: STEPS };
    let recipe = Recipe { steps: STEPS, shares: 1, schedule, clip: 1.0 };
    let text = ids(TEXT);
    let draw = |step| at_random(&text, WINDOW, 32, seed, step as u64);
    let learn = |model: &Mlp<f64>, share: &[Window<'_>], _, grad: &mut Mlp<f64>| {
        let rows: Vec<f64> = share.iter().flat_map(|window| scaled(window.input)).collect();
        let x = Array2::from_shape_vec((share.len(), WINDOW), rows).expect("12 letters in each");
        // Of a window's questions, this network is asked the last alone.
        let targets: Vec<u32> = share.iter().map(|window| window.target[WINDOW - 1]).collect();
        let (scores, saved) = model.forward(&x);
        let (sum, dscores) = cross_entropy(scores, &targets);
        model.backward(&x, saved, &dscores, grad);
        Loss { sum, count: share.len() }
    };
    let told = train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, _, _| {
        tell(told.step, told.loss);
        ControlFlow::Continue(())
    });
    told.expect("a loss that is a number");
    model
}

/// What the network writes while the window slides: `start`, and on to as many letters as `TEXT` has.
/// `tell` hears of each window, the chances after it, and the letter that was taken.
pub(crate) fn written(
    model: &Mlp<f64>,
    start: &str,
    mut tell: impl FnMut(&[u32], ArrayView1<'_, f64>, u32),
) -> String {
    let mut text = ids(start);
    while text.len() < TEXT.len() {
        let window = &text[text.len() - WINDOW..];
        let chances = chances(model, window);
        let chosen = order(chances.row(0))[0];
        tell(window, chances.row(0), chosen);
        text.push(chosen);
    }
    letters(&text)
}

/// The chance of each letter after a window: (1, 27).
fn chances(model: &Mlp<f64>, window: &[u32]) -> Array2<f64> {
    let x = Array2::from_shape_fn((1, WINDOW), |(_, i)| scaled(window).nth(i).unwrap_or(0.0));
    softmax(&model.forward(&x).0)
}

fn scaled(window: &[u32]) -> impl Iterator<Item = f64> {
    window.iter().map(|&id| f64::from(id) / 13.0 - 1.0)
}

/// The likeliest first.
fn order(chances: ArrayView1<'_, f64>) -> Vec<u32> {
    let mut order: Vec<u32> = (0..OUTPUTS as u32).collect();
    order.sort_by(|a, b| chances[*b as usize].total_cmp(&chances[*a as usize]));
    order
}

fn best(chances: ArrayView1<'_, f64>, count: usize) -> String {
    let shown = order(chances).into_iter().take(count).map(|id| {
        let chance = chances[id as usize];
        format!("{:?} {:3.0}% {}", letter(id), 100.0 * chance, bar(chance, 6))
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn ids(text: &str) -> Vec<u32> {
    text.bytes().map(|byte| if byte == b' ' { 0 } else { u32::from(byte - b'a') + 1 }).collect()
}

fn letters(ids: &[u32]) -> String {
    ids.iter().map(|&id| letter(id)).collect()
}

fn letter(id: u32) -> char {
    if id == 0 { ' ' } else { char::from(b'a' + id as u8 - 1) }
}
