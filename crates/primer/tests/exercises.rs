//! The exercises of the README, solved: a test for each.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::ops::ControlFlow;

use backprop::{AdamW, Dropout, Recipe, Schedule, Share, train};
use neuron::init::seeded;
use primer::args::PresetName;
use primer::evaluate::{bits_per_byte, flat};
use primer::ids::{Ids, Stretch};
use primer::preset::preset;
use softmax::Sampler;
use tokenizer::{Specials, Tokenizer};
use transformer::{Gpt, GptConfig, Reader};

#[test]
fn how_much_it_reads() {
    // 2000 steps of 12 windows of 64. Most characters come up more than once.
    let tiny = preset(PresetName::Tiny, 42);
    assert_eq!(tiny.steps * tiny.batch * tiny.context, 1_536_000);
}

#[test]
fn how_many_numbers() {
    let (v, t, c) = (65, 64, 128);
    let block = 2 * c + 4 * c * c + 2 * c * (4 * c); // two gains, attention, feed-forward
    let all = (v + t) * c + 4 * block + c;
    assert_eq!(all, 804_096);
    assert_eq!(primer::memory::parameters(&preset(PresetName::Tiny, 42).language(v)), all);
}

#[test]
fn nats_into_bits() {
    // A bit is ln 2 nats, and a plain character a byte: 0.617 / 0.693.
    assert!((bits_per_byte(0.617, 1000, 1000) - 0.890).abs() < 1e-3);
}

#[test]
fn by_heart() {
    let text = "humpty dumpty sat on a wall. ".repeat(4);
    let tokenizer = Tokenizer::characters(&text);
    let ids = Ids::of(&tokenizer, text, Specials::default()).unwrap();
    let config = GptConfig::gpt2(tokenizer.vocabulary(), 32, 32, 2, 4);
    let mut model: Gpt = Gpt::random(config, &mut seeded(1));

    let mut optimizer = AdamW::new(&model);
    let schedule = Schedule { peak: 3e-3, least: 3e-4, warmup: 10, steps: 300 };
    let recipe = Recipe { steps: 300, shares: 2, schedule, clip: 1.0 };
    let draw = |step| ids.at_random(32, 8, 1, step as u64);
    let learn = |model: &Gpt, share: &[Stretch<'_>], _: Share, grad: &mut Gpt| {
        let (ids, targets) = flat(share);
        model.learn(&ids, &targets, 32, Dropout::OFF, grad)
    };
    let go_on = |_: &_, _: &Gpt, _: &_| ControlFlow::Continue(());
    train(&mut model, &mut optimizer, &recipe, 0, draw, learn, go_on).unwrap();

    let mut said = tokenizer.encode("humpty ").unwrap();
    model.generate(&said.clone(), &Sampler::greedy(), &mut seeded(1), |id, _| {
        said.push(id);
        if said.len() < 28 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert_eq!(tokenizer.decode(&said).unwrap(), "humpty dumpty sat on a wall.");
}
