//! Positions from waves: each place gets numbers that nobody has to learn.
//!
//! ```text
//! angle(p, i)  = p / 10000^(2i / C)
//! y[p, 2i]     = sin(angle(p, i))         (places, C)
//! y[p, 2i + 1] = cos(angle(p, i))
//! ```
//!
//! A sine and a cosine of the same angle are the hand of a clock. The first clock turns by 1 a place,
//! and each later one more slowly: together they tell the place, as the hands of a clock tell the
//! time. How alike two places are, as the dot product of their rows, depends on their distance alone.
//!
//! There is no backward: nothing here is learned, and a place has no slope.
//!
//! Source: Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>, section 3.5.

use ndarray::Array2;
use neuron::Float;

/// How many times more slowly than the first the last clock turns, about.
const SLOWEST: f64 = 10000.0;

/// The paper's positions: -> (places, C). If C is odd, the last sine has no cosine.
///
/// ```
/// let y = embedding::sinusoidal::<f64>(3, 4);
/// assert_eq!(y.row(0).to_vec(), [0.0, 1.0, 0.0, 1.0]);
/// assert_eq!(y.row(2).to_vec(), [2_f64.sin(), 2_f64.cos(), 0.02_f64.sin(), 0.02_f64.cos()]);
/// ```
pub fn sinusoidal<F: Float>(places: usize, channels: usize) -> Array2<F> {
    Array2::from_shape_fn((places, channels), |(place, channel)| {
        let even = channel - channel % 2; // 2i
        let angle = place as f64 / SLOWEST.powf(even as f64 / channels as f64);
        F::of(if channel == even { angle.sin() } else { angle.cos() })
    })
}

/// The article's: sin(p / 10000^(i / C)) in each channel i. It has no cosines, so how alike two
/// places are depends on where they stand, too.
pub fn the_article_form<F: Float>(places: usize, channels: usize) -> Array2<F> {
    Array2::from_shape_fn((places, channels), |(place, channel)| {
        let angle = place as f64 / SLOWEST.powf(channel as f64 / channels as f64);
        F::of(angle.sin())
    })
}
