//! `--recipe fast`: the numbers of a preset, changed into those that reach a low loss sooner.
//!
//! What was found for `tiny`, and holds for what is like it; how, is in the book's chapter "Loss for the minute".

use super::{SPRINT, Settings};

/// The ingredient that is no part of the model.
pub const SCHEDULE: &str = "schedule";

/// From so many tokens a step on for each channel, Muon pays.
const TOKENS_PER_CHANNEL: usize = 30;

impl Settings {
    /// The same with a model that learns fast, and higher rates for fewer steps. `without` leaves ingredients
    /// out.
    pub fn fast(self, without: &[String]) -> Settings {
        let tokens = self.batch * self.accumulate * self.context;
        let muon = if tokens >= TOKENS_PER_CHANNEL * self.channels { 0.02 } else { 0.0 };
        let architecture = SPRINT.to_owned();
        let fast = Settings { architecture, without: without.to_vec(), muon, ..self };
        if without.iter().any(|name| name == SCHEDULE) {
            return Settings { warmup: fast.warmup.min(fast.steps / 10), ..fast };
        }
        Settings { lr: 4.0 * fast.lr, min_lr: 0.0, warmup: 20, beta2: 0.99, ..fast }
    }
}
