//! The exercises of the README, solved: a test for each.

use ndarray::{Array2, array};
use softmax::{cross_entropy, logistic, softmax};

#[test]
fn by_hand() {
    // exp makes 1, 2 and 5 of them, 8 together.
    let chances = softmax(&array![[0.0, 2_f64.ln(), 5_f64.ln()]]);
    assert!(chances.abs_diff_eq(&array![[0.125, 0.25, 0.625]], 1e-12));
}

#[test]
fn twice_as_cold() {
    // Dividing scores by ½ doubles them, which squares what exp makes of them: 1 : 9.
    let scores = array![[1_f64.ln(), 3_f64.ln()]];
    assert!(softmax(&scores).abs_diff_eq(&array![[0.25, 0.75]], 1e-12));
    assert!(softmax(&(scores / 0.5)).abs_diff_eq(&array![[0.1, 0.9]], 1e-12));
}

#[test]
fn guessing() {
    // -ln (1/65) = ln 65, whatever came.
    let (loss, _) = cross_entropy(Array2::<f64>::zeros((1, 65)), &[7]);
    assert!((loss - 4.174387).abs() < 1e-6);
}

#[test]
fn as_if_so_many() {
    fn perplexity(mean_loss: f64) -> f64 {
        mean_loss.exp() // ln V undone
    }
    let (sum, _) = cross_entropy(Array2::<f64>::zeros((3, 65)), &[7, 8, 64]);
    assert!((perplexity(sum / 3.0) - 65.0).abs() < 1e-9);
}

#[test]
fn two_are_one() {
    // exp(s) / (exp(s) + exp(0)): divide above and below by exp(s).
    for score in [-3.0, 0.0, 0.54462] {
        let of_two = softmax(&array![[score, 0.0]])[[0, 0]];
        assert!((of_two - logistic::<f64>(score)).abs() < 1e-12);
    }
}
