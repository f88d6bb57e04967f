//! What must hold for any words at all.

use approx::assert_relative_eq;
use attention::{Head, KeyValue, MultiHead, Texts};
use backprop::Dropout;
use ndarray::{Array1, Array2, Axis, concatenate, s};
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

proptest! {
    #[test]
    fn no_word_hears_what_is_ahead(words in 2..9_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let head: Head = Head::random(4, 3, true, rng);
        let x = uniform((words, 4), 2.0, rng);
        let mut other_ending = x.clone();
        other_ending.slice_mut(s![words - 1.., ..]).fill(9.0);

        let (heard, _) = head.forward(&x);
        let (heard_otherwise, _) = head.forward(&other_ending);

        let before = s![..words - 1, ..];
        prop_assert_eq!(heard.slice(before), heard_otherwise.slice(before)); // bit for bit
    }

    #[test]
    fn every_word_shares_out_its_listening(words in 1..9_usize, causal: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let head: Head<f64> = Head::random(4, 3, causal, rng);
        let (_, saved) = head.forward(&uniform((words, 4), 2.0, rng));
        assert_relative_eq!(saved.chances.sum_axis(Axis(1)), Array1::ones(words), epsilon = 1e-12);
    }

    #[test]
    fn the_order_of_the_words_so_far_is_not_heard(words in 2..9_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let head: Head<f64> = Head::random(4, 3, true, rng);
        let x: Array2<f64> = uniform((words, 4), 2.0, rng);
        let mut turned = x.clone();
        turned.slice_mut(s![..words - 1, ..]).assign(&x.slice(s![..words - 1;-1, ..]));

        let last = |x: &Array2<f64>| head.forward(x).0.row(words - 1).to_owned();
        assert_relative_eq!(last(&x), last(&turned), epsilon = 1e-12);
    }

    #[test]
    fn no_text_hears_another(words in 1..5_usize, causal: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: MultiHead<f64> = MultiHead::random(6, 2, causal, rng);
        let both: Array2<f64> = uniform((2 * words, 6), 2.0, rng);
        let (y, _) = layer.forward(&both, words, Dropout::OFF);
        let (alone, _) = layer.forward(&both.slice(s![words.., ..]), words, Dropout::OFF);
        assert_relative_eq!(y.slice(s![words.., ..]), alone, epsilon = 1e-12);
    }

    #[test]
    fn a_translation_hears_its_own_sentence_alone(
        lengths in proptest::collection::vec((1..5_usize, 1..5_usize), 1..4), seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: MultiHead<f64> = MultiHead::random(6, 2, false, rng);
        let (asks, tells): (Vec<usize>, Vec<usize>) = lengths.iter().copied().unzip();
        let x = uniform((asks.iter().sum(), 6), 2.0, rng);
        let source = uniform((tells.iter().sum(), 6), 2.0, rng);
        let (y, _) =
            layer.cross(Texts::new(&x, &asks[..]), Texts::new(&source, &tells[..]), Dropout::OFF);

        let (mut asked, mut told) = (0, 0);
        for (ask, tell) in lengths {
            let x = x.slice(s![asked..asked + ask, ..]);
            let source = source.slice(s![told..told + tell, ..]);
            let (alone, _) =
                layer.cross(Texts::new(&x, ask), Texts::new(&source, tell), Dropout::OFF);
            assert_relative_eq!(y.slice(s![asked..asked + ask, ..]), alone, epsilon = 1e-12);
            assert_relative_eq!(layer.ask(&x, &layer.remember(&source)), alone, epsilon = 1e-12);
            (asked, told) = (asked + ask, told + tell);
        }
    }

    #[test]
    fn one_head_of_many_is_a_head(words in 1..6_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let many: MultiHead<f64> = MultiHead::random(4, 1, true, rng);
        let MultiHead { query, key, value, output, .. } = many.clone();
        let x = uniform((words, 4), 2.0, rng);
        let alone = output.forward(&Head { query, key, value, causal: true }.forward(&x).0);
        assert_relative_eq!(many.forward(&x, words, Dropout::OFF).0, alone, epsilon = 1e-12);
    }

    #[test]
    fn a_text_that_grows_is_heard_as_if_read_at_once(
        pieces in proptest::collection::vec(1..4_usize, 1..5), seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: MultiHead<f64> = MultiHead::random(6, 3, true, rng);
        let words = pieces.iter().sum();
        let x: Array2<f64> = uniform((words, 6), 2.0, rng);

        let mut cache = KeyValue::new(words, 6);
        let mut heard = Array2::zeros((0, 6));
        for piece in pieces {
            let (start, end) = (cache.len(), cache.len() + piece);
            let y = layer.extend(&x.slice(s![start..end, ..]), &mut cache);
            heard = concatenate![Axis(0), heard, y];
        }
        assert_relative_eq!(heard, layer.forward(&x, words, Dropout::OFF).0, epsilon = 1e-12);
    }
}

#[test]
#[should_panic(expected = "7 rows are not a whole number of texts of 3 words")]
fn texts_of_unequal_length_are_refused() {
    let layer: MultiHead = MultiHead::random(4, 2, true, &mut seeded(1));
    layer.forward(&Array2::zeros((7, 4)), 3, Dropout::OFF);
}

#[test]
#[should_panic(expected = "2 texts cannot ask 1 sources: one each")]
fn every_text_has_a_source() {
    let layer: MultiHead = MultiHead::random(4, 2, false, &mut seeded(1));
    let x = Array2::zeros((4, 4));
    layer.cross(Texts::new(&x, 2), Texts::new(&x, 4), Dropout::OFF);
}

#[test]
#[should_panic(expected = "4 channels cannot be shared by 3 heads")]
fn heads_that_cannot_share_are_refused() {
    let _: MultiHead = MultiHead::random(4, 3, true, &mut seeded(1));
}
