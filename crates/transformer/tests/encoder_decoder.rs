//! The encoder and its decoder: slopes against wiggling, and what must hold for any sentences.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeSet;

use activations::Activation;
use approx::{assert_abs_diff_eq, assert_relative_eq};
use attention::{MultiHead, Texts, Words};
use backprop::Dropout;
use ndarray::{Array2, s};
use neuron::check::{assert_added, assert_backward, assert_slope, scattered};
use neuron::init::{seeded, uniform};
use neuron::{Float, Parameters};
use proptest::prelude::*;
use rand::RngExt;
use transformer::{
    DecoderBlock, EncoderBlock, EncoderDecoder, EncoderDecoderConfig, FeedForward, LayerNorm, Pairs,
};

fn dropout(forget: bool, seed: u64) -> Dropout {
    if forget { Dropout::new(0.3, seed, 1, 0) } else { Dropout::OFF }
}

fn lengths() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((1..4_usize, 1..4_usize), 1..3)
}

proptest! {
    #[test]
    fn encoder_block(lengths in lengths(), heads in 1..3_usize, forget: bool, seed: u64) {
        let (rng, dropout) = (&mut seeded(seed), dropout(forget, seed));
        let channels = 2 * heads;
        let words: Vec<usize> = lengths.iter().map(|pair| pair.0).collect();
        let block: EncoderBlock<f64> = EncoderBlock {
            attention: MultiHead::random(channels, heads, false, rng),
            attention_norm: LayerNorm::new(channels, 1e-2),
            feed_forward: FeedForward::random(channels, 3, Activation::Tanh, rng),
            feed_forward_norm: LayerNorm::new(channels, 1e-2),
        };
        let x = uniform((words.iter().sum(), channels), 2.0, rng);

        assert_backward(
            &block, &x, rng,
            |block, x| block.forward(Texts::new(x, &words[..]), dropout).0,
            |block, x, dy, grad| {
                let x = Texts::new(x, &words[..]);
                block.backward(x, dropout, block.forward(x, dropout).1, dy, grad)
            },
        );
    }

    #[test]
    fn decoder_block(lengths in lengths(), heads in 1..3_usize, forget: bool, seed: u64) {
        let (rng, dropout) = (&mut seeded(seed), dropout(forget, seed));
        let channels = 2 * heads;
        let (words, told): (Vec<usize>, Vec<usize>) = lengths.into_iter().unzip();
        let block: DecoderBlock<f64> = DecoderBlock {
            attention: MultiHead::random(channels, heads, true, rng),
            attention_norm: LayerNorm::new(channels, 1e-2),
            cross: MultiHead::random(channels, heads, false, rng),
            cross_norm: LayerNorm::new(channels, 1e-2),
            feed_forward: FeedForward::random(channels, 3, Activation::Tanh, rng),
            feed_forward_norm: LayerNorm::new(channels, 1e-2),
        };
        let x = uniform((words.iter().sum(), channels), 2.0, rng);
        let source: Array2<f64> = uniform((told.iter().sum(), channels), 2.0, rng);
        let forward = |block: &DecoderBlock<f64>, x: &Array2<f64>, source: &Array2<f64>| {
            block.forward(Texts::new(x, &words[..]), Texts::new(source, &told[..]), dropout)
        };
        let backward = |block: &DecoderBlock<f64>,
                        x: &Array2<f64>,
                        source: &Array2<f64>,
                        dy: &Array2<f64>,
                        grad: &mut DecoderBlock<f64>| {
            let saved = forward(block, x, source).1;
            let (x, source) = (Texts::new(x, &words[..]), Texts::new(source, &told[..]));
            block.backward(x, source, dropout, saved, dy, grad)
        };

        // Along the translation …
        assert_backward(
            &block, &x, rng,
            |block, x| forward(block, x, &source).0,
            |block, x, dy, grad| {
                let [dx, _] = backward(block, x, &source, dy, grad);
                dx
            },
        );
        // … and along the sentence.
        assert_backward(
            &block, &source, rng,
            |block, source| forward(block, &x, source).0,
            |block, source, dy, grad| {
                let [_, dsource] = backward(block, &x, source, dy, grad);
                dsource
            },
        );
    }
}

