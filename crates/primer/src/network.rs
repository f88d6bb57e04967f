//! A model that runs: from a published layout as [`run::Model`], or our own [`Sprint`], which runs as it
//! learned.

use std::sync::Arc;

use kernels::Team;
use ndarray::{Array2, ArrayView2};
use neuron::Parameters;
use transformer::files::{Config, FileError, Tensors, sprint};
use transformer::run::{self, Precision};
use transformer::{Reader, Sprint, SprintCache};

/// A model that runs.
#[derive(Debug)]
pub enum Network {
    /// A GPT or a Llama, its weights as the file has them.
    Published(Box<run::Model>),
    /// A Sprint, in 32 bits.
    Sprint(Box<Sprint>),
}

/// What it remembers of the text so far.
#[derive(Clone, Debug)]
pub enum Cache {
    /// Of a GPT or a Llama.
    Published(Box<run::Cache>),
    /// Of a Sprint.
    Sprint(SprintCache),
}

impl Network {
    /// A model of this configuration, whose weights are those of the tensors.
    ///
    /// # Errors
    /// If a tensor is missing, left over or of another shape, or this kind of model cannot be run so.
    pub fn open(
        config: &Config,
        tensors: &Tensors,
        precision: Precision,
        team: Arc<Team>,
    ) -> Result<Self, FileError> {
        Ok(match config {
            Config::Sprint(config) => Network::Sprint(Box::new(sprint::read(config, tensors)?)),
            _ => Network::Published(Box::new(run::Model::open(config, tensors, precision, team)?)),
        })
    }

    /// How many bytes its weights have.
    pub fn bytes(&self) -> usize {
        match self {
            Network::Published(model) => model.bytes(),
            Network::Sprint(model) => 4 * model.count(),
        }
    }

    /// The scores after each of the ids, a few rows at a time.
    ///
    /// # Panics
    /// If there are no ids, one is not in the vocabulary, or the context has no room for them.
    pub fn each_logits(&self, ids: &[u32], mut each: impl FnMut(ArrayView2<'_, f32>)) {
        match self {
            Network::Published(model) => model.each_logits(ids, each),
            Network::Sprint(model) => each(model.logits(ids, ids.len()).view()),
        }
    }

    /// How much each word listens to each, by layer and head: (T) -> (T, T), if that can be told.
    pub fn attention(&self, ids: &[u32]) -> Option<Vec<Vec<Array2<f32>>>> {
        match self {
            Network::Published(model) => Some(model.attention(ids)),
            Network::Sprint(_) => None,
        }
    }
}

impl Reader for Network {
    type Cache = Cache;

    fn context(&self) -> usize {
        match self {
            Network::Published(model) => model.context(),
            Network::Sprint(model) => Reader::context(&**model),
        }
    }

    fn cache(&self) -> Cache {
        match self {
            Network::Published(model) => Cache::Published(Box::new(model.cache())),
            Network::Sprint(model) => Cache::Sprint(Reader::cache(&**model)),
        }
    }

    fn words(cache: &Cache) -> usize {
        match cache {
            Cache::Published(cache) => cache.len(),
            Cache::Sprint(cache) => Sprint::words(cache),
        }
    }

    fn extend(&self, ids: &[u32], cache: &mut Cache) -> Vec<f32> {
        match (self, cache) {
            (Network::Published(model), Cache::Published(cache)) => model.extend(ids, cache),
            (Network::Sprint(model), Cache::Sprint(cache)) => Reader::extend(&**model, ids, cache),
            _ => unreachable!("a model is given the cache that it made"),
        }
    }
}
