//! What must hold for any tokens at all.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use embedding::{Embedding, Rotary, one_hot, sinusoidal, the_article_form};
use ndarray::{Array2, Axis, array, concatenate, s};
use neuron::init::{seeded, uniform};
use neuron::matmul;
use proptest::prelude::*;

proptest! {
    #[test]
    fn looking_up_is_multiplying_by_one_hot(
        ids in proptest::collection::vec(0..9_u32, 1..20), channels in 1..9_usize, seed: u64,
    ) {
        let embedding: Embedding = Embedding::random(9, channels, &mut seeded(seed));
        prop_assert_eq!(embedding.forward(&ids), matmul(&one_hot(&ids, 9), &embedding.weight));
    }

    #[test]
    fn how_alike_two_places_are_depends_on_their_distance_alone(
        a in 0..500_usize, b in 0..500_usize, later in 0..500_usize, pairs in 1..20_usize,
    ) {
        let y: Array2<f64> = sinusoidal(1000, 2 * pairs);
        let alike = |a: usize, b: usize| y.row(a).dot(&y.row(b));
        assert_abs_diff_eq!(alike(a, b), alike(a + later, b + later), epsilon = 1e-9);
    }

    #[test]
    fn turning_keeps_lengths(
        words in 1..5_usize, pairs in 1..5_usize, start in 0..90_usize, seed: u64,
    ) {
        let x: Array2<f64> = uniform((words, 2 * pairs), 2.0, &mut seeded(seed));
        let y = Rotary::new(2 * pairs, 100, 10000.0).forward(&x, start);
        let lengths = |x: &Array2<f64>| x.map_axis(Axis(1), |row| row.dot(&row));
        assert_relative_eq!(lengths(&x), lengths(&y), epsilon = 1e-12);
        assert_eq!(x == y, start == 0 && words == 1); // and yet nearly everything moves
    }

    #[test]
    fn the_score_of_two_turned_rows_depends_on_their_distance_alone(
        a in 0..500_usize, b in 0..500_usize, later in 0..500_usize, pairs in 1..5_usize, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let rotary = Rotary::new(2 * pairs, 1000, 10000.0);
        let query: Array2<f64> = uniform((1, 2 * pairs), 2.0, rng);
        let key: Array2<f64> = uniform((1, 2 * pairs), 2.0, rng);
        let score = |a, b| (rotary.forward(&query, a) * rotary.forward(&key, b)).sum();
        assert_abs_diff_eq!(score(a, b), score(a + later, b + later), epsilon = 1e-9);
    }

    #[test]
    fn turning_back_is_backward(start in 0..90_usize, pairs in 1..5_usize, seed: u64) {
        let rotary = Rotary::new(2 * pairs, 100, 10000.0);
        let x: Array2<f64> = uniform((3, 2 * pairs), 2.0, &mut seeded(seed));
        let back = rotary.backward(&rotary.forward(&x, start), start);
        assert_abs_diff_eq!(back, x, epsilon = 1e-12);
    }

    #[test]
    fn a_text_is_turned_as_its_pieces_are(start in 0..90_usize, seed: u64) {
        let rotary = Rotary::new(4, 100, 10000.0);
        let x: Array2<f32> = uniform((5, 4), 2.0, &mut seeded(seed));
        let piece = |rows: std::ops::Range<usize>| {
            rotary.forward(&x.slice(s![rows.clone(), ..]), start + rows.start)
        };
        let y = concatenate![Axis(0), piece(0..2), piece(2..5)];
        prop_assert_eq!(rotary.forward(&x, start), y); // bit for bit
    }
}

#[test]
#[should_panic(expected = "your vocabulary has 65 entries and this id is 90")]
fn an_id_beyond_the_vocabulary_is_named() {
    let embedding: Embedding = Embedding::random(65, 2, &mut seeded(1));
    embedding.forward(&[3, 90]);
}

#[test]
#[should_panic(expected = "your vocabulary has 65 entries and this id is 65")]
fn one_hot_names_it_too() {
    one_hot::<f32>(&[65], 65);
}

#[test]
fn place_0_changes_nothing() {
    let x: Array2<f32> = uniform((1, 6), 2.0, &mut seeded(1));
    assert_eq!(Rotary::new(6, 1, 10000.0).forward(&x, 0), x);
}

#[test]
fn each_channel_is_a_wave_of_its_own() {
    // Three channels: sine and cosine of p, and the sine of p / 10000^(2/3) with no cosine.
    let y: Array2<f64> = sinusoidal(8, 3);
    for place in 0..8 {
        let p = place as f64;
        let expected = array![p.sin(), p.cos(), (p / 464.158_883_361_277_9).sin()];
        assert_relative_eq!(y.row(place), expected, epsilon = 1e-14);
    }
}

#[test]
fn the_articles_form_has_a_sine_in_each_channel_and_knows_where_it_stands() {
    let y: Array2<f64> = the_article_form(12, 4);
    for (place, row) in y.rows().into_iter().enumerate() {
        let p = place as f64;
        let expected = array![p.sin(), (p / 10.0).sin(), (p / 100.0).sin(), (p / 1000.0).sin()];
        assert_relative_eq!(row, expected, epsilon = 1e-14);
    }
    let alike = |a: usize, b: usize| y.row(a).dot(&y.row(b));
    assert!((alike(0, 1) - alike(10, 11)).abs() > 0.5, "unlike the paper's");
}

#[test]
fn f32_agrees_with_f64_far_into_a_text() {
    let x: Array2<f64> = uniform((4, 8), 2.0, &mut seeded(1));
    let exact = Rotary::new(8, 100_004, 500_000.0).forward(&x, 100_000);
    let rounded = Rotary::new(8, 100_004, 500_000.0).forward(&x.mapv(|x| x as f32), 100_000);
    assert_abs_diff_eq!(rounded.mapv(f64::from), exact, epsilon = 1e-6);
}

#[test]
#[should_panic(expected = "a head of 5 numbers cannot be turned in pairs: make it even")]
fn an_odd_head_is_refused() {
    let _: Rotary = Rotary::new(5, 8, 10000.0);
}

#[test]
#[should_panic(expected = "rows of 6 numbers, and turns for rows of 4")]
fn rows_of_another_size_are_refused() {
    Rotary::<f32>::new(4, 8, 10000.0).forward(&Array2::zeros((1, 6)), 0);
}

#[test]
#[should_panic(expected = "there are 8 places, and this text has 9")]
fn a_text_that_is_too_long_is_refused() {
    Rotary::<f32>::new(4, 8, 10000.0).forward(&Array2::zeros((3, 4)), 6);
}
