//! Trains a tiny GPT to count from 0 to 9 and start again, and shows what it says on the way.
#![allow(clippy::print_stdout)]

use std::ops::ControlFlow;

use backprop::{AdamW, Dropout, Recipe, Schedule, Share, train, windows};
use neuron::init::seeded;
use softmax::Sampler;
use transformer::{Gpt, GptConfig};

fn main() -> Result<(), backprop::NotFinite> {
    let text: Vec<u32> = (0..500).map(|i| i % 10).collect();
    let mut model: Gpt = Gpt::random(GptConfig::gpt2(10, 16, 32, 2, 4), &mut seeded(1));
    let mut optimizer = AdamW::new(&model);
    let schedule = Schedule { peak: 3e-3, least: 3e-4, warmup: 10, steps: 100 };
    let recipe = Recipe { steps: 100, shares: 2, schedule, clip: 1.0 };

    let draw = |step| windows::at_random(&text, 16, 8, 1, step as u64);
    let learn = |model: &Gpt, share: &[windows::Window<'_>], _: Share, grad: &mut Gpt| {
        let ids: Vec<u32> = share.iter().flat_map(|window| window.input).copied().collect();
        let targets: Vec<u32> = share.iter().flat_map(|window| window.target).copied().collect();
        model.learn(&ids, &targets, 16, Dropout::OFF, grad)
    };
    train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, model, _| {
        if told.step % 20 == 1 || told.step == 100 {
            println!("step {:3}   loss {:6.4}   3, 4 … {}", told.step, told.loss, count_on(model));
        }
        ControlFlow::Continue(())
    })?;
    assert_eq!(count_on(&model), "5 6 7 8 9 0 1 2 3 4 5 6");
    Ok(())
}

fn count_on(model: &Gpt) -> String {
    let mut said = Vec::new();
    model.generate(&[3, 4], &Sampler::greedy(), &mut seeded(1), |id, _| {
        said.push(id.to_string());
        if said.len() < 12 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    said.join(" ")
}
