//! Each kernel against the same thing said plainly, in `f64`.

use approx::assert_relative_eq;
use kernels::{product, rows};
use ndarray::{Array2, s};
use proptest::prelude::*;

/// Numbers that look random and are not, between -1 and 1.
fn noise(rows: usize, columns: usize, seed: u32) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        let n = (i as u32).wrapping_mul(0x9E37_79B9) ^ (j as u32).wrapping_mul(0x85EB_CA6B) ^ seed;
        (n.wrapping_mul(0x2C1B_3C6D) >> 8) as f32 / (1 << 23) as f32 - 1.0
    })
}

proptest! {
    #[test]
    fn product_of_strided_views(
        n in 1..40_usize, k in 1..40_usize, m in 1..40_usize, seed: u32, add: bool,
    ) {
        let a = noise(k, n, seed);
        let b = noise(k, 2 * m, seed ^ 1);
        let (a, b) = (a.t(), b.slice(s![.., ..;-2])); // transposed; strided, and backwards
        let start = noise(n, m + 3, seed ^ 2);

        let mut whole = start.clone();
        product(&mut whole.slice_mut(s![.., 1..=m]), &a, &b, add);

        for ((i, j), &got) in whole.indexed_iter() {
            if j == 0 || j > m {
                prop_assert_eq!(got, start[[i, j]], "wrote beside c at {},{}", i, j);
                continue;
            }
            let mut expected = if add { f64::from(start[[i, j]]) } else { 0.0 };
            for l in 0..k {
                expected += f64::from(a[[i, l]]) * f64::from(b[[l, j - 1]]);
            }
            prop_assert!((f64::from(got) - expected).abs() < 1e-5 * (1.0 + k as f64));
        }
    }

    #[test]
    fn softmax_of_a_row(len in 1..70_usize, seed: u32, stretch in 0.1..80.0_f32) {
        let mut row = noise(1, len, seed).into_raw_vec_and_offset().0;
        row.iter_mut().for_each(|x| *x *= stretch);
        row[0] = f32::NEG_INFINITY;
        row.push(stretch);
        let sum: f64 = row.iter().map(|&x| f64::from(x).exp()).sum();

        let mut chances = row.clone();
        let log_sum = rows::softmax(&mut chances);

        assert_relative_eq!(f64::from(log_sum), sum.ln(), epsilon = 1e-5, max_relative = 1e-6);
        prop_assert_eq!(chances[0], 0.0);
        for (&chance, &x) in chances.iter().zip(&row) {
            assert_relative_eq!(f64::from(chance), f64::from(x).exp() / sum, epsilon = 1e-7, max_relative = 1e-5);
        }
    }
}

#[test]
fn gelu_and_its_slope_everywhere() {
    let x: Vec<f32> = (-4000..=4000).map(|i| i as f32 / 100.0).collect();
    let mut slope = vec![1.0; x.len()];
    let y = rows::gelu(&x);
    rows::gelu_backward(&x, &mut slope);

    let gelu =
        |x: f64| 0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044715 * x.powi(3))).tanh());
    for ((&x, &y), &slope) in x.iter().zip(&y).zip(&slope) {
        let x = f64::from(x);
        let expected = (gelu(x + 1e-6) - gelu(x - 1e-6)) / 2e-6;
        assert!((f64::from(y) - gelu(x)).abs() <= 1e-6 * (1.0 + x.abs()), "gelu({x}) is not {y}");
        assert!((f64::from(slope) - expected).abs() <= 3e-6, "gelu'({x}) is not {slope}");
    }
}

#[test]
fn what_is_not_a_number_stays_so() {
    let mut row = [0.0, f32::NAN, 1.0];
    assert!(rows::softmax(&mut row).is_nan());
    assert!(row.iter().all(|chance| chance.is_nan()));
    assert!(rows::gelu(&[f32::NAN])[0].is_nan());
}

#[test]
#[should_panic(expected = "(2, 3) · (4, 5) does not make (2, 5)")]
fn shapes_that_do_not_fit_are_named() {
    product(&mut noise(2, 5, 0), &noise(2, 3, 0), &noise(4, 5, 0), false);
}
