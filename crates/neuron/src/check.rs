//! Does a backward find the slopes that wiggling measures? For tests, in this crate and in all that
//! build on it.

use std::iter::zip;

use ndarray::{Array2, Dimension};
use rand::Rng;

use crate::init::uniform;
use crate::{Parameters, slope};

/// Panics unless `claimed` is the slope of `loss` at `at`, and says which number is not.
///
/// The bound is 1e-7 and 1e-5 of the slope: some true slopes are 0.
#[track_caller]
pub fn assert_slope<P: Parameters<f64>>(claimed: &P, at: &P, loss: impl Fn(&P) -> f64) {
    let measured = slope(at, loss);
    for ((name, claimed), (_, measured)) in zip(claimed.parameters(), measured.parameters()) {
        let name = if name.is_empty() { "x" } else { &name };
        for ((index, claimed), measured) in zip(claimed.indexed_iter(), &measured) {
            let index = index.slice();
            assert!(
                (claimed - measured).abs() <= 1e-7 + 1e-5 * measured.abs(),
                "along {name}{index:?} backward claims {claimed}, wiggling measures {measured}"
            );
        }
    }
}

/// Panics unless `backward` finds the slopes that wiggling measures: along every number in `x`, and
/// along every parameter of `layer`, to which it must add them.
///
/// The layer is tried with random parameters of its own shapes, since a gain of 1 or a bias of 0
/// would hide that it was forgotten.
#[track_caller]
pub fn assert_backward<L: Parameters<f64>>(
    layer: &L,
    x: &Array2<f64>,
    rng: &mut impl Rng,
    forward: impl Fn(&L, &Array2<f64>) -> Array2<f64>,
    backward: impl Fn(&L, &Array2<f64>, &Array2<f64>, &mut L) -> Array2<f64>,
) {
    let layer = &scattered(layer, rng);
    // A loss to which every number in y matters differently: in a plain sum, mistakes cancel out.
    let dy = uniform(forward(layer, x).raw_dim(), 1.0, rng);
    let loss = |layer: &L, x: &Array2<f64>| (forward(layer, x) * &dy).sum();

    let mut grad = layer.zeros_like();
    let dx = backward(layer, x, &dy, &mut grad);
    assert_slope(&dx, x, |x| loss(layer, x));
    assert_slope(&grad, layer, |layer| loss(layer, x));

    let once = grad.clone();
    backward(layer, x, &dy, &mut grad);
    assert_added(&once, &grad);
}

/// Panics unless a second backward has added the same again to what the first one found.
#[track_caller]
pub fn assert_added<P: Parameters<f64>>(once: &P, twice: &P) {
    for ((name, once), (_, twice)) in zip(once.parameters(), twice.parameters()) {
        for ((index, once), twice) in zip(once.indexed_iter(), &twice) {
            let index = index.slice();
            assert!(
                (twice - 2.0 * once).abs() <= 1e-10 + 1e-9 * once.abs(),
                "along {name}{index:?} backward found {once}, and a second one has made {twice} of it"
            );
        }
    }
}

/// The same layer with every parameter drawn from between -1 and 1.
pub fn scattered<L: Parameters<f64>>(layer: &L, rng: &mut impl Rng) -> L {
    let mut scattered = layer.clone();
    for number in scattered.numbers_mut() {
        *number = rand::RngExt::random_range(rng, -1.0..=1.0);
    }
    scattered
}
