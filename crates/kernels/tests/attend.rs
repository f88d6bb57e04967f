//! What is heard in tiles and spans is what the formula says, on each kind of processor.

#![allow(clippy::unwrap_used)] // helpers of tests

use approx::assert_relative_eq;
use half::f16;
use kernels::Team;
use kernels::attend::{Kept, Way, attend, attend_by};
use ndarray::{Array2, s};
use proptest::prelude::*;

/// Heads, rows and words.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    size: usize,
    kv_heads: usize,
    group: usize,
    rows: usize,
    words: usize,
    exact: usize,
}

fn sizes() -> impl Strategy<Value = Sizes> {
    let rows = prop_oneof![1..4_usize, 1..40_usize];
    let earlier = prop_oneof![0..4_usize, 0..400_usize, Just(64), Just(128), Just(256)];
    (
        1..40_usize,
        1..4_usize,
        1..5_usize,
        rows,
        earlier,
        prop_oneof![Just(0), Just(70), Just(usize::MAX)],
    )
        .prop_map(|(size, kv_heads, group, rows, earlier, exact)| Sizes {
            size,
            kv_heads,
            group,
            rows,
            words: rows + earlier,
            exact,
        })
}

/// Numbers between -1 and 1 without a pattern.
fn numbers(shape: (usize, usize), seed: u64) -> Array2<f32> {
    let mut state = seed;
    Array2::from_shape_simple_fn(shape, || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    })
}

/// Queries, keys and values: (rows, H·D), (words, KV·D) twice.
fn texts(sizes: Sizes) -> [Array2<f32>; 3] {
    let Sizes { size, kv_heads, group, rows, words, .. } = sizes;
    let kept = (words, kv_heads * size);
    [numbers((rows, kv_heads * group * size), 1) * 3.0, numbers(kept, 2) * 3.0, numbers(kept, 3)]
}

fn keep(sizes: Sizes, keys: &Array2<f32>, values: &Array2<f32>) -> Vec<Kept> {
    let mut kept = vec![Kept::new(sizes.size, sizes.exact); sizes.kv_heads];
    for (key, value) in keys.rows().into_iter().zip(values.rows()) {
        for (head, kept) in kept.iter_mut().enumerate() {
            let here = s![head * sizes.size..(head + 1) * sizes.size];
            kept.push(&key.slice(here).to_vec(), &value.slice(here).to_vec());
        }
    }
    kept
}

/// The formula, in 64 bits.
fn formula(
    sizes: Sizes,
    query: &Array2<f32>,
    keys: &Array2<f32>,
    values: &Array2<f32>,
) -> Array2<f32> {
    let Sizes { size, kv_heads, group, rows, words, exact } = sizes;
    let rounded = |word, x| {
        if word < exact.div_ceil(64).saturating_mul(64) { x } else { f16::from_f32(x).to_f32() }
    };
    let wide = |word, x| f64::from(rounded(word, x));
    Array2::from_shape_fn((rows, kv_heads * group * size), |(row, column)| {
        let head = column / size;
        let (from, kept) = (head * size, head / group * size);
        let score = |word: usize| {
            let products = (0..size)
                .map(|i| f64::from(query[[row, from + i]]) * wide(word, keys[[word, kept + i]]));
            products.sum::<f64>() / (size as f64).sqrt()
        };
        let scores: Vec<f64> = (0..words - rows + row + 1).map(score).collect();
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let chances: Vec<f64> = scores.iter().map(|score| (score - top).exp()).collect();
        let heard = chances.iter().enumerate();
        let heard =
            heard.map(|(word, chance)| chance * wide(word, values[[word, kept + column % size]]));
        (heard.sum::<f64>() / chances.iter().sum::<f64>()) as f32
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn every_way_hears_what_the_formula_says(sizes in sizes()) {
        let [query, keys, values] = texts(sizes);
        let kept = keep(sizes, &keys, &values);
        let wanted = formula(sizes, &query, &keys, &values);
        for way in Way::all() {
            let mut y = Array2::from_elem(query.dim(), f32::NAN);
            attend_by(way, &Team::new(1), &query, &kept, &mut y);
            assert_relative_eq!(y, wanted, epsilon = 1e-5, max_relative = 1e-5);
        }
    }

    #[test]
    fn any_number_of_threads_hears_the_same_bits(sizes in sizes(), threads in 2..5_usize) {
        let [query, keys, values] = texts(sizes);
        let kept = keep(sizes, &keys, &values);
        let [mut alone, mut together] = [(); 2].map(|()| Array2::zeros(query.dim()));
        attend(&Team::new(1), &query, &kept, &mut alone);
        attend(&Team::new(threads), &query, &kept, &mut together);
        prop_assert_eq!(alone, together);
    }

    #[test]
    fn a_row_hears_the_same_in_any_company(sizes in sizes()) {
        prop_assume!(sizes.words <= 128); // above, a few rows hear in spans, and many do not
        let [query, keys, values] = texts(sizes);
        let team = Team::new(1);
        let mut together = Array2::zeros(query.dim());
        attend(&team, &query, &keep(sizes, &keys, &values), &mut together);
        for row in 0..sizes.rows {
            let words = sizes.words - sizes.rows + row + 1;
            let [keys, values] = [&keys, &values].map(|all| all.slice(s![..words, ..]).to_owned());
            let alone = Sizes { rows: 1, words, ..sizes };
            let mut y = Array2::zeros((1, query.ncols()));
            attend(&team, &query.slice(s![row..=row, ..]), &keep(alone, &keys, &values), &mut y);
            prop_assert_eq!(y.row(0), together.row(row));
        }
    }
}

#[test]
fn scores_of_any_size_are_taken() {
    let mut kept = Kept::new(1, usize::MAX);
    for word in 0..200 {
        kept.push(&[if word == 150 { 1000.0 } else { -1000.0 }], &[word as f32]);
    }
    for rows in [1, 20] {
        let mut y = Array2::zeros((rows, 1));
        attend(&Team::new(1), &Array2::ones((rows, 1)), std::slice::from_ref(&kept), &mut y);
        assert!(y.iter().all(|heard| *heard == 150.0), "{y}");
    }
}

#[test]
#[should_panic(expected = "a key of 3 numbers")]
fn a_key_of_another_size_is_refused() {
    Kept::new(2, 0).push(&[1.0; 3], &[1.0; 2]);
}
