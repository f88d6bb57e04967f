//! A model that runs: its numbers as their file has them, how text becomes its tokens, and with which of
//! them it says that it has finished.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use kernels::Team;
use tokenizer::{Specials, Tokenizer};
use transformer::files::{Config, GenerationConfig};
use transformer::run::Precision;

use crate::args::{Global, RunPrecision};
use crate::network::Network;
use crate::parts::Parts;

/// What some published texts end with, and start after.
const END: &str = "<|endoftext|>";

/// A model, and how text becomes its tokens.
#[derive(Debug)]
pub struct Model {
    /// The model.
    pub network: Network,
    /// Its tokenizer.
    pub tokenizer: Tokenizer,
    /// The tokens that end what it says.
    pub ends: Vec<u32>,
    start: Option<u32>,
}

impl Model {
    /// Opens a model that goes on with a text.
    ///
    /// # Errors
    /// If there is none, or if one of its files is not as it should be: which, and why.
    pub fn open(path: &Path, precision: RunPrecision, all: &Global) -> Result<Self> {
        let parts = Parts::open(path)?;
        let tokenizer = parts.tokenizer_and_pages(precision)?;
        Self::of(&parts, tokenizer, precision, threads(all))
    }

    /// The model that these parts are, and so many threads for each product.
    ///
    /// # Errors
    /// If they do not fit each other, or are those of a model of another kind.
    pub fn of(
        parts: &Parts,
        tokenizer: Tokenizer,
        precision: RunPrecision,
        threads: usize,
    ) -> Result<Self> {
        let name = parts.path.display();
        if let Config::EncoderDecoder(_) = parts.config {
            bail!(
                "{name} is an encoder-decoder, which translates: `primer translate {name}` is for it"
            );
        }
        let (tokens, scores) = (tokenizer.vocabulary(), parts.config.vocabulary());
        ensure!(
            tokens <= scores,
            "{name}: the tokenizer knows {tokens} tokens, and the model {scores}: they belong to \
             different models; copy both from the same one"
        );
        let team = Arc::new(Team::new(threads));
        let network = Network::open(&parts.config, &parts.tensors, precision.into(), team);
        let network = network.with_context(|| format!("in {name}"))?;
        let GenerationConfig { start, mut ends, .. } = parts.generation()?;
        if ends.is_empty() {
            ends.extend(end(&tokenizer));
        }
        Ok(Model { network, tokenizer, ends, start })
    }

    /// The tokens of a prompt. One that is empty is the token that a text starts with.
    ///
    /// # Errors
    /// If the model does not know a character of it.
    pub fn prompt(&self, text: &str, specials: bool) -> Result<Vec<u32>> {
        let specials = Specials { in_text: specials, around: true };
        let ids = self.tokenizer.encode_with(text, specials).context("the prompt")?;
        match ids.is_empty() {
            true => Ok(vec![self.start.unwrap_or_else(|| start(&self.tokenizer))]),
            false => Ok(ids),
        }
    }
}

impl From<RunPrecision> for Precision {
    fn from(precision: RunPrecision) -> Self {
        match precision {
            RunPrecision::Auto => Precision::Auto,
            RunPrecision::F32 => Precision::F32,
            RunPrecision::Bf16 => Precision::Bf16,
            RunPrecision::Q8 => Precision::Q8,
        }
    }
}

/// How many threads share a product.
pub fn threads(all: &Global) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    all.threads.unwrap_or_else(cores)
}

/// The token that a text without a prompt starts after: the end of another, a new line, or any.
pub fn start(tokenizer: &Tokenizer) -> u32 {
    let new_line = || tokenizer.encode("\n").ok()?.last().copied();
    end(tokenizer).or_else(new_line).unwrap_or(0)
}

/// The token that ends a text, if the vocabulary has one.
pub fn end(tokenizer: &Tokenizer) -> Option<u32> {
    // It is the first or the last of its vocabulary, or not there.
    let last = (tokenizer.vocabulary() as u32).saturating_sub(1);
    [0, last].into_iter().find(|&id| tokenizer.token(id).as_deref() == Some(END))
}
