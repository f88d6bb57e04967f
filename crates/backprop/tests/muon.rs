//! What Muon must do.

use approx::assert_relative_eq;
use backprop::muon::even;
use backprop::{AdamW, Muon, Optimizer};
use ndarray::{Array1, Array2, array};
use neuron::init::{seeded, uniform};
use neuron::{Parameters, matmul, parameters};
use proptest::prelude::*;

#[derive(Clone, Debug, PartialEq)]
struct Block<F> {
    matrix: Array2<F>,
    reminder: Layer<F>,
    gain: Array1<F>,
}
parameters!(Block { matrix, reminder, gain });

#[derive(Clone, Debug, PartialEq)]
struct Layer<F> {
    weight: Array2<F>,
}
parameters!(Layer { weight });

#[derive(Clone, Debug, PartialEq)]
struct Model<F> {
    token: Array2<F>,
    blocks: Vec<Block<F>>,
}
parameters!(Model { token, blocks });

fn model(seed: u64) -> Model<f64> {
    let rng = &mut seeded(seed);
    let mut matrix = || uniform((4, 3), 1.0, rng);
    let (token, inner, weight) = (matrix(), matrix(), matrix());
    let block = Block { matrix: inner, reminder: Layer { weight }, gain: array![1.0, 2.0] };
    Model { token, blocks: vec![block] }
}

proptest! {
    /// A turn from the left and one from the right go through: `even` hears of singular values alone.
    #[test]
    fn singular_values_end_near_one(
        rows in 1..7_usize, columns in 1..7_usize, scale in 1e-6..1e6_f64, seed: u64,
    ) {
        let rng = &mut seeded(seed);
        let mut x: Array2<f64> = uniform((rows, columns), scale, rng);
        // Diagonal, so that its singular values can be seen; not much smaller than the largest.
        x.indexed_iter_mut().for_each(|((i, j), x)| {
            *x = if i == j { x.signum() * (0.1 * scale + x.abs()) } else { 0.0 };
        });
        let y = even(&x);
        for ((i, j), &y) in y.indexed_iter() {
            match i == j {
                true => prop_assert!((0.5..1.3).contains(&(y * x[[i, j]].signum())), "{y}"),
                false => prop_assert_eq!(y, 0.0),
            }
        }
    }

    #[test]
    fn a_turned_matrix_gives_a_turned_step(angle in 0.0..7.0_f64, seed: u64) {
        let turn = array![[angle.cos(), -angle.sin()], [angle.sin(), angle.cos()]];
        let x: Array2<f64> = uniform((2, 5), 1.0, &mut seeded(seed));
        let (turned_first, turned_last) = (even(&matmul(&turn, &x)), matmul(&turn, &even(&x)));
        assert_relative_eq!(turned_first, turned_last, epsilon = 1e-9);
        assert_relative_eq!(even(&x.t()), even(&x).reversed_axes(), epsilon = 1e-9);
    }
}

#[test]
fn matrices_inside_blocks_are_its_own() {
    let model = model(1);
    assert_eq!(Muon::matrices(&model), ["blocks.0.matrix"]);
    let leaves = Muon::matrices(&model);
    let adamw = AdamW { leaves, ..AdamW::new(&model) };
    let mut muon = Muon { rest: adamw, times: 2.0, momentum: 0.9 };
    let mut alone = AdamW::new(&model);
    let (mut one, mut other, grad) = (model.clone(), model.clone(), self::model(2));
    muon.step(&mut one, &grad, 0.5, 0.1);
    alone.step(&mut other, &grad, 0.5, 0.1);
    let (block, plain) = (&one.blocks[0], &other.blocks[0]);
    assert_eq!(
        (&one.token, &block.gain, &block.reminder),
        (&other.token, &plain.gain, &plain.reminder)
    );
    // By the formula: momentum = 0.1 · slope, ahead = 0.1 slope + 0.9 momentum, which `even` makes even.
    let slope = &grad.blocks[0].matrix * 0.5;
    let ahead = &slope * 0.1 + &slope * 0.09;
    let step = even(&ahead) * (0.2 * (4.0_f64 / 3.0).sqrt());
    let expected = &model.blocks[0].matrix * (1.0 - 0.2 * 0.1) - step;
    assert_relative_eq!(block.matrix, expected, epsilon = 1e-12);
    assert_relative_eq!(muon.rest.first.blocks[0].matrix, slope * 0.1, epsilon = 1e-12);
    assert_eq!(muon.rest.second.blocks[0].matrix.sum(), 0.0);
}

#[test]
fn without_matrices_it_is_adamw() {
    let (model, grad) = (model(1), model(2));
    let mut muon = Muon { rest: AdamW::new(&model), times: 2.0, momentum: 0.9 };
    let (mut one, mut other) = (model.clone(), model.clone());
    let mut alone = AdamW::new(&model);
    muon.step(&mut one, &grad, 0.5, 0.1);
    alone.step(&mut other, &grad, 0.5, 0.1);
    assert_eq!(one, other);
    assert!(one.parameters() != model.parameters());
}
