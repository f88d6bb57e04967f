//! What happened in training, a line of JSON for each event: in `metrics.jsonl`, and with `--json` on
//! standard output.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::checkpoint::Best;
use crate::plot::{self, Line};
use crate::{durable, out};

/// The most steps that the picture shows.
const MOST_SHOWN: usize = 500;

/// The events of a run so far.
#[derive(Debug)]
pub struct Metrics {
    path: PathBuf,
    file: BufWriter<File>,
    aloud: bool,
    steps: Line,
    train: Line,
    val: Line,
}

/// Of the steps of a long run every second is left out at times, so that it takes no more memory than a
/// short one; a picture shows no more of them.
fn thin(line: &mut Line, kind: &str) {
    if kind == "step" && line.len() >= MOST_SHOWN {
        let mut place = 0;
        line.retain(|_| {
            place += 1;
            place % 2 == 1
        });
    }
}

impl Metrics {
    /// Goes on after the step `done`: what an interrupted run wrote beyond it is taken back.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn open(folder: &Path, done: usize, aloud: bool) -> Result<Self> {
        let path = folder.join("metrics.jsonl");
        let old = if done > 0 {
            std::fs::read_to_string(&path).unwrap_or_default()
        } else {
            String::new()
        };
        let events = old.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let is_kept = |event: &Value| {
            event["event"] != "done"
                && event["step"].as_u64().is_some_and(|step| step <= done as u64)
        };
        let events: Vec<_> = events.filter(is_kept).collect();
        let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
        durable::write(&path, lines.as_bytes())?;
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let (steps, train, val) = (Line::new(), Line::new(), Line::new());
        let mut metrics = Metrics { path, file: BufWriter::new(file), aloud, steps, train, val };
        events.iter().for_each(|event| metrics.remember(event));
        Ok(metrics)
    }

    fn remember(&mut self, event: &Value) {
        let Some(step) = event["step"].as_f64() else { return };
        let lines = [
            ("step", "loss", &mut self.steps),
            ("eval", "train_loss", &mut self.train),
            ("eval", "val_loss", &mut self.val),
        ];
        for (kind, key, line) in lines {
            if event["event"] == kind
                && let Some(loss) = event[key].as_f64()
            {
                line.push((step, loss));
                thin(line, kind);
            }
        }
    }

    /// Whether there was an evaluation after a step.
    pub fn evaluated(&self, step: usize) -> bool {
        self.val.iter().any(|(other, _)| *other == step as f64)
    }

    /// The first of the best evaluations.
    pub fn best(&self) -> Option<Best> {
        let best = self.val.iter().min_by(|(_, one), (_, other)| one.total_cmp(other));
        best.map(|&(step, val_loss)| Best { step: step as usize, val_loss })
    }

    /// Another event.
    ///
    /// # Errors
    /// If the disk is full, or nobody reads standard output any more.
    pub fn add(&mut self, event: &Value) -> Result<()> {
        self.remember(event);
        let told = || format!("cannot write {}", self.path.display());
        writeln!(self.file, "{event}").with_context(told)?;
        if self.aloud { out::line(&event.to_string()) } else { Ok(()) }
    }

    /// Brings all of it to the disk, and draws `loss.svg`.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn flush(&mut self) -> Result<()> {
        let told = || format!("cannot write {}", self.path.display());
        self.file.flush().with_context(told)?;
        let svg = plot::losses(&self.steps, &self.train, &self.val)?;
        durable::write(&self.path.with_file_name("loss.svg"), svg.as_bytes())
    }
}
