//! How large a Llama is, and of what kind: Llama 2 to 3.2, Mistral, SmolLM2, Qwen2 and Qwen3.
//!
//! | | heads for keys | biases | head norms | places |
//! |---|---|---|---|---|
//! | Llama 2 | as many (70B: groups) | none | none | base 10,000 |
//! | Llama 3, Mistral, SmolLM2 | groups | none | none | base 500,000 and others, stretched from 3.1 on |
//! | Qwen2 | groups | queries, keys, values | none | base 1,000,000 |
//! | Qwen3 | groups | none | on | base 1,000,000 |

use std::sync::Arc;

use embedding::{Rotary, Stretch};
use neuron::Float;

use crate::ConfigError;
use crate::config::Sizes;

/// The shape of a Llama.
#[derive(Clone, Debug, PartialEq)]
pub struct LlamaConfig {
    /// V: how many different tokens there are.
    pub vocabulary: usize,
    /// T: how many tokens it sees at once, at most.
    pub context: usize,
    /// C: how many numbers stand for each token on the way.
    pub channels: usize,
    /// How many blocks there are.
    pub layers: usize,
    /// H: how many heads ask in each block.
    pub heads: usize,
    /// How many heads answer: each for a group of those that ask.
    pub kv_heads: usize,
    /// D: how many numbers a head has.
    pub head_size: usize,
    /// How wide the feed-forward layer is inside.
    pub hidden: usize,
    /// ε of the norms.
    pub epsilon: f64,
    /// Whether the output is the token embedding, read backwards.
    pub tied: bool,
    /// How slowly the slowest pair of numbers turns.
    pub rotary_base: f64,
    /// How the turns are changed for longer texts.
    pub stretch: Option<Stretch>,
    /// Whether queries, keys and values have biases.
    pub query_bias: bool,
    /// Whether what the heads make of it has a bias.
    pub output_bias: bool,
    /// Whether the feed-forward layers have biases.
    pub feed_forward_bias: bool,
    /// Whether the query and the key of each head are normalized.
    pub head_norm: bool,
}

impl LlamaConfig {
    /// Llama 2's choices for what is not a size: no biases, ε = 1e-5, base 10,000, an output of its own.
    pub fn llama(
        vocabulary: usize,
        context: usize,
        channels: usize,
        layers: usize,
        heads: usize,
        kv_heads: usize,
        hidden: usize,
    ) -> Self {
        LlamaConfig {
            vocabulary,
            context,
            channels,
            layers,
            heads,
            kv_heads,
            head_size: channels / heads.max(1),
            hidden,
            epsilon: 1e-5,
            tied: false,
            rotary_base: 10_000.0,
            stretch: None,
            query_bias: false,
            output_bias: false,
            feed_forward_bias: false,
            head_norm: false,
        }
    }

    /// Whether a model can be made of these sizes.
    ///
    /// # Errors
    /// Names the first size that does not fit.
    pub fn check(&self) -> Result<(), ConfigError> {
        let of_heads = [("kv_heads", self.kv_heads), ("head_size", self.head_size)];
        if let Some((name, _)) =
            self.sizes().into_iter().chain(of_heads).find(|(_, size)| *size == 0)
        {
            return Err(ConfigError::Zero(name));
        }
        if !self.heads.is_multiple_of(self.kv_heads) {
            return Err(ConfigError::Groups { heads: self.heads, kv_heads: self.kv_heads });
        }
        if !self.head_size.is_multiple_of(2) {
            return Err(ConfigError::Odd(self.head_size));
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

    /// How far the numbers of a head are turned at each place of the context.
    pub fn rotary<F: Float>(&self) -> Arc<Rotary<F>> {
        let stretch = self.stretch.as_ref();
        Arc::new(Rotary::stretched(self.head_size, self.context, self.rotary_base, stretch))
    }

    /// How many numbers there are to learn, or `None` if they cannot be counted in 48 bits.
    pub fn parameters(&self) -> Option<usize> {
        let [v, t, c, layers, hidden, heads, kv_heads, size] = [
            self.vocabulary,
            self.context,
            self.channels,
            self.layers,
            self.hidden,
            self.heads,
            self.kv_heads,
            self.head_size,
        ]
        .map(|size| size as u128);
        if [v, t, c, layers, hidden, heads, kv_heads, size].into_iter().any(|size| size >= 1 << 32)
        {
            return None;
        }
        let (asked, answered) = (heads * size, kv_heads * size);
        let query = (asked + 2 * answered) * (c + u128::from(self.query_bias));
        let output = c * (asked + u128::from(self.output_bias));
        let head_norms = if self.head_norm { 2 * size } else { 0 };
        let bias = u128::from(self.feed_forward_bias);
        let feed_forward = 3 * c * hidden + bias * (2 * hidden + c);
        let embeddings = if self.tied { v * c } else { 2 * v * c };
        let block = 2 * c + query + output + head_norms + feed_forward;
        let count = embeddings + layers.checked_mul(block)? + c;
        if count < 1 << 48 { usize::try_from(count).ok() } else { None }
    }
}
