//! Longer texts for a model that has learned shorter ones: its words are turned less.
//!
//! ```text
//! linear:   frequency / factor                             every pair of numbers
//! llama3:   turns = context · frequency / 2π               how often a pair went round in what was learned
//!           turns > high           frequency               near words: as it was
//!           turns < low            frequency / factor      far words: as if they were nearer
//!           between                a bit of both, in proportion
//! factors:  frequency / factor[i]                          each pair its own
//! ```
//!
//! A pair that turns fast tells neighbours apart, and nothing about it changes in a longer text. A pair
//! that never went round would meet angles there that it has never seen.
//!
//! Sources: Chen et al. 2023, <https://arxiv.org/abs/2306.15595>, for the first; Llama 3.1's published
//! configuration, `rope_type: llama3`, for the second.

use std::f64::consts::TAU;

/// How the frequencies of a model are changed, so that it can read longer texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Stretch {
    /// All alike.
    Linear {
        /// How many times as long.
        factor: f64,
    },
    /// The slow ones.
    Llama3 {
        /// How many times as long.
        factor: f64,
        /// Pairs that went round less often than this are slowed down.
        low: f64,
        /// Pairs that went round more often stay as they are.
        high: f64,
        /// The tokens of a text when the model learned.
        context: usize,
    },
    /// Each by its own factor: (D/2).
    Factors(Vec<f64>),
}

impl Stretch {
    /// The changed frequencies, in radians a place.
    ///
    /// ```
    /// use embedding::Stretch;
    ///
    /// assert_eq!(Stretch::Linear { factor: 4.0 }.frequencies(&[1.0, 0.5]), [0.25, 0.125]);
    /// let llama = Stretch::Llama3 { factor: 8.0, low: 1.0, high: 4.0, context: 8192 };
    /// assert_eq!(llama.frequencies(&[1.0, 0.0004]), [1.0, 0.00005]); // 1304 turns, and half of one
    /// ```
    ///
    /// # Panics
    /// If there are not as many factors.
    pub fn frequencies(&self, base: &[f64]) -> Vec<f64> {
        if let Stretch::Factors(factors) = self {
            let (found, wanted) = (factors.len(), base.len());
            assert_eq!(found, wanted, "{found} factors for {wanted} pairs of numbers");
            return base
                .iter()
                .zip(factors)
                .map(|(frequency, factor)| frequency / factor)
                .collect();
        }
        base.iter().map(|&frequency| self.one(frequency)).collect()
    }

    fn one(&self, frequency: f64) -> f64 {
        match *self {
            Stretch::Linear { factor } => frequency / factor,
            Stretch::Llama3 { factor, low, high, context } => {
                let turns = context as f64 * frequency / TAU;
                let kept = ((turns - low) / (high - low)).clamp(0.0, 1.0);
                kept * frequency + (1.0 - kept) * frequency / factor
            }
            Stretch::Factors(_) => frequency,
        }
    }
}
