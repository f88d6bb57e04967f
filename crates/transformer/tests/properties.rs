//! What must hold for any GPT.

use std::ops::ControlFlow;

use approx::assert_relative_eq;
use backprop::Dropout;
use ndarray::{Array2, s};
use neuron::Parameters;
use neuron::init::seeded;
use proptest::prelude::*;
use softmax::Sampler;
use transformer::lora::{Adapted, LoraError};
use transformer::{Gpt, GptConfig, Llama, LlamaConfig, Reader};

fn small(seed: u64) -> Gpt {
    Gpt::random(GptConfig::gpt2(7, 6, 8, 2, 2), &mut seeded(seed))
}

fn ids() -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(0..7_u32, 2..7)
}

proptest! {
    #[test]
    fn what_comes_later_changes_nothing_earlier(ids in ids(), other in 0..7_u32, seed: u64) {
        let model = small(seed);
        let mut changed = ids.clone();
        changed[ids.len() - 1] = other;
        let before = s![..ids.len() - 1, ..];
        let (a, b) = (model.logits(&ids, ids.len()), model.logits(&changed, ids.len()));
        prop_assert_eq!(a.slice(before), b.slice(before)); // bit for bit
    }

    #[test]
    fn reading_on_is_reading_at_once(ids in ids(), cut in 1..6_usize, seed: u64) {
        let model = small(seed);
        let whole = model.logits(&ids, ids.len());
        let mut cache = model.cache();
        for piece in ids.chunks(cut) {
            let next = model.extend(piece, &mut cache);
            assert_relative_eq!(next, whole.row(cache.len() - 1), epsilon = 1e-5);
        }
    }

    #[test]
    fn texts_side_by_side_do_not_mix(a in ids(), seed: u64) {
        let model = small(seed);
        let b: Vec<u32> = a.iter().map(|id| 6 - id).collect();
        let both: Array2<f32> = model.logits(&[a.clone(), b.clone()].concat(), a.len());
        assert_relative_eq!(both.slice(s![a.len().., ..]), model.logits(&b, b.len()), epsilon = 1e-5);
    }

    #[test]
    fn the_parameters_are_as_many_as_was_said(tied: bool, bias: bool, hidden in 1..9_usize) {
        let config = GptConfig { tied, bias, hidden, ..GptConfig::gpt2(5, 3, 4, 2, 2) };
        let model: Gpt = Gpt::random(config.clone(), &mut seeded(1));
        prop_assert_eq!(config.parameters(), Some(Parameters::<f32>::count(&model)));
    }
}

