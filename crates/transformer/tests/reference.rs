//! What PyTorch finds: the numbers are made by `reference.py`, beside this file.

use std::ops::ControlFlow;

use approx::assert_relative_eq;
use backprop::{AdamW, Dropout, Recipe, Schedule, Share, train, windows};
use neuron::Parameters;
use neuron::init::seeded;
use transformer::{Gpt, GptConfig};

/// The weights that `reference.py` gives its model: number `n` of all looks random, and a gain is 1 more.
fn weights(model: &mut Gpt) {
    let mut n = 0_u64;
    for (name, mut array) in model.parameters_mut() {
        for number in &mut array {
            let noise = (n * 2_654_435_761 % (1 << 32)) as f64 / 2.0_f64.powi(32);
            *number = (noise * 0.4 - 0.2) as f32 + if name.ends_with("gain") { 1.0 } else { 0.0 };
            n += 1;
        }
    }
}

#[test]
fn the_first_losses_are_pytorchs() {
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("reference_losses.json")).unwrap();
    let expect = |key: &str, step: usize| expected[key][step - 1].as_f64().unwrap();

    let config = GptConfig::gpt2(11, 8, 16, 2, 2);
    let mut model: Gpt = Gpt::random(config, &mut seeded(1));
    weights(&mut model);
    assert_eq!(Parameters::<f32>::count(&model) as u64, expected["parameters"]);

    let text: Vec<u32> = (0..400_u32).map(|i| (i * i * 7 + i * 3 + i / 5) % 11).collect();
    let draw = |step: usize| -> Vec<windows::Window<'_>> {
        let starts = (0..4).map(|row| (step * 37 + row * 91) % (400 - 9));
        starts.map(|start| windows::in_order(&text[start..start + 9], 8)[0]).collect()
    };
    let learn = |model: &Gpt, share: &[windows::Window<'_>], _: Share, grad: &mut Gpt| {
        let ids: Vec<u32> = share.iter().flat_map(|window| window.input).copied().collect();
        let targets: Vec<u32> = share.iter().flat_map(|window| window.target).copied().collect();
        model.learn(&ids, &targets, 8, Dropout::OFF, grad)
    };
    let schedule = Schedule { peak: 1e-2, least: 1e-3, warmup: 4, steps: 10 };
    let recipe = Recipe { steps: 10, shares: 2, schedule, clip: 1.0 };
    let mut optimizer = AdamW { beta2: 0.99, ..AdamW::new(&model) };
    let mut steps = 0;
    train(&mut model, &mut optimizer, &recipe, 0, draw, learn, |told, _, _| {
        steps = told.step;
        assert_relative_eq!(told.loss, expect("losses", told.step), epsilon = 1e-4);
        assert_relative_eq!(told.norm, expect("norms", told.step), max_relative = 1e-3);
        assert_relative_eq!(told.rate, expect("rates", told.step), max_relative = 1e-6);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(steps, 10);
}
