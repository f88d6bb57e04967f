//! At times in training: how well does the model know its lesson, and what does it say by now?

use anyhow::{Result, ensure};
use serde_json::json;

use super::Course;
use crate::checkpoint::Best;
use crate::lesson::Lesson;

impl<L: Lesson> Course<'_, L> {
    /// Examines the model, and tells what came of it.
    pub(super) fn evaluate(&mut self, step: usize, network: &L::Network, last: bool) -> Result<()> {
        let settings = &self.manifest.settings;
        self.stop.nothing_to_lose(self.saved == Some(step));
        let exam = self.lesson.examine(network, settings, last);
        self.stop.nothing_to_lose(false);
        let (train, val, bits) = (exam.train_loss, exam.val_loss, exam.bits_per_byte);
        ensure!(val.is_finite(), "the loss on the validation text is {val} after step {step}");
        let mut event = json!({
            "event": "eval",
            "step": step,
            "train_loss": train,
            "val_loss": val,
            "bits_per_byte": bits,
        });
        exam.figures.iter().for_each(|(name, figure)| event[name] = figure.clone());
        self.metrics.add(&event)?;
        if self.saved == Some(step) && self.best.is_none_or(|best| val < best.val_loss) {
            let best = Best { step, val_loss: val };
            best.write(&self.run.flags.out)?;
            self.best = Some(best);
        }
        self.metrics.flush()?;
        let sample = exam.sample.trim().lines().map(|line| format!("    {line}"));
        self.progress.say(&format!(
            "step {step} of {} · loss {train:.4}, validation {val:.4} · {bits:.3} bits/byte{} · \
             {:.0} tokens/s\n{}",
            settings.steps,
            exam.words,
            self.speed(),
            sample.collect::<Vec<_>>().join("\n")
        ));
        self.exam = Some(exam);
        Ok(())
    }

    pub(super) fn speed(&self) -> f64 {
        if self.learning > 0.0 { self.tokens as f64 / self.learning } else { 0.0 }
    }
}
