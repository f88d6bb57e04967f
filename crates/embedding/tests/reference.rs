//! What others find: the numbers are printed by `reference.py`, beside this file.

use approx::assert_abs_diff_eq;
use embedding::{Rotary, sinusoidal};
use ndarray::{Array2, array, s};

#[test]
fn waves_are_those_of_pytorch() {
    let expected = array![
        [
            0.8414709848078965,
            0.5403023058681398,
            0.04639922346473126,
            0.9989229760406304,
            0.0021544330233656027,
            0.9999976792064809
        ],
        [
            0.9092974268256817,
            -0.4161468365471424,
            0.0926985007787272,
            0.9956942241237399,
            0.004308856046742809,
            0.9999907168366957
        ],
    ];
    assert_abs_diff_eq!(sinusoidal::<f64>(3, 6).slice(s![1.., ..]), expected, epsilon = 1e-12);
}

#[test]
fn turned_rows_are_those_of_transformers_and_of_complex_numbers() {
    let x = Array2::from_shape_fn((2, 6), |(i, j)| (6 * i + j) as f64 / 4.0 - 1.0);
    let expected = array![
        [
            0.6434711932535628,
            -0.7263147099609487,
            -0.5076837089483591,
            -0.8052607176888961,
            -0.1869944974975011,
            0.23400267448992496
        ],
        [
            -0.6713962583750568,
            0.14349944007730137,
            0.9155592265380235,
            -1.166930616720623,
            1.6709003293726112,
            1.795620032941573
        ],
    ];
    assert_abs_diff_eq!(Rotary::new(6, 4, 500.0).forward(&x, 2), expected, epsilon = 1e-12);
}
