//! Beam search against trying everything.

use ndarray::Array1;
use std::ops::ControlFlow;

use neuron::init::{seeded, uniform};
use proptest::prelude::*;
use softmax::{Sampler, log_chances};
use transformer::Reader;
use transformer::beam::{Beam, Beams, search};
use transformer::{Gpt, GptConfig};

const VOCABULARY: u32 = 3;
const END: u32 = 2;

/// Scores for the next token, that depend on all tokens so far.
fn logits(seed: u64, text: &[u32]) -> Vec<f32> {
    let key =
        text.iter().fold(seed, |key, &id| key.wrapping_mul(31).wrapping_add(u64::from(id) + 1));
    let scores: Array1<f32> = uniform(VOCABULARY as usize, 3.0, &mut seeded(key));
    scores.to_vec()
}

fn found(seed: u64, beams: Beams) -> Vec<Beam> {
    search(Vec::new(), logits(seed, &[]), beams, |id, text: &mut Vec<u32>| {
        text.push(id);
        logits(seed, text)
    })
}

/// All texts of at most `length` tokens, each with its chance.
fn all(seed: u64, length: usize) -> Vec<Beam> {
    let mut open = vec![Beam { ids: vec![], log_chance: 0.0 }];
    let mut done = vec![];
    while let Some(text) = open.pop() {
        for (id, chance) in (0..).zip(log_chances(&logits(seed, &text.ids))) {
            let ids = [&text.ids[..], &[id]].concat();
            let longer = Beam { ids, log_chance: text.log_chance + f64::from(chance) };
            if id == END || longer.ids.len() == length { &mut done } else { &mut open }
                .push(longer);
        }
    }
    done
}

proptest! {
    #[test]
    fn a_wide_search_finds_the_best_of_all(
        length in 1..5_usize, penalty in prop::sample::select(vec![0.0, 0.6, 1.0, 2.0]), seed: u64,
    ) {
        let beams = Beams { width: 81, length, end: Some(END), length_penalty: penalty };
        let best = all(seed, length).into_iter().max_by(|one, other| {
            one.score(penalty).total_cmp(&other.score(penalty))
        });
        assert_eq!(found(seed, beams).first(), best.as_ref());
    }

    #[test]
    fn a_width_of_one_always_takes_the_likeliest(length in 1..9_usize, seed: u64) {
        let beams = Beams { width: 1, length, end: Some(END), length_penalty: 1.0 };
        let mut greedy = vec![];
        while greedy.len() < length && greedy.last() != Some(&END) {
            let chances = log_chances(&logits(seed, &greedy));
            let best = (0..VOCABULARY).max_by(|&a, &b| chances[a as usize].total_cmp(&chances[b as usize]));
            greedy.extend(best);
        }
        assert_eq!(&found(seed, beams)[0].ids, &greedy);
    }

    #[test]
    fn the_best_comes_first_and_every_chance_is_right(
        width in 1..6_usize, length in 1..8_usize, penalty in 0.0..2.0, seed: u64,
    ) {
        let found = found(seed, Beams { width, length, end: Some(END), length_penalty: penalty });
        assert!(!found.is_empty() && found.len() <= width);
        assert!(found.windows(2).all(|two| two[0].score(penalty) >= two[1].score(penalty)));
        for beam in found {
            let mut sum = 0.0;
            for (at, &id) in beam.ids.iter().enumerate() {
                sum += f64::from(log_chances(&logits(seed, &beam.ids[..at]))[id as usize]);
            }
            assert!((sum - beam.log_chance).abs() < 1e-9);
            assert!(beam.ids.len() == length || beam.ids.last() == Some(&END));
        }
    }
}

#[test]
fn one_beam_says_what_greedy_says() {
    let gpt: Gpt = Gpt::random(GptConfig::gpt2(7, 5, 8, 2, 2), &mut seeded(1));
    let mut greedy = vec![];
    gpt.generate(&[1, 2], &Sampler::greedy(), &mut seeded(1), |id, _| {
        greedy.push(id);
        if greedy.len() < 12 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let beams = Beams { width: 1, length: 12, end: None, length_penalty: 1.0 };
    assert_eq!(gpt.beams(&[1, 2], beams)[0].ids, greedy); // longer than the context of 5
}

/// Greedy goes for the 0.6 and ends with 0.6 · 0.5; the 0.4 leads to 0.4 · 0.9.
#[test]
fn the_best_text_need_not_start_with_the_best_word() {
    let chances = |text: &[u32]| -> Vec<f32> {
        let chances: [f32; 3] = match text {
            [] => [0.6, 0.4, 0.0],
            [0] => [0.5, 0.0, 0.5],
            _ => [0.1, 0.0, 0.9],
        };
        chances.map(f32::ln).to_vec()
    };
    let with = |width| {
        let beams = Beams { width, length: 2, end: None, length_penalty: 0.0 };
        search(vec![], chances(&[]), beams, |id, text: &mut Vec<u32>| {
            text.push(id);
            chances(text)
        })
        .swap_remove(0)
    };
    let (greedy, better) = (with(1), with(2));
    assert_eq!(greedy.ids[0], 0);
    assert!((greedy.log_chance - 0.3_f64.ln()).abs() < 1e-6);
    assert_eq!(better.ids, [1, 2]);
    assert!((better.log_chance - 0.36_f64.ln()).abs() < 1e-6);
}

/// Two texts have ended, and there is room for no more; but the one that goes on is likelier, word by
/// word. Where the length does not count, it has lost.
#[test]
fn who_ends_first_has_not_won() {
    let chances = |text: &[u32]| -> Vec<f32> {
        let chances: [f32; 3] = match text {
            [] => [0.55, 0.0, 0.45],
            [0] => [0.0, 0.7, 0.3],
            _ => [0.0, 0.0, 1.0],
        };
        chances.map(f32::ln).to_vec()
    };
    let best = |length_penalty| {
        let beams = Beams { width: 2, length: 5, end: Some(END), length_penalty };
        let found = search(vec![], chances(&[]), beams, |id, text: &mut Vec<u32>| {
            text.push(id);
            chances(text)
        });
        found[0].ids.clone()
    };
    assert_eq!((best(0.0), best(1.0)), (vec![END], vec![0, 1, END]));
    let beam = Beam { ids: vec![0, 1, 1, END], log_chance: -2.0 };
    assert_eq!([0.0, 0.5, 1.0].map(|penalty| beam.score(penalty)), [-2.0, -1.0, -0.5]);
}
