//! A step that was not taken: told, counted, and bounded.

use std::ops::ControlFlow;

use anyhow::{Result, ensure};
use backprop::{Skipped, Told};
use serde_json::json;

use super::Course;
use crate::lesson::Lesson;

/// So many steps may be left out in all. (Three in a row end the training before that.)
const MOST: usize = 100;

impl<L: Lesson> Course<'_, L> {
    /// After a step that was not taken.
    pub(super) fn skip(&mut self, told: &Told, skipped: &Skipped) -> Result<ControlFlow<()>> {
        if self.stop.status().is_some() {
            return Ok(ControlFlow::Break(())); // it was given up: see `run`
        }
        self.skipped += 1;
        self.metrics.add(&json!({
            "event": "skipped",
            "step": told.step,
            "loss": told.loss,
            "lr": told.rate,
            "grad_norm": told.norm,
            "parameter": skipped.parameter,
            "skipped": self.skipped,
        }))?;
        self.progress.say(&format!("{told}: the step is not taken ({} so far)", self.skipped));
        ensure!(
            self.skipped <= MOST,
            "{told}; {MOST} steps before it were not taken, either: try a lower --lr"
        );
        Ok(ControlFlow::Continue(()))
    }
}
