//! At times in training: how well are both texts predicted, and what does the model say by now?

use anyhow::{Result, ensure};
use backprop::windows::{Window, at_random, in_order};
use serde_json::json;
use transformer::Gpt;

use super::Course;
use crate::checkpoint::Best;
use crate::{evaluate, generate};

/// How many tokens are said at each evaluation.
const SAMPLE: usize = 120;

/// How many random batches tell the loss on the training text, where all of the validation text is read.
const BATCHES: usize = 20;

impl Course<'_> {
    /// How well both texts are predicted, and what the model says by now.
    pub(super) fn evaluate(&mut self, step: usize, gpt: &Gpt) -> Result<()> {
        let (train, val) = (self.windows(self.run.train, BATCHES), self.windows(self.run.val, 0));
        let [train, val] = [train, val].map(|windows| evaluate::loss(gpt, &windows).mean());
        ensure!(val.is_finite(), "the loss on the validation text is {val} after step {step}");
        let bits = self.bits_per_byte(val);
        self.val_loss = val;
        self.metrics.add(&json!({
            "event": "eval",
            "step": step,
            "train_loss": train,
            "val_loss": val,
            "bits_per_byte": bits,
        }))?;
        if self.saved == Some(step) && self.best.is_none_or(|best| val < best.val_loss) {
            let best = Best { step, val_loss: val };
            best.write(&self.run.flags.out)?;
            self.best = Some(best);
        }
        self.metrics.flush()?;
        let settings = &self.manifest.settings;
        let sample = generate::sample(gpt, &self.tokenizer, settings.seed, SAMPLE);
        let sample: Vec<_> = sample.trim().lines().map(|line| format!("    {line}")).collect();
        self.progress.say(&format!(
            "step {step} of {} · loss {train:.4}, validation {val:.4} · {bits:.3} bits/byte · \
             {:.0} tokens/s\n{}",
            settings.steps,
            self.speed(),
            sample.join("\n")
        ));
        Ok(())
    }

    /// The windows of an evaluation: the same each time, so that two can be compared. With
    /// `--eval-batches 0`, `otherwise` batches, or for none the whole text in order.
    fn windows<'t>(&self, text: &'t [u32], otherwise: usize) -> Vec<Window<'t>> {
        let settings = &self.manifest.settings;
        let batches = match settings.eval_batches {
            0 => otherwise,
            batches => batches,
        };
        if batches == 0 {
            return in_order(text, settings.context);
        }
        let count = batches * settings.batch;
        at_random(text, settings.context, count, !settings.seed, 0)
    }

    pub(super) fn bits_per_byte(&self, loss: f64) -> f64 {
        evaluate::bits_per_byte(loss, self.run.val.len(), self.run.val_bytes)
    }

    pub(super) fn speed(&self) -> f64 {
        if self.learning > 0.0 { self.tokens as f64 / self.learning } else { 0.0 }
    }
}
