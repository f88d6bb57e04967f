//! How far training has come: a bar on a terminal, plain lines elsewhere. All on standard error.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use backprop::Told;
use indicatif::{ProgressBar, ProgressStyle};

use crate::out;

/// How long nothing is said, at most, where there is no bar.
const SILENCE: Duration = Duration::from_secs(5);
const LOOKS: &str = "{bar:28} {pos}/{len} · {msg} · {eta} left";

/// Tells how far training has come.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    steps: usize,
    done: usize, // before this run
    began: Instant,
    spoke: Instant,
}

impl Progress {
    /// `done` of all `steps` are done.
    pub fn new(steps: usize, done: usize) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(steps as u64).with_position(done as u64);
            let style = ProgressStyle::with_template(LOOKS);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        if let Some(bar) = &bar {
            bar.reset_eta();
        }
        Progress { bar, steps, done, began: Instant::now(), spoke: Instant::now() }
    }

    /// A step was taken.
    pub fn step(&mut self, told: &Told, tokens_per_second: f64) {
        let words = format!("loss {:.4} · {tokens_per_second:.0} tokens/s", told.loss);
        if let Some(bar) = &self.bar {
            bar.set_position(told.step as u64);
            bar.set_message(words);
        } else if self.spoke.elapsed() >= SILENCE {
            let (step, steps) = (told.step, self.steps);
            self.say(&format!("step {step} of {steps} · {words} · {:.0} s left", self.left(step)));
        }
    }

    /// How many seconds are left, if it goes on as so far.
    fn left(&self, step: usize) -> f64 {
        let each = self.began.elapsed().as_secs_f64() / (step - self.done) as f64;
        each * (self.steps - step) as f64
    }

    /// Something else is to be said.
    pub fn say(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| out::tell(text)),
            None => out::tell(text),
        }
        self.spoke = Instant::now();
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
