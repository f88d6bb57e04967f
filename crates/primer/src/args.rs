//! What may be written behind `primer`.
//!
//! Numbers that a preset supplies are left out here: none given, none overridden.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod chat;
mod pull;
mod tokenizer;
mod train;

pub use chat::{Chat, Sampling};
pub use pull::Pull;
pub use tokenizer::{Decode, Encode, Show, Source, Text, TokenizerCommand, TokenizerTrain, Width};
pub use train::{PresetName, Recipe, Shape, Train};

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
    /// Talk to a model
    Chat(Chat),
    /// Let a model translate
    Translate(Translate),
    /// Measure how well a model predicts a text
    Eval(Eval),
    /// Text into numbers and back
    #[command(subcommand)]
    Tokenizer(TokenizerCommand),
    /// What a model is made of
    Inspect(Inspect),
    /// Fetch a published model
    Pull(Pull),
    /// Write a model as others read it
    Export(Export),
}

/// The flags of `primer generate`.
#[derive(Args, Debug)]
pub struct Generate {
    /// The model: a folder, a .gguf file, or OWNER/NAME if it has been pulled
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
    /// How tokens are drawn.
    #[command(flatten)]
    pub sampling: Sampling,
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
    /// Find the names of special tokens in the prompt, such as <|im_start|>
    #[arg(long)]
    pub special: bool,
    /// Go on where the model would stop
    #[arg(long)]
    pub ignore_eos: bool,
    /// The numbers to compute with
    #[arg(long, value_enum, default_value_t)]
    pub precision: RunPrecision,
}

/// The numbers that a model computes with when it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub enum RunPrecision {
    /// As its file has them; a long prompt in tiles of bf16 or 8 bits where the file has no more
    #[default]
    Auto,
    /// As its file has them, every product in 32 bits
    F32,
    /// Weights of 16 bits at most
    Bf16,
    /// Weights of 8 bits at most
    Q8,
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
    /// The model: a folder, a .gguf file, or OWNER/NAME if it has been pulled
    pub model: PathBuf,
    /// Text files or folders of *.txt, or -; for an encoder-decoder lines of
    /// `sentence TAB translation`
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub data: Vec<PathBuf>,
    /// How far a window lies from the one before it [default: the context]
    #[arg(long, value_name = "N")]
    pub stride: Option<usize>,
    /// The numbers to compute with
    #[arg(long, value_enum, default_value = "f32")]
    pub precision: RunPrecision,
}

/// The flags of `primer inspect`.
#[derive(Args, Debug)]
pub struct Inspect {
    /// The model: a folder, a .gguf file, or OWNER/NAME if it has been pulled
    pub model: PathBuf,
    /// Show which tokens of this text listen to which
    #[arg(long, value_name = "TEXT")]
    pub attention: Option<String>,
    /// With --attention: the block, counted from 0 [default: the average of all]
    #[arg(long, value_name = "N", requires = "attention")]
    pub layer: Option<usize>,
    /// With --attention and --layer: the head, counted from 0 [default: the average of all]
    #[arg(long, value_name = "N", requires = "layer")]
    pub head: Option<usize>,
    /// Write all of it as one page that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// The flags of `primer export`.
#[derive(Args, Debug)]
pub struct Export {
    /// The model: a folder, a .gguf file, or OWNER/NAME if it has been pulled
    pub model: PathBuf,
    /// The folder, or for gguf the file, that receives it
    #[arg(long, value_name = "PATH")]
    pub out: PathBuf,
    /// How it is written
    #[arg(long, value_enum)]
    pub format: Format,
    /// The numbers it is written in [default: as the model has them, but f32 for 4 bits]
    #[arg(long, value_enum)]
    pub precision: Option<ExportPrecision>,
    /// Replace what is there
    #[arg(long)]
    pub overwrite: bool,
}

/// How a model is written.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Format {
    /// A folder that `transformers` opens
    Safetensors,
    /// A file that llama.cpp opens
    Gguf,
}

/// The numbers that a model is written in.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum ExportPrecision {
    /// 32 bits
    F32,
    /// 16 bits, with the range of 32
    Bf16,
    /// 16 bits, with more digits
    F16,
    /// 8 bits and a scale for every 32 numbers; gguf alone
    Q8,
}
