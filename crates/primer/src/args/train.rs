//! The flags of `primer train`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The flags of `primer train`.
#[derive(Args, Debug, Default)]
pub struct Train {
    /// Text files or folders of *.txt, or - for standard input; none: the built-in stories. An
    /// encoder-decoder takes lines of `sentence TAB translation`; none: the built-in pairs
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub data: Vec<PathBuf>,
    /// The folder that receives the model
    #[arg(long, value_name = "DIR", default_value = "model")]
    pub out: PathBuf,
    /// Where all numbers come from that are not given [default: tiny; to translate: translate]
    #[arg(long)]
    pub preset: Option<PresetName>,
    /// How to train: fast is a model of our own that reaches a low loss sooner, and no other program opens
    #[arg(long, default_value = "article", conflicts_with = "from")]
    pub recipe: Recipe,
    /// With --recipe fast: go without some of its ingredients, to see what each is good for
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub without: Vec<String>,
    /// Go on from the newest valid checkpoint in the folder, exactly
    #[arg(long, conflicts_with = "overwrite")]
    pub resume: bool,
    /// The same, even if what is asked for differs from what was: it will be another model
    #[arg(long, conflicts_with = "overwrite")]
    pub resume_anyway: bool,
    /// Replace the model that the folder holds
    #[arg(long)]
    pub overwrite: bool,
    /// Go on from a published model: a folder, a .gguf file or OWNER/NAME; its shape and tokenizer hold
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["resume", "resume_anyway", "preset"])]
    pub from: Option<PathBuf>,
    /// With --from: learn two small matrices beside each large one, of this rank, and leave that as it is
    #[arg(long, value_name = "RANK", requires = "from")]
    pub lora_rank: Option<usize>,
    /// With --lora-rank: how much they count, against the rank [default: twice the rank]
    #[arg(long, value_name = "ALPHA", requires = "lora_rank")]
    pub lora_alpha: Option<f64>,
    /// Print what the model will take, and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Say at the end where the time of the steps went: which kernels, for which lines of the layers
    #[arg(long)]
    pub profile: bool,
    /// Stop after so many minutes
    #[arg(long, value_name = "N")]
    pub minutes: Option<f64>,
    /// The numbers that shape the model and its training.
    #[command(flatten)]
    pub shape: Shape,
}

impl Train {
    /// Whether a run that was interrupted goes on.
    pub fn resumes(&self) -> bool {
        self.resume || self.resume_anyway
    }
}

/// How a model is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub enum Recipe {
    /// The article's GPT, or what the preset and --architecture say
    #[default]
    Article,
    /// All that is known to reach a low loss sooner
    Fast,
}

/// The numbers of a preset, each of which may be overridden.
#[derive(Args, Clone, Debug, Default)]
#[allow(missing_docs)] // each is named as its flag
pub struct Shape {
    #[arg(
        long,
        value_name = "gpt|llama|sprint|encoder-decoder",
        help = "The kind of model [default: gpt]"
    )]
    pub architecture: Option<String>,
    #[arg(long, value_name = "N", help = "How many blocks are stacked")]
    pub layers: Option<usize>,
    #[arg(long, value_name = "N", help = "How many heads look in each block")]
    pub heads: Option<usize>,
    #[arg(
        long,
        value_name = "N",
        help = "Heads for keys and values, in a llama [default: --heads]"
    )]
    pub kv_heads: Option<usize>,
    #[arg(long, value_name = "N", help = "How many numbers stand for a token")]
    pub channels: Option<usize>,
    #[arg(
        long,
        value_name = "N",
        help = "Neurons inside a feed-forward [default: 4 x channels; llama: 8/3 x]"
    )]
    pub hidden: Option<usize>,
    #[arg(long, value_name = "N", help = "How many tokens are seen at once")]
    pub context: Option<usize>,
    #[arg(long, value_name = "N", help = "How many windows are learned from side by side")]
    pub batch: Option<usize>,
    #[arg(long, value_name = "N", help = "How many batches make a step [default: 1]")]
    pub accumulate: Option<usize>,
    #[arg(long, value_name = "N", help = "How many steps to take")]
    pub steps: Option<usize>,
    #[arg(long, value_name = "RATE", help = "The highest learning rate")]
    pub lr: Option<f64>,
    #[arg(long, value_name = "RATE", help = "The learning rate at the end [default: a tenth]")]
    pub min_lr: Option<f64>,
    #[arg(long, value_name = "N", help = "Steps until the highest rate [at most a tenth of all]")]
    pub warmup: Option<usize>,
    #[arg(
        long,
        value_name = "RATE",
        help = "The highest rate of Muon, for matrices inside blocks; 0: AdamW is for them, too"
    )]
    pub muon: Option<f64>,
    #[arg(long, value_name = "SHARE", help = "How much of the average slope each step keeps")]
    pub beta1: Option<f64>,
    #[arg(long, value_name = "SHARE", help = "How much of the average squared slope it keeps")]
    pub beta2: Option<f64>,
    #[arg(long, value_name = "RATE", help = "How much of each matrix is forgotten")]
    pub weight_decay: Option<f64>,
    #[arg(long, value_name = "NORM", help = "The largest norm of a gradient; 0: any")]
    pub clip: Option<f64>,
    #[arg(long, value_name = "SHARE", help = "How many numbers are forgotten while training")]
    pub dropout: Option<f64>,
    #[arg(
        long,
        value_name = "SHARE",
        help = "How much of what is wanted goes to all tokens alike"
    )]
    pub label_smoothing: Option<f64>,
    #[arg(long, value_name = "SHARE", help = "The tail of the text that is kept for validation")]
    pub val_fraction: Option<f64>,
    #[arg(
        long,
        value_name = "char|word|byte|bpe:N|sentencepiece:N|unigram:N|PATH",
        help = "How text is cut into tokens"
    )]
    pub tokenizer: Option<String>,
    #[arg(
        long,
        value_name = "f32|bf16",
        help = "In what products are worked out; all else is f32 [default: f32]"
    )]
    pub precision: Option<String>,
    #[arg(long, value_name = "N", help = "Steps between two evaluations [default: 250]")]
    pub eval_every: Option<usize>,
    #[arg(
        long,
        value_name = "N",
        help = "Random batches in an evaluation [default: 20]; 0: the whole validation text, in order"
    )]
    pub eval_batches: Option<usize>,
    #[arg(long, value_name = "N", help = "Steps between two checkpoints [default: --eval-every]")]
    pub save_every: Option<usize>,
    #[arg(long, value_name = "N", help = "Checkpoints to keep, besides the best [default: 3]")]
    pub keep: Option<usize>,
}

/// Which preset.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum PresetName {
    /// nanoGPT's Shakespeare on a CPU: two minutes
    Tiny,
    /// nanoGPT's baby GPT: hours
    Baby,
    /// A small encoder-decoder: five minutes
    Translate,
    /// GPT-2 with 124 million numbers: days
    Gpt2,
    /// A small Llama for stories: hours
    #[value(name = "llama-15m")]
    Llama15m,
}
