//! What others find: the numbers are printed by `reference.py`, beside this file.

use approx::assert_relative_eq;
use attention::Head;
use ndarray::{Array2, array};
use neuron::Linear;

#[test]
fn head_agrees_with_attention_worked_out_number_by_number() {
    let sees = |weight: Array2<f64>| Linear { weight, bias: None };
    let head = Head {
        query: sees(array![[1.0, 0.5], [-0.5, 2.0]]),
        key: sees(array![[0.25, -1.0], [1.5, 0.0]]),
        value: sees(array![[2.0, 1.0], [0.0, -1.0]]),
        causal: true,
    };

    let (y, _) = head.forward(&array![[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]);

    let expected = array![
        [0.0, 1.0],
        [0.4594354465239314, 0.8648719274929613],
        [4.230080208512958, -0.24427324428188668],
    ];
    assert_relative_eq!(y, expected, epsilon = 1e-12);
}