/// A model with a few parameters of everything. (Where numbers are nearly equal, a norm with a smaller ε bends so
/// sharply that a wiggle measures it wrongly.)
fn small<F: Float>(seed: u64) -> EncoderDecoder<F> {
    let config = EncoderDecoderConfig {
        hidden: 5,
        activation: Activation::Tanh,
        epsilon: 1e-2,
        ..EncoderDecoderConfig::paper(6, 6, 4, 2, 2)
    };
    EncoderDecoder::random(config, &mut seeded(seed))
}

/// Pairs of random sentences of up to three words.
fn some(model: &EncoderDecoder<impl Float>, lengths: &[(usize, usize)], seed: u64) -> Pairs {
    let rng = &mut seeded(seed);
    let mut ids = |words: usize| (0..words).map(|_| rng.random_range(2..6)).collect();
    let texts: Vec<(Vec<u32>, Vec<u32>)> =
        lengths.iter().map(|&(source, target)| (ids(source), ids(target))).collect();
    Pairs::new(&model.config, texts.iter().map(|(source, target)| (&source[..], &target[..])))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn encoder_decoder(
        lengths in lengths(), smoothing in 0.0..0.3, forget: bool, seed: u64,
    ) {
        let model = scattered(&small::<f64>(seed), &mut seeded(seed));
        let (pairs, dropout) = (some(&model, &lengths, seed), dropout(forget, seed));
        let loss = |model: &EncoderDecoder<f64>| {
            model.learn(&pairs, smoothing, dropout, &mut model.zeros_like()).sum
        };

        let mut grad = model.zeros_like();
        model.learn(&pairs, smoothing, dropout, &mut grad);
        assert_slope(&grad, &model, loss);
        let once = grad.clone();
        model.learn(&pairs, smoothing, dropout, &mut grad);
        assert_added(&once, &grad);
    }

    /// What a padding mask is there for: a pair is worked out as if it were alone.
    #[test]
    fn a_pair_is_learned_as_if_it_were_alone(lengths in lengths(), seed: u64) {
        let model: EncoderDecoder<f64> = small(seed);
        let pairs = some(&model, &lengths, seed);
        let mut together = model.zeros_like();
        let sum = model.learn(&pairs, 0.1, Dropout::OFF, &mut together);

        let (mut apart, mut sums) = (model.zeros_like(), Vec::new());
        let sources = pairs.source_words().rows(pairs.source.len());
        for (source, text) in sources.into_iter().zip(pairs.words().rows(pairs.input.len())) {
            let (source, target) = (&pairs.source[source], &pairs.target[text]);
            let [source, target] = [source, target].map(|ids| ids.split_last().unwrap().1);
            let pair = Pairs::new(&model.config, [(source, target)]);
            sums.push(model.learn(&pair, 0.1, Dropout::OFF, &mut apart));
        }
        assert_relative_eq!(sums.iter().map(|loss| loss.sum).sum::<f64>(), sum.sum, epsilon = 1e-9);
        assert_eq!(sums.iter().map(|loss| loss.count).sum::<usize>(), sum.count);
        for ((name, one), (_, other)) in together.parameters().iter().zip(apart.parameters()) {
            assert!((one - &other).iter().all(|d| d.abs() < 1e-9), "{name}");
        }
    }

    #[test]
    fn writing_on_is_writing_at_once(lengths in lengths(), seed: u64) {
        let model: EncoderDecoder<f64> = small(seed);
        let pairs = some(&model, &lengths[..1], seed);
        let (source, _) = model.encode(&pairs.source, pairs.source_words(), Dropout::OFF);
        let source = Texts::new(&source, pairs.source_words());
        let (logits, _) = model.decode(&pairs.input, pairs.words(), source, Dropout::OFF);

        let (_, sentence) = pairs.source.split_last().unwrap();
        let (sentence, mut draft) = (model.read(sentence), model.draft());
        for (&id, logits) in pairs.input.iter().zip(logits.rows()) {
            assert_abs_diff_eq!(model.extend(id, &sentence, &mut draft), logits, epsilon = 1e-9);
        }
    }
}

