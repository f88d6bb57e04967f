//! A Sprint: its slopes, what must hold for it, and its files.

use std::ops::ControlFlow;

use approx::assert_relative_eq;
use attention::{Reminded, RmsNorm};
use backprop::Dropout;
use ndarray::{Array2, s};
use neuron::check::{assert_added, assert_backward, scattered};
use neuron::init::{seeded, uniform};
use neuron::{Linear, Parameters};
use proptest::prelude::*;
use rand::RngExt;
use softmax::Sampler;
use transformer::files::{Config, Kind, Tensors, config_from_json, config_to_json, sprint};
use transformer::{Ingredient, LevelNorm, Reader, Shift, Sprint, SprintConfig};

/// Any choice of ingredients, each as a bit.
fn without(choice: u8) -> Vec<Ingredient> {
    let all = Ingredient::ALL.into_iter().enumerate();
    all.filter(|(bit, _)| choice >> bit & 1 == 1).map(|(_, (_, one))| one).collect()
}

fn small(choice: u8) -> SprintConfig {
    let without = without(choice);
    SprintConfig { hidden: 5, without, ..SprintConfig::sprint(5, 4, 4, 2, 2) }
}

proptest! {
    #[test]
    fn shifted(texts in 1..3_usize, words in 1..4_usize, channels in 1..4_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let x = uniform((texts * words, channels), 2.0, rng);
        assert_backward(
            &Shift::new(channels), &x, rng,
            |layer, x| layer.forward(x, words),
            |layer, x, dy, grad| layer.backward(x, words, dy, grad),
        );
    }

    #[test]
    fn either_norm(rows in 1..4_usize, channels in 2..5_usize, level: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let x = uniform((rows, channels), 2.0, rng);
        assert_backward(
            &LevelNorm::new(channels, 0.1, level), &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(layer.forward(x).1, dy, grad),
        );
    }

    /// Here the reminder is what is looked at: its slopes come out beside those of x.
    #[test]
    fn a_reminder(words in 1..4_usize, heads in 1..3_usize, normed: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let norm = || normed.then(|| RmsNorm::new(2, 0.1));
        let mut linear =
            |inputs, outputs| Linear { bias: None, ..Linear::random(inputs, outputs, rng) };
        let layer: Reminded<f64> = Reminded {
            query: linear(3, 2 * heads),
            key: linear(3, 2 * heads),
            value: linear(3, 2 * heads),
            output: linear(2 * heads, 3),
            query_norm: norm(),
            key_norm: norm(),
            heads,
        };
        let rotary = embedding::Rotary::new(2, 4, 10.0);
        let x: Array2<f64> = uniform((2 * words, 3), 1.0, rng);
        let reminder: Array2<f64> = uniform((2 * words, 2 * heads), 1.0, rng);
        let run = |layer: &Reminded<f64>, x: &Array2<f64>, reminder: &Array2<f64>| {
            layer.forward(x, Some(reminder), words, &rotary)
        };
        assert_backward(
            &layer, &x, rng,
            |layer, x| run(layer, x, &reminder).0,
            |layer, x, dy, grad| {
                layer.backward(x, words, &rotary, run(layer, x, &reminder).1, dy, grad).0
            },
        );
        assert_backward(
            &layer, &reminder, rng,
            |layer, reminder| run(layer, &x, reminder).0,
            |layer, reminder, dy, grad| {
                layer.backward(&x, words, &rotary, run(layer, &x, reminder).1, dy, grad).1
            },
        );
    }
}

/// A Sprint with a few parameters of everything, all of them random, and something to read.
fn model(choice: u8, seed: u64) -> (Sprint<f64>, Vec<u32>, Vec<u32>) {
    let rng = &mut seeded(seed);
    let model = scattered(&Sprint::random(small(choice), rng), rng);
    let mut ids = || (0..6).map(|_| rng.random_range(0..5)).collect();
    (model, ids(), ids())
}

