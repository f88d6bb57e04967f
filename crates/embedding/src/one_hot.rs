//! A token as a row of zeros with a single one, in the column of its number.
//!
//! ```text
//! one_hot(ids) W = the rows of W with those ids      (n, V) · (V, C) -> (n, C)
//! ```
//!
//! So a neuron that sees one-hot tokens has a weight of its own for each of them. Multiplying by all those
//! zeros is slow: [`crate::Embedding`] looks the row up instead.

use ndarray::Array2;
use neuron::Float;

/// (n) -> (n, V): a one where the token stands, and zeros elsewhere.
///
/// ```
/// use ndarray::array;
///
/// let rows = embedding::one_hot::<f32>(&[2, 0], 3);
/// assert_eq!(rows, array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
/// ```
///
/// # Panics
/// If an id is not below `vocabulary`.
pub fn one_hot<F: Float>(ids: &[u32], vocabulary: usize) -> Array2<F> {
    let mut rows = Array2::zeros((ids.len(), vocabulary));
    for (mut row, &id) in rows.rows_mut().into_iter().zip(ids) {
        assert!(
            (id as usize) < vocabulary,
            "your vocabulary has {vocabulary} entries and this id is {id}"
        );
        row[id as usize] = F::one();
    }
    rows
}
