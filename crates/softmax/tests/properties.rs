//! What must hold for any scores at all.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use ndarray::{Array2, array};
use neuron::init::{seeded, uniform};
use proptest::prelude::*;
use softmax::{
    cross_entropy, log_chances, log_softmax, logistic, rows::plain, softmax, softmax_in_place,
};

proptest! {
    #[test]
    fn chances_add_up_to_one_and_keep_the_order(
        rows in 1..5_usize, scores in 1..40_usize, bound in 0.1..300.0_f64, seed: u64,
    ) {
        let x: Array2<f32> = uniform((rows, scores), bound, &mut seeded(seed));
        let chances = softmax(&x);
        for (x, chances) in x.rows().into_iter().zip(chances.rows()) {
            prop_assert!((chances.sum() - 1.0).abs() < 1e-5);
            for (a, p) in x.iter().zip(chances) {
                prop_assert!(*p >= 0.0);
                prop_assert!(x.iter().zip(chances).all(|(b, q)| a <= b || p >= q));
            }
        }
    }

    #[test]
    fn a_shift_of_all_scores_changes_nothing(shift in -500.0..500.0_f64, seed: u64) {
        let x: Array2<f64> = uniform((3, 7), 5.0, &mut seeded(seed));
        assert_abs_diff_eq!(softmax(&(&x + shift)), softmax(&x), epsilon = 1e-11);
        let [(moved, _), (loss, _)] =
            [&x + shift, x].map(|x| cross_entropy(x, &[0, 3, 6]));
        prop_assert!((moved - loss).abs() < 1e-10);
    }

    /// In 64 bits there is no kernel, so this holds the kernel to the formula.
    #[test]
    fn f32_agrees_with_f64(rows in 1..5_usize, scores in 1..70_usize, seed: u64) {
        let x: Array2<f32> = uniform((rows, scores), 20.0, &mut seeded(seed));
        let wide = x.mapv(f64::from);
        let targets: Vec<u32> = (0..rows).map(|row| (row * 7 % scores) as u32).collect();
        let near = |a: Array2<f32>, b: Array2<f64>| {
            assert_relative_eq!(a.mapv(f64::from), b, epsilon = 1e-6, max_relative = 1e-5);
        };
        near(softmax(&x), softmax(&wide));
        near(log_softmax(&x), log_softmax(&wide));
        let ((loss, slope), (expected, expected_slope)) =
            (cross_entropy(x, &targets), cross_entropy(wide, &targets));
        prop_assert!((loss - expected).abs() < 1e-5 * (1.0 + expected));
        near(slope, expected_slope);
    }

    #[test]
    fn the_fast_row_is_the_plain_one(scores in 1..70_usize, seed: u64) {
        let mut fast: Array2<f32> = uniform((1, scores), 20.0, &mut seeded(seed));
        let mut slow = fast.clone();
        softmax_in_place(&mut fast);
        plain::chances(&mut slow.row_mut(0));
        assert_relative_eq!(fast, slow, epsilon = 1e-7, max_relative = 1e-5);
    }

    #[test]
    fn columns_turn_like_rows(rows in 1..6_usize, scores in 1..6_usize, seed: u64) {
        let x: Array2<f32> = uniform((scores, rows), 5.0, &mut seeded(seed));
        let copy = x.t().as_standard_layout().into_owned();
        prop_assert_eq!(softmax(&x.t()), softmax(&copy));
        let mut place = x;
        softmax_in_place(&mut place.view_mut().reversed_axes());
        assert_relative_eq!(place.t(), softmax(&copy).view(), epsilon = 1e-6);
    }

    #[test]
    fn logarithms_are_those_of_the_chances(scores in 1..9_usize, seed: u64) {
        let x: Array2<f32> = uniform((1, scores), 5.0, &mut seeded(seed));
        assert_abs_diff_eq!(log_softmax(&x), softmax(&x).ln(), epsilon = 1e-5);
        let logs = Array2::from_shape_vec((1, scores), log_chances(x.as_slice().unwrap())).unwrap();
        assert_abs_diff_eq!(logs, log_softmax(&x), epsilon = 1e-5);
    }

    #[test]
    fn one_chance_is_softmax_against_nought(score in -30.0..30.0_f64) {
        prop_assert!((logistic(score) - softmax(&array![[score, 0.0]])[[0, 0]]).abs() < 1e-15);
    }
}
