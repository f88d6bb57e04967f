//! Every slope that `backward` finds, against the slope measured by wiggling.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::sync::Arc;

use activations::Activation;
use attention::{Grouped, MultiHead};
use backprop::Dropout;
use embedding::Rotary;
use neuron::check::{assert_added, assert_backward, assert_slope, scattered};
use neuron::init::{seeded, uniform};
use neuron::{Linear, Parameters};
use proptest::prelude::*;
use rand::RngExt;
use transformer::{
    Adapted, Block, FeedForward, Gpt, GptConfig, LayerNorm, Llama, LlamaBlock, LlamaConfig,
    RmsNorm, SwiGlu,
};

proptest! {
    #[test]
    fn layer_norm(rows in 1..5_usize, channels in 2..6_usize, biased: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let mut layer: LayerNorm<f64> = LayerNorm::new(channels, 1e-5);
        if !biased {
            layer.bias = None;
        }
        let x = uniform((rows, channels), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn feed_forward(rows in 1..4_usize, channels in 1..4_usize, hidden in 1..6_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: FeedForward<f64> =
            FeedForward::random(channels, hidden, Activation::GeluTanh, rng);
        let x = uniform((rows, channels), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(x, layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn block(
        texts in 1..3_usize, words in 1..4_usize, heads in 1..3_usize, forget: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let channels = 2 * heads;
        let layer: Block<f64> = Block {
            attention_norm: LayerNorm::new(channels, 1e-3),
            attention: MultiHead::random(channels, heads, true, rng),
            feed_forward_norm: LayerNorm::new(channels, 1e-3),
            feed_forward: FeedForward::random(channels, 3, Activation::GeluTanh, rng),
        };
        let x = uniform((texts * words, channels), 2.0, rng);
        let dropout = if forget { Dropout::new(0.3, seed, 1, 0) } else { Dropout::OFF };

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x, words, dropout).0,
            |layer, x, dy, grad| {
                let saved = layer.forward(x, words, dropout).1;
                layer.backward(words, dropout, saved, dy.clone(), grad)
            },
        );
    }
}

/// A GPT with a few parameters of everything, all of them random, and something to read.
fn small(tied: bool, bias: bool, seed: u64) -> (Gpt<f64>, Vec<u32>, Vec<u32>) {
    let rng = &mut seeded(seed);
    let config = GptConfig { hidden: 5, bias, tied, ..GptConfig::gpt2(5, 4, 4, 2, 2) };
    let model = scattered(&Gpt::random(config, rng), rng);
    let mut ids = || (0..6).map(|_| rng.random_range(0..5)).collect();
    (model, ids(), ids())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn gpt(tied: bool, bias: bool, forget: bool, seed: u64) {
        let (model, ids, targets) = small(tied, bias, seed);
        let dropout = if forget { Dropout::new(0.2, seed, 1, 0) } else { Dropout::OFF };
        let loss = |model: &Gpt<f64>| {
            model.learn(&ids, &targets, 3, dropout, &mut model.zeros_like()).sum
        };

        let mut grad = model.zeros_like();
        model.learn(&ids, &targets, 3, dropout, &mut grad);
        assert_slope(&grad, &model, loss);
        let once = grad.clone();
        model.learn(&ids, &targets, 3, dropout, &mut grad);
        assert_added(&once, &grad);
    }
}

/// A parameter that no blame reaches never learns. Here each has some: every token is read and every
/// place is stood at. But for the biases of keys: what is added to all scores of a query alike changes
/// no chance (softmax ignores a shift), so their slope is 0 by mathematics.
#[test]
fn every_parameter_of_a_whole_gpt_gets_a_gradient() {
    for (tied, bias) in [(true, true), (true, false), (false, true)] {
        let (model, _, _) = small(tied, bias, 3);
        let ids = [0, 1, 2, 3, 4, 0, 2, 1];
        let targets = [1, 2, 3, 4, 0, 2, 1, 3];
        let mut grad = model.zeros_like();
        model.learn(&ids, &targets, 4, Dropout::OFF, &mut grad);
        for (name, array) in grad.parameters() {
            if name.ends_with("key.bias") {
                assert!(array.iter().all(|slope| slope.abs() < 1e-12), "{name}: {array}");
            } else {
                assert!(array.iter().all(|slope| slope.abs() > 1e-9), "{name}: {array}");
            }
        }
    }
}

fn swiglu(channels: usize, hidden: usize, biased: bool, rng: &mut impl rand::Rng) -> SwiGlu<f64> {
    let mut linear = |inputs, outputs| {
        let mut layer = Linear::random(inputs, outputs, rng);
        layer.bias = layer.bias.filter(|_| biased);
        layer
    };
    SwiGlu {
        gate: linear(channels, hidden),
        up: linear(channels, hidden),
        down: linear(hidden, channels),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn swiglu_layer(
        rows in 1..4_usize, channels in 1..4_usize, hidden in 1..6_usize, biased: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer = swiglu(channels, hidden, biased, rng);
        let x = uniform((rows, channels), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(x, layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn llama_block(
        texts in 1..3_usize, words in 1..4_usize, kv_heads in 1..3_usize, forget: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: LlamaBlock<f64> = LlamaBlock {
            attention_norm: RmsNorm::new(3, 1e-2),
            attention: Grouped::random(3, 2, [2, kv_heads], rng),
            feed_forward_norm: RmsNorm::new(3, 1e-2),
            feed_forward: swiglu(3, 4, false, rng),
        };
        let rotary = Rotary::new(2, 4, 10.0);
        let x = uniform((texts * words, 3), 1.0, rng);
        let dropout = if forget { Dropout::new(0.3, seed, 1, 0) } else { Dropout::OFF };

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x, words, &rotary, dropout).0,
            |layer, x, dy, grad| {
                let saved = layer.forward(x, words, &rotary, dropout).1;
                layer.backward(words, &rotary, dropout, saved, dy.clone(), grad)
            },
        );
    }
}

/// A Llama with a few parameters of everything, all of them random, and something to read.
fn small_llama([tied, biased, normed]: [bool; 3], seed: u64) -> (Llama<f64>, Vec<u32>, Vec<u32>) {
    let rng = &mut seeded(seed);
    let config = LlamaConfig {
        tied,
        query_bias: biased,
        output_bias: biased,
        feed_forward_bias: biased,
        head_norm: normed,
        epsilon: 1e-2,
        rotary_base: 10.0,
        head_size: 4,
        ..LlamaConfig::llama(5, 4, 3, 2, 2, 1, 5)
    };
    let model = scattered(&Llama::random(config, rng), rng);
    let mut ids = || (0..6).map(|_| rng.random_range(0..5)).collect();
    (model, ids(), ids())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn llama(tied: bool, biased: bool, normed: bool, forget: bool, seed: u64) {
        let (model, ids, targets) = small_llama([tied, biased, normed], seed);
        let dropout = if forget { Dropout::new(0.2, seed, 1, 0) } else { Dropout::OFF };
        let loss = |model: &Llama<f64>| {
            model.learn(&ids, &targets, 3, dropout, &mut model.zeros_like()).sum
        };

        let mut grad = model.zeros_like();
        model.learn(&ids, &targets, 3, dropout, &mut grad);
        assert_slope(&grad, &model, loss);
        let once = grad.clone();
        model.learn(&ids, &targets, 3, dropout, &mut grad);
        assert_added(&once, &grad);
    }
}

/// Here biases of keys have slopes, too: they are turned with their words, so what they add to the scores
/// of a query is not the same for all.
#[test]
fn every_parameter_of_a_whole_llama_gets_a_gradient() {
    for kind in [[true, false, false], [false, true, false], [false, true, true]] {
        let (model, _, _) = small_llama(kind, 3);
        let ids = [0, 1, 2, 3, 4, 0, 2, 1];
        let targets = [1, 2, 3, 4, 0, 2, 1, 3];
        let mut grad = model.zeros_like();
        model.learn(&ids, &targets, 4, Dropout::OFF, &mut grad);
        for (name, array) in grad.parameters() {
            assert!(array.iter().all(|slope| slope.abs() > 1e-9), "{name}: {array}");
        }
    }
}

/// Adapters of a few layers of a model, with something in both of their factors.
fn adapted(seed: u64) -> (Adapted<Llama<f64>, f64>, Vec<u32>, Vec<u32>) {
    let (model, ids, targets) = small_llama([true, false, false], seed);
    let rng = &mut seeded(seed);
    let adapted = Adapted::new(Arc::new(model), &["query", "down"], 2, 3.0, rng).unwrap();
    (scattered(&adapted, rng), ids, targets)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn low_rank_adaptation(seed: u64) {
        let (adapted, ids, targets) = adapted(seed);
        let loss = |adapted: &Adapted<Llama<f64>, f64>| {
            adapted.merge().loss(&ids, &targets, 3).sum
        };
        let merged = adapted.merge();
        let mut slopes = merged.zeros_like();
        merged.learn(&ids, &targets, 3, Dropout::OFF, &mut slopes);
        let mut grad = adapted.zeros_like();
        adapted.backward(&slopes, &mut grad);
        assert_slope(&grad, &adapted, loss);
        let once = grad.clone();
        adapted.backward(&slopes, &mut grad);
        assert_added(&once, &grad);
    }
}
