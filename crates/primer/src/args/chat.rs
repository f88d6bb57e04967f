//! The flags of `primer chat`, and how tokens are drawn.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use clap::Args;
use softmax::Sampler;

use super::RunPrecision;

/// How tokens are drawn.
#[derive(Args, Clone, Debug)]
pub struct Sampling {
    /// Above 1 is bolder, below 1 is safer, 0 always takes the likeliest
    #[arg(long, value_name = "T", default_value_t = 0.8)]
    pub temperature: f64,
    /// Draw from the K likeliest tokens; 0: from all
    #[arg(long, value_name = "K", default_value_t = 40)]
    pub top_k: usize,
    /// Draw from the likeliest tokens that together reach this chance
    #[arg(long, value_name = "P", default_value_t = 1.0)]
    pub top_p: f64,
    /// Draw from the tokens that reach this share of the likeliest one's chance
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    pub min_p: f64,
    /// Above 1: say less often what has been said before
    #[arg(long, value_name = "R", default_value_t = 1.0)]
    pub repeat_penalty: f64,
    /// Always take the likeliest token
    #[arg(long)]
    pub greedy: bool,
}

impl Sampling {
    /// What draws so.
    ///
    /// # Errors
    /// If a number is out of its bounds.
    pub fn sampler(&self) -> Result<Sampler> {
        for (flag, number, most) in [
            ("temperature", self.temperature, f64::INFINITY),
            ("top-p", self.top_p, 1.0),
            ("min-p", self.min_p, 1.0),
        ] {
            let fits = (0.0..=most).contains(&number);
            ensure!(fits, "--{flag} {number}: it must be at least 0, and at most {most}");
        }
        if !(self.repeat_penalty > 0.0 && self.repeat_penalty.is_finite()) {
            bail!(
                "--repeat-penalty {}: it must be above 0; 1 changes nothing",
                self.repeat_penalty
            );
        }
        Ok(Sampler {
            temperature: if self.greedy { 0.0 } else { self.temperature },
            top_k: self.top_k,
            top_p: self.top_p,
            min_p: self.min_p,
            repeat_penalty: self.repeat_penalty,
        })
    }
}

/// The flags of `primer chat`.
#[derive(Args, Debug)]
pub struct Chat {
    /// The model: a folder, a .gguf file, or OWNER/NAME if it has been pulled
    pub model: PathBuf,
    /// What the model is to be told before the conversation
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// A chat template in a file, instead of the model's own
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// How many tokens an answer has, at most
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub tokens: usize,
    /// How tokens are drawn.
    #[command(flatten)]
    pub sampling: Sampling,
    /// End an answer before this text; may be given more than once
    #[arg(long, value_name = "TEXT")]
    pub stop: Vec<String>,
    /// The numbers to compute with
    #[arg(long, default_value = "auto", value_name = "NAME")]
    pub precision: RunPrecision,
}
