//! The article's numbers, and those of the field's own implementations.

use approx::assert_relative_eq;
use backprop::loss::absolute_error;
use backprop::{AdamW, Optimizer, Schedule, Sgd};
use ndarray::{Array2, array};

#[test]
fn the_loss_of_the_article_is_0_4() {
    let (loss, slope) = absolute_error(&array![[0.6, 0.4]], &array![[0.8, 0.2]]);
    assert_relative_eq!(loss, 0.4, epsilon = 1e-12);
    assert_eq!(slope, array![[-1.0, 1.0]]);
}

/// `torch.optim.AdamW(lr=0.1, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.1)`, worked out by hand: with
/// one slope, each number moves by the whole rate against its sign, after it has forgotten a hundredth.
#[test]
fn the_first_step_of_adamw_is_as_long_as_the_rate() {
    let mut model: Array2<f64> = array![[1.0, -2.0, 0.5]];
    let mut optimizer = AdamW { beta2: 0.99, ..AdamW::new(&model) };
    optimizer.step(&mut model, &array![[3.0, -0.001, 0.0]], 1.0, 0.1);
    assert_relative_eq!(
        model,
        array![[0.99 - 0.1, -1.98 + 0.1 / (1.0 + 1e-5), 0.495]],
        epsilon = 1e-9
    );
}

#[test]
fn decay_is_for_matrices_alone() {
    let mut bias = array![1.0_f64];
    AdamW::new(&bias).step(&mut bias, &array![0.0], 1.0, 0.1);
    assert_eq!(bias, array![1.0]);
}

/// nanoGPT's schedule: 1e-3 to 1e-4 over 2000 steps with a warm-up of 100.
#[test]
fn the_schedule_is_nanogpts() {
    let schedule = Schedule { peak: 1e-3, least: 1e-4, warmup: 100, steps: 2000 };
    assert_relative_eq!(schedule.rate(1), 1e-3 / 101.0);
    assert_relative_eq!(schedule.rate(101), 1e-3);
    assert_relative_eq!(schedule.rate(1051), 5.5e-4, epsilon = 1e-12); // half way down
    assert!(schedule.rate(2000) - 1e-4 < 1e-9);
}

/// `torch.optim.SGD(lr=0.1, momentum=0.9)`, worked out by hand: the second step is 1.9 times the first.
#[test]
fn momentum_goes_on_in_the_same_direction() {
    let mut model: Array2<f64> = array![[1.0, -2.0]];
    let mut descent = Sgd::new(&model, 0.9);
    for expected in [array![[0.9, -1.8]], array![[0.71, -1.42]]] {
        descent.step(&mut model, &array![[2.0, -4.0]], 0.5, 0.1);
        assert_relative_eq!(model, expected, epsilon = 1e-12);
    }
}
