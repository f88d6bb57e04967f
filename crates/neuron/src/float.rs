//! The numbers a model is made of: 32 bits each to train it, 64 to check its gradients.

use kernels::Kernels;
use ndarray::NdFloat;

/// `f32`, in which models are trained, or `f64`, in which their gradients are checked.
pub trait Float: NdFloat + Kernels {
    /// A constant of the source code, as this kind of number.
    fn of(constant: f64) -> Self;

    /// A number of things, as this kind of number.
    fn count(things: usize) -> Self {
        Self::of(things as f64)
    }

    /// The same number in 64 bits, for sums of many.
    fn wide(self) -> f64;
}

impl Float for f32 {
    fn of(constant: f64) -> f32 {
        constant as f32
    }

    fn wide(self) -> f64 {
        f64::from(self)
    }
}

impl Float for f64 {
    fn of(constant: f64) -> f64 {
        constant
    }

    fn wide(self) -> f64 {
        self
    }
}
