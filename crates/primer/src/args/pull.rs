//! The flags of `primer pull`.

use std::path::PathBuf;

use clap::Args;

/// The flags of `primer pull`.
#[derive(Args, Debug)]
pub struct Pull {
    /// The model's name on the Hub, OWNER/NAME
    pub name: String,
    /// The folder to put it into [default: the cache in HF_HOME, where `primer generate OWNER/NAME`
    /// finds it]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A branch, a tag or a commit
    #[arg(long, value_name = "R", default_value = "main")]
    pub revision: String,
    /// One file alone, such as a .gguf
    #[arg(long, value_name = "NAME")]
    pub file: Option<String>,
}
