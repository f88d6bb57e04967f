//! `primer train`: from a text to a model.
//!
//! ```text
//! settings → folder → text → tokenizer → ids → model → the loop, in `run`
//! ```
//!
//! Whatever can be found wrong is found before the work begins.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use neuron::Parameters;
use neuron::init::seeded;
use serde_json::json;
use transformer::{Gpt, GptConfig};

use crate::args::{self, Global, PresetName};
use crate::checkpoint::{self, Manifest, checksum};
use crate::folder::Model;
use crate::memory::{bytes_in_words, flops_per_token, training_bytes};
use crate::preset::{Settings, preset};
use crate::run::{Run, run};
use crate::stories::stories;
use crate::{data, folder, only, out, tokenize};

/// How much of the built-in stories is learned from, and which of them.
const STORIES: (u64, usize) = (1, 2_000_000);

/// Below so many numbers a model is small, and a batch is cut into more shares.
const SMALL: usize = 20_000_000;

/// Trains a model, and gives the status to leave with.
///
/// # Errors
/// If a flag makes no sense, a file cannot be read or written, or the loss is no number.
pub fn train(flags: &args::Train, all: &Global) -> Result<u8> {
    only("--architecture", &flags.architecture, &["gpt"])?;
    only("--precision", &flags.precision, &["f32"])?;
    check(flags)?;
    let resumed =
        if flags.resume { Some(checkpoint::newest(&flags.out, out::tell)?) } else { None };
    let old = resumed.as_ref().map(|(manifest, _)| manifest);
    let settings = settings(flags, all, old)?;
    if !flags.dry_run {
        folder::prepare(&flags.out, flags.resume, flags.overwrite)?;
    }

    let paths = if flags.data.is_empty() { old.map(|old| old.data.clone()) } else { None };
    let paths = paths.unwrap_or_else(|| flags.data.clone());
    let (text, name) = read(&paths)?;
    let sum = checksum(text.as_bytes());
    if let Some((manifest, folder)) = &resumed {
        let same = manifest.text == sum;
        ensure!(same, "--data: {name} is another text than that of {}", folder.display());
    }
    let opened = resumed.map(|(manifest, folder)| {
        checkpoint::open(&folder, &manifest).map(|(model, optimizer)| (model, optimizer, manifest))
    });
    let opened = opened.transpose()?;

    let (learned, kept) = data::split(&text, settings.val_fraction);
    let tokenizer = match &opened {
        Some((model, ..)) => model.tokenizer.clone(),
        None => tokenize::make(&settings.tokenizer, &text, learned)?,
    };
    let ids = |part: &str| tokenizer.encode(part).with_context(|| name.clone());
    let (train, val, val_bytes) = (ids(learned)?, ids(kept)?, kept.len());
    let config = settings.config(tokenizer.vocabulary());
    config.check()?;
    for (part, tokens) in [
        (name.clone(), train.len() + val.len()),
        (format!("the training part of {name}"), train.len()),
        (format!("the validation part (--val-fraction) of {name}"), val.len()),
    ] {
        data::check_length(&part, tokens, settings.context)?;
    }
    if flags.dry_run {
        return dry_run(&settings, &config, all);
    }
    drop(text);

    let (model, optimizer, manifest) = match opened {
        Some(opened) => opened,
        None => {
            let gpt = Gpt::random(config, &mut seeded(settings.seed));
            let optimizer = settings.optimizer(&gpt);
            let shares = shares(&settings, gpt.count());
            (Model { gpt, tokenizer }, optimizer, Manifest::new(settings, shares, paths, &sum))
        }
    };
    if flags.overwrite {
        clear(&flags.out)?;
    }
    run(Run { flags, all, train: &train, val: &val, val_bytes }, model, optimizer, manifest)
}

/// The text that the paths hold, or the built-in stories; and what to call it.
fn read(paths: &[PathBuf]) -> Result<(String, String)> {
    if paths.is_empty() {
        return Ok((stories(STORIES.0, STORIES.1), "the built-in stories".to_owned()));
    }
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    Ok((data::read_texts(paths)?, names.join(", ")))
}

/// The flags that are no settings.
fn check(flags: &args::Train) -> Result<()> {
    if let Some(minutes) = flags.minutes {
        ensure!(minutes > 0.0, "--minutes {minutes}: it must be above 0");
    }
    let (kv_heads, heads) = (flags.shape.kv_heads, flags.shape.heads);
    if let (Some(kv_heads), Some(heads)) = (kv_heads, heads) {
        ensure!(kv_heads == heads, "--kv-heads {kv_heads}: a gpt has as many as --heads, {heads}");
    }
    Ok(())
}

/// What was asked for. A run that is resumed keeps its settings: one that is asked for and differs would
/// give another model than an uninterrupted run.
fn settings(flags: &args::Train, all: &Global, old: Option<&Manifest>) -> Result<Settings> {
    let preset = |name: PresetName, seed| preset(name, seed).overridden(&flags.shape);
    let settings = match (old, flags.preset) {
        (None, name) => preset(name.unwrap_or(PresetName::Tiny), all.seed()),
        (Some(old), Some(name)) => preset(name, all.seed.unwrap_or(old.settings.seed)),
        (Some(old), None) => {
            let seed = all.seed.unwrap_or(old.settings.seed);
            Settings { seed, ..old.settings.clone().given(&flags.shape) }
        }
    };
    settings.check()?;
    if let Some((flag, now, then)) = old.and_then(|old| settings.difference(&old.settings)) {
        bail!(
            "{flag} is {now} and was {then}: going on would give another model; leave it out, or \
             start anew with --overwrite"
        );
    }
    Ok(settings)
}

/// Into how many parts a batch is cut: many for a small model, few gradients for a large one.
fn shares(settings: &Settings, count: usize) -> usize {
    let shares = if count < SMALL { 4 } else { 2 };
    shares.min(settings.batch)
}

/// Says what training would take.
fn dry_run(settings: &Settings, config: &GptConfig, all: &Global) -> Result<u8> {
    let count = config.parameters().unwrap_or(0);
    let bytes = training_bytes(settings, config, count, shares(settings, count));
    let flops = flops_per_token(config, count);
    out::line(&match all.json {
        true => json!({
            "parameters": count,
            "memory_bytes": bytes,
            "flops_per_token": flops,
            "tokens_per_step": settings.batch * settings.accumulate * settings.context,
        })
        .to_string(),
        false => format!(
            "{count} parameters · about {} of memory · {:.3e} FLOPs per token",
            bytes_in_words(bytes),
            flops as f64
        ),
    })?;
    Ok(0)
}

/// Takes away what `--overwrite` replaces, so that nothing of it is resumed later.
fn clear(out: &Path) -> Result<()> {
    let checkpoints = out.join("checkpoints");
    if checkpoints.exists() {
        let told = || format!("cannot delete {}", checkpoints.display());
        fs::remove_dir_all(&checkpoints).with_context(told)?;
    }
    Ok(())
}
