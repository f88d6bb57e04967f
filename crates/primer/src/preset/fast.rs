//! `--recipe fast`: the numbers of a preset, changed into those that reach a low loss sooner.
//!
//! They were found for `tiny`; how, is in the book's chapter "Loss for the minute".

use super::{SPRINT, Settings};
use crate::args::Shape;

/// The ingredient that is no part of the model.
pub const SCHEDULE: &str = "schedule";

/// From so many tokens a step on for each channel, Muon is used: its rounds cost as much for a batch of any
/// size. At 6, those of `tiny`, a step takes longer, and far fewer are needed.
const TOKENS_PER_CHANNEL: usize = 6;

/// The rate of Muon, as a multiple of AdamW's.
const MUON: f64 = 6.25;

impl Settings {
    /// The same with a model that learns fast: a ninth of the steps, and rates that are eight times as high and
    /// end at 0. `without` leaves ingredients out; what was given holds.
    pub fn fast(self, shape: &Shape, without: &[String]) -> Settings {
        let steps = shape.steps.unwrap_or((self.steps * 11 / 100).max(1));
        let fast = Settings { architecture: SPRINT.to_owned(), steps, ..self.overridden(shape) };
        let warmup = fast.warmup.min(steps / 20);
        let fast = match without.iter().any(|name| name == SCHEDULE) {
            true => Settings { warmup: fast.warmup.min(steps / 10), ..fast },
            false => Settings { lr: 8.0 * fast.lr, min_lr: 0.0, warmup, ..fast },
        };
        let tokens = fast.batch * fast.accumulate * fast.context;
        let muon = if tokens >= TOKENS_PER_CHANNEL * fast.channels { MUON * fast.lr } else { 0.0 };
        Settings { without: without.to_vec(), muon, ..fast }.given(shape)
    }
}