/// As [`neuron::check::assert_slope`], but for a loss that is strongly curved, as it is where a row that is
/// nearly 0 is normalized: four looks at it in place of two leave an error of the fourth power of the step.
fn assert_curved_slope(
    claimed: &Sprint<f64>,
    at: &Sprint<f64>,
    loss: impl Fn(&Sprint<f64>) -> f64,
) {
    const STEP: f64 = 1e-5;
    let mut model = at.clone();
    let claimed = claimed.clone().numbers_mut().into_iter().map(|x| *x).collect::<Vec<_>>();
    for (i, claimed) in claimed.into_iter().enumerate() {
        let mut difference = |steps: f64| {
            let [up, down] = [steps, -steps].map(|steps| {
                let before = *model.numbers_mut()[i];
                *model.numbers_mut()[i] = before + steps * STEP;
                let loss = loss(&model);
                *model.numbers_mut()[i] = before;
                loss
            });
            up - down
        };
        let measured = (8.0 * difference(1.0) - difference(2.0)) / (12.0 * STEP);
        assert!(
            (claimed - measured).abs() <= 1e-7 + 1e-5 * measured.abs(),
            "along number {i} backward claims {claimed}, wiggling measures {measured}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn whole(choice: u8, forget: bool, seed: u64) {
        let (model, ids, targets) = model(choice, seed);
        let dropout = if forget { Dropout::new(0.2, seed, 1, 0) } else { Dropout::OFF };
        let loss = |model: &Sprint<f64>| {
            model.learn(&ids, &targets, 3, dropout, &mut model.zeros_like()).sum
        };

        let mut grad = model.zeros_like();
        model.learn(&ids, &targets, 3, dropout, &mut grad);
        assert_curved_slope(&grad, &model, loss);
        let once = grad.clone();
        model.learn(&ids, &targets, 3, dropout, &mut grad);
        assert_added(&once, &grad);
    }
}

/// A parameter that no blame reaches never learns. ReLU lets none through where it is shut: a neuron that is
/// shut for all eight words has none.
#[test]
fn every_parameter_gets_a_gradient() {
    let choices = [0, 0xff].into_iter().chain((0..8).map(|bit| 1 << bit));
    for choice in choices {
        let (model, _, _) = model(choice, 5);
        let ids = [0, 1, 2, 3, 4, 0, 2, 1, 3, 4, 1, 0];
        let targets = [1, 2, 3, 4, 0, 2, 1, 3, 0, 1, 2, 4];
        let mut grad = model.zeros_like();
        model.learn(&ids, &targets, 4, Dropout::OFF, &mut grad);
        for (name, array) in grad.parameters() {
            let still = array.iter().filter(|slope| slope.abs() < 1e-9).count();
            let shut = name.contains(".feed_forward.") && still < array.len();
            assert!(still == 0 || shut, "{name} without {:?}: {array}", without(choice));
        }
    }
}

/// What is zero at first has a slope nevertheless, or learning would never begin.
#[test]
fn it_starts_from_nothing_and_moves() {
    let config = SprintConfig::sprint(5, 4, 4, 2, 2);
    let model: Sprint<f64> = Sprint::random(config, &mut seeded(1));
    let scores = model.logits(&[0, 1, 2, 3], 4);
    assert!(scores.iter().all(|&score| score == 0.0));
    let mut grad = model.zeros_like();
    model.learn(&[0, 1, 2, 3], &[1, 2, 3, 4], 4, Dropout::OFF, &mut grad);
    assert!(grad.output.iter().all(|slope| slope.abs() > 1e-9));
}

fn ids() -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(0..5_u32, 2..5)
}

/// With random numbers everywhere, since those of a new one are mostly 0.
fn in_32_bits(choice: u8, seed: u64) -> Sprint {
    let (wide, _, _) = model(choice, seed);
    let mut model: Sprint = Sprint::random(small(choice), &mut seeded(1));
    for ((_, mut to), (_, from)) in model.parameters_mut().into_iter().zip(wide.parameters()) {
        to.zip_mut_with(&from, |to, from| *to = *from as f32);
    }
    model
}

