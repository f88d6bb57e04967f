//! What layer normalization finds for whole rows, the tape of `backprop` finds number by number: it
//! knows no rule for a mean or a variance.

use approx::assert_relative_eq;
use backprop::tape::{Number, Tape};
use ndarray::Array2;
use neuron::Parameters;
use neuron::check::scattered;
use neuron::init::{seeded, uniform};
use proptest::prelude::*;
use transformer::LayerNorm;

proptest! {
    #[test]
    fn layer_norm(rows in 1..4_usize, channels in 1..6_usize, biased: bool, seed: u64) {
        let rng = &mut seeded(seed);
        let mut layer: LayerNorm<f64> = scattered(&LayerNorm::new(channels, 1e-3), rng);
        if !biased {
            layer.bias = None;
        }
        let x: Array2<f64> = uniform((rows, channels), 2.0, rng);
        let dy: Array2<f64> = uniform((rows, channels), 1.0, rng);

        let tape = Tape::default();
        let numbers = |values: Vec<f64>| -> Vec<_> {
            values.into_iter().map(|value| tape.number(value)).collect()
        };
        let given: Vec<_> = x.rows().into_iter().map(|row| numbers(row.to_vec())).collect();
        let gain = numbers(layer.gain.to_vec());
        let bias = layer.bias.as_ref().map(|bias| numbers(bias.to_vec()));
        let mut loss = tape.number(0.0);
        let (y, saved) = layer.forward(&x);
        for (i, row) in given.iter().enumerate() {
            for (j, normal) in normalize(row, layer.epsilon).into_iter().enumerate() {
                let mut says = normal * gain[j];
                if let Some(bias) = &bias {
                    says = says + bias[j];
                }
                assert_relative_eq!(says.value(), y[[i, j]], epsilon = 1e-9);
                loss = loss + says * dy[[i, j]];
            }
        }

        let mut grad = layer.zeros_like();
        let dx = layer.backward(saved, &dy, &mut grad);
        let blame = loss.backward();
        let agree = |number: Number<'_>, slope: f64| {
            assert_relative_eq!(blame.of(number), slope, epsilon = 1e-9, max_relative = 1e-9);
        };
        given.iter().flatten().zip(&dx).for_each(|(number, &slope)| agree(*number, slope));
        gain.iter().zip(&grad.gain).for_each(|(number, &slope)| agree(*number, slope));
        let biases = bias.iter().flatten().zip(grad.bias.iter().flatten());
        biases.for_each(|(number, &slope)| agree(*number, slope));
    }
}

/// (x - mean) / √(variance + ε)
fn normalize<'t>(row: &[Number<'t>], epsilon: f64) -> Vec<Number<'t>> {
    let mean = |numbers: &[Number<'t>]| {
        let sum = numbers[1..].iter().fold(numbers[0], |sum, number| sum + *number);
        sum / numbers.len() as f64
    };
    let middle = mean(row);
    let away: Vec<_> = row.iter().map(|x| *x - middle).collect();
    let squares: Vec<_> = away.iter().map(|away| away.powf(2.0)).collect();
    let deviation = (mean(&squares) + epsilon).powf(0.5);
    away.into_iter().map(|away| away / deviation).collect()
}
