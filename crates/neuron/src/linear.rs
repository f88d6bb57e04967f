//! A layer of neurons: each multiplies the same inputs by weights of its own, adds the products,
//! and adds its bias.
//!
//! ```text
//! y = x Wᵀ + b          (n, in) -> (n, out)
//! ```
//!
//! A row of `x` is one thing looked at, a row of `W` is one neuron, and `y` is what each neuron
//! says of each thing. The bias is optional: many of today's models leave it out.

use ndarray::{Array1, Array2, ArrayRef2};
use rand::Rng;

use crate::{Float, add_matmul, init::uniform, matmul, matmul_plus, parameters, rows::sum_rows};

/// A layer of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear<F = f32> {
    /// (out, in): a neuron in each row.
    pub weight: Array2<F>,
    /// (out), or none.
    pub bias: Option<Array1<F>>,
}

parameters!(Linear { weight, bias });

impl<F: Float> Linear<F> {
    /// Neurons that have learned nothing yet, with biases.
    pub fn random(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Self {
        let bound = 1.0 / (inputs as f64).sqrt();
        Linear {
            weight: uniform((outputs, inputs), bound, rng),
            bias: Some(uniform(outputs, bound, rng)),
        }
    }

    /// What each neuron says of each row of `x`: (n, in) -> (n, out).
    #[track_caller] // so that a profile names the layer
    pub fn forward(&self, x: &ArrayRef2<F>) -> Array2<F> {
        match &self.bias {
            Some(bias) => matmul_plus(x, &self.weight.t(), bias),
            None => matmul(x, &self.weight.t()),
        }
    }

    /// From the slope along `y` to the slope along `x`: (n, out) -> (n, in).
    /// The slopes along the parameters are added to `grad`.
    #[track_caller]
    pub fn backward(&self, x: &ArrayRef2<F>, dy: &ArrayRef2<F>, grad: &mut Self) -> Array2<F> {
        grad.add_slopes(x, dy);
        self.input_slope(dy)
    }

    /// The one half of [`Linear::backward`], where `self` is the gradient: adds the slopes along the parameters.
    #[track_caller]
    pub fn add_slopes(&mut self, x: &ArrayRef2<F>, dy: &ArrayRef2<F>) {
        // y += bias
        if let Some(bias) = &mut self.bias {
            *bias += &sum_rows(dy);
        }
        // y = x Wᵀ
        add_matmul(&mut self.weight, &dy.t(), x);
    }

    /// The other half: the slope along `x`.
    #[track_caller]
    pub fn input_slope(&self, dy: &ArrayRef2<F>) -> Array2<F> {
        matmul(dy, &self.weight)
    }
}