#[test]
fn the_same_seed_gives_the_same_model_and_the_same_text() {
    assert_eq!(small(1), small(1));
    assert_ne!(small(1), small(2));
    let speak = |seed| {
        let mut text = Vec::new();
        small(1).generate(&[1], &Sampler::default(), &mut seeded(seed), |id, _| {
            text.push(id);
            if text.len() < 40 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        text // 40 tokens: longer than the context of 6
    };
    assert_eq!(speak(1), speak(1));
    assert_ne!(speak(1), speak(2));
}

#[test]
fn a_full_context_goes_on_from_its_newer_half() {
    let model = small(1);
    let mut text = vec![1, 2, 3, 4, 5];
    model.generate(&text.clone(), &Sampler::greedy(), &mut seeded(1), |id, logits| {
        // 5 and then 6 tokens are read; at the 7th the last three and it are read again, and so on.
        let window = match text.len() {
            5 | 6 => &text[..],
            n => &text[n - (3 + (n - 7) % 4)..],
        };
        let expected = model.logits(window, window.len());
        let expected = expected.row(window.len() - 1);
        for (a, b) in logits.iter().zip(expected) {
            assert!((a - b).abs() < 1e-5, "{logits:?} is not {expected} after {text:?}");
        }
        text.push(id);
        if text.len() < 20 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
}

#[test]
fn dropout_is_for_training_alone() {
    let model = small(1);
    let forget = |step| model.forward(&[1, 2, 3], 3, Dropout::new(0.5, 1, step, 0)).0;
    assert_ne!(forget(1), forget(2));
    assert_eq!(forget(1), forget(1));
    assert_eq!(model.logits(&[1, 2, 3], 3), model.logits(&[1, 2, 3], 3));
}

#[test]
#[should_panic(expected = "a text of 7 tokens is longer than the context of 6")]
fn a_text_that_is_too_long_is_refused() {
    small(1).logits(&[0; 7], 7);
}

#[test]
fn sizes_that_do_not_fit_are_named() {
    let check = |channels, layers, heads| GptConfig::gpt2(5, 3, channels, layers, heads).check();
    let error = check(6, 2, 4).unwrap_err().to_string();
    assert_eq!(error, "6 channels cannot be shared by 4 heads: choose a multiple of 4");
    assert_eq!(check(6, 0, 2).unwrap_err().to_string(), "layers is 0: it must be at least 1");
    assert!(check(1 << 40, 1, 1).is_err());
}

fn small_llama(seed: u64) -> Llama {
    Llama::random(LlamaConfig::llama(7, 6, 8, 2, 4, 2, 10), &mut seeded(seed))
}

proptest! {
    #[test]
    fn what_comes_later_changes_nothing_earlier_in_a_llama(
        ids in ids(), other in 0..7_u32, seed: u64,
    ) {
        let model = small_llama(seed);
        let mut changed = ids.clone();
        changed[ids.len() - 1] = other;
        let before = s![..ids.len() - 1, ..];
        let (a, b) = (model.logits(&ids, ids.len()), model.logits(&changed, ids.len()));
        prop_assert_eq!(a.slice(before), b.slice(before)); // bit for bit
    }

    #[test]
    fn a_llama_that_reads_on_reads_at_once(ids in ids(), cut in 1..6_usize, seed: u64) {
        let model = small_llama(seed);
        let cut = cut.min(ids.len() - 1);
        let mut cache = model.cache();
        model.extend(&ids[..cut], &mut cache);
        let scores = model.extend(&ids[cut..], &mut cache);
        let at_once = model.logits(&ids, ids.len());
        assert_relative_eq!(scores, at_once.row(ids.len() - 1).to_owned(), epsilon = 1e-5);
    }

    #[test]
    fn adapters_that_have_learned_nothing_change_nothing(rank in 1..4_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let (llama, gpt) = (small_llama(seed), small(seed));
        let adapted = Adapted::new(llama.clone().into(), &["query", "gate"], rank, 8.0, rng).unwrap();
        prop_assert_eq!(adapted.merge(), llama);
        let adapted = Adapted::new(gpt.clone().into(), &["attention.key"], rank, 8.0, rng).unwrap();
        prop_assert_eq!(adapted.merge(), gpt);
    }
}

#[test]
fn a_llama_speaks_on_when_its_context_is_full() {
    let model = small_llama(1);
    let mut said = Vec::new();
    model.generate(&[1, 2], &Sampler::greedy(), &mut seeded(1), |id, logits| {
        assert_eq!(logits.len(), 7);
        said.push(id);
        if said.len() < 20 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert_eq!(said.len(), 20); // three times as long as the context
}

#[test]
fn only_the_named_matrices_are_adapted_and_only_they_learn() {
    let (rng, base) = (&mut seeded(1), small_llama(1));
    let mut adapted = Adapted::new(base.clone().into(), &["query", "down"], 2, 4.0, rng).unwrap();
    let names: Vec<String> = adapted.parameters().into_iter().map(|(name, _)| name).collect();
    let parts =
        ["attention.query.a", "attention.query.b", "feed_forward.down.a", "feed_forward.down.b"];
    let expected: Vec<String> =
        (0..2).flat_map(|i| parts.map(|part| format!("blocks.{i}.{part}"))).collect();
    assert_eq!(names, expected);
    for number in adapted.numbers_mut() {
        *number += 0.5;
    }
    let merged = adapted.merge();
    for ((name, before), (_, after)) in base.parameters().iter().zip(merged.parameters()) {
        let adapted = name.ends_with("query.weight") || name.ends_with("down.weight");
        assert_eq!(before != after, adapted, "{name}");
    }
}

#[test]
fn adapters_of_nothing_are_named() {
    let adapted = |layers: &[&str], rank| {
        Adapted::<Llama>::new(small_llama(1).into(), layers, rank, 8.0, &mut seeded(1))
    };
    let error = adapted(&["query", "q_proj"], 2).unwrap_err().to_string();
    let expected = "no matrix of the model is called \"q_proj\"; some are: down, gate, key, output, query, up, value";
    assert_eq!(error, expected);
    assert_eq!(adapted(&["query"], 0), Err(LoraError::Rank));
}
