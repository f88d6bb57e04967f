//! A model that has learned nothing yet.

use attention::MultiHead;
use embedding::{Embedding, sinusoidal};
use ndarray::Array1;
use neuron::init::{normal, uniform};
use neuron::{Float, Linear};
use rand::Rng;

use super::EncoderDecoder;
use crate::{DecoderBlock, EncoderBlock, EncoderDecoderConfig, FeedForward, LayerNorm};

impl<F: Float> EncoderDecoder<F> {
    /// A model that has learned nothing yet. The weights of a layer are drawn so that what comes out is
    /// about as large as what went in, and what comes back, too (Glorot and Bengio 2010, equation 16);
    /// those of the tokens so that, times √C, they are about 1. The biases are 0.
    ///
    /// # Panics
    /// If the sizes do not pass [`EncoderDecoderConfig::check`].
    pub fn random(config: EncoderDecoderConfig, rng: &mut impl Rng) -> Self {
        if let Err(error) = config.check() {
            panic!("{error}");
        }
        let EncoderDecoderConfig { vocabulary, context, channels, layers, .. } = config;
        let deviation = (channels as f64).sqrt().recip();
        EncoderDecoder {
            token: Embedding { weight: normal((vocabulary, channels), deviation, rng) },
            encoder: (0..layers).map(|_| encoder(&config, rng)).collect(),
            decoder: (0..layers).map(|_| decoder(&config, rng)).collect(),
            position: sinusoidal(context, channels),
            config,
        }
    }
}

fn encoder<F: Float>(config: &EncoderDecoderConfig, rng: &mut impl Rng) -> EncoderBlock<F> {
    EncoderBlock {
        attention: attention(config, false, rng),
        attention_norm: norm(config),
        feed_forward: feed_forward(config, rng),
        feed_forward_norm: norm(config),
    }
}

fn decoder<F: Float>(config: &EncoderDecoderConfig, rng: &mut impl Rng) -> DecoderBlock<F> {
    DecoderBlock {
        attention: attention(config, true, rng),
        attention_norm: norm(config),
        cross: attention(config, false, rng),
        cross_norm: norm(config),
        feed_forward: feed_forward(config, rng),
        feed_forward_norm: norm(config),
    }
}

fn attention<F: Float>(
    config: &EncoderDecoderConfig,
    causal: bool,
    rng: &mut impl Rng,
) -> MultiHead<F> {
    let mut layer = || linear(config.channels, config.channels, rng);
    let (query, key, value, output) = (layer(), layer(), layer(), layer());
    MultiHead { query, key, value, output, heads: config.heads, causal }
}

fn feed_forward<F: Float>(config: &EncoderDecoderConfig, rng: &mut impl Rng) -> FeedForward<F> {
    let expand = linear(config.channels, config.hidden, rng);
    let project = linear(config.hidden, config.channels, rng);
    FeedForward { expand, project, activation: config.activation }
}

fn linear<F: Float>(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Linear<F> {
    let bound = (6.0 / (inputs + outputs) as f64).sqrt();
    let weight = uniform((outputs, inputs), bound, rng);
    Linear { weight, bias: Some(Array1::zeros(outputs)) }
}

fn norm<F: Float>(config: &EncoderDecoderConfig) -> LayerNorm<F> {
    LayerNorm::new(config.channels, config.epsilon)
}
