//! A model that goes on with a text, as training meets it: a [`Gpt`], a [`Llama`] or a [`Sprint`].

use anyhow::{Result, bail};
use backprop::{Dropout, Loss};
use neuron::Parameters;
use neuron::init::seeded;
use transformer::files::{Config, Kind, Safetensors, Tensors, gpt2, llama, sprint};
use transformer::{Gpt, Llama, Reader, Sprint};

/// A model that goes on with a text, and can learn to.
pub trait Language: Parameters<f32> + Reader + Send + Sync {
    /// A model that has learned nothing yet.
    ///
    /// # Errors
    /// If the configuration is that of another kind.
    fn random(config: &Config, seed: u64) -> Result<Self>;

    /// The model that these tensors are.
    ///
    /// # Errors
    /// If they do not fit the configuration, or that is of another kind.
    fn read(config: &Config, tensors: &Tensors) -> Result<Self>;

    /// Its numbers, as a `model.safetensors`.
    ///
    /// # Errors
    /// If they cannot be written down.
    fn write(&self, kind: Kind) -> Result<Safetensors<'_>>;

    /// Its shape.
    fn config(&self) -> Config;

    /// How surprised it is by the targets, in texts of so many `words`.
    fn loss(&self, ids: &[u32], targets: &[u32], words: usize) -> Loss;

    /// Adds to `grad` the gradient of that loss, and returns it.
    fn learn(
        &self,
        ids: &[u32],
        targets: &[u32],
        words: usize,
        dropout: Dropout,
        grad: &mut Self,
    ) -> Loss;
}

/// They differ in their names alone.
macro_rules! language {
    ($model:ident, $layout:ident) => {
        impl Language for $model {
            fn random(config: &Config, seed: u64) -> Result<Self> {
                let Config::$model(config) = config else { return other(config) };
                Ok($model::random(config.clone(), &mut seeded(seed)))
            }

            fn read(config: &Config, tensors: &Tensors) -> Result<Self> {
                let Config::$model(config) = config else { return other(config) };
                Ok($layout::read(config, tensors)?)
            }

            fn write(&self, kind: Kind) -> Result<Safetensors<'_>> {
                Ok($layout::write(self, kind)?)
            }

            fn config(&self) -> Config {
                Config::$model(self.config.clone())
            }

            fn loss(&self, ids: &[u32], targets: &[u32], words: usize) -> Loss {
                $model::loss(self, ids, targets, words)
            }

            fn learn(
                &self,
                ids: &[u32],
                targets: &[u32],
                words: usize,
                dropout: Dropout,
                grad: &mut Self,
            ) -> Loss {
                $model::learn(self, ids, targets, words, dropout, grad)
            }
        }
    };
}

language!(Gpt, gpt2);
language!(Llama, llama);
language!(Sprint, sprint);

fn other<M>(config: &Config) -> Result<M> {
    let kind = match config {
        Config::Gpt(_) => "a gpt",
        Config::Llama(_) => "a llama",
        Config::EncoderDecoder(_) => "an encoder-decoder",
        Config::Sprint(_) => "a sprint",
    };
    bail!("it is {kind}, and was to be a model of another kind")
}
