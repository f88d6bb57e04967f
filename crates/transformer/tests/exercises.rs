//! The exercises of the README, solved: a test for each.

use std::ops::ControlFlow;

use backprop::Dropout;
use ndarray::{Array2, array};
use neuron::Parameters;
use neuron::init::{seeded, uniform};
use softmax::Sampler;
use transformer::{Gpt, GptConfig, LayerNorm, Reader};

#[test]
fn normalized_by_hand() {
    // The mean is 4, and the mean squared distance from it (4 + 0 + 4) / 3.
    let (y, _) = LayerNorm::new(3, 0.0).forward(&array![[2.0, 4.0, 6.0]]);
    let far = 2.0 / (8.0_f64 / 3.0).sqrt();
    assert!(y.abs_diff_eq(&array![[-far, 0.0, far]], 1e-12) && (far - 1.2247).abs() < 1e-4);
}

#[test]
fn all_of_gpt_2() {
    let (v, t, c) = (50_257, 1024, 768);
    let norm = 2 * c; // gain and bias
    let attention = 4 * (c * c + c); // query, key, value and output, with biases
    let feed_forward = (4 * c * c + 4 * c) + (4 * c * c + c);
    let all = v * c + t * c + 12 * (2 * norm + attention + feed_forward) + norm;
    assert_eq!(all, 124_439_808);
    assert_eq!(GptConfig::gpt2(v, t, c, 12, 12).parameters(), Some(all));
}

#[test]
fn nothing_to_say() {
    // The last layers of both halves: what they say is added, and 0 adds nothing.
    let mut model: Gpt<f64> = Gpt::random(GptConfig::gpt2(5, 8, 16, 1, 4), &mut seeded(1));
    let block = &mut model.blocks[0];
    for layer in [&mut block.attention.output, &mut block.feed_forward.project] {
        layer.clear();
    }
    let x: Array2<f64> = uniform((6, 16), 1.0, &mut seeded(2));
    assert_eq!(block.forward(&x, 3, Dropout::OFF).0, x);
}

#[test]
fn without_places() {
    // The last word hears a sum, in whatever order its parts stand. But it is itself a word: it must stay.
    let mut model: Gpt<f64> = Gpt::random(GptConfig::gpt2(9, 8, 16, 1, 4), &mut seeded(1));
    model.position.weight.fill(0.0);
    let said = |ids: &[u32]| model.logits(ids, ids.len()).row(ids.len() - 1).to_owned();
    assert!(said(&[1, 2, 3, 4]).abs_diff_eq(&said(&[3, 1, 2, 4]), 1e-12));
    assert!(!said(&[1, 2, 3, 4]).abs_diff_eq(&said(&[1, 2, 4, 3]), 1e-6));
}

#[test]
fn let_it_speak() {
    let model: Gpt = Gpt::random(GptConfig::gpt2(9, 32, 16, 2, 4), &mut seeded(1));

    let mut text = vec![1, 2, 3];
    while text.len() < 12 {
        let logits = model.logits(&text, text.len());
        let last = logits.row(text.len() - 1);
        text.extend((0..9_u32).max_by(|&a, &b| last[a as usize].total_cmp(&last[b as usize])));
    }

    let mut said = vec![1, 2, 3];
    model.generate(&[1, 2, 3], &Sampler::greedy(), &mut seeded(1), |id, _| {
        said.push(id);
        if said.len() < 12 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert_eq!(text, said);
}
