//! What must hold for any words at all.

use approx::assert_relative_eq;
use attention::head::{attend, attend_backward};
use attention::tiled::{attend_tiled, attend_tiled_backward};
use attention::{Grouped, Head, KeyValue, MultiHead, RmsNorm, Texts};
use backprop::Dropout;
use embedding::Rotary;
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

proptest! {
    #[test]
    fn tiles_are_heard_as_the_whole(
        words in 1..20_usize, earlier in 0..20_usize, size in 1..6_usize, tile in 1..24_usize,
        causal: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let query: Array2<f64> = uniform((words, size), 3.0, rng);
        let key: Array2<f64> = uniform((earlier + words, size), 3.0, rng);
        let value: Array2<f64> = uniform((earlier + words, size), 3.0, rng);
        let dy: Array2<f64> = uniform((words, size), 1.0, rng);
        let (plain, chances) = attend(&query, &key, &value, causal, Dropout::OFF);
        let (y, log_sum) = attend_tiled(&query, &key, &value, causal, tile);
        assert_relative_eq!(y, plain, epsilon = 1e-12);
        let slopes = attend_backward(&query, &key, &value, chances, &dy, Dropout::OFF);
        let tiled = attend_tiled_backward(&query, &key, &value, &y, &log_sum, &dy, causal, tile);
        for (tiled, plain) in tiled.iter().zip(&slopes) {
            assert_relative_eq!(tiled, plain, epsilon = 1e-11);
        }
    }

    #[test]
    fn nothing_ahead_is_heard_across_tiles(words in 2..150_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: Grouped = Grouped::random(4, 2, [2, 1], rng);
        let rotary = Rotary::new(2, words, 100.0);
        let x = uniform((words, 4), 2.0, rng);
        let mut other_ending = x.clone();
        other_ending.slice_mut(s![words - 1.., ..]).fill(9.0);
        let before = s![..words - 1, ..];
        let heard = |x: &Array2<f32>| layer.forward(x, words, &rotary).0;
        let (heard, heard_otherwise) = (heard(&x), heard(&other_ending));
        prop_assert_eq!(heard.slice(before), heard_otherwise.slice(before)); // bit for bit
    }

    #[test]
    fn groups_of_one_that_do_not_turn_are_many_heads(words in 1..6_usize, texts in 1..3_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let many: MultiHead<f64> = MultiHead::random(6, 3, true, rng);
        let MultiHead { query, key, value, output, heads, .. } = many.clone();
        let (query_norm, key_norm) = (None, None);
        let groups =
            Grouped { query, key, value, output, query_norm, key_norm, heads, kv_heads: heads };
        let still = Rotary::from_frequencies(&[0.0], words);
        let x: Array2<f64> = uniform((texts * words, 6), 2.0, rng);
        let expected = many.forward(&x, words, Dropout::OFF).0;
        assert_relative_eq!(groups.forward(&x, words, &still).0, expected, epsilon = 1e-12);
    }

    #[test]
    fn a_group_shares_what_each_of_it_could_have_for_itself(words in 1..6_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let shared: Grouped<f64> = Grouped::random(5, 4, [4, 2], rng);
        let mut each = Grouped { kv_heads: 4, ..shared.clone() };
        for layer in [&mut each.key, &mut each.value] {
            let [first, second] = [s![..4, ..], s![4.., ..]].map(|rows| layer.weight.slice(rows));
            layer.weight = concatenate![Axis(0), first, first, second, second];
        }
        let rotary = Rotary::new(4, words, 100.0);
        let x: Array2<f64> = uniform((words, 5), 2.0, rng);
        let expected = each.forward(&x, words, &rotary).0;
        assert_relative_eq!(shared.forward(&x, words, &rotary).0, expected, epsilon = 1e-12);
    }

    #[test]
    fn no_text_hears_another_in_groups(words in 1..5_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: Grouped<f64> = Grouped::random(3, 2, [4, 2], rng);
        let rotary = Rotary::new(2, words, 100.0);
        let both: Array2<f64> = uniform((2 * words, 3), 2.0, rng);
        let second = s![words.., ..];
        let (alone, _) = layer.forward(&both.slice(second), words, &rotary);
        assert_relative_eq!(layer.forward(&both, words, &rotary).0.slice(second), alone, epsilon = 1e-12);
    }

    #[test]
    fn a_text_that_grows_is_heard_by_groups_as_if_read_at_once(
        pieces in proptest::collection::vec(1..4_usize, 1..5), normed: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let mut layer: Grouped<f64> = Grouped::random(5, 4, [4, 2], rng);
        if normed {
            layer.query_norm = Some(RmsNorm { gain: uniform(4, 1.0, rng), epsilon: 1e-5 });
            layer.key_norm = Some(RmsNorm { gain: uniform(4, 1.0, rng), epsilon: 1e-5 });
        }
        let words = pieces.iter().sum();
        let rotary = Rotary::new(4, words, 100.0);
        let x: Array2<f64> = uniform((words, 5), 2.0, rng);

        let mut cache = KeyValue::new(words, 8);
        let mut heard = Array2::zeros((0, 5));
        for piece in pieces {
            let (start, end) = (cache.len(), cache.len() + piece);
            let y = layer.extend(&x.slice(s![start..end, ..]), &rotary, &mut cache);
            heard = concatenate![Axis(0), heard, y];
        }
        assert_relative_eq!(heard, layer.forward(&x, words, &rotary).0, epsilon = 1e-12);
    }

    #[test]
    fn rms_norm_ignores_how_loud_a_row_is(channels in 1..9_usize, loud in 0.01..100.0, seed: u64) {
        let rng = &mut seeded(seed);
        let norm = RmsNorm { gain: uniform(channels, 1.0, rng), epsilon: 0.0 };
        let x: Array2<f64> = uniform((3, channels), 2.0, rng);
        let louder: Array2<f64> = &x * loud;
        let (quiet, louder) = (norm.forward(&x).0, norm.forward(&louder).0);
        assert_relative_eq!(quiet, louder, epsilon = 1e-12);
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
