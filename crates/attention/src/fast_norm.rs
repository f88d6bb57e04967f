//! Where the norms meet their kernel, which makes rows of all that they need in one pass.

use ndarray::{Array1, Array2, ArrayRef2};
use neuron::Float;

use crate::rms_norm::Saved;

/// What [`RmsNorm::forward`](crate::RmsNorm::forward) gives; or that of layer normalization, which is `centred` and has
/// a bias. None, where there is no kernel.
pub fn forward<F: Float>(
    x: &ArrayRef2<F>,
    gain: &Array1<F>,
    bias: Option<&Array1<F>>,
    epsilon: f64,
    centred: bool,
) -> Option<(Array2<F>, Saved<F>)> {
    if x.ncols() != gain.len() {
        return None;
    }
    let x = x.as_standard_layout();
    let (gain, epsilon) = (gain.as_slice()?, F::of(epsilon));
    let bias = slice(bias)?;
    let [y, normal, scale] = F::norm(x.as_slice()?, gain, bias, epsilon, centred)?;
    let rows = |numbers| Array2::from_shape_vec(x.raw_dim(), numbers).ok();
    Some((rows(y)?, Saved { normal: rows(normal)?, scale: Array1::from(scale) }))
}

/// What [`RmsNorm::again`](crate::RmsNorm::again) gives. None, where there is no kernel.
pub fn again<F: Float>(
    saved: &Saved<F>,
    gain: &Array1<F>,
    bias: Option<&Array1<F>>,
) -> Option<Array2<F>> {
    let normal = &saved.normal;
    if normal.ncols() != gain.len() {
        return None;
    }
    let y = F::norm_again(normal.as_slice()?, gain.as_slice()?, slice(bias)?)?;
    Array2::from_shape_vec(normal.raw_dim(), y).ok()
}

/// The numbers of what may be left out; none, if they do not lie side by side.
fn slice<F>(array: Option<&Array1<F>>) -> Option<Option<&[F]>> {
    match array {
        Some(array) => array.as_slice().map(Some),
        None => Some(None),
    }
}

/// What [`RmsNorm::backward`](crate::RmsNorm::backward) gives. None, where there is no kernel; then nothing has been
/// added to the slopes.
pub fn backward<F: Float>(
    saved: &Saved<F>,
    gain: &Array1<F>,
    centred: bool,
    dy: &ArrayRef2<F>,
    dgain: &mut Array1<F>,
    dbias: Option<&mut Array1<F>>,
) -> Option<Array2<F>> {
    let Saved { normal, scale } = saved;
    let dy = dy.as_standard_layout();
    let (normal, scale, gain) = (normal.as_slice()?, scale.as_slice()?, gain.as_slice()?);
    let (dy_rows, dgain) = (dy.as_slice()?, dgain.as_slice_mut()?);
    let dbias = match dbias {
        Some(dbias) => Some(dbias.as_slice_mut()?),
        None => None,
    };
    let dx = F::norm_backward(normal, scale, gain, centred, dy_rows, dgain, dbias)?;
    Array2::from_shape_vec(dy.raw_dim(), dx).ok()
}
