#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`mod@logistic`]: one number into a chance
//! 2. [`rows`]: a row of numbers into a row of chances
//! 3. [`log_softmax`](mod@log_softmax): their logarithms, which never run out of digits
//! 4. [`cross_entropy`](mod@cross_entropy): how surprised were we by what came?
//! 5. [`label_smoothing`]: never be quite sure
//! 6. [`draw`]: pick one, in proportion to its chance, or the likeliest

pub mod logistic;
pub mod rows;

pub mod cross_entropy;
pub mod label_smoothing;
pub mod log_softmax;
pub mod output;

pub mod draw;

pub use cross_entropy::cross_entropy;
pub use draw::{Sampler, log_chances};
pub use label_smoothing::smoothed_cross_entropy;
pub use log_softmax::{log_softmax, log_softmax_backward};
pub use logistic::{logistic, logistic_slope};
pub use output::{output_cross_entropy, output_loss};
pub use rows::{softmax, softmax_backward, softmax_in_place};
