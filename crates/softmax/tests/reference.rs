//! The article's numbers, those of the formulas worked out by hand, and the far ends.

use approx::assert_abs_diff_eq;
use ndarray::array;
use softmax::{cross_entropy, log_softmax, smoothed_cross_entropy, softmax};

#[test]
fn the_article_s_leaf() {
    let chances = softmax(&array![[0.79584_f64, 0.25122]]);
    assert_abs_diff_eq!(chances, array![[0.632886, 0.367114]], epsilon = 1e-6);
    let chances = softmax(&array![[0.79584_f32, 0.25122]]);
    assert_abs_diff_eq!(chances, array![[0.632886, 0.367114]], epsilon = 1e-6);
}

#[test]
fn cross_entropy_by_hand() {
    // Chances of 1/4 and 3/4, then 1/2 and 1/2: -ln ¾ - ln ½ = ln 8/3.
    let (loss, slope) = cross_entropy(array![[0.0_f64, 3.0_f64.ln()], [7.0, 7.0]], &[1, 0]);
    assert_abs_diff_eq!(loss, (8.0_f64 / 3.0).ln(), epsilon = 1e-12);
    assert_abs_diff_eq!(slope, array![[0.25, -0.25], [-0.5, 0.5]], epsilon = 1e-12);

    // The article's leaf: ln(1 + exp(0.25122 - 0.79584)).
    let (loss, _) = cross_entropy(array![[0.79584_f64, 0.25122]], &[0]);
    assert_abs_diff_eq!(loss, 0.457464, epsilon = 1e-6);

    // Who knows nothing of 65 letters is surprised by ln 65.
    let (loss, _) = cross_entropy(ndarray::Array2::<f32>::zeros((2, 65)), &[0, 64]);
    assert_abs_diff_eq!(loss, 2.0 * 65.0_f64.ln(), epsilon = 1e-5);
}

/// PyTorch's `cross_entropy(x, [1, 0], reduction="sum", label_smoothing=0.1)`, and its slope.
#[test]
fn label_smoothing() {
    let x = array![[1.0_f64, 2.0, -0.5], [0.0, 0.3, 4.0]];
    let (loss, slope) = smoothed_cross_entropy(x, &[1, 0], 0.1);
    assert_abs_diff_eq!(loss, 4.387011091179483, epsilon = 1e-12);
    let wanted = array![
        [0.2203828483016919, -0.24366124720882976, 0.023278398907137947],
        [-0.9157734568713322, -0.009629979431154463, 0.9254034363024866],
    ];
    assert_abs_diff_eq!(slope, wanted, epsilon = 1e-12);
}

#[test]
fn extreme_scores_stay_finite() {
    let extreme = array![[1e4_f32, -1e4, 0.0], [-1e30, 0.0, -1e30]];
    assert_eq!(softmax(&extreme), array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
    assert_eq!(log_softmax(&extreme), array![[0.0, -2e4, -1e4], [-1e30, 0.0, -1e30]]);
    let (loss, slope) = cross_entropy(extreme.slice(ndarray::s![..1, ..]).to_owned(), &[1]);
    assert_eq!((loss, slope), (2e4, array![[1.0, -1.0, 0.0]]));

    // What is hidden, as by a causal mask, has no chance.
    let hidden = array![[1.0_f32, f32::NEG_INFINITY, 1.0]];
    assert_eq!(softmax(&hidden), array![[0.5, 0.0, 0.5]]);
}

#[test]
#[should_panic(expected = "your vocabulary has 65 entries and this id is 90")]
fn an_id_outside_the_vocabulary() {
    cross_entropy(ndarray::Array2::<f32>::zeros((1, 65)), &[90]);
}
