//! The learning rate: a warm-up, since the first slopes of a random model are wild, then large steps,
//! then ever smaller ones along half a cosine, so that it settles.
//!
//! ```text
//! rate │    ╭──╮
//!      │   ╱    ╲
//!      │  ╱       ╲
//!      │ ╱          ╲___        peak at the end of the warm-up, least at the last step
//!      └──────────────────── step
//! ```
//!
//! Source: Loshchilov & Hutter 2017, <https://arxiv.org/abs/1608.03983>, equation 5, without restarts.

use std::f64::consts::PI;

/// How the learning rate goes up and down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The highest rate, right after the warm-up.
    pub peak: f64,
    /// The lowest, at the end.
    pub least: f64,
    /// How many steps the warm-up takes.
    pub warmup: usize,
    /// How many steps there are in all.
    pub steps: usize,
}

impl Schedule {
    /// The same rate always.
    pub fn constant(rate: f64) -> Self {
        Schedule { peak: rate, least: rate, warmup: 0, steps: 1 }
    }

    /// The rate of a step, counted from 1.
    ///
    /// ```
    /// let schedule = backprop::Schedule { peak: 1.0, least: 0.1, warmup: 3, steps: 10 };
    /// let rates: Vec<_> = (1..=5).map(|step| schedule.rate(step)).collect();
    /// assert_eq!(rates[..4], [0.25, 0.5, 0.75, 1.0]);
    /// assert!(rates[4] < 1.0 && schedule.rate(11) == 0.1);
    /// ```
    pub fn rate(&self, step: usize) -> f64 {
        let done = step - 1;
        if done < self.warmup {
            return self.peak * step as f64 / (self.warmup + 1) as f64;
        }
        if done >= self.steps {
            return self.least;
        }
        let share = (done - self.warmup) as f64 / (self.steps - self.warmup) as f64;
        self.least + (self.peak - self.least) * (1.0 + (PI * share).cos()) / 2.0
    }
}
