//! How large a [Sprint](crate::sprint) is, and which of its ingredients it goes without.

use std::sync::Arc;

use embedding::Rotary;
use neuron::Float;

use crate::ConfigError;
use crate::config::{Sizes, check_sizes};

/// What makes a Sprint learn sooner than a GPT. Each can be left out, to see what it is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingredient {
    /// Places are turns, and not learned rows.
    Rotary,
    /// Norms leave the mean alone.
    RmsNorm,
    /// Queries and keys are normalized, head by head.
    QkNorm,
    /// The bend is [`activations::relu_squared()`], and not GELU.
    ReluSquared,
    /// What is added to a word is nothing at first, and so are the scores.
    ZeroStart,
    /// Values are reminded of the token, block by block.
    ValueSkip,
    /// Each block is given what the token was at first.
    FirstSkip,
    /// Each word hears the word before it.
    Shift,
}

impl Ingredient {
    /// All of them, with their names.
    pub const ALL: [(&str, Ingredient); 8] = [
        ("rotary", Ingredient::Rotary),
        ("rms-norm", Ingredient::RmsNorm),
        ("qk-norm", Ingredient::QkNorm),
        ("relu-squared", Ingredient::ReluSquared),
        ("zero-start", Ingredient::ZeroStart),
        ("value-skip", Ingredient::ValueSkip),
        ("first-skip", Ingredient::FirstSkip),
        ("shift", Ingredient::Shift),
    ];

    /// The ingredient of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| *own == name).map(|(_, one)| one)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, one)| *one == self).map_or("", |(name, _)| name)
    }
}

/// The shape of a Sprint.
#[derive(Clone, Debug, PartialEq)]
pub struct SprintConfig {
    /// V: how many different tokens there are.
    pub vocabulary: usize,
    /// T: how many tokens it sees at once, at most.
    pub context: usize,
    /// C: how many numbers stand for each token on the way.
    pub channels: usize,
    /// How many blocks there are.
    pub layers: usize,
    /// H: how many heads listen in each block.
    pub heads: usize,
    /// How wide the feed-forward layer is inside.
    pub hidden: usize,
    /// ε of the norms.
    pub epsilon: f64,
    /// How slowly the slowest pair of numbers turns.
    pub rotary_base: f64,
    /// What it goes without.
    pub without: Vec<Ingredient>,
}

impl SprintConfig {
    /// With all ingredients, a feed-forward layer four times as wide, ε = 1e-5, and a base of 10,000.
    pub fn sprint(
        vocabulary: usize,
        context: usize,
        channels: usize,
        layers: usize,
        heads: usize,
    ) -> Self {
        SprintConfig {
            vocabulary,
            context,
            channels,
            layers,
            heads,
            hidden: 4 * channels,
            epsilon: 1e-5,
            rotary_base: 10_000.0,
            without: Vec::new(),
        }
    }

    /// Whether it has an ingredient.
    pub fn has(&self, ingredient: Ingredient) -> bool {
        !self.without.contains(&ingredient)
    }

    /// Whether a model can be made of these sizes.
    ///
    /// # Errors
    /// Names the first size that does not fit.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_sizes(self.sizes())?;
        match self.channels / self.heads % 2 {
            0 => self.parameters().map(|_| ()).ok_or(ConfigError::TooLarge),
            _ => Err(ConfigError::Odd(self.channels / self.heads)),
        }
    }

    /// The sizes that every model of blocks has, by their names.
    pub fn sizes(&self) -> Sizes {
        [
            ("vocabulary", self.vocabulary),
            ("context", self.context),
            ("channels", self.channels),
            ("layers", self.layers),
            ("heads", self.heads),
            ("hidden", self.hidden),
        ]
    }

    /// How far the numbers of a head are turned at each place: not at all, where places are learned rows.
    pub fn rotary<F: Float>(&self) -> Arc<Rotary<F>> {
        let size = self.channels / self.heads;
        Arc::new(match self.has(Ingredient::Rotary) {
            true => Rotary::new(size, self.context, self.rotary_base),
            false => Rotary::from_frequencies(&vec![0.0; size / 2], self.context),
        })
    }

    /// How many numbers there are to learn, or `None` if they cannot be counted in 48 bits.
    pub fn parameters(&self) -> Option<usize> {
        let sizes = self.sizes().map(|(_, size)| size as u128);
        let [vocabulary, context, channels, layers, heads, hidden] = sizes;
        if sizes.into_iter().any(|size| size >= 1 << 32) {
            return None;
        }
        let part = |ingredient, count| if self.has(ingredient) { count } else { 0 };
        let block = 2 * channels // norms
            + 4 * channels * channels
            + 2 * channels * hidden
            + part(Ingredient::QkNorm, 2 * (channels / heads.max(1)))
            + part(Ingredient::ValueSkip, vocabulary * channels)
            + part(Ingredient::FirstSkip, 2)
            + part(Ingredient::Shift, 2 * channels);
        let places = context * channels - part(Ingredient::Rotary, context * channels);
        let count = 2 * vocabulary * channels + places + layers.checked_mul(block)? + 2 * channels;
        if count < 1 << 48 { usize::try_from(count).ok() } else { None }
    }
}
