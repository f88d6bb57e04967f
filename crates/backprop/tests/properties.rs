//! What must hold for any model that is trained.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::ops::ControlFlow;

use activations::Activation;
use approx::assert_relative_eq;
use backprop::windows::{at_random, in_order};
use backprop::{AdamW, Dropout, Loss, Mlp, Optimizer, Recipe, Schedule, Sgd, Share, loss, train};
use ndarray::{Array2, Axis, array};
use neuron::Parameters;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;

fn recipe(steps: usize, shares: usize) -> Recipe {
    Recipe { steps, shares, schedule: Schedule::constant(0.05), clip: 1.0 }
}

/// Trains a small network to add two numbers, and returns it with the losses on the way.
fn trained(recipe: &Recipe, threads: usize) -> (Mlp, Vec<f64>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut model: Mlp = Mlp::random(&[2, 9, 1], Activation::Tanh, &mut seeded(1));
        let mut optimizer = AdamW::new(&model);
        let mut losses = Vec::new();
        let draw = |step| {
            let x: Array2<f32> = uniform((13, 2), 1.0, &mut seeded(step as u64));
            x.rows().into_iter().map(|row| [row[0], row[1]]).collect()
        };
        let learn = |model: &Mlp, share: &[[f32; 2]], _: Share, grad: &mut Mlp| {
            let x = Array2::from(share.to_vec());
            let (y, saved) = model.forward(&x);
            let wanted = x.sum_axis(Axis(1)).insert_axis(Axis(1));
            let (sum, dy) = loss::squared_error(&y, &wanted);
            model.backward(&x, saved, &dy, grad);
            Loss { sum, count: share.len() }
        };
        train(&mut model, &mut optimizer, recipe, 0, draw, learn, |told, _, _| {
            losses.push(told.loss);
            ControlFlow::Continue(())
        })
        .unwrap();
        (model, losses)
    })
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for shares in [1, 2, 5, 8] {
        let (one, losses) = trained(&recipe(30, shares), 1);
        for threads in [2, 4] {
            let (many, the_same) = trained(&recipe(30, shares), threads);
            assert_eq!(one, many, "{shares} shares on {threads} threads");
            assert_eq!(losses, the_same);
        }
    }
}

#[test]
fn training_learns_and_the_shares_only_round_otherwise() {
    let (one, losses) = trained(&recipe(300, 1), 2);
    let (many, _) = trained(&recipe(300, 8), 2);
    assert!(losses[299] < losses[0] / 100.0, "from {} to {}", losses[0], losses[299]);
    assert!(one != many);
    for ((_, one), (_, many)) in one.parameters().iter().zip(many.parameters()) {
        assert_relative_eq!(*one, many, epsilon = 2e-3);
    }
}

/// GPT-2's matrices are read turned; a step must not care in which order numbers lie.
#[test]
fn a_turned_matrix_takes_the_same_step() {
    let [start, slope]: [Array2<f32>; 2] =
        [1, 2].map(|seed| uniform((300, 200), 1.0, &mut seeded(seed)));
    let turned = |x: &Array2<f32>| x.t().as_standard_layout().into_owned().reversed_axes();
    let stepped = |mut model: Array2<f32>, slopes: [Array2<f32>; 2]| {
        let mut optimizer = AdamW::new(&model);
        for slope in slopes {
            optimizer.step(&mut model, &slope, 0.5, 0.1);
        }
        model
    };
    let plain = stepped(start.clone(), [slope.clone(), slope.clone()]);
    assert_ne!(plain, start);
    assert_eq!(stepped(turned(&start), [turned(&slope), turned(&slope)]), plain);
    assert_eq!(stepped(turned(&start), [slope.clone(), turned(&slope)]), plain);
    assert_eq!(stepped(start, [turned(&slope), slope]), plain);
}

/// Nine steps of 0.05 along a gradient that is bad in some of them: the model, and each step that was
/// not taken as it is told.
fn with_bad_steps(bad: impl Fn(usize) -> Option<(f64, f32)> + Sync) -> (f32, Vec<String>) {
    let mut model = array![1.0_f32, 2.0];
    let mut optimizer = Sgd::new(&model, 0.0);
    let learn = |_: &_, _: &[()], share: Share, grad: &mut ndarray::Array1<f32>| {
        let (sum, slope) = bad(share.step).unwrap_or((1.0, 1.0));
        grad[0] = slope;
        Loss { sum, count: 1 }
    };
    let mut skipped = vec![];
    let tell = |told: &backprop::Told, _: &_, _: &_| {
        skipped.extend(told.skipped.as_ref().map(|_| told.to_string()));
        ControlFlow::Continue(())
    };
    let result = train(&mut model, &mut optimizer, &recipe(9, 1), 0, |_| vec![()], learn, tell);
    skipped.extend(result.err().map(|error| error.to_string()));
    (model[0], skipped)
}

