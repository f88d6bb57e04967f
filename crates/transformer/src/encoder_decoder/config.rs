//! How large an encoder and its decoder are.

use activations::Activation;

use crate::ConfigError;
use crate::config::{Sizes, check_sizes};

/// The shape of an encoder and its decoder.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderDecoderConfig {
    /// V: how many different tokens there are, in both languages together.
    pub vocabulary: usize,
    /// T: how many tokens a sentence or its translation has, at most, with its end.
    pub context: usize,
    /// C: how many numbers stand for each token on the way.
    pub channels: usize,
    /// N: how many blocks read, and how many write.
    pub layers: usize,
    /// H: how many heads listen in each block.
    pub heads: usize,
    /// How wide the feed-forward layer is inside: usually 4 C.
    pub hidden: usize,
    /// ε of the norms.
    pub epsilon: f64,
    /// The bend of the feed-forward layers.
    pub activation: Activation,
    /// The token that stands before every translation.
    pub start: u32,
    /// The token that stands behind every sentence and translation.
    pub end: u32,
}

impl EncoderDecoderConfig {
    /// The paper's choices for what is not a size: ReLU, ε = 1e-5, and a feed-forward layer four times
    /// as wide. The first token is the start, the second the end.
    pub fn paper(
        vocabulary: usize,
        context: usize,
        channels: usize,
        layers: usize,
        heads: usize,
    ) -> Self {
        EncoderDecoderConfig {
            vocabulary,
            context,
            channels,
            layers,
            heads,
            hidden: channels.saturating_mul(4),
            epsilon: 1e-5,
            activation: Activation::Relu,
            start: 0,
            end: 1,
        }
    }

    /// Whether a model can be made of these sizes.
    ///
    /// # Errors
    /// Names the first size that does not fit.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_sizes(self.sizes())?;
        let vocabulary = self.vocabulary;
        for (token, id) in [("start", self.start), ("end", self.end)] {
            if id as usize >= vocabulary {
                return Err(ConfigError::Token { token, id, vocabulary });
            }
        }
        self.parameters().map(|_| ()).ok_or(ConfigError::TooLarge)
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

    /// How many numbers there are to learn, or `None` if they cannot be counted in 48 bits.
    pub fn parameters(&self) -> Option<usize> {
        let sizes = [self.vocabulary, self.context, self.channels, self.layers, self.hidden];
        let [v, t, c, layers, hidden] = sizes.map(|size| size as u128);
        if [v, t, c, layers, hidden].into_iter().any(|size| size >= 1 << 32) {
            return None;
        }
        let norm = 2 * c;
        let attention = 4 * (c * c + c);
        let feed_forward = 2 * c * hidden + c + hidden;
        let encoder = attention + feed_forward + 2 * norm;
        let decoder = 2 * attention + feed_forward + 3 * norm;
        let count = v * c + layers * (encoder + decoder);
        if count.max(t * c) < 1 << 48 { usize::try_from(count).ok() } else { None }
    }
}
