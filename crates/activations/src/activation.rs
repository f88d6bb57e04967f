//! One of the bends, over every number of an array.
//!
//! ```text
//! y  = f(x)                 (n, m) -> (n, m)
//! dx = dy f'(x)             (n, m) -> (n, m)
//! ```
//!
//! Each number is bent by itself: none looks at its neighbours, and there is nothing to learn.

use ndarray::{Array2, ArrayRef2};
use neuron::Float;

use crate::{
    gelu, gelu_slope, gelu_tanh, gelu_tanh_slope, relu, relu_slope, relu_squared,
    relu_squared_slope, sigmoid, sigmoid_slope, silu, silu_slope, tanh, tanh_slope,
};

/// Which bend stands between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// [`relu()`]
    Relu,
    /// [`sigmoid()`]
    Sigmoid,
    /// [`tanh()`]
    Tanh,
    /// [`gelu()`], exact.
    Gelu,
    /// [`gelu_tanh()`], as in GPT-2.
    GeluTanh,
    /// [`silu()`], as in Llama.
    Silu,
    /// [`relu_squared()`], for models that are to learn fast.
    ReluSquared,
}

impl Activation {
    /// Bends every number: (n, m) -> (n, m).
    ///
    /// ```
    /// use activations::Activation;
    /// use ndarray::array;
    ///
    /// let y = Activation::Relu.forward(&array![[-1.0, 2.0], [3.0, -4.0]]);
    /// assert_eq!(y, array![[0.0, 2.0], [3.0, 0.0]]);
    /// ```
    pub fn forward<F: Float>(self, x: &ArrayRef2<F>) -> Array2<F> {
        match self {
            Activation::Relu => x.mapv(relu),
            Activation::Sigmoid => x.mapv(sigmoid),
            Activation::Tanh => x.mapv(tanh),
            Activation::Gelu => x.mapv(gelu),
            Activation::GeluTanh => fast(x, F::gelu).unwrap_or_else(|| x.mapv(gelu_tanh)),
            Activation::Silu => fast(x, F::silu).unwrap_or_else(|| x.mapv(silu)),
            Activation::ReluSquared => x.mapv(relu_squared),
        }
    }

    /// From the slope along `y` to the slope along `x`, in its place: (n, m) -> (n, m).
    ///
    /// # Panics
    /// If `x` and `dy` differ in shape.
    pub fn backward<F: Float>(self, x: &ArrayRef2<F>, mut dy: Array2<F>) -> Array2<F> {
        let (given, slopes) = (x.dim(), dy.dim());
        assert!(given == slopes, "x of {given:?} cannot have got slopes of {slopes:?}");
        // y = f(x)
        match self {
            Activation::Relu => dy *= &x.mapv(relu_slope),
            Activation::Sigmoid => dy *= &x.mapv(sigmoid_slope),
            Activation::Tanh => dy *= &x.mapv(tanh_slope),
            Activation::Gelu => dy *= &x.mapv(gelu_slope),
            Activation::GeluTanh => {
                let fast = fast_backward(x, &mut dy, F::gelu_backward);
                fast.unwrap_or_else(|| dy *= &x.mapv(gelu_tanh_slope));
            }
            Activation::Silu => {
                let fast = fast_backward(x, &mut dy, F::silu_backward);
                fast.unwrap_or_else(|| dy *= &x.mapv(silu_slope));
            }
            Activation::ReluSquared => dy *= &x.mapv(relu_squared_slope),
        }
        dy
    }

    /// [`Activation::forward`] once more, and [`Activation::backward`]: gives `y` and `dx`.
    ///
    /// So `y` need not be kept for whoever looks at it on the way back: it is as large as `x`, and a kernel that
    /// works out the one has nearly worked out the other.
    ///
    /// # Panics
    /// As [`Activation::backward`].
    pub fn backward_again<F: Float>(
        self,
        mut x: Array2<F>,
        mut dy: Array2<F>,
    ) -> (Array2<F>, Array2<F>) {
        if self == Activation::GeluTanh
            && x.dim() == dy.dim()
            && let (Some(y), Some(dx)) = (x.as_slice_mut(), dy.as_slice_mut())
            && F::gelu_again(y, dx).is_some()
        {
            return (x, dy);
        }
        (self.forward(&x), self.backward(&x, dy))
    }
}

/// What a kernel makes of many numbers at a time, where the processor has one.
fn fast<F: Float>(x: &ArrayRef2<F>, kernel: impl Fn(&[F]) -> Option<Vec<F>>) -> Option<Array2<F>> {
    let x = x.as_standard_layout();
    Array2::from_shape_vec(x.raw_dim(), kernel(x.as_slice()?)?).ok()
}

/// The slopes of [`fast`]. Rows that do not lie one behind another in memory are copied first.
fn fast_backward<F: Float>(
    x: &ArrayRef2<F>,
    dy: &mut Array2<F>,
    kernel: impl Fn(&[F], &mut [F]) -> Option<()>,
) -> Option<()> {
    if !dy.is_standard_layout() {
        *dy = dy.as_standard_layout().into_owned();
    }
    kernel(x.as_standard_layout().as_slice()?, dy.as_slice_mut()?)
}
