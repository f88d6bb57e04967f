//! The exercises of the README, solved: a test for each.

use activations::{Activation, sigmoid_slope};
use backprop::{Mlp, Optimizer, Sgd, loss::absolute_error};
use ndarray::{Array2, array};
use neuron::check::assert_backward;
use neuron::init::{seeded, uniform};
use neuron::{Linear, Parameters};

/// Descends on (2 w - 10)², whose slope along w is 2 (2 w - 10) 2.
fn descend(mut w: f64, rate: f64, steps: usize) -> f64 {
    for _ in 0..steps {
        w -= rate * 2.0 * (2.0 * w - 10.0) * 2.0;
    }
    w
}

#[test]
fn one_step() {
    // The slope is 2 (6 - 10) 2 = -16, so w grows by 1.6.
    assert!((descend(3.0, 0.1, 1) - 4.6).abs() < 1e-12);
}

#[test]
fn too_fast() {
    // A step multiplies what is missing, w - 5, by 1 - 8 rate. From ¼ on that is no shorter than before.
    assert!((descend(3.0, 0.24, 200) - 5.0).abs() < 1e-3);
    assert!((descend(3.0, 0.26, 200) - 5.0).abs() > 1e3);
}

#[test]
fn ten_sigmoids() {
    // The slope is steepest at 0, where it is ½ (1 - ½) = ¼. Ten of them leave less than a millionth.
    assert_eq!(sigmoid_slope(0.0), 0.25);
    assert!((-50..50).all(|x| sigmoid_slope(f64::from(x) / 10.0) <= 0.25));
    assert!(0.25_f64.powi(10) < 1e-6);
}

#[test]
fn used_twice() {
    let rng = &mut seeded(1);
    let layer: Linear<f64> = Linear::random(3, 3, rng);
    let x = uniform((2, 3), 1.0, rng);
    assert_backward(
        &layer,
        &x,
        rng,
        |layer, x| layer.forward(&layer.forward(x)),
        |layer, x, dy, grad| {
            let dmiddle = layer.backward(&layer.forward(x), dy, grad); // adds the slopes of the second use
            layer.backward(x, &dmiddle, grad) // and those of the first
        },
    );
}

#[test]
fn with_the_article_s_loss() {
    let things = array![[0.32, 1.07, 0.56, 0.112], [2.41, 2.00, 0.04, 0.595]];
    let wanted = array![[1.0, 0.0], [0.0, 1.0]];
    let mut model: Mlp<f64> = Mlp::random(&[4, 3, 2], Activation::Tanh, &mut seeded(1));
    let mut descent = Sgd::new(&model, 0.0);
    for step in 0..1000 {
        let (says, saved) = model.forward(&things);
        let (_, blame) = absolute_error(&says, &wanted);
        let mut gradient = model.zeros_like();
        model.backward(&things, saved, &blame, &mut gradient);
        // The slope is as steep near the goal as far from it: only smaller steps come to rest.
        descent.step(&mut model, &gradient, 1.0, 0.05 * (1.0 - f64::from(step) / 1000.0));
    }
    let says: Array2<f64> = model.forward(&things).0;
    assert!(says.abs_diff_eq(&wanted, 0.05), "{says}");
}