proptest! {
    #[test]
    fn what_comes_later_changes_nothing_earlier(
        ids in ids(), other in 0..5_u32, choice: u8, seed: u64,
    ) {
        let model = in_32_bits(choice, seed);
        let mut changed = ids.clone();
        changed[ids.len() - 1] = other;
        let before = s![..ids.len() - 1, ..];
        let (a, b) = (model.logits(&ids, ids.len()), model.logits(&changed, ids.len()));
        prop_assert_eq!(a.slice(before), b.slice(before)); // bit for bit
    }

    #[test]
    fn reading_on_is_reading_at_once(ids in ids(), cut in 1..4_usize, choice: u8, seed: u64) {
        let model = in_32_bits(choice, seed);
        let whole = model.logits(&ids, ids.len());
        let (mut cache, mut read) = (model.cache(), 0);
        for piece in ids.chunks(cut) {
            let next = model.extend(piece, &mut cache);
            read += piece.len();
            assert_relative_eq!(next, whole.row(read - 1), epsilon = 1e-4, max_relative = 1e-4);
        }
        prop_assert_eq!(Sprint::words(&cache), read);
    }

    #[test]
    fn texts_side_by_side_do_not_mix(a in ids(), choice: u8, seed: u64) {
        let model = in_32_bits(choice, seed);
        let b: Vec<u32> = a.iter().map(|id| 4 - id).collect();
        let both: Array2<f32> = model.logits(&[a.clone(), b.clone()].concat(), a.len());
        let alone = model.logits(&b, b.len());
        assert_relative_eq!(both.slice(s![a.len().., ..]), alone, epsilon = 1e-4, max_relative = 1e-4);
    }

    #[test]
    fn the_parameters_are_as_many_as_was_said(choice: u8, hidden in 1..9_usize) {
        let config = SprintConfig { hidden, ..small(choice) };
        let model: Sprint = Sprint::random(config.clone(), &mut seeded(1));
        prop_assert_eq!(config.parameters(), Some(Parameters::<f32>::count(&model)));
    }

    #[test]
    fn its_files_go_round(choice: u8, seed: u64) {
        let model = in_32_bits(choice, seed);
        let config = Config::Sprint(model.config.clone());
        let json = config_to_json(&config, Kind::F32, 0.0).unwrap();
        prop_assert_eq!(config_from_json(json.to_string().as_bytes()).unwrap(), config);
        let file = ("model.safetensors".to_owned(), sprint::write(&model, Kind::F32).unwrap().to_bytes().into());
        let tensors = Tensors::from_safetensors(vec![file]).unwrap();
        prop_assert_eq!(sprint::read(&model.config, &tensors).unwrap(), model);
    }
}

#[test]
fn it_speaks_on_when_its_context_is_full() {
    let (model, mut said) = (in_32_bits(0, 1), 0);
    model.generate(&[1, 2, 3], &Sampler::default(), &mut seeded(1), |id, scores| {
        said += 1;
        assert!(id < 5 && scores.len() == 5);
        if said < 20 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
}

#[test]
fn what_is_wrong_with_its_files_is_named() {
    let model = in_32_bits(0, 1);
    let config = Config::Sprint(model.config.clone());
    let mut json = config_to_json(&config, Kind::F32, 0.0).unwrap();
    json["without"] = serde_json::json!(["luck"]);
    let error = config_from_json(json.to_string().as_bytes()).unwrap_err().to_string();
    assert!(error.contains("without is [\"luck\"]"), "{error}");

    let file = (
        "model.safetensors".to_owned(),
        sprint::write(&model, Kind::F32).unwrap().to_bytes().into(),
    );
    let tensors = Tensors::from_safetensors(vec![file]).unwrap();
    let large = SprintConfig { layers: 40_000_000, ..model.config.clone() };
    let error = sprint::read(&large, &tensors).unwrap_err().to_string();
    assert!(error.contains("calls for"), "{error}");
    let wider = SprintConfig { hidden: 6, ..model.config.clone() };
    let error = sprint::read(&wider, &tensors).unwrap_err().to_string();
    assert!(error.contains("expand.weight"), "{error}");
    let less = SprintConfig { without: vec![Ingredient::Shift], ..model.config };
    let error = sprint::read(&less, &tensors).unwrap_err().to_string();
    assert!(error.contains("shift"), "{error}");
}
