//! What may be written behind `primer`.
//!
//! Numbers that a preset supplies are left out here: none given, none overridden.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod tokenizer;
mod train;

pub use tokenizer::{Decode, Encode, Show, Source, Text, TokenizerCommand, TokenizerTrain, Width};
pub use train::{PresetName, Shape, Train};

/// A language model built from adding and multiplying: train it, let it speak.
#[derive(Debug, Parser)]
#[command(name = "primer", version, about, subcommand_required = true)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub all: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Args, Clone, Debug, Default)]
pub struct Global {
    /// How many threads to use [default: all cores]; the results are the same for any number
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
    /// Where randomness starts [default: 42]
    #[arg(long, global = true, value_name = "N")]
    pub seed: Option<u64>,
    /// Put machine-readable output, and nothing else, on standard output
    #[arg(long, global = true)]
    pub json: bool,
}

impl Global {
    /// The seed that was given, or 42.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(42)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a model on a text
    Train(Box<Train>),
    /// Let a model speak
    Generate(Generate),
    /// Let a model translate
    Translate(Translate),
    /// Measure how well a model predicts a text
    Eval(Eval),
    /// Text into numbers and back
    #[command(subcommand)]
    Tokenizer(TokenizerCommand),
    /// What a model is made of
    Inspect(Inspect),
}

/// The flags of `primer generate`.
#[derive(Args, Debug)]
pub struct Generate {
    /// The folder of the model
    pub model: PathBuf,
    /// The text to go on from
    #[arg(long, value_name = "TEXT", conflicts_with = "prompt_file")]
    pub prompt: Option<String>,
    /// A file with the text to go on from, or -
    #[arg(long, value_name = "FILE")]
    pub prompt_file: Option<PathBuf>,
    /// How many tokens to say
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub tokens: usize,
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
    /// Follow so many texts at once, and say the likeliest
    #[arg(long, value_name = "N", conflicts_with_all = ["greedy", "logprobs"])]
    pub beams: Option<usize>,
    /// With --beams: how much the length of a text counts; 0: short ones win
    #[arg(long, value_name = "A", default_value_t = 1.0, requires = "beams")]
    pub length_penalty: f64,
    /// End before this text; may be given more than once
    #[arg(long, value_name = "TEXT")]
    pub stop: Vec<String>,
    /// How many times to speak
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub samples: usize,
    /// With --json: the K likeliest tokens at each place, and the logarithms of their chances
    #[arg(long, value_name = "K")]
    pub logprobs: Option<usize>,
    /// The numbers to compute with: auto or f32
    #[arg(long, default_value = "auto", value_name = "NAME")]
    pub precision: String,
}

/// The flags of `primer translate`.
#[derive(Args, Debug)]
pub struct Translate {
    /// The folder of a model that was trained on pairs
    pub model: PathBuf,
    /// The sentence, or several, a line each; - or nothing: from standard input
    pub text: Option<String>,
    /// Follow so many translations at once, and say the best
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub beams: usize,
    /// How much the length of a translation counts; 0: short ones win
    #[arg(long, value_name = "A", default_value_t = 1.0)]
    pub length_penalty: f64,
}

/// The flags of `primer eval`.
#[derive(Args, Debug)]
pub struct Eval {
    /// The folder of the model
    pub model: PathBuf,
    /// Text files or folders of *.txt, or -; for an encoder-decoder lines of
    /// `sentence TAB translation`
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub data: Vec<PathBuf>,
    /// How far a window lies from the one before it [default: the context]
    #[arg(long, value_name = "N")]
    pub stride: Option<usize>,
}

/// The flags of `primer inspect`.
#[derive(Args, Debug)]
pub struct Inspect {
    /// The folder of the model
    pub model: PathBuf,
}
