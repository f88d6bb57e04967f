//! What is learned, and by which kind of model: all that one training run has and another has not.
//!
//! | lesson | learned from | by |
//! |---|---|---|
//! | [`Text`] | windows of a text | a `Gpt`, a `Llama` or a `Sprint`, which goes on with it |
//! | [`Adapting`] | the same | two small matrices beside each of its large ones |
//! | [`Translation`] | pairs of sentences | an `EncoderDecoder`, which translates |
//!
//! [`run`](crate::run), [`course`](crate::course) and [`checkpoint`](crate::checkpoint) are the same for
//! all of them.

use std::path::Path;

use anyhow::Result;
use backprop::{Dropout, Loss};
use neuron::Parameters;
use serde_json::{Map, Value};

use crate::folder::Files;
use crate::preset::Settings;

mod adapting;
mod text;
mod translation;

pub use adapting::Adapting;
pub use text::{Start, Text};
pub use translation::Translation;

/// What is learned, and by which kind of model.
pub trait Lesson: Sync {
    /// The model that learns.
    type Network: Parameters<f32> + Send + Sync;
    /// What it learns from at once: a window, or a pair.
    type Example<'a>: Sync
    where
        Self: 'a;

    /// The model as it is before the first step.
    ///
    /// # Errors
    /// If it is to be one that was published, and cannot be read.
    fn begin(&self, settings: &Settings) -> Result<Self::Network>;

    /// The model in a folder.
    ///
    /// # Errors
    /// If there is none, or one of another kind.
    fn open(&self, folder: &Path) -> Result<Self::Network>;

    /// The files of a model's folder; the numbers come last.
    ///
    /// # Errors
    /// If the numbers cannot be written down.
    fn files<'a>(&self, network: &'a Self::Network, settings: &Settings) -> Result<Files<'a>>;

    /// What training will take.
    fn size(&self, settings: &Settings) -> Size;

    /// How much there is to learn from, for people.
    fn describe(&self) -> String;

    /// The batch of a step, as many examples as one gradient is worked out from.
    fn draw(&self, settings: &Settings, step: usize) -> Vec<Self::Example<'_>>;

    /// How many tokens an example has.
    fn tokens(example: &Self::Example<'_>) -> usize;

    /// Adds to `grad` the gradient of the summed loss of some examples, and returns that loss.
    fn learn(
        network: &Self::Network,
        examples: &[Self::Example<'_>],
        settings: &Settings,
        dropout: Dropout,
        grad: &mut Self::Network,
    ) -> Loss;

    /// How well the model knows its lesson. The `last` examination is the most thorough.
    fn examine(&self, network: &Self::Network, settings: &Settings, last: bool) -> Exam;
}

/// How well a model knows its lesson.
#[derive(Clone, Debug, Default)]
pub struct Exam {
    /// The mean loss on what was learned from.
    pub train_loss: f64,
    /// The mean loss on what was held out.
    pub val_loss: f64,
    /// The same, as bits for each byte of text.
    pub bits_per_byte: f64,
    /// Further figures for the metrics, by name.
    pub figures: Map<String, Value>,
    /// The same for people, each with " · " before it.
    pub words: String,
    /// Something that the model says by now.
    pub sample: String,
}

/// What training will take.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The numbers to learn.
    pub parameters: usize,
    /// The numbers that a forward keeps for its backward, for a whole batch.
    pub kept: usize,
    /// The scores that are there at once, where they are not kept.
    pub scores: usize,
    /// The multiplications and additions that learning from one token takes.
    pub flops_per_token: u64,
    /// The tokens of a step, about.
    pub tokens_per_step: usize,
    /// How many tokens of a share go through the model at once, or one example.
    pub tokens_at_once: usize,
}
