//! What transformers finds, slopes included: the numbers are made by `llama_reference.py`, beside this file.
#![allow(clippy::unwrap_used)] // helpers of tests

use approx::assert_relative_eq;
use backprop::Dropout;
use embedding::Stretch;
use neuron::Parameters;
use neuron::init::seeded;
use serde_json::Value;
use transformer::{Llama, LlamaConfig};

/// The weights that the script gives its models.
fn fill(model: &mut Llama<f64>) {
    let mut n = 0_u64;
    for (name, mut array) in model.parameters_mut() {
        for number in &mut array {
            let noise = (n * 2_654_435_761 % (1 << 32)) as f64 / 2.0_f64.powi(32) - 0.5;
            *number = noise + if name.ends_with("gain") { 1.0 } else { 0.0 };
            n += 1;
        }
    }
}

#[track_caller]
fn is_transformers(name: &str, config: LlamaConfig) {
    let all: Value = serde_json::from_str(include_str!("llama_reference.json")).unwrap();
    let expected = &all[name];
    let number = |value: &Value| value.as_f64().unwrap();
    let mut model: Llama<f64> = Llama::random(config, &mut seeded(1));
    fill(&mut model);
    assert_eq!(Parameters::<f64>::count(&model) as u64, expected["parameters"]);
    assert_eq!(model.config.parameters(), Some(Parameters::<f64>::count(&model)));

    let ids: Vec<u32> = (0..25_u32).map(|i| (i * i * 7 + i * 3 + i / 5) % 11).collect();
    let (text, targets) = (&ids[..24], &ids[1..]);
    let logits = model.logits(text, 24);
    let last: Vec<f64> = expected["last_logits"].as_array().unwrap().iter().map(number).collect();
    assert_relative_eq!(&logits.row(23).to_vec()[..], &last[..], epsilon = 1e-5);

    let mut grad = model.zeros_like();
    let loss = model.learn(text, targets, 24, Dropout::OFF, &mut grad);
    assert_relative_eq!(loss.sum, number(&expected["loss"]), epsilon = 1e-4);
    for (name, slope) in grad.parameters() {
        let [first, last] = [slope.first(), slope.last()].map(|slope| *slope.unwrap());
        let norm = slope.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        let expected = expected["slopes"][&name].as_array().unwrap().iter().map(number);
        for (found, expected) in [norm, first, last].into_iter().zip(expected) {
            let off = (found - expected).abs();
            assert!(off < 1e-5 * norm.max(1.0), "{name}: {found} is not {expected}");
        }
    }
}

/// The sizes of the script.
fn small() -> LlamaConfig {
    LlamaConfig::llama(11, 64, 12, 2, 4, 2, 20)
}

#[test]
fn llama_3_1_with_its_stretched_turns() {
    let stretch = Stretch::Llama3 { factor: 8.0, low: 1.0, high: 4.0, context: 16 };
    let config =
        LlamaConfig { head_size: 6, rotary_base: 100.0, stretch: Some(stretch), ..small() };
    is_transformers("llama 3.1", config);
}

#[test]
fn a_single_head_that_answers_and_linear_turns() {
    let stretch = Some(Stretch::Linear { factor: 2.0 });
    let config = LlamaConfig { head_size: 4, kv_heads: 1, rotary_base: 50.0, stretch, ..small() };
    is_transformers("llama, linear", config);
}

#[test]
fn qwen_2_with_its_biases() {
    let config = LlamaConfig {
        channels: 16,
        head_size: 4,
        query_bias: true,
        tied: true,
        rotary_base: 1000.0,
        ..small()
    };
    is_transformers("qwen 2", config);
}

#[test]
fn qwen_3_with_its_head_norms() {
    let config =
        LlamaConfig { head_size: 6, head_norm: true, tied: true, rotary_base: 1000.0, ..small() };
    is_transformers("qwen 3", config);
}
