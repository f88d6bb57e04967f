//! The end of training, whether all went well or not.

use anyhow::{Result, anyhow};
use backprop::AdamW;
use neuron::Parameters;
use serde_json::json;
use transformer::Gpt;

use super::Course;
use crate::{memory, out};

impl Course<'_> {
    /// The end, whether all went well or not.
    ///
    /// # Errors
    /// If it did not.
    pub fn finish(mut self, gpt: &Gpt, optimizer: &AdamW<Gpt>, trained: Result<()>) -> Result<u8> {
        let (step, name) = (optimizer.steps as usize, self.run.flags.out.display());
        self.progress.end();
        if let Err(error) = trained {
            if out::is_closed(&error) {
                self.save(step, gpt, optimizer)?;
                return Err(error);
            }
            self.metrics.flush()?;
            let line = out::in_one_line(&error);
            let kept = self.saved.map(|step| format!("; {name} keeps the model after step {step}"));
            return Err(anyhow!("{line}{}", kept.unwrap_or_default()));
        }
        self.save(step, gpt, optimizer)?;
        if let Some(status) = self.stop.status() {
            self.metrics.flush()?;
            out::tell(&format!("stopped after step {step} and saved: --resume goes on from there"));
            return Ok(status);
        }
        if self.val_loss.is_nan() {
            self.evaluate(step, gpt)?;
        }
        let (val_loss, best) = (self.val_loss, self.best.map(|best| best.val_loss));
        let (bits, speed) = (self.bits_per_byte(val_loss), self.speed());
        let seconds = self.began.elapsed().as_secs_f64();
        self.metrics.add(&json!({
            "event": "done",
            "step": step,
            "val_loss": val_loss,
            "bits_per_byte": bits,
            "best_val_loss": best.map_or(val_loss, |best| best.min(val_loss)),
            "parameters": gpt.count(),
            "tokens_per_second": speed,
            "seconds": seconds,
            "peak_bytes": memory::peak_bytes(),
            "out": name.to_string(),
        }))?;
        self.metrics.flush()?;
        out::tell(&format!(
            "done: {step} steps in {seconds:.1} s · {speed:.0} tokens/s · {} at most · {name}",
            memory::bytes_in_words(memory::peak_bytes())
        ));
        if let Some(best) = self.best.filter(|best| best.step != step) {
            let (step, loss) = (best.step, best.val_loss);
            out::tell(&format!("best: {name}/checkpoints/step-{step:06}, validation {loss:.4}"));
        }
        Ok(0)
    }
}
