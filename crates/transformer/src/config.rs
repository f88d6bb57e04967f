//! How large a GPT is, and of what kind.

use activations::Activation;

/// The shape of a GPT.
#[derive(Clone, Debug, PartialEq)]
pub struct GptConfig {
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
    /// How wide the feed-forward layer is inside: usually 4 C.
    pub hidden: usize,
    /// Whether linear layers and norms have biases.
    pub bias: bool,
    /// Whether the output is the token embedding, read backwards.
    pub tied: bool,
    /// ε of the norms.
    pub epsilon: f64,
    /// The bend of the feed-forward layers.
    pub activation: Activation,
}

/// Sizes of which no model can be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// Something of which there must be at least one.
    #[error("{0} is 0: it must be at least 1")]
    Zero(&'static str),
    /// Heads that cannot share the channels.
    #[error("{channels} channels cannot be shared by {heads} heads: choose a multiple of {heads}")]
    Heads {
        /// C
        channels: usize,
        /// H
        heads: usize,
    },
    /// Heads that cannot form groups.
    #[error(
        "{heads} heads cannot share {kv_heads} for keys and values: choose a divisor of {heads}"
    )]
    Groups {
        /// H
        heads: usize,
        /// How many answer.
        kv_heads: usize,
    },
    /// Heads that cannot be turned.
    #[error("a head of {0} numbers cannot be turned in pairs: choose an even number")]
    Odd(usize),
    /// A token with a role that is no token.
    #[error("the {token} is the token {id}, and the vocabulary has {vocabulary} entries")]
    Token {
        /// Its role.
        token: &'static str,
        /// Its id.
        id: u32,
        /// V
        vocabulary: usize,
    },
    /// Numbers too large to multiply.
    #[error("a model of this size has more parameters than can be counted")]
    TooLarge,
}

/// Sizes by their names.
pub type Sizes = [(&'static str, usize); 6];

/// That none of the sizes is 0, and that the heads can share the channels.
pub(crate) fn check_sizes(sizes: Sizes) -> Result<(), ConfigError> {
    if let Some((name, _)) = sizes.into_iter().find(|(_, size)| *size == 0) {
        return Err(ConfigError::Zero(name));
    }
    let [_, _, (_, channels), _, (_, heads), _] = sizes;
    match channels % heads {
        0 => Ok(()),
        _ => Err(ConfigError::Heads { channels, heads }),
    }
}

impl GptConfig {
    /// GPT-2's choices for what is not a size: biases, tied output, ε = 1e-5, GELU in its tanh form,
    /// and a feed-forward layer four times as wide.
    pub fn gpt2(
        vocabulary: usize,
        context: usize,
        channels: usize,
        layers: usize,
        heads: usize,
    ) -> Self {
        GptConfig {
            vocabulary,
            context,
            channels,
            layers,
            heads,
            hidden: 4 * channels,
            bias: true,
            tied: true,
            epsilon: 1e-5,
            activation: Activation::GeluTanh,
        }
    }

    /// Whether a model can be made of these sizes.
    ///
    /// # Errors
    /// Names the first size that does not fit.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_sizes(self.sizes())?;
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
        let [v, t, c, layers, hidden] =
            [self.vocabulary, self.context, self.channels, self.layers, self.hidden]
                .map(|size| size as u128);
        if [v, t, c, layers, hidden].into_iter().any(|size| size >= 1 << 32) {
            return None;
        }
        let bias = u128::from(self.bias);
        let norm = c + bias * c;
        let attention = 4 * c * c + bias * 4 * c;
        let feed_forward = 2 * c * hidden + bias * (c + hidden);
        let embeddings = (v + t) * c + if self.tied { 0 } else { v * c };
        let count = embeddings + layers * (2 * norm + attention + feed_forward) + norm;
        if count < 1 << 48 { usize::try_from(count).ok() } else { None }
    }
}
