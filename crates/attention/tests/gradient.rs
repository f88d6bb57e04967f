//! Every slope that `backward` finds, against the slope measured by wiggling.

use attention::{Head, MultiHead, Texts};
use backprop::Dropout;
use ndarray::Array2;
use neuron::check::assert_backward;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

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
}
