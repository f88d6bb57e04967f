//! The loop of a training run: which windows a step draws, and how a share of them is learned from.
//!
//! The loop itself is [`backprop::train()`], and what happens after each step is in [`crate::course`].

use std::ops::ControlFlow;

use anyhow::Result;
use backprop::windows::{Window, at_random};
use backprop::{AdamW, Dropout, Recipe, Schedule, Share};
use transformer::Gpt;

use crate::args::{self, Global};
use crate::checkpoint::Manifest;
use crate::course::Course;
use crate::evaluate;
use crate::folder::Model;

/// What a run is given.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What was asked for.
    pub flags: &'a args::Train,
    /// What holds for every command.
    pub all: &'a Global,
    /// The tokens that are learned from.
    pub train: &'a [u32],
    /// The tokens that are kept for validation.
    pub val: &'a [u32],
    /// How many bytes those are.
    pub val_bytes: usize,
}

/// Trains, and gives the status to leave with.
///
/// # Errors
/// If the loss is no number, or a file cannot be written.
pub fn run(
    run: Run<'_>,
    model: Model,
    mut optimizer: AdamW<Gpt>,
    manifest: Manifest,
) -> Result<u8> {
    let Model { mut gpt, tokenizer } = model;
    let settings = manifest.settings.clone();
    let (done, shares) = (manifest.step, manifest.shares);
    let mut course = Course::begin(run, tokenizer, manifest)?;
    course.introduce(&gpt, &optimizer)?;

    let recipe = Recipe {
        steps: settings.steps,
        shares,
        schedule: Schedule {
            peak: settings.lr,
            least: settings.min_lr,
            warmup: settings.warmup,
            steps: settings.steps,
        },
        clip: if settings.clip > 0.0 { settings.clip } else { f64::INFINITY },
    };
    let windows = settings.batch * settings.accumulate;
    let draw = |step| at_random(run.train, settings.context, windows, settings.seed, step as u64);
    let learn = |gpt: &Gpt, share: &[Window<'_>], place: Share, grad: &mut Gpt| {
        let pieces = share.chunks(share.len().div_ceil(settings.accumulate));
        let mut first = place.first;
        let losses = pieces.map(|piece| {
            let (ids, targets) = evaluate::flat(piece);
            let example = first as u64;
            first += piece.len();
            let dropout = match settings.dropout {
                0.0 => Dropout::OFF,
                rate => Dropout::new(rate, settings.seed, place.step as u64, example),
            };
            gpt.learn(&ids, &targets, settings.context, dropout, grad)
        });
        losses.sum()
    };
    let mut outcome = Ok(());
    let trained = backprop::train(
        &mut gpt,
        &mut optimizer,
        &recipe,
        done,
        draw,
        learn,
        |told, gpt, optimizer| match course.after(told, gpt, optimizer) {
            Ok(flow) => flow,
            Err(error) => {
                outcome = Err(error);
                ControlFlow::Break(())
            }
        },
    );
    course.finish(&gpt, &optimizer, trained.map_err(anyhow::Error::from).and(outcome))
}
