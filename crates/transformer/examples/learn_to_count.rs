//! Trains a tiny GPT to count from 0 to 9 and start again, and shows what it says on the way.

use std::ops::ControlFlow;

use backprop::{AdamW, Dropout, Recipe, Schedule, Share, train, windows};
use neuron::init::seeded;
use transformer::{Gpt, GptConfig};

fn main() -> Result<(), backprop::NotFinite> {
    let text: Vec<u32> = (0..500).map(|i| i % 10).collect();
    let mut model: Gpt<f64> = Gpt::random(GptConfig::gpt2(10, 16, 32, 2, 4), &mut seeded(1));
    let mut optimizer = AdamW::new(&model);
    let schedule = Schedule { peak: 3e-3, least: 3e-4, warmup: 10, steps: 100 };
    let recipe = Recipe { steps: 100, shares: 2, schedule, clip: 1.0 };

    let draw = |step| windows::at_random(&text, 16, 8, 1, step as u64);
    let learn = |model: &Gpt<f64>, share: &[windows::Window<'_>], _: Share, grad: &mut Gpt<f64>| {
        let ids: Vec<u32> = share.iter().flat_map(|window| window.input).copied().collect();
        let targets: Vec<u32> = share.iter().flat_map(|window| window.target).copied().collect();
        model.learn(&ids, &targets, 16, Dropout::OFF, grad)
    };
    train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, model, _| {
        if told.step % 20 == 1 || told.step == 100 {
            let said = count_on(model);
            anstream::println!("step {:3}   loss {:4.2}   3, 4 … {said}", told.step, told.loss);
        }
        ControlFlow::Continue(())
    })?;
    assert_eq!(count_on(&model), "5 6 7 8 9 0 1 2 3 4 5 6");
    Ok(())
}

/// The likeliest number after 3 and 4, the likeliest after that, and so on: twelve of them.
fn count_on(model: &Gpt<f64>) -> String {
    let mut cache = model.cache();
    let mut scores = model.extend(&[3, 4], &mut cache); // (V)
    let mut said = Vec::new();
    for _ in 0..12 {
        let likeliest = (0..10).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
        said.push(likeliest.to_string());
        scores = model.extend(&[likeliest as u32], &mut cache);
    }
    said.join(" ")
}
