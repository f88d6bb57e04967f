//! Which checkpoint predicts the validation text best: `checkpoints/best.json`.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::durable;

/// Which checkpoint predicts the validation text best.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Best {
    /// Its step.
    pub step: usize,
    /// Its loss.
    pub val_loss: f64,
}

impl Best {
    /// The best so far of a run, if it is known.
    pub fn read(out: &Path) -> Option<Best> {
        let bytes = fs::read(out.join("checkpoints/best.json")).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Writes it down.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn write(&self, out: &Path) -> Result<()> {
        durable::write(&out.join("checkpoints/best.json"), &serde_json::to_vec(self)?)
    }
}
