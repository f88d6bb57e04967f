//! In which order the channels stand.
//!
//! ```text
//! here     sin₀ cos₀ sin₁ cos₁ sin₂ cos₂     as in the paper: each clock's two numbers side by side
//! Marian   sin₀ sin₁ sin₂ cos₀ cos₁ cos₂     first all sines, then all cosines
//! ```
//!
//! Marian's programs work the positions out anew, in their own order, and those are added to the tokens:
//! so all that has a number for each channel stands in that order in the file. A model does not care in
//! which order its channels stand, if all of its arrays keep to the same.

use ndarray::{Array2, ArrayD, ArrayViewD, ArrayViewMutD, Axis};

/// The channel here that stands at each place in the file: (C).
fn order(channels: usize) -> Vec<usize> {
    (0..channels).step_by(2).chain((1..channels).step_by(2)).collect()
}

/// The axis along which a parameter has a number for each channel, if it has. The rows of queries, keys
/// and values are those of heads, and the inside of a feed-forward layer is its own.
fn axis(name: &str) -> Option<Axis> {
    let mut parts = name.rsplit('.');
    match (parts.next(), parts.next()) {
        (Some("weight"), Some("token" | "query" | "key" | "value" | "expand")) => Some(Axis(1)),
        (Some("bias"), Some("query" | "key" | "value" | "expand")) => None,
        _ => Some(Axis(0)),
    }
}

/// A parameter as it stands in the file.
pub(super) fn there(name: &str, array: ArrayViewD<'_, f32>) -> ArrayD<f32> {
    match axis(name) {
        Some(axis) => array.select(axis, &order(array.len_of(axis))),
        None => array.to_owned(),
    }
}

/// Puts what stands in the file into a parameter, whose shape it has.
pub(super) fn here(name: &str, mut array: ArrayViewMutD<'_, f32>, file: &ArrayD<f32>) {
    let Some(axis) = axis(name) else { return array.assign(file) };
    for (lane, channel) in file.axis_iter(axis).zip(order(file.len_of(axis))) {
        array.index_axis_mut(axis, channel).assign(&lane);
    }
}

/// What each place is, as it stands in the file: (T, C).
pub(super) fn positions(here: &Array2<f32>) -> ArrayD<f32> {
    here.select(Axis(1), &order(here.ncols())).into_dyn()
}
