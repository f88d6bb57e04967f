//! How often each letter is drawn after "humpty dump", with one dial turned at a time.
#![allow(clippy::print_stdout)]

use neuron::init::seeded;
use softmax::{Sampler, log_chances};

const LETTERS: [char; 6] = ['t', 's', 'e', 'i', ' ', 'x'];
const DRAWS: usize = 10_000;

fn main() {
    let logits = [3.0_f32, 2.2, 1.5, 1.0, 0.2, -3.0];
    println!("What the model says, and the chances:\n");
    for ((letter, logit), log) in LETTERS.iter().zip(logits).zip(log_chances(&logits)) {
        println!("  {letter:?} {logit:5.1} {:6.3}", log.exp());
    }

    let plain = Sampler { temperature: 1.0, top_k: 0, ..Sampler::default() };
    let dials = [
        ("as it is", plain),
        ("temperature 0.5: the likely gets likelier", Sampler { temperature: 0.5, ..plain }),
        ("temperature 2: the unlikely gets likelier", Sampler { temperature: 2.0, ..plain }),
        ("top-k 3: the three likeliest", Sampler { top_k: 3, ..plain }),
        ("top-p 0.8: the likeliest, until they have 0.8", Sampler { top_p: 0.8, ..plain }),
        ("min-p 0.2: what has a fifth of the largest", Sampler { min_p: 0.2, ..plain }),
        ("repeat penalty 2: 't' was there already", Sampler { repeat_penalty: 2.0, ..plain }),
        ("greedy: always the likeliest", Sampler::greedy()),
    ];
    for (name, sampler) in dials {
        println!("\n{name}\n");
        let (mut counts, rng) = ([0; LETTERS.len()], &mut seeded(42));
        for _ in 0..DRAWS {
            counts[sampler.draw(&logits, &[0], rng) as usize] += 1;
        }
        for (letter, count) in LETTERS.iter().zip(counts) {
            let share = count as f64 / DRAWS as f64;
            println!("  {letter:?} {share:6.3} {}", "█".repeat((share * 50.0).round() as usize));
        }
    }
}
