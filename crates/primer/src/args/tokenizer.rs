//! The flags of `primer tokenizer`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with a tokenizer.
#[derive(Debug, Subcommand)]
pub enum TokenizerCommand {
    /// Make a tokenizer from texts
    Train(TokenizerTrain),
    /// Turn text into ids
    Encode(Encode),
    /// Turn ids into text
    Decode(Decode),
    /// Show the tokens of a text, and how they came about
    Show(Show),
}

/// The flags of `primer tokenizer train`.
#[derive(Args, Debug)]
pub struct TokenizerTrain {
    /// Text files or folders of *.txt, or -
    #[arg(long, value_name = "PATH", num_args = 1.., required = true)]
    pub data: Vec<PathBuf>,
    /// How many tokens there are to be, at most
    #[arg(long, value_name = "N")]
    pub vocab: Option<usize>,
    /// bpe, sentencepiece, unigram, word, char or byte
    #[arg(long, value_name = "KIND", default_value = "bpe")]
    pub kind: String,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How text is cut before pairs are merged: gpt2, cl100k, o200k, llama3 or qwen2
    #[arg(long, value_name = "NAME", default_value = "gpt2")]
    pub pattern: String,
    /// How much of the text is written in characters that have a token, for sentencepiece and unigram
    #[arg(long, value_name = "SHARE", default_value_t = tokenizer::train::COVERAGE)]
    pub coverage: f64,
}

/// A tokenizer in a file.
#[derive(Args, Debug)]
pub struct Source {
    /// A model folder, tokenizer.json, .tiktoken file, SentencePiece .model or tekken.json
    pub tokenizer: PathBuf,
    /// How text is cut where a .tiktoken file is not one of OpenAI's: gpt2, cl100k, o200k, llama3 …
    #[arg(long, value_name = "NAME")]
    pub pattern: Option<String>,
}

/// A text, and what in it is special.
#[derive(Args, Debug)]
pub struct Text {
    /// - for standard input, which is read when no text is given
    #[arg(value_name = "-")]
    pub input: Option<String>,
    /// The text itself
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["file", "input"])]
    pub text: Option<String>,
    /// A file with the text
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    pub file: Option<PathBuf>,
    /// Special tokens that the text spells are themselves, and not text
    #[arg(long)]
    pub special_tokens: bool,
    /// Add what the tokenizer puts around a text, such as `<s>`
    #[arg(long)]
    pub add_special_tokens: bool,
}

/// The flags of `primer tokenizer show`.
#[derive(Args, Debug)]
pub struct Show {
    /// The tokenizer.
    #[command(flatten)]
    pub source: Source,
    /// The text.
    #[command(flatten)]
    pub text: Text,
}

/// The flags of `primer tokenizer encode`.
#[derive(Args, Debug)]
pub struct Encode {
    /// The tokenizer.
    #[command(flatten)]
    pub source: Source,
    /// The text.
    #[command(flatten)]
    pub text: Text,
    /// Write the ids to this file, as raw little-endian numbers
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How wide those numbers are
    #[arg(long, default_value = "u16", requires = "out")]
    pub dtype: Width,
}

/// How many bytes an id takes in a file.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Width {
    /// two bytes
    U16,
    /// four bytes
    U32,
}

/// The flags of `primer tokenizer decode`.
#[derive(Args, Debug)]
pub struct Decode {
    /// The tokenizer.
    #[command(flatten)]
    pub source: Source,
    /// - for standard input, which is read when no ids are given
    #[arg(value_name = "-")]
    pub input: Option<String>,
    /// The ids, between spaces or commas
    #[arg(long, value_name = "IDS", conflicts_with = "input")]
    pub ids: Option<String>,
    /// Leave special tokens out
    #[arg(long)]
    pub skip_special_tokens: bool,
}
