//! A text to go on with, cut into windows.

use std::path::Path;

use anyhow::{Context, Result};
use backprop::windows::{Window, at_random, in_order};
use backprop::{Dropout, Loss};
use neuron::init::seeded;
use tokenizer::Tokenizer;
use transformer::{Gpt, GptConfig};

use super::{Exam, Files, Lesson, Size};
use crate::preset::Settings;
use crate::{data, evaluate, folder, generate, memory};

/// How many tokens are said at each evaluation.
const SAMPLE: usize = 120;

/// How many random batches tell the loss on the training text, where all of the validation text is read.
const BATCHES: usize = 20;

/// A text to go on with.
#[derive(Debug)]
pub struct Text {
    tokenizer: Tokenizer,
    config: GptConfig,
    train: Vec<u32>,
    val: Vec<u32>,
    val_bytes: usize,
}

impl Text {
    /// A text, called `name`, whose tail is held out.
    ///
    /// # Errors
    /// If it is too short, or has a character that the tokenizer does not know.
    pub fn new(text: &str, name: &str, tokenizer: Tokenizer, settings: &Settings) -> Result<Self> {
        let (learned, kept) = data::split(text, settings.val_fraction);
        let ids = |part: &str| tokenizer.encode(part).with_context(|| name.to_owned());
        let (train, val, val_bytes) = (ids(learned)?, ids(kept)?, kept.len());
        let config = settings.gpt(tokenizer.vocabulary());
        config.check()?;
        for (part, tokens) in [
            (name.to_owned(), train.len() + val.len()),
            (format!("the training part of {name}"), train.len()),
            (format!("the validation part (--val-fraction) of {name}"), val.len()),
        ] {
            data::check_length(&part, tokens, settings.context)?;
        }
        Ok(Text { tokenizer, config, train, val, val_bytes })
    }

    /// The windows of an evaluation: the same each time, so that two can be compared. With
    /// `--eval-batches 0`, `otherwise` batches, or for none the whole text in order.
    fn windows<'t>(text: &'t [u32], settings: &Settings, otherwise: usize) -> Vec<Window<'t>> {
        let batches = match settings.eval_batches {
            0 => otherwise,
            batches => batches,
        };
        if batches == 0 {
            return in_order(text, settings.context);
        }
        at_random(text, settings.context, batches * settings.batch, !settings.seed, 0)
    }
}

impl Lesson for Text {
    type Network = Gpt;
    type Example<'a> = Window<'a>;

    fn begin(&self, settings: &Settings) -> Gpt {
        Gpt::random(self.config.clone(), &mut seeded(settings.seed))
    }

    fn open(&self, folder: &Path) -> Result<Gpt> {
        folder::open_gpt(folder)
    }

    fn files(&self, gpt: &Gpt, settings: &Settings) -> Result<Files> {
        folder::gpt_files(gpt, &self.tokenizer, settings.dropout)
    }

    fn size(&self, settings: &Settings) -> Size {
        let parameters = self.config.parameters().unwrap_or(0);
        let tokens = settings.batch * settings.context;
        Size {
            parameters,
            kept: memory::kept(&self.config, tokens),
            flops_per_token: memory::flops_per_token(&self.config, parameters),
            tokens_per_step: tokens * settings.accumulate,
        }
    }

    fn describe(&self) -> String {
        let (train, val, vocabulary) = (self.train.len(), self.val.len(), self.config.vocabulary);
        format!("{train} tokens to learn from, {val} to validate on · vocabulary {vocabulary}")
    }

    fn draw(&self, settings: &Settings, step: usize) -> Vec<Window<'_>> {
        let windows = settings.batch * settings.accumulate;
        at_random(&self.train, settings.context, windows, settings.seed, step as u64)
    }

    fn tokens(window: &Window<'_>) -> usize {
        window.input.len()
    }

    fn learn(
        gpt: &Gpt,
        windows: &[Window<'_>],
        settings: &Settings,
        dropout: Dropout,
        grad: &mut Gpt,
    ) -> Loss {
        let (ids, targets) = evaluate::flat(windows);
        gpt.learn(&ids, &targets, settings.context, dropout, grad)
    }

    fn examine(&self, gpt: &Gpt, settings: &Settings, _last: bool) -> Exam {
        let windows =
            [Self::windows(&self.train, settings, BATCHES), Self::windows(&self.val, settings, 0)];
        let [train_loss, val_loss] = windows.map(|windows| evaluate::loss(gpt, &windows).mean());
        Exam {
            train_loss,
            val_loss,
            bits_per_byte: evaluate::bits_per_byte(val_loss, self.val.len(), self.val_bytes),
            sample: generate::sample(gpt, &self.tokenizer, settings.seed, SAMPLE),
            ..Exam::default()
        }
    }
}