#[test]
fn many_are_translated_as_one_by_one() {
    let (rng, mut lengths) = (&mut seeded(5), BTreeSet::new());
    for seed in 0..20 {
        let model: EncoderDecoder<f32> = scattered_in_f32(seed);
        let sentences: Vec<Vec<u32>> = (0..7)
            .map(|_| (0..rng.random_range(0..5)).map(|_| rng.random_range(2..6)).collect())
            .collect();
        let each: Vec<&[u32]> = sentences.iter().map(Vec::as_slice).collect();
        let alone: Vec<_> = each.iter().map(|ids| model.translate(ids, 1, 1.0)).collect();
        assert_eq!(model.translate_each(&each), alone);
        lengths.extend(alone.iter().map(Vec::len));
    }
    assert!(lengths.len() > 2, "translations that end at different places: {lengths:?}");
}

/// Scores that are far apart, and ends at different places.
fn scattered_in_f32(seed: u64) -> EncoderDecoder<f32> {
    let mut model: EncoderDecoder<f32> = small(seed);
    model.token.weight *= 3.0;
    model
}

/// Every parameter learns, but for the biases of keys: what is added to all scores of a query alike
/// changes no chance (softmax ignores a shift), so their slope is 0 by mathematics.
#[test]
fn every_parameter_gets_a_gradient() {
    let model = scattered(&small::<f64>(3), &mut seeded(3));
    let ids: [&[u32]; 2] = [&[2, 3, 4, 5], &[5, 4, 3, 2]];
    let pairs = Pairs::new(&model.config, [(ids[0], ids[1]), (ids[1], ids[0])]);
    let mut grad = model.zeros_like();
    model.learn(&pairs, 0.1, Dropout::OFF, &mut grad);
    for (name, array) in grad.parameters() {
        let is_zero = name.ends_with("key.bias");
        for slope in &array {
            assert!((slope.abs() < 1e-13) == is_zero, "{name}: {array}");
        }
    }
    assert_eq!(Some(model.count()), model.config.parameters());
}

#[test]
fn no_word_hears_what_it_is_to_say() {
    let model: EncoderDecoder<f64> = small(1);
    let sentence: &[u32] = &[2, 3];
    let [one, other] = [[2, 3, 4], [2, 3, 5]].map(|translation: [u32; 3]| {
        let pairs = Pairs::new(&model.config, [(sentence, &translation[..])]);
        let (source, _) = model.encode(&pairs.source, pairs.source_words(), Dropout::OFF);
        let source = Texts::new(&source, pairs.source_words());
        model.decode(&pairs.input, pairs.words(), source, Dropout::OFF).0
    });
    assert_eq!(one.slice(s![..3, ..]), other.slice(s![..3, ..]));
    assert_ne!(one.row(3), other.row(3));
}

/// Without blocks, and where a token is itself, what is embedded comes out.
#[test]
fn the_halves_forget_different_numbers() {
    let mut model: EncoderDecoder<f64> =
        EncoderDecoder::random(EncoderDecoderConfig::paper(8, 4, 8, 1, 2), &mut seeded(1));
    model.token.weight = Array2::eye(8);
    (model.encoder, model.decoder) = (vec![], vec![]);
    let (ids, words) = ([2, 3, 4, 5], Words::Each(4));
    let both = |dropout| {
        let (read, _) = model.encode(&ids, words, dropout);
        let (said, _) = model.decode(&ids, words, Texts::new(&read, words), dropout);
        (read, said)
    };
    let (read, said) = both(Dropout::OFF);
    assert_eq!(read, said);
    let (read, said) = both(Dropout::new(0.5, 1, 1, 0));
    assert_ne!(read, said);
}

#[test]
#[should_panic(expected = "a text of 7 tokens is longer than the context of 6")]
fn a_long_sentence_is_refused() {
    small::<f32>(1).read(&[2; 6]);
}
