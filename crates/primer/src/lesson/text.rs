//! A text to go on with, cut into windows.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use backprop::{Dropout, Loss};
use tokenizer::{Specials, Tokenizer};
use transformer::files::{Config, Kind};

use super::{Exam, Lesson, Size};
use crate::ids::{Ids, Stretch};
use crate::language::Language;
use crate::parts::Parts;
use crate::preset::Settings;
use crate::tokenizer_file::WithFile;
use crate::{data, evaluate, folder, generate, memory};

/// How many tokens are said at each evaluation.
const SAMPLE: usize = 120;

/// How many random batches tell the loss on the training text, where all of the validation text is read.
const BATCHES: usize = 20;

/// A text to go on with.
#[derive(Debug)]
pub struct Text<M> {
    tokenizer: WithFile,
    start: Start<M>,
    train: Ids,
    val: Ids,
    val_bytes: usize,
}

/// Where a model comes from that is to learn a text.
#[derive(Debug)]
pub enum Start<M> {
    /// It has learned nothing yet.
    Anew(Config),
    /// It has learned other texts before.
    From(Box<Parts>, std::marker::PhantomData<fn() -> M>),
}

impl<M> Start<M> {
    /// The shape.
    pub fn config(&self) -> &Config {
        match self {
            Start::Anew(config) => config,
            Start::From(parts, _) => &parts.config,
        }
    }
}

impl<M: Language> Text<M> {
    /// A text, called `name`, whose tail is held out.
    ///
    /// # Errors
    /// If it is too short, or has a character that the tokenizer does not know.
    pub fn new(
        mut text: String,
        name: &str,
        tokenizer: Tokenizer,
        start: Start<M>,
        settings: &Settings,
    ) -> Result<Self> {
        let (learned, _) = data::split(&text, settings.val_fraction);
        let kept = text.split_off(learned.len());
        let val_bytes = kept.len();
        let ids =
            |part| Ids::of(&tokenizer, part, Specials::default()).with_context(|| name.to_owned());
        let (train, val) = (ids(text)?, ids(kept)?);
        for (part, tokens) in [
            (name.to_owned(), train.len() + val.len()),
            (format!("the training part of {name}"), train.len()),
            (format!("the validation part (--val-fraction) of {name}"), val.len()),
        ] {
            data::check_length(&part, tokens, settings.context)?;
        }
        Ok(Text { tokenizer: WithFile::new(tokenizer), start, train, val, val_bytes })
    }

    /// The windows of an evaluation: the same each time, so that two can be compared. With
    /// `--eval-batches 0`, `otherwise` batches, or for none the whole text in order.
    fn windows<'t>(text: &'t Ids, settings: &Settings, otherwise: usize) -> Vec<Stretch<'t>> {
        let batches = match settings.eval_batches {
            0 => otherwise,
            batches => batches,
        };
        if batches == 0 {
            return text.in_order(settings.context);
        }
        text.at_random(settings.context, batches * settings.batch, !settings.seed, 0)
    }

    /// The windows of a step.
    pub(super) fn drawn(&self, settings: &Settings, step: usize) -> Vec<Stretch<'_>> {
        let windows = settings.batch * settings.accumulate;
        self.train.at_random(settings.context, windows, settings.seed, step as u64)
    }

    /// How well a model goes on with the text.
    pub(super) fn examined(&self, model: &M, settings: &Settings) -> Exam {
        let windows =
            [Self::windows(&self.train, settings, BATCHES), Self::windows(&self.val, settings, 0)];
        let [train_loss, val_loss] = windows.map(|windows| evaluate::loss(model, &windows).mean());
        Exam {
            train_loss,
            val_loss,
            bits_per_byte: evaluate::bits_per_byte(val_loss, self.val.len(), self.val_bytes),
            sample: generate::sample(model, &self.tokenizer, settings.seed, SAMPLE),
            ..Exam::default()
        }
    }

    /// The model that it starts with.
    pub(super) fn first(&self, settings: &Settings) -> Result<M> {
        match &self.start {
            Start::Anew(config) => M::random(config, settings.seed),
            Start::From(parts, _) => M::read(&parts.config, &parts.tensors)
                .with_context(|| format!("in {}", parts.path.display())),
        }
    }

    /// What was published beside the model that it starts with, and how text becomes its tokens.
    pub(super) fn beside(&self) -> (Option<&Parts>, &WithFile) {
        match &self.start {
            Start::Anew(_) => (None, &self.tokenizer),
            Start::From(parts, _) => (Some(parts), &self.tokenizer),
        }
    }
}

impl<M: Language> Lesson for Text<M> {
    type Network = M;
    type Example<'a>
        = Stretch<'a>
    where
        M: 'a;

    fn begin(&self, settings: &Settings) -> Result<M> {
        self.first(settings)
    }

    fn open(&self, folder: &Path) -> Result<M> {
        let model: M = folder::open_language(folder)?;
        let same = model.config() == *self.start.config();
        ensure!(same, "{}: its model has another shape than its settings say", folder.display());
        Ok(model)
    }

    fn files<'a>(&self, model: &'a M, settings: &Settings) -> Result<folder::Files<'a>> {
        let numbers = model.write(Kind::F32)?.into();
        match &self.start {
            Start::Anew(_) => {
                folder::language_files(&model.config(), &self.tokenizer, settings.dropout, numbers)
            }
            Start::From(parts, _) => folder::published(parts, Kind::F32, &self.tokenizer, numbers),
        }
    }

    fn size(&self, settings: &Settings) -> Size {
        let config = self.start.config();
        let parameters = memory::parameters(config);
        let tokens = settings.batch * settings.context;
        Size {
            parameters,
            kept: memory::kept(config, tokens, settings.context, settings.dropout > 0.0),
            scores: memory::scores(config.vocabulary(), tokens),
            flops_per_token: memory::flops(config, parameters, settings.context),
            tokens_per_step: tokens * settings.accumulate,
            tokens_at_once: memory::tokens_at_once(config.vocabulary()),
        }
    }

    fn describe(&self) -> String {
        let (train, val) = (self.train.len(), self.val.len());
        let vocabulary = self.start.config().vocabulary();
        format!("{train} tokens to learn from, {val} to validate on · vocabulary {vocabulary}")
    }

    fn draw(&self, settings: &Settings, step: usize) -> Vec<Stretch<'_>> {
        self.drawn(settings, step)
    }

    fn tokens(window: &Stretch<'_>) -> usize {
        window.len()
    }

    fn learn(
        model: &M,
        windows: &[Stretch<'_>],
        settings: &Settings,
        dropout: Dropout,
        grad: &mut M,
    ) -> Loss {
        let (ids, targets) = evaluate::flat(windows);
        model.learn(&ids, &targets, settings.context, dropout, grad)
    }

    fn examine(&self, model: &M, settings: &Settings, _last: bool) -> Exam {
        self.examined(model, settings)
    }
}
