//! Work whose pieces need nothing of each other.
//!
//! Whoever asks for it says what the pieces are, and not how many threads there are. Each piece is worked out by one
//! of them, so any number gives the same bits.

use ndarray::parallel::prelude::*;

/// What is made of each piece, in their order.
///
/// ```
/// assert_eq!(neuron::side_by_side(vec![1, 2, 3], |x| 10 * x), [10, 20, 30]);
/// ```
pub fn side_by_side<P: Send, T: Send>(
    pieces: Vec<P>,
    work: impl Fn(P) -> T + Send + Sync,
) -> Vec<T> {
    pieces.into_par_iter().map(work).collect()
}
