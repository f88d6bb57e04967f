//! The end of training, whether all went well or not.

use anyhow::{Result, anyhow};
use backprop::AdamW;
use neuron::Parameters;
use serde_json::json;

use super::Course;
use crate::lesson::Lesson;
use crate::profile::Profile;
use crate::{memory, out};

impl<L: Lesson> Course<'_, L> {
    /// The end, whether all went well or not.
    ///
    /// # Errors
    /// If it did not.
    pub fn finish(
        mut self,
        network: &L::Network,
        optimizer: &AdamW<L::Network>,
        trained: Result<()>,
    ) -> Result<u8> {
        let (step, name) = (self.taken, self.run.flags.out.display());
        self.progress.end();
        if let Err(error) = trained {
            if out::is_closed(&error) {
                self.save(network, optimizer)?;
                return Err(error);
            }
            let _the_disk_may_be_full = self.metrics.flush();
            let line = out::in_one_line(&error);
            let kept = self.saved.map(|step| format!("; {name} keeps the model after step {step}"));
            return Err(anyhow!("{line}{}", kept.unwrap_or_default()));
        }
        self.save(network, optimizer)?;
        if let Some(status) = self.stop.status() {
            self.metrics.flush()?;
            out::tell(&format!("stopped after step {step} and saved: --resume goes on from there"));
            return Ok(status);
        }
        if self.exam.is_none() {
            self.evaluate(step, network, true)?;
        }
        let exam = self.exam.take().unwrap_or_default();
        let (val_loss, best) = (exam.val_loss, self.best.map(|best| best.val_loss));
        let speed = self.speed();
        let seconds = self.began.elapsed().as_secs_f64();
        let profile = self.run.flags.profile.then(|| Profile {
            kernels: kernels::profile::take(),
            seconds: self.learning,
            threads: rayon::current_num_threads(),
        });
        if let Some(profile) = &profile {
            self.metrics.add(&profile.event())?;
        }
        let mut event = json!({
            "event": "done",
            "step": step,
            "val_loss": val_loss,
            "bits_per_byte": exam.bits_per_byte,
            "best_val_loss": best.map_or(val_loss, |best| best.min(val_loss)),
            "skipped": self.skipped,
            "parameters": network.count(),
            "tokens_per_second": speed,
            "seconds": seconds,
            "peak_bytes": memory::peak_bytes(),
            "out": name.to_string(),
        });
        exam.figures.into_iter().for_each(|(name, figure)| event[name] = figure);
        self.metrics.add(&event)?;
        self.metrics.flush()?;
        out::tell(&format!(
            "done: {step} steps in {seconds:.1} s · {speed:.0} tokens/s · {} at most · {name}",
            memory::bytes_in_words(memory::peak_bytes())
        ));
        if let Some(profile) = profile {
            out::tell(&profile.table());
        }
        if let Some(best) = self.best.filter(|best| best.step != step) {
            let (step, loss) = (best.step, best.val_loss);
            out::tell(&format!("best: {name}/checkpoints/step-{step:06}, validation {loss:.4}"));
        }
        Ok(0)
    }
}
