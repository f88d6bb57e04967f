//! Each kernel against the same thing said plainly, in `f64`.

#![allow(clippy::unwrap_used)] // helpers of tests

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

    /// There and back, with and without a mean to take away and a bias to add, beside the same in `f64`.
    #[test]
    fn norms_of_rows(rows in 0..5_usize, columns in 1..70_usize, seed: u32, centred: bool, has_bias: bool) {
        let x = noise(rows, columns, seed) * 3.0 + 1.0;
        let (gain, bias) = (noise(1, columns, seed ^ 1), noise(1, columns, seed ^ 2));
        let (gain, bias) = (gain.as_slice().unwrap(), has_bias.then(|| bias.as_slice().unwrap()));
        let [y, normal, scale] = rows::norm(x.as_slice().unwrap(), gain, bias, 1e-2, centred);

        prop_assert_eq!(&rows::norm_again(&normal, gain, bias), &y);

        let dy = noise(rows, columns, seed ^ 3);
        let mut dgain = vec![1.0; columns]; // to which it is added
        let mut dbias = has_bias.then(|| vec![2.0; columns]);
        let there = dbias.as_deref_mut();
        let dx = rows::norm_backward(&normal, &scale, gain, centred, dy.as_slice().unwrap(), &mut dgain, there);

        let wide = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
        let (mut dgain_64, mut dbias_64) = (vec![1.0; columns], vec![2.0; columns]);
        let count = columns as f64;
        for (i, (x, dy)) in x.rows().into_iter().zip(dy.rows()).enumerate() {
            let (x, dy, gain) = (wide(x.as_slice().unwrap()), wide(dy.as_slice().unwrap()), wide(gain));
            let mean = if centred { x.iter().sum::<f64>() / count } else { 0.0 };
            let squares = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
            let scale_64 = 1.0 / (squares / count + 1e-2).sqrt();
            assert_relative_eq!(f64::from(scale[i]), scale_64, max_relative = 1e-5);
            let normal_64: Vec<_> = x.iter().map(|x| (x - mean) * scale_64).collect();
            let dnormal: Vec<_> = dy.iter().zip(&gain).map(|(dy, gain)| dy * gain).collect();
            let moves = if centred { dnormal.iter().sum::<f64>() / count } else { 0.0 };
            let stretches = dnormal.iter().zip(&normal_64).map(|(d, n)| d * n).sum::<f64>() / count;
            for j in 0..columns {
                let (at, bias) = (i * columns + j, bias.map_or(0.0, |bias| f64::from(bias[j])));
                let (d, n) = (dnormal[j], normal_64[j]);
                assert_relative_eq!(f64::from(normal[at]), n, epsilon = 1e-4);
                assert_relative_eq!(f64::from(y[at]), n * gain[j] + bias, epsilon = 1e-4);
                assert_relative_eq!(f64::from(dx[at]), (d - moves - stretches * n) * scale_64, epsilon = 2e-3);
                dgain_64[j] += dy[j] * n;
                dbias_64[j] += dy[j];
            }
        }
        prop_assert_eq!(scale.len(), rows);
        for j in 0..columns {
            assert_relative_eq!(f64::from(dgain[j]), dgain_64[j], epsilon = 1e-4);
            if let Some(dbias) = &dbias {
                assert_relative_eq!(f64::from(dbias[j]), dbias_64[j], epsilon = 1e-4);
            }
        }
    }

    /// Tile by tile is all at once; and what softmax's slope subtracts is one number for each row.
    #[test]
    fn scores_of_tiles(rows in 1..5_usize, columns in 1..40_usize, size in 1..20_usize, seed: u32, stretch in 0.1..30.0_f32) {
        let scores = noise(rows, 2 * columns, seed) * stretch;
        let value = noise(2 * columns, size, seed ^ 1);
        let mut y = Array2::<f32>::zeros((rows, size));
        let (mut most, mut sum) = (vec![f32::NEG_INFINITY; rows], vec![0.0; rows]);
        for tile in [0..columns, columns..2 * columns] {
            let mut parts = scores.slice(s![.., tile.clone()]).to_owned();
            rows::soften(parts.as_slice_mut().unwrap(), y.as_slice_mut().unwrap(), &mut most, &mut sum);
            y += &parts.dot(&value.slice(s![tile, ..]));
        }
        let log_sum: Vec<_> = most.iter().zip(&sum).map(|(most, sum)| most + sum.ln()).collect();
        let mut chances = scores.clone();
        rows::chances(chances.as_slice_mut().unwrap(), &log_sum);
        let average: Vec<_> = (0..rows).map(|row| row as f32 / 3.0).collect();
        let mut slopes = scores.clone();
        rows::scores_backward(chances.as_slice().unwrap(), slopes.as_slice_mut().unwrap(), &average);

        for i in 0..rows {
            let powers: Vec<_> = scores.row(i).iter().map(|&x| f64::from(x).exp()).collect();
            let sum_64: f64 = powers.iter().sum();
            assert_relative_eq!(f64::from(log_sum[i]), sum_64.ln(), epsilon = 1e-4);
            for j in 0..2 * columns {
                let (chance, score) = (f64::from(chances[[i, j]]), f64::from(scores[[i, j]]));
                assert_relative_eq!(chance, powers[j] / sum_64, epsilon = 1e-4);
                let slope = chance * (score - f64::from(average[i]));
                assert_relative_eq!(f64::from(slopes[[i, j]]), slope, epsilon = 1e-4);
            }
            for d in 0..size {
                let heard: f64 = (0..2 * columns).map(|j| powers[j] * f64::from(value[[j, d]])).sum();
                assert_relative_eq!(f64::from(y[[i, d]] / sum[i]), heard / sum_64, epsilon = 1e-4);
            }
        }
    }

    #[test]
    fn rows_are_added_up(rows in 0..9_usize, columns in 1..40_usize, seed: u32) {
        let x = noise(rows, columns, seed);
        let mut total = vec![5.0; columns];
        rows::add_rows(&mut total, x.as_slice().unwrap());
        for (&total, column) in total.iter().zip(x.columns()) {
            let sum: f64 = column.iter().map(|&x| f64::from(x)).sum();
            assert_relative_eq!(f64::from(total), 5.0 + sum, epsilon = 1e-5);
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
    let (mut again, mut slope_again) = (x.clone(), vec![1.0; x.len()]);
    rows::gelu_again(&mut again, &mut slope_again);
    assert_eq!((&again, &slope_again), (&y, &slope));

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
fn silu_times_and_its_slopes() {
    let up: Vec<f32> = (-400..=400).map(|i| i as f32 / 20.0).collect();
    let gate: Vec<f32> = up.iter().map(|x| 7.0 * x.sin()).collect();
    let slopes: Vec<f32> = up.iter().map(|x| x.cos()).collect();
    let mut passed = gate.clone();
    rows::silu_times(&mut passed, &up);
    let (mut dgate, mut dup, mut again) = (gate.clone(), up.clone(), slopes.clone());
    rows::silu_times_backward(&mut dgate, &mut dup, &mut again);

    assert_eq!(passed, again);
    let swiglu = |gate: f64, up: f64| gate / (1.0 + (-gate).exp()) * up;
    for (i, &slope) in slopes.iter().enumerate() {
        let [gate, up, slope] = [gate[i], up[i], slope].map(f64::from);
        let along_gate = (swiglu(gate + 1e-6, up) - swiglu(gate - 1e-6, up)) / 2e-6;
        let found = [passed[i], dgate[i], dup[i]].map(f64::from);
        let expected = [swiglu(gate, up), slope * along_gate, slope * swiglu(gate, 1.0)];
        for (found, expected) in found.into_iter().zip(expected) {
            assert_relative_eq!(found, expected, epsilon = 1e-5, max_relative = 1e-5);
        }
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
