#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`one_neuron`]: multiply, add, add a bias
//! 2. [`mod@slope`]: how far does the loss move if this number does? Wiggle it and see
//! 3. [`linear`]: a layer of neurons, each with weights of its own
//! 4. [`mod@matmul`]: all those sums at once, the one operation that must be fast
//!
//! The tools, to be skipped on a first reading:
//!
//! 5. [`mod@parameters`]: every number that training may change, as one list of named arrays
//! 6. [`check`]: does a backward find the slopes that wiggling measures?
//! 7. [`init`]: where the numbers start
//! 8. [`float`]: 32 bits to train, 64 to check
//! 9. [`rows`]: sums over the rows of an array
//! 10. [`side_by_side()`]: work whose pieces need nothing of each other

pub mod linear;
pub mod matmul;
pub mod one_neuron;
pub mod slope;

pub mod check;
pub mod float;
pub mod init;
pub mod parameters;
pub mod rows;
mod side_by_side;

pub use float::Float;
pub use kernels::rows::AdamStep;
pub use linear::Linear;
pub use matmul::{add_matmul, matmul, matmul_plus};
pub use one_neuron::neuron;
pub use parameters::Parameters;
pub use side_by_side::side_by_side;
pub use slope::slope;

#[doc(hidden)]
pub use ndarray; // for `parameters!`
