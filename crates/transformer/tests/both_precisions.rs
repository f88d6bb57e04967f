//! The gradient in `f32`, by the kernels, is the one in `f64`, by the formulas: for short texts and for those of more
//! than a tile.

use attention::tiled::TILE;
use backprop::Dropout;
use neuron::Parameters;
use neuron::check::scattered;
use neuron::init::seeded;
use rand::RngExt;
use transformer::{Gpt, GptConfig, Llama, LlamaConfig};

/// Each parameter's slopes are the same, but for a small share of the longest of them, taken as arrows.
fn assert_close<M: Parameters<f32>, N: Parameters<f64>>(narrow: &M, wide: &N) {
    let parameters = wide.parameters();
    let lengths =
        parameters.iter().map(|(_, array)| array.iter().map(|x| x * x).sum::<f64>().sqrt());
    let longest = lengths.fold(0.0, f64::max);
    assert!(longest > 0.0);
    for ((name, wide), (_, narrow)) in parameters.into_iter().zip(narrow.parameters()) {
        let squares =
            wide.iter().zip(narrow).map(|(wide, narrow)| (wide - f64::from(*narrow)).powi(2));
        let apart = squares.sum::<f64>().sqrt() / longest;
        assert!(apart < 1e-5, "{name}: {apart:e}");
    }
}

/// The same numbers in 32 bits.
fn narrowed<M: Parameters<f32>, N: Parameters<f64>>(mut to: M, from: &N) -> M {
    for ((_, mut to), (_, from)) in to.parameters_mut().into_iter().zip(from.parameters()) {
        to.zip_mut_with(&from, |to, from| *to = *from as f32);
    }
    to
}

/// Two texts of so many words, and what comes next in them.
fn texts(words: usize) -> [Vec<u32>; 2] {
    let rng = &mut seeded(5);
    [(); 2].map(|()| (0..2 * words).map(|_| rng.random_range(0..5)).collect())
}

#[test]
fn of_a_gpt() {
    for (words, bias, rate) in [(7, true, 0.0), (TILE + 9, true, 0.0), (TILE + 9, false, 0.2)] {
        let config = GptConfig { bias, ..GptConfig::gpt2(5, words, 24, 2, 3) };
        let wide = scattered(&Gpt::<f64>::random(config.clone(), &mut seeded(1)), &mut seeded(2));
        let narrow = narrowed(Gpt::<f32>::random(config, &mut seeded(1)), &wide);
        let [ids, targets] = texts(words);
        let dropout = Dropout::new(rate, 3, 1, 0);
        let (mut wide_grad, mut grad) = (wide.zeros_like(), narrow.zeros_like());
        let wide_loss = wide.learn(&ids, &targets, words, dropout, &mut wide_grad);
        let loss = narrow.learn(&ids, &targets, words, dropout, &mut grad);
        assert!((loss.sum / wide_loss.sum - 1.0).abs() < 1e-5, "{loss:?} for {wide_loss:?}");
        assert_close(&grad, &wide_grad);
    }
}

#[test]
fn of_a_llama() {
    for (words, head_norm) in [(7, false), (TILE + 9, false), (TILE + 9, true)] {
        let config = LlamaConfig {
            head_norm,
            query_bias: true,
            head_size: 6,
            ..LlamaConfig::llama(5, words, 24, 2, 4, 2, 20)
        };
        let wide = scattered(&Llama::<f64>::random(config.clone(), &mut seeded(1)), &mut seeded(2));
        let narrow = narrowed(Llama::<f32>::random(config, &mut seeded(1)), &wide);
        let [ids, targets] = texts(words);
        let (mut wide_grad, mut grad) = (wide.zeros_like(), narrow.zeros_like());
        let wide_loss = wide.learn(&ids, &targets, words, Dropout::OFF, &mut wide_grad);
        let loss = narrow.learn(&ids, &targets, words, Dropout::OFF, &mut grad);
        assert!((loss.sum / wide_loss.sum - 1.0).abs() < 1e-5, "{loss:?} for {wide_loss:?}");
        assert_close(&grad, &wide_grad);
    }
}