#[test]
fn a_loss_that_is_no_number_is_skipped_and_the_third_in_a_row_stops() {
    for (loss, slope) in [
        (f64::NAN, 1.0),
        (f64::INFINITY, 1.0),
        (1.0, f32::NAN),
        (1.0, f32::NEG_INFINITY),
        (1.0, 1e30), // its square is infinite
        (1.0, 2e3),  // an outlier, for a clip of 1
        (1e4, 1.0),
    ] {
        let (number, told) =
            with_bad_steps(|step| [3, 4, 7].contains(&step).then_some((loss, slope)));
        assert_relative_eq!(number, 1.0 - 6.0 * 0.05, epsilon = 1e-6);
        assert_eq!(told.len(), 3, "{told:?}");
        let start = format!("the loss of step 3 is {loss}, with a gradient of norm ");
        assert!(told[0].starts_with(&start) && told[0].contains("rate of 5e-2"), "{told:?}");

        let (number, told) = with_bad_steps(|step| (step > 2).then_some((loss, slope)));
        assert_relative_eq!(number, 1.0 - 2.0 * 0.05, epsilon = 1e-6);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[3].starts_with("the loss of step 5 is") && told[3].contains("try a lower"));
    }
    assert_eq!(with_bad_steps(|_| Some((900.0, 0.9))).1, [""; 0]);
}

#[test]
fn a_long_gradient_is_shortened() {
    let mut model = array![0.0_f32, 0.0];
    let mut optimizer = Sgd::new(&model, 0.0);
    let learn = |_: &_, _: &[()], _: Share, grad: &mut ndarray::Array1<f32>| {
        *grad += &array![30.0, 40.0];
        Loss { sum: 1.0, count: 1 }
    };
    let recipe = Recipe { steps: 1, shares: 1, schedule: Schedule::constant(1.0), clip: 0.5 };
    let tell = |told: &backprop::Told, _: &_, _: &_| {
        assert_eq!(told.norm, 50.0);
        ControlFlow::Continue(())
    };
    train(&mut model, &mut optimizer, &recipe, 0, |_| vec![()], learn, tell).unwrap();
    assert_relative_eq!(model, array![-0.3, -0.4], epsilon = 1e-6);
}

proptest! {
    #[test]
    fn dropout_keeps_the_average(rate in 0.0..0.9_f64, seed: u64) {
        let mut x: Array2<f64> = Array2::ones((100, 100));
        Dropout::new(rate, seed, 1, 0).apply(&mut x);
        let forgotten = x.iter().filter(|x| **x == 0.0).count() as f64 / 1e4;
        prop_assert!((forgotten - rate).abs() < 0.03, "{} of {}", forgotten, rate);
        prop_assert!((x.mean().unwrap() - 1.0).abs() < 0.2);
    }

    #[test]
    fn dropout_differs_from_place_to_place(seed: u64) {
        let forget = |step, example, site| {
            Dropout::new(0.5, seed, step, example).site(site).of(&Array2::<f32>::ones((8, 16))).into_owned()
        };
        prop_assert_eq!(forget(1, 2, 3), forget(1, 2, 3));
        for other in [forget(2, 2, 3), forget(1, 3, 3), forget(1, 2, 4)] {
            prop_assert_ne!(forget(1, 2, 3), other);
        }
    }

    #[test]
    fn windows_in_order_ask_every_question_once(len in 0..50_usize, length in 1..9_usize) {
        let text: Vec<u32> = (0..len as u32).collect();
        let windows = in_order(&text, length);
        let asked: Vec<u32> = windows.iter().flat_map(|window| window.target).copied().collect();
        prop_assert_eq!(asked, text.get(1..).unwrap_or_default().to_vec());
        prop_assert!(windows.iter().all(|w| w.input.len() == w.target.len() && w.input.len() <= length));
    }

    #[test]
    fn windows_at_random_reach_both_ends(length in 1..9_usize, more in 1..9_usize, seed: u64) {
        let text: Vec<u32> = (0..(length + more) as u32).collect();
        let windows = at_random(&text, length, 300, seed, 1);
        for window in &windows {
            prop_assert_eq!(window.input.len(), length);
            prop_assert!(window.input.iter().zip(window.target).all(|(a, b)| a + 1 == *b));
        }
        prop_assert!(windows.iter().any(|window| window.input[0] == 0));
        prop_assert!(windows.iter().any(|window| window.target.last() == text.last()));
        prop_assert_eq!(&windows, &at_random(&text, length, 300, seed, 1));
    }
}
