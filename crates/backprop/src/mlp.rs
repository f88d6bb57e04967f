//! Layers in a row, and blame that flows back through them.
//!
//! ```text
//! x₁ = bend(x₀ W₀ᵀ + b₀)        (n, in)     -> (n, hidden)
//! x₂ = bend(x₁ W₁ᵀ + b₁)        (n, hidden) -> (n, hidden)
//! y  = x₂ W₂ᵀ + b₂              (n, hidden) -> (n, out)      no bend after the last
//! ```
//!
//! Backward is the same walk in the other direction. Each layer is told how much the loss moves with
//! its output, works out how much it moves with its input, and hands that to the layer before. This is
//! the chain rule, and all there is to backpropagation (Rumelhart et al. 1986).

use activations::Activation;
use ndarray::{Array2, ArrayRef2};
use neuron::{Float, Linear, parameters};
use rand::Rng;

/// A multi-layer perceptron: linear layers with a bend between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlp<F = f32> {
    /// The layers, from input to output.
    pub layers: Vec<Linear<F>>,
    /// What stands between two layers.
    pub activation: Activation,
}

parameters!(Mlp { layers; activation });

/// What [`Mlp::forward`] sets aside for [`Mlp::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    straight: Vec<Array2<F>>, // what each layer but the last gave, before the bend
    bent: Vec<Array2<F>>,     // and after it: what the next layer saw
}

impl<F: Float> Mlp<F> {
    /// Layers that have learned nothing yet: `sizes` are the inputs, the hidden sizes, the outputs.
    pub fn random(sizes: &[usize], activation: Activation, rng: &mut impl Rng) -> Self {
        let layers = sizes.windows(2).map(|pair| Linear::random(pair[0], pair[1], rng)).collect();
        Mlp { layers, activation }
    }

    /// What the network makes of each row: (n, in) -> (n, out).
    pub fn forward(&self, x: &ArrayRef2<F>) -> (Array2<F>, Saved<F>) {
        let (mut straight, mut bent) = (Vec::new(), Vec::new());
        let mut y = self.layers[0].forward(x);
        for layer in &self.layers[1..] {
            let seen = self.activation.forward(&y);
            straight.push(y);
            y = layer.forward(&seen);
            bent.push(seen);
        }
        (y, Saved { straight, bent })
    }

    /// From the slope along `y` to the slope along `x`: (n, out) -> (n, in).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: &ArrayRef2<F>,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        let Saved { straight, bent } = saved;
        let mut dy = dy.to_owned();
        for i in (1..self.layers.len()).rev() {
            // y = layer.forward(&seen)
            dy = self.layers[i].backward(&bent[i - 1], &dy, &mut grad.layers[i]);
            // seen = self.activation.forward(&y)
            dy = self.activation.backward(&straight[i - 1], dy);
        }
        self.layers[0].backward(x, &dy, &mut grad.layers[0])
    }
}
