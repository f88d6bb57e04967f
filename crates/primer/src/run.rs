//! The training loop: what is drawn, how it is learned from, and who hears of each step.
//!
//! The step itself is [`backprop::train()`]. What is learned is in [`crate::lesson`], and what happens
//! after each step in [`crate::course`].

use std::cell::Cell;
use std::ops::ControlFlow;

use anyhow::Result;
use backprop::{AdamW, Dropout, Loss, Muon, Recipe, Schedule, Share};
use kernels::{Precision, memory, precision, product};
use neuron::Parameters;

use crate::args::{self, Global};
use crate::checkpoint::Manifest;
use crate::course::Course;
use crate::fail;
use crate::lesson::Lesson;
use crate::preset::BF16;

/// What a run is given.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What was asked for.
    pub flags: &'a args::Train,
    /// What holds for every command.
    pub all: &'a Global,
}

/// Trains, and gives the status to leave with.
///
/// # Errors
/// If the loss is no number, or a file cannot be written.
pub fn run<L: Lesson>(
    run: Run<'_>,
    lesson: &L,
    mut network: L::Network,
    optimizer: AdamW<L::Network>,
    manifest: Manifest,
) -> Result<u8> {
    let settings = manifest.settings.clone();
    precision::set(match settings.precision.as_str() {
        BF16 => Precision::Bf16,
        _ => Precision::F32,
    });
    let (done, shares) = (manifest.step, manifest.shares);
    let at_once = manifest.at_once.unwrap_or(usize::MAX);
    product::set_callers(shares);
    let mut course = Course::begin(run, lesson, manifest)?;
    course.introduce(&network, &optimizer)?;
    memory::keep_what_is_freed(); // each step needs what the one before has freed

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
    let stop = course.stop().clone();
    let tokens = Cell::new(0); // of the newest batch
    let draw = |step| {
        let batch = lesson.draw(&settings, step);
        tokens.set(batch.iter().map(L::tokens).sum());
        batch
    };
    let learn =
        |network: &L::Network, share: &[L::Example<'_>], place: Share, grad: &mut L::Network| {
            let pieces = settings.accumulate.max(share.len().div_ceil(at_once));
            let pieces = share.chunks(share.len().div_ceil(pieces)); // 5 are 3 and 2, not 4 and 1
            let mut first = place.first;
            let mut losses = Loss::default();
            for piece in pieces {
                if stop.status().is_some() {
                    // The step is given up: a loss that is no number is never learned from.
                    return Loss { sum: f64::NAN, count: 1 };
                }
                let example = first as u64;
                first += piece.len();
                let dropout = match settings.dropout {
                    0.0 => Dropout::OFF,
                    rate => Dropout::new(rate, settings.seed, place.step as u64, example),
                };
                losses = losses + L::learn(network, piece, &settings, dropout, grad);
            }
            damage(losses, place, grad)
        };
    let mut outcome = Ok(());
    let times = if settings.muon > 0.0 { settings.muon / settings.lr } else { 0.0 };
    let mut optimizer = Muon { rest: optimizer, times, momentum: 0.95 };
    let trained = backprop::train(
        &mut network,
        &mut optimizer,
        &recipe,
        done,
        draw,
        learn,
        |told, network, optimizer| match course.after(told, tokens.get(), network, &optimizer.rest)
        {
            Ok(flow) => flow,
            Err(error) => {
                outcome = Err(error);
                ControlFlow::Break(())
            }
        },
    );
    course.finish(&network, &optimizer.rest, trained.map_err(anyhow::Error::from).and(outcome))
}

/// What a test wants to be no number.
fn damage<M: Parameters<f32>>(loss: Loss, place: Share, grad: &mut M) -> Loss {
    if let Some(slope) = fail::number("gradient", place.step) {
        let mut arrays = grad.parameters_mut();
        let chosen = place.step % arrays.len();
        arrays[chosen].1.iter_mut().take(1).for_each(|number| *number = slope);
    }
    match fail::number("loss", place.step) {
        Some(sum) => Loss { sum: sum.into(), ..loss },
        None => loss,
    }
}
