//! `primer train`: from a text to a model.
//!
//! ```text
//! settings → folder → text → tokenizer → lesson → model → the loop, in `run`
//! ```
//!
//! Whatever can be found wrong is found before the work begins.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use neuron::Parameters;
use serde_json::json;
use tokenizer::Tokenizer;

use crate::args::{self, Global, PresetName};
use crate::checkpoint::{self, Manifest, checksum};
use crate::lesson::{Lesson, Text, Translation};
use crate::memory::{bytes_in_words, training_bytes};
use crate::preset::{ENCODER_DECODER, GPT, Settings, preset};
use crate::run::{Run, run};
use crate::sentences::sentences;
use crate::stories::stories;
use crate::{data, folder, only, out, pairs, tokenize};

/// How much of the built-in stories is learned from, and which of them.
const STORIES: (u64, usize) = (1, 2_000_000);

/// Which of the built-in pairs are learned from, by their seed, and how many.
pub const PAIRS: (u64, usize) = (1, 60_000);

/// Below so many numbers a model is small, and a batch is cut into more shares.
const SMALL: usize = 20_000_000;

/// Trains a model, and gives the status to leave with.
///
/// # Errors
/// If a flag makes no sense, a file cannot be read or written, or the loss is no number.
pub fn train(flags: &args::Train, all: &Global) -> Result<u8> {
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
    let translates = settings.architecture == ENCODER_DECODER;
    let (text, name) = read(&paths, translates)?;
    let sum = checksum(text.as_bytes());
    if let Some((manifest, folder)) = &resumed {
        let same = manifest.text == sum;
        ensure!(same, "--data: {name} is another text than that of {}", folder.display());
    }
    let tokenizer = |whole: &str, learned: &str| match &resumed {
        Some((_, folder)) => folder::open_tokenizer(folder),
        None => tokenize::make(&settings.tokenizer, whole, learned),
    };
    if translates {
        let lesson = translation(&text, &name, &settings, tokenizer)?;
        drop(text);
        return begin(&lesson, flags, all, resumed, Manifest::new(settings, 0, paths, &sum));
    }
    let (learned, _) = data::split(&text, settings.val_fraction);
    let lesson = Text::new(&text, &name, tokenizer(&text, learned)?, &settings)?;
    drop(text);
    begin(&lesson, flags, all, resumed, Manifest::new(settings, 0, paths, &sum))
}

/// Begins to learn, or goes on.
fn begin<L: Lesson>(
    lesson: &L,
    flags: &args::Train,
    all: &Global,
    resumed: Option<(Manifest, PathBuf)>,
    manifest: Manifest,
) -> Result<u8> {
    if flags.dry_run {
        return dry_run(lesson, &manifest.settings, all);
    }
    let (network, optimizer, manifest) = match resumed {
        Some((old, folder)) => {
            let (network, optimizer) = checkpoint::open(&folder, &old, lesson)?;
            (network, optimizer, old)
        }
        None => {
            let network = lesson.begin(&manifest.settings);
            let shares = shares(&manifest.settings, network.count());
            let optimizer = manifest.settings.optimizer(&network);
            (network, optimizer, Manifest { shares, ..manifest })
        }
    };
    if flags.overwrite {
        clear(&flags.out)?;
    }
    run(Run { flags, all }, lesson, network, optimizer, manifest)
}

/// Pairs to learn from.
fn translation(
    text: &str,
    name: &str,
    settings: &Settings,
    tokenizer: impl Fn(&str, &str) -> Result<Tokenizer>,
) -> Result<Translation> {
    let lines = pairs::split(pairs::lines(text, name)?, settings.val_fraction);
    let tokenizer = tokenizer(text, &pairs::text(&lines.0))?;
    Translation::new(lines, name, tokenizer, settings)
}

/// The text that the paths hold, or the built-in stories or pairs; and what to call it.
fn read(paths: &[PathBuf], translates: bool) -> Result<(String, String)> {
    match (paths, translates) {
        ([], true) => return Ok((sentences(PAIRS.0, PAIRS.1), "the built-in pairs".to_owned())),
        ([], false) => {
            return Ok((stories(STORIES.0, STORIES.1), "the built-in stories".to_owned()));
        }
        _ => {}
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
        ensure!(
            kv_heads == heads,
            "--kv-heads {kv_heads}: there must be as many as --heads, {heads}"
        );
    }
    Ok(())
}

/// What was asked for. A run that is resumed keeps its settings: one that is asked for and differs would
/// give another model than an uninterrupted run.
fn settings(flags: &args::Train, all: &Global, old: Option<&Manifest>) -> Result<Settings> {
    let preset = |name: PresetName, seed| preset(name, seed).overridden(&flags.shape);
    let usual = match flags.shape.architecture.as_deref() {
        Some(ENCODER_DECODER) => PresetName::Translate,
        _ => PresetName::Tiny,
    };
    let settings = match (old, flags.preset) {
        (None, name) => preset(name.unwrap_or(usual), all.seed()),
        (Some(old), Some(name)) => preset(name, all.seed.unwrap_or(old.settings.seed)),
        (Some(old), None) => {
            let seed = all.seed.unwrap_or(old.settings.seed);
            Settings { seed, ..old.settings.clone().given(&flags.shape) }
        }
    };
    only("--architecture", &settings.architecture, &[GPT, ENCODER_DECODER])?;
    settings.check()?;
    let smooths = settings.label_smoothing > 0.0 && settings.architecture != ENCODER_DECODER;
    ensure!(!smooths, "--label-smoothing: it is for --architecture encoder-decoder alone");
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
fn dry_run(lesson: &impl Lesson, settings: &Settings, all: &Global) -> Result<u8> {
    let size = lesson.size(settings);
    let (count, flops) = (size.parameters, size.flops_per_token);
    let bytes = training_bytes(count, size.kept, shares(settings, count));
    out::line(&match all.json {
        true => json!({
            "parameters": count,
            "memory_bytes": bytes,
            "flops_per_token": flops,
            "tokens_per_step": size.tokens_per_step,
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
