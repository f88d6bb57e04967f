//! What drawing keeps, and how often it draws what.

use std::collections::BTreeSet;

use ndarray::Array2;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;
use softmax::Sampler;

/// Nothing bent: the chances as they are.
const PLAIN: Sampler =
    Sampler { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repeat_penalty: 1.0 };

/// How often each is drawn in `times` draws.
fn shares(sampler: Sampler, logits: &[f32], times: usize) -> Vec<f64> {
    let (mut shares, rng) = (vec![0.0; logits.len()], &mut seeded(5));
    for _ in 0..times {
        shares[sampler.draw(logits, &[], rng) as usize] += 1.0 / times as f64;
    }
    shares
}

/// Which are ever drawn.
fn kept(sampler: Sampler, logits: &[f32]) -> BTreeSet<usize> {
    (0..)
        .zip(shares(sampler, logits, 2000))
        .filter(|&(_, share)| share > 0.0)
        .map(|d| d.0)
        .collect()
}

/// Scores whose chances these are.
fn scores(chances: &[f32]) -> Vec<f32> {
    chances.iter().map(|chance| chance.ln()).collect()
}

#[test]
fn frequencies_match_chances() {
    let chances = [0.1, 0.4, 0.05, 0.45];
    for (share, chance) in shares(PLAIN, &scores(&chances), 40_000).iter().zip(chances) {
        assert!((share - f64::from(chance)).abs() < 0.01, "{share} instead of {chance}");
    }
    // At ½ each chance is squared: 1 to 9 becomes 1 to 81.
    let cold = shares(Sampler { temperature: 0.5, ..PLAIN }, &scores(&[0.1, 0.9]), 40_000);
    assert!((cold[0] - 1.0 / 82.0).abs() < 0.003, "{cold:?}");
}

#[test]
fn each_filter_keeps_what_it_should() {
    let logits = scores(&[0.1, 0.4, 0.05, 0.2, 0.25]);
    let keeps = |sampler, expected: &[usize]| {
        assert_eq!(kept(sampler, &logits), expected.iter().copied().collect(), "{sampler:?}");
    };
    keeps(PLAIN, &[0, 1, 2, 3, 4]);
    keeps(Sampler { top_k: 1, ..PLAIN }, &[1]);
    keeps(Sampler { top_k: 3, ..PLAIN }, &[1, 3, 4]);
    keeps(Sampler { top_k: 99, ..PLAIN }, &[0, 1, 2, 3, 4]);
    keeps(Sampler { top_p: 0.6, ..PLAIN }, &[1, 4]); // 0.4 + 0.25 is the first to reach it
    keeps(Sampler { top_p: 0.7, ..PLAIN }, &[1, 3, 4]);
    keeps(Sampler { top_p: 0.0, ..PLAIN }, &[1]);
    keeps(Sampler { min_p: 0.45, ..PLAIN }, &[1, 3, 4]); // of 0.4, that is 0.18
    keeps(Sampler { min_p: 1.0, ..PLAIN }, &[1]);
    // Top-p counts what top-k has left: 0.4 of 0.65 is enough.
    keeps(Sampler { top_k: 2, top_p: 0.6, ..PLAIN }, &[1]);
    // The temperature comes before top-p: 0.16 of 0.275 is 0.5818, and enough.
    keeps(Sampler { temperature: 0.5, top_p: 0.58, ..PLAIN }, &[1]);
    // … and before min-p: 0.2 / 0.4, squared, is no longer enough.
    keeps(Sampler { temperature: 0.5, min_p: 0.3, ..PLAIN }, &[1, 4]);
}

#[test]
fn repeating_is_punished_once_and_on_both_sides_of_nought() {
    let draw = |logits: &[f32], before: &[u32]| {
        Sampler { repeat_penalty: 2.0, ..Sampler::greedy() }.draw(logits, before, &mut seeded(1))
    };
    assert_eq!(draw(&[3.0, 2.0], &[0]), 1); // 3 / 2 < 2
    assert_eq!(draw(&[5.0, 2.0], &[0, 0]), 0); // 5 / 2 > 2, though 5 / 4 is not
    assert_eq!(draw(&[-3.0, -5.0], &[0]), 1); // -3 · 2 < -5
    assert_eq!(draw(&[3.0, 2.0], &[0, 99]), 1); // an id of nobody's
}

proptest! {
    #[test]
    fn greedy_takes_the_largest(ids in 1..50_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let logits: Array2<f32> = uniform((1, ids), 5.0, rng);
        let logits = logits.as_slice().unwrap();
        let drawn = Sampler::greedy().draw(logits, &[], rng) as usize;
        prop_assert!(logits.iter().all(|&logit| logit <= logits[drawn]));
        let nearly = Sampler { temperature: 1e-300, ..PLAIN };
        prop_assert_eq!(nearly.draw(logits, &[], rng) as usize, drawn);
    }

    #[test]
    fn the_same_seed_draws_the_same(seed: u64) {
        let draws = |seed| {
            let rng = &mut seeded(seed);
            (0..64).map(|_| PLAIN.draw(&[0.0; 1000], &[], rng)).collect::<Vec<_>>()
        };
        prop_assert_eq!(draws(seed), draws(seed));
        prop_assert_ne!(draws(seed), draws(seed ^ 1));
    }

    #[test]
    fn what_has_no_chance_is_never_drawn(seed: u64, top_k in 0..5_usize, greedy: bool) {
        let logits = [f32::NEG_INFINITY, f32::NAN, -1e30, f32::NEG_INFINITY, -f32::NAN, -1e30];
        let sampler = if greedy { Sampler::greedy() } else { Sampler { top_k, ..PLAIN } };
        let drawn = sampler.draw(&logits, &[], &mut seeded(seed));
        prop_assert!(drawn == 2 || drawn == 5);
    }
}

#[test]
fn equals_go_by_their_ids_and_infinity_is_certain() {
    assert_eq!(Sampler::greedy().draw(&[1.0, 2.0, 2.0], &[], &mut seeded(1)), 1);
    assert_eq!(kept(PLAIN, &[f32::INFINITY, 5.0, f32::INFINITY]), [0, 2].into());
}

#[test]
#[should_panic(expected = "nothing to draw: all 2 scores are -∞ or not a number")]
fn nothing_to_draw() {
    PLAIN.draw(&[f32::NAN, f32::NEG_INFINITY], &[], &mut seeded(1));
}

#[test]
#[should_panic(expected = "a temperature cannot be -1")]
fn a_negative_temperature() {
    Sampler { temperature: -1.0, ..PLAIN }.draw(&[1.0], &[], &mut seeded(1));
}
