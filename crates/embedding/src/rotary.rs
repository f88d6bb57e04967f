//! Rotary positions: what a word asks and what it can be found by are turned, the further the later
//! the word stands.
//!
//! ```text
//! angle(p, i) = p · base^(-2i / D)                                  i below D/2
//! y[i]        = x[i] cos(angle) - x[i + D/2] sin(angle)             (T, D) -> (T, D)
//! y[i + D/2]  = x[i] sin(angle) + x[i + D/2] cos(angle)
//! ```
//!
//! Two numbers are a point on a plane, and turning keeps its length. If a query is turned by its place
//! and a key by its own, the score of the two depends on how far apart they stand, and no more on
//! where. Nothing is added to the words, nothing is learned, and values are not turned.
//!
//! The paper pairs each number with its neighbour; here number `i` goes with number `i + D/2`, as in the
//! published files of Llama. The one is the other with the numbers of a head in another order.
//!
//! Source: Su et al. 2021, RoFormer, <https://arxiv.org/abs/2104.09864>, section 3.4.2.

use ndarray::{Array2, ArrayRef2, Axis, Zip};
use neuron::Float;

use crate::Stretch;

/// How far each pair of numbers is turned at each place.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotary<F = f32> {
    cosine: Array2<F>, // (places, D/2)
    sine: Array2<F>,   // (places, D/2)
}

impl<F: Float> Rotary<F> {
    /// For heads of `size` numbers (D) and texts of at most `places` words. A larger `base` turns the
    /// slow pairs more slowly, for longer texts: 10,000 in the paper, 500,000 in Llama 3.
    ///
    /// # Panics
    /// If `size` is odd: each number needs another to be turned with.
    ///
    /// ```
    /// use embedding::Rotary;
    /// use ndarray::array;
    ///
    /// let rotary = Rotary::new(2, 10, 10000.0);
    /// let y = rotary.forward(&array![[1.0, 0.0], [1.0, 0.0]], 3); // the words at places 3 and 4
    /// assert_eq!(y, array![[3_f64.cos(), 3_f64.sin()], [4_f64.cos(), 4_f64.sin()]]);
    /// ```
    pub fn new(size: usize, places: usize, base: f64) -> Self {
        Self::stretched(size, places, base, None)
    }

    /// The same for texts longer than those that a model has learned: see [`crate::stretch`].
    ///
    /// # Panics
    /// If `size` is odd, or there are not as many factors as pairs.
    pub fn stretched(size: usize, places: usize, base: f64, stretch: Option<&Stretch>) -> Self {
        assert_eq!(size % 2, 0, "a head of {size} numbers cannot be turned in pairs: make it even");
        let frequency = |i| base.powf(-2.0 * i as f64 / size as f64);
        let frequencies: Vec<f64> = (0..size / 2).map(frequency).collect();
        let slower = stretch.map(|stretch| stretch.frequencies(&frequencies));
        Self::from_frequencies(&slower.unwrap_or(frequencies), places)
    }

    /// The same with an angle a place of your own for each pair: (D/2).
    pub fn from_frequencies(frequencies: &[f64], places: usize) -> Self {
        let table = |wave: fn(f64) -> f64| {
            Array2::from_shape_fn((places, frequencies.len()), |(place, i)| {
                F::of(wave(place as f64 * frequencies[i])) // an angle of thousands needs 64 bits
            })
        };
        Rotary { cosine: table(f64::cos), sine: table(f64::sin) }
    }

    /// The words of one head of one text, turned, the first of them at place `start`: (T, D) -> (T, D).
    ///
    /// # Panics
    /// If the rows are of another size, or there are not so many places.
    pub fn forward(&self, x: &ArrayRef2<F>, start: usize) -> Array2<F> {
        self.turn(x, start, F::one())
    }

    /// From the slope along `y` to the slope along `x`, which is to turn it back: (T, D) -> (T, D).
    pub fn backward(&self, dy: &ArrayRef2<F>, start: usize) -> Array2<F> {
        // y = turn(x): a sum of products with cosines and sines, whose transpose turns the other way
        self.turn(dy, start, -F::one())
    }

    /// Turns each pair of numbers by its angle, forwards (`way` is 1) or back (-1).
    fn turn(&self, x: &ArrayRef2<F>, start: usize, way: F) -> Array2<F> {
        let (words, size) = x.dim();
        let (places, half) = self.cosine.dim();
        assert_eq!(size, 2 * half, "rows of {size} numbers, and turns for rows of {}", 2 * half);
        let end = start + words;
        assert!(end <= places, "there are {places} places, and this text has {end}");

        let mut y = x.to_owned();
        for (place, row) in (start..).zip(y.rows_mut()) {
            let (mut first, mut second) = row.split_at(Axis(0), half);
            let (cosine, sine) = (self.cosine.row(place), self.sine.row(place));
            if let (Some(a), Some(b)) = (first.as_slice_mut(), second.as_slice_mut())
                && let (Some(cosine), Some(sine)) = (cosine.as_slice(), sine.as_slice())
                && F::turn(a, b, cosine, sine, way).is_some()
            {
                continue;
            }
            let turns = Zip::from(first).and(second);
            turns.and(cosine).and(sine).for_each(|a, b, &cosine, &sine| {
                let sine = way * sine;
                (*a, *b) = (*a * cosine - *b * sine, *a * sine + *b * cosine);
            });
        }
        y
    }
}
