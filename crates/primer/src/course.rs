//! What happens after each step of training.
//!
//! ```text
//! a step is taken → it is written down → at times: save, then evaluate and let the model speak
//! … or is not     → it is written down, and nothing else: a checkpoint is of a step that was taken
//! ```
//!
//! Saving comes first: nothing that evaluation does can lose what was learned.

use std::ops::ControlFlow;
use std::time::Instant;

use anyhow::Result;
use backprop::{AdamW, Told};
use kernels::profile;
use neuron::Parameters;
use serde_json::json;

use crate::checkpoint::{self, Best, Manifest};
use crate::folder;
use crate::lesson::{Exam, Lesson};
use crate::metrics::Metrics;
use crate::progress::Progress;
use crate::run::Run;
use crate::signals::Stop;

mod evaluate;
mod finish;
mod skip;

/// A training run on its way.
#[derive(Debug)]
pub struct Course<'a, L> {
    run: Run<'a>,
    lesson: &'a L,
    manifest: Manifest,
    metrics: Metrics,
    progress: Progress,
    stop: Stop,
    began: Instant,
    step_began: Instant,
    learning: f64,        // seconds in steps alone
    tokens: usize,        // learned from in them
    taken: usize,         // the last step that was taken
    skipped: usize,       // how many were not
    saved: Option<usize>, // the step of the newest checkpoint
    exam: Option<Exam>,   // the newest
    best: Option<Best>,
}

impl<'a, L: Lesson> Course<'a, L> {
    /// Ready to start, or to go on where the manifest says.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn begin(run: Run<'a>, lesson: &'a L, manifest: Manifest) -> Result<Self> {
        let (done, out) = (manifest.step, &run.flags.out);
        checkpoint::tidy(out)?;
        let metrics = Metrics::open(out, done, run.all.json)?;
        let best = Best::read(out).filter(|best| best.step <= done).or_else(|| metrics.best());
        Ok(Course {
            run,
            lesson,
            progress: Progress::new(manifest.settings.steps, done),
            stop: Stop::listen()?,
            began: Instant::now(),
            step_began: Instant::now(),
            learning: 0.0,
            tokens: 0,
            taken: done,
            skipped: manifest.skipped,
            saved: run.flags.resumes().then_some(done),
            exam: None,
            best: if done > 0 { best } else { None },
            metrics,
            manifest,
        })
    }

    /// Whether the program was asked to stop.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Says what is trained, and on what. A new run is saved: from now on there is a good model. One
    /// that was interrupted between saving and evaluating makes up for that.
    ///
    /// # Errors
    /// If it cannot be saved.
    pub fn introduce(&mut self, network: &L::Network, optimizer: &AdamW<L::Network>) -> Result<()> {
        let step = self.manifest.step;
        self.progress.say(&format!(
            "{} parameters · {}{}",
            network.count(),
            self.lesson.describe(),
            if step > 0 { format!(" · going on after step {step}") } else { String::new() }
        ));
        if self.saved == Some(step) {
            folder::write(
                &self.run.flags.out,
                &self.lesson.files(network, &self.manifest.settings)?,
            )?;
            let settings = &self.manifest.settings;
            let evaluates = step.is_multiple_of(settings.eval_every) && step < settings.steps;
            if step > 0 && evaluates && !self.metrics.evaluated(step) {
                self.evaluate(step, network, false)?;
            }
        }
        self.save(network, optimizer)?;
        self.goes_on();
        Ok(())
    }

    /// After a step on so many tokens: write it down, and at times save and evaluate.
    ///
    /// # Errors
    /// If a file cannot be written, or nobody reads standard output any more.
    pub fn after(
        &mut self,
        told: &Told,
        tokens: usize,
        network: &L::Network,
        optimizer: &AdamW<L::Network>,
    ) -> Result<ControlFlow<()>> {
        profile::watch(false);
        if let Some(skipped) = &told.skipped {
            let flow = self.skip(told, skipped)?;
            profile::watch(self.run.flags.profile); // the time goes on, too
            return Ok(flow);
        }
        (self.taken, self.manifest.skipped) = (told.step, self.skipped);
        let seconds = self.step_began.elapsed().as_secs_f64();
        let settings = &self.manifest.settings;
        self.learning += seconds;
        self.tokens += tokens;
        self.metrics.add(&json!({
            "event": "step",
            "step": told.step,
            "loss": told.loss,
            "lr": told.rate,
            "grad_norm": told.norm,
            "tokens_per_second": tokens as f64 / seconds,
            "seconds": self.began.elapsed().as_secs_f64(),
        }))?;
        self.progress.step(told, self.tokens as f64 / self.learning);

        let flags = self.run.flags;
        let minutes = self.began.elapsed().as_secs_f64() / 60.0;
        let is_over = flags.minutes.is_some_and(|most| minutes >= most);
        let is_last = told.step == settings.steps || is_over;
        let stop = self.stop.status().is_some();
        let evaluates = is_last || told.step.is_multiple_of(settings.eval_every);
        let saves = stop || is_last || told.step.is_multiple_of(settings.save_every());
        if saves {
            self.save(network, optimizer)?;
        }
        if evaluates && !stop {
            self.evaluate(told.step, network, is_last)?;
        }
        self.goes_on();
        let goes_on = !is_last && self.stop.status().is_none();
        Ok(if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    }

    /// The next step begins now.
    fn goes_on(&mut self) {
        profile::watch(self.run.flags.profile);
        self.step_began = Instant::now();
    }

    /// A checkpoint, and the same model where everyone looks for it.
    fn save(&mut self, network: &L::Network, optimizer: &AdamW<L::Network>) -> Result<()> {
        let (out, step) = (&self.run.flags.out, self.taken);
        if self.saved == Some(step) {
            return Ok(());
        }
        self.metrics.flush()?;
        self.manifest.step = step;
        let manifest = &mut self.manifest;
        let files = checkpoint::save(out, manifest, self.lesson, network, optimizer)?;
        self.saved = Some(step);
        folder::write(out, &files)?;
        checkpoint::prune(out, step, self.manifest.settings.keep, self.best)
    }
}
