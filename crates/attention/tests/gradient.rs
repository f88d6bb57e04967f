//! Every slope that `backward` finds, against the slope measured by wiggling.

use attention::tiled::{TILE, attend_tiled, attend_tiled_backward};
use attention::{Grouped, Head, MultiHead, RmsNorm, Texts};
use backprop::Dropout;
use embedding::Rotary;
use ndarray::Array2;
use neuron::Linear;
use neuron::check::{assert_backward, assert_slope};
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

/// Heads with or without norms and biases.
fn grouped(
    channels: usize,
    size: usize,
    heads: [usize; 2],
    [normed, biased]: [bool; 2],
    rng: &mut impl rand::Rng,
) -> Grouped<f64> {
    let mut layer = Grouped::random(channels, size, heads, rng);
    if biased {
        let parts = [&mut layer.query, &mut layer.key, &mut layer.value, &mut layer.output];
        for Linear { weight, bias } in parts {
            *bias = Some(uniform(weight.nrows(), 1.0, rng));
        }
    }
    if normed {
        layer.query_norm = Some(RmsNorm::new(size, 1e-3));
        layer.key_norm = Some(RmsNorm::new(size, 1e-3));
    }
    layer
}

proptest! {
    #[test]
    fn head(
        words in 1..6_usize, channels in 1..5_usize, size in 1..5_usize, causal: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: Head<f64> = Head::random(channels, size, causal, rng);
        let x = uniform((words, channels), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(x, layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn multi_head(
        texts in 1..3_usize, words in 1..4_usize, heads in 1..3_usize, size in 1..3_usize,
        causal: bool, forget: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let layer: MultiHead<f64> = MultiHead::random(heads * size, heads, causal, rng);
        let x = uniform((texts * words, heads * size), 2.0, rng);
        let dropout = if forget { Dropout::new(0.3, seed, 1, 0) } else { Dropout::OFF };

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x, words, dropout).0,
            |layer, x, dy, grad| {
                layer.backward(x, words, dropout, layer.forward(x, words, dropout).1, dy, grad)
            },
        );
    }

    /// Longer than a tile: worked out twice, and never kept.
    #[test]
    fn multi_head_over_a_long_text(causal: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: MultiHead<f64> = MultiHead::random(2, 1, causal, rng);
        let x = uniform((TILE + 3, 2), 2.0, rng);
        let (_, saved) = layer.forward(&x, TILE + 3, Dropout::OFF);
        prop_assert!(saved.chances.is_empty());

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x, TILE + 3, Dropout::OFF).0,
            |layer, x, dy, grad| {
                let (_, saved) = layer.forward(x, TILE + 3, Dropout::OFF);
                layer.backward(x, TILE + 3, Dropout::OFF, saved, dy, grad)
            },
        );
    }

    #[test]
    fn cross(
        lengths in prop::collection::vec((1..4_usize, 1..4_usize), 1..4), heads in 1..3_usize,
        size in 1..3_usize, forget: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let (asks, tells): (Vec<usize>, Vec<usize>) = lengths.into_iter().unzip();
        let layer: MultiHead<f64> = MultiHead::random(heads * size, heads, false, rng);
        let x = uniform((asks.iter().sum(), heads * size), 2.0, rng);
        let source = uniform((tells.iter().sum(), heads * size), 2.0, rng);
        let dropout = if forget { Dropout::new(0.3, seed, 1, 0) } else { Dropout::OFF };
        let forward = |layer: &MultiHead<f64>, x: &Array2<f64>, source: &Array2<f64>| {
            layer.cross(Texts::new(x, &asks[..]), Texts::new(source, &tells[..]), dropout)
        };
        let backward = |layer: &MultiHead<f64>, x: &Array2<f64>, source: &Array2<f64>, dy: &Array2<f64>, grad: &mut MultiHead<f64>| {
            let saved = forward(layer, x, source).1;
            let (x, source) = (Texts::new(x, &asks[..]), Texts::new(source, &tells[..]));
            layer.cross_backward(x, source, dropout, saved, dy, grad)
        };

        // Along those who ask …
        assert_backward(
            &layer, &x, rng,
            |layer, x| forward(layer, x, &source).0,
            |layer, x, dy, grad| { let [dx, _] = backward(layer, x, &source, dy, grad); dx },
        );
        // … and along those who answer.
        assert_backward(
            &layer, &source, rng,
            |layer, source| forward(layer, &x, source).0,
            |layer, source, dy, grad| {
                let [_, dsource] = backward(layer, &x, source, dy, grad);
                dsource
            },
        );
    }

    #[test]
    fn rms_norm(rows in 1..5_usize, channels in 1..6_usize, seed: u64) {
        let rng = &mut seeded(seed);
        let layer: RmsNorm<f64> = RmsNorm::new(channels, 1e-2);
        let x = uniform((rows, channels), 2.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x).0,
            |layer, x, dy, grad| layer.backward(layer.forward(x).1, dy, grad),
        );
    }

    #[test]
    fn tiled(
        words in 1..6_usize, earlier in 0..4_usize, size in 1..4_usize, tile in 1..5_usize,
        causal: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let query: Array2<f64> = uniform((words, size), 2.0, rng);
        let key: Array2<f64> = uniform((earlier + words, size), 2.0, rng);
        let value: Array2<f64> = uniform((earlier + words, size), 2.0, rng);
        let dy: Array2<f64> = uniform((words, size), 1.0, rng);
        let loss = |query: &Array2<f64>, key: &Array2<f64>, value: &Array2<f64>| {
            (attend_tiled(query, key, value, causal, tile).0 * &dy).sum()
        };
        let (y, log_sum) = attend_tiled(&query, &key, &value, causal, tile);
        let [dquery, dkey, dvalue] =
            attend_tiled_backward(&query, &key, &value, &y, &log_sum, &dy, causal, tile);
        assert_slope(&dquery, &query, |query| loss(query, &key, &value));
        assert_slope(&dkey, &key, |key| loss(&query, key, &value));
        assert_slope(&dvalue, &value, |value| loss(&query, &key, value));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn grouped_queries(
        texts in 1..3_usize, words in 1..4_usize, kv_heads in 1..3_usize, group in 1..3_usize,
        pairs in 1..3_usize, channels in 1..4_usize, normed: bool, biased: bool, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let heads = [kv_heads * group, kv_heads];
        let layer = grouped(channels, 2 * pairs, heads, [normed, biased], rng);
        let rotary = Rotary::new(2 * pairs, 4, 10.0);
        let x = uniform((texts * words, channels), 1.0, rng);

        assert_backward(
            &layer, &x, rng,
            |layer, x| layer.forward(x, words, &rotary).0,
            |layer, x, dy, grad| {
                layer.backward(x, words, &rotary, layer.forward(x, words, &rotary).1, dy, grad)
            },
        );
    }
}
