//! How often each letter is drawn after "humpty dump", with one dial turned at a time.

use anstream::println;
use neuron::init::seeded;
use pictures::bar;
use softmax::{Sampler, log_chances};

const LETTERS: [char; 6] = ['t', 's', 'e', 'i', ' ', 'x'];
const LOGITS: [f32; 6] = [3.0, 2.2, 1.5, 1.0, 0.2, -3.0];
const DRAWS: usize = 10_000;

fn main() {
    println!("What the model says, and the chances:\n");
    let chances = log_chances(&LOGITS).into_iter().map(|log| f64::from(log).exp());
    let chances: Vec<_> = chances.collect();
    for ((letter, logit), &chance) in LETTERS.iter().zip(LOGITS).zip(&chances) {
        println!("  {letter:?} {logit:5.1} {chance:6.3} {}", bar(chance, 40).trim_end());
    }

    let plain = Sampler { temperature: 1.0, top_k: 0, ..Sampler::default() };
    let drawn = draw("as it is", plain);
    assert!(drawn.iter().zip(&chances).all(|(share, chance)| (share - chance).abs() < 0.02));

    let cold = Sampler { temperature: 0.5, ..plain };
    assert!(draw("temperature 0.5: the likely gets likelier", cold)[0] > drawn[0] + 0.1);

    let warm = Sampler { temperature: 2.0, ..plain };
    assert!(draw("temperature 2: the unlikely gets likelier", warm)[5] > 4.0 * drawn[5]);

    let three = draw("top-k 3: the three likeliest", Sampler { top_k: 3, ..plain });
    assert_eq!(kept(&three), 3);

    let name = "top-p 0.8: the likeliest, until they have 0.8";
    assert_eq!(kept(&draw(name, Sampler { top_p: 0.8, ..plain })), 3);

    let name = "min-p 0.2: what has a fifth of the largest";
    assert_eq!(kept(&draw(name, Sampler { min_p: 0.2, ..plain })), 3);

    let fresh = Sampler { repeat_penalty: 2.0, ..plain };
    assert!(draw("repeat penalty 2: 't' was there already", fresh)[0] < drawn[0] / 2.0);

    assert_eq!(draw("greedy: always the likeliest", Sampler::greedy())[0], 1.0);
}

/// The share of each letter in many draws after a text that has a `t` in it.
fn draw(name: &str, sampler: Sampler) -> Vec<f64> {
    println!("\n{name}\n");
    let (mut counts, rng) = ([0; LETTERS.len()], &mut seeded(42));
    for _ in 0..DRAWS {
        counts[sampler.draw(&LOGITS, &[0], rng) as usize] += 1;
    }
    let shares: Vec<_> = counts.iter().map(|&count| count as f64 / DRAWS as f64).collect();
    for (letter, &share) in LETTERS.iter().zip(&shares) {
        println!("  {letter:?} {share:6.3} {}", bar(share, 40).trim_end());
    }
    shares
}

fn kept(shares: &[f64]) -> usize {
    shares.iter().filter(|share| **share > 0.0).count()
}
