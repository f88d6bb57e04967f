#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
#![allow(clippy::disallowed_types)] // here, and nowhere else, files are opened
//!
//! # In this order
//!
//! 1. [`args`]: what may be written behind `primer`
//! 2. [`stories`]: a text for those who have none
//! 3. [`data`]: texts from files, and [`ids`], what a model sees of them
//! 4. [`preset`]: everything that decides what a training run gives
//! 5. [`lesson`]: what is learned, and by which kind of model ([`language`])
//! 6. [`mod@train`]: from a text to a model, [`run`], the loop, and [`course`], what happens
//!    after each step
//! 7. [`evaluate`]: how well is a text predicted?
//! 8. [`mod@model`]: a model that runs; [`generate`], it speaks, [`speak`] word by word, until a [`stop`] text
//! 9. [`mod@eval`], [`tokenize`], [`inspect`], [`mod@export`]: the other commands
//!
//! To converse:
//!
//! 10. [`mod@pull`]: a published model comes here
//! 11. [`chat_template`]: a conversation becomes one text
//! 12. [`mod@chat`]: a conversation with a model
//!
//! To translate:
//!
//! 13. [`sentences`]: pairs of sentences for those who have none
//! 14. [`pairs`]: pairs from files
//! 15. [`mod@translate`]: a sentence in, its translation out
//! 16. [`mod@bleu`]: how good is a translation?
//!
//! What lasts:
//!
//! 17. [`durable`]: files that are either whole or not there, and [`fail`], how that is tested
//! 18. [`folder`]: a model as a folder, [`parts`], as whatever files hold it, [`mod@map`], a file as memory,
//!     and [`tokenizer_file`], a tokenizer as whatever file
//! 19. [`adapter`]: what was learned beside a model
//! 20. [`moments`]: what the optimizer remembers, as a file
//! 21. [`checkpoint`]: from where training goes on as if it had never stopped, under a [`lock`]
//! 22. [`metrics`]: what happened, and [`plot`], a picture of it
//!
//! And what a program needs: [`progress`], [`signals`], [`memory`], [`out`].

use anyhow::{Context, Result, ensure};

pub mod adapter;
pub mod args;
pub mod bleu;
pub mod chat;
pub mod chat_template;
pub mod checkpoint;
pub mod course;
pub mod data;
pub mod durable;
pub mod eval;
pub mod evaluate;
pub mod export;
pub mod fail;
pub mod folder;
pub mod generate;
pub mod ids;
pub mod inspect;
pub mod language;
pub mod lesson;
pub mod lock;
pub mod map;
pub mod memory;
pub mod metrics;
pub mod model;
pub mod moments;
pub mod network;
pub mod out;
pub mod pairs;
pub mod parts;
pub mod plot;
pub mod preset;
pub mod profile;
pub mod progress;
pub mod pull;
pub mod run;
pub mod sentences;
pub mod signals;
pub mod speak;
pub mod stop;
pub mod stories;
pub mod tokenize;
pub mod tokenizer_file;
pub mod train;
pub mod translate;

/// Does what was asked, and gives the status to leave with.
///
/// # Errors
/// If it could not be done: what, where, and what to do instead.
pub fn primer(arguments: &args::Arguments) -> Result<u8> {
    let all = &arguments.all;
    if let Some(threads) = all.threads {
        ensure!(threads > 0, "--threads 0: it must be at least 1");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global().context("cannot start the threads")?;
    }
    match &arguments.command {
        args::Command::Train(flags) => return train::train(flags, all),
        args::Command::Generate(flags) => generate::generate(flags, all)?,
        args::Command::Chat(flags) => chat::chat(flags, all)?,
        args::Command::Translate(flags) => translate::translate(flags, all)?,
        args::Command::Eval(flags) => eval::eval(flags, all)?,
        args::Command::Tokenizer(command) => tokenize::tokenize(command, all)?,
        args::Command::Inspect(flags) => inspect::inspect(flags, all)?,
        args::Command::Pull(flags) => pull::pull(flags, all)?,
        args::Command::Export(flags) => export::export(flags, all)?,
    }
    Ok(0)
}

/// Says that something is not built yet.
fn only(flag: &str, given: &str, built: &[&str]) -> Result<()> {
    let names = built.join(" or ");
    ensure!(built.contains(&given), "{flag} {given} is not there: this version has {names}");
    Ok(())
}
