//! Walks through one block: every array on the way, with its shape, worked out part by part, and in the
//! end the same numbers as the block's own.

use activations::Activation;
use attention::MultiHead;
use backprop::Dropout;
use ndarray::Array2;
use neuron::init::{seeded, uniform};
use pictures::{heat_map, signed_map};
use transformer::{Block, FeedForward, LayerNorm};

const WORDS: [&str; 4] = ["the", "cat", "sat", "down"];

fn main() {
    let rng = &mut seeded(1);
    let block: Block<f64> = Block {
        attention_norm: LayerNorm::new(6, 1e-5),
        attention: MultiHead::random(6, 2, true, rng),
        feed_forward_norm: LayerNorm::new(6, 1e-5),
        feed_forward: FeedForward::random(6, 8, Activation::Relu, rng),
    };
    let x: Array2<f64> = uniform((4, 6), 1.0, rng);

    show("x: four words, six numbers each", &x);
    let (calm, _) = block.attention_norm.forward(&x);
    show("calm = norm(x): each row with a mean of 0 and a standard deviation of 1", &calm);
    let (heard, saved) = block.attention.forward(&calm, 4, Dropout::OFF);
    for (head, chances) in saved.chances.iter().enumerate() {
        let (words, others) = chances.dim();
        anstream::println!("who listens to whom, head {}: ({words}, {others})", head + 1);
        anstream::println!("{}\n", heat_map(&WORDS, &WORDS, chances));
    }
    show("heard = attention(calm): what both heads have heard, put together", &heard);
    let x1 = &x + &heard;
    show("x₁ = x + heard: what was there stays", &x1);

    let (clear, _) = block.feed_forward_norm.forward(&x1);
    show("clear = norm(x₁)", &clear);
    let thinking = &block.feed_forward;
    let wide = thinking.expand.forward(&clear);
    show("wide = expand(clear): each word by itself, in more numbers", &wide);
    let bent = thinking.activation.forward(&wide);
    show("bent = relu(wide): what is below 0 becomes 0", &bent);
    let thought = thinking.project.forward(&bent);
    show("thought = project(bent)", &thought);
    let y = &x1 + &thought;
    show("y = x₁ + thought: what goes into the next block", &y);

    let (expected, _) = block.forward(&x, 4, Dropout::OFF);
    assert!(y.abs_diff_eq(&expected, 1e-12), "the parts together are the block");
    anstream::println!("That is what Block::forward gives.");
}

fn show(title: &str, array: &Array2<f64>) {
    let columns: Vec<String> = (1..=array.ncols()).map(|column| column.to_string()).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let (rows, channels) = array.dim();
    anstream::println!("{title}: ({rows}, {channels})");
    anstream::println!("{}\n", signed_map(&WORDS, &columns, array));
}
