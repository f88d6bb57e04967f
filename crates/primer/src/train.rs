//! `primer train`: from a text to a model.
//!
//! ```text
//! settings → folder → text → tokenizer → lesson → model → the loop, in `run`
//! ```
//!
//! Whatever can be found wrong is found before the work begins.

use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use neuron::Parameters;
use serde_json::json;
use tokenizer::Tokenizer;
use transformer::files::Config;
use transformer::{Gpt, Llama};

use crate::args::{self, Global, PresetName};
use crate::checkpoint::{self, Manifest, checksum};
use crate::language::Language;
use crate::lesson::{Adapting, Lesson, Start, Text, Translation};
use crate::memory::{bytes_in_words, training_bytes};
use crate::parts::Parts;
use crate::preset::{ENCODER_DECODER, GPT, LLAMA, Settings, fine_tuning, preset};
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
    let from = flags.from.as_ref().or_else(|| old?.settings.from.as_ref());
    let parts = from.map(|path| Parts::open(path)).transpose()?;
    let settings = settings(flags, all, old, parts.as_ref())?;
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
    let given = Given { flags, all, text, name };
    let manifest = Manifest::new(settings, 0, paths, &sum);
    match manifest.settings.architecture.as_str() {
        ENCODER_DECODER => given.pairs(resumed, manifest),
        LLAMA => given.text::<Llama>(parts, resumed, manifest),
        _ => given.text::<Gpt>(parts, resumed, manifest),
    }
}

/// A checkpoint to go on from.
type Resumed = Option<(Manifest, PathBuf)>;

/// What training is given.
struct Given<'a> {
    flags: &'a args::Train,
    all: &'a Global,
    text: String,
    name: String,
}

impl Given<'_> {
    /// How the text becomes tokens: as the checkpoint has it, or learned from a part of it.
    fn tokenizer(
        &self,
        resumed: &Resumed,
        settings: &Settings,
        learned: &str,
    ) -> Result<Tokenizer> {
        match resumed {
            Some((_, folder)) => folder::open_tokenizer(folder),
            None => tokenize::make(&settings.tokenizer, &self.text, learned),
        }
    }

    /// Learns to go on with the text.
    fn text<M: Language>(
        self,
        parts: Option<Parts>,
        resumed: Resumed,
        manifest: Manifest,
    ) -> Result<u8> {
        let settings = &manifest.settings;
        let (learned, _) = data::split(&self.text, settings.val_fraction);
        let (tokenizer, start) = match parts {
            Some(parts) => (parts.tokenizer()?, Start::From(Box::new(parts), PhantomData)),
            None => {
                let tokenizer = self.tokenizer(&resumed, settings, learned)?;
                let config = settings.language(tokenizer.vocabulary());
                (tokenizer, Start::Anew(config))
            }
        };
        let Given { flags, all, text, name } = self;
        let lesson = Text::<M>::new(&text, &name, tokenizer, start, settings)?;
        drop(text);
        match settings.lora_rank {
            0 => begin(&lesson, flags, all, resumed, manifest),
            _ => begin(&Adapting::new(lesson, settings)?, flags, all, resumed, manifest),
        }
    }

    /// Learns to translate.
    fn pairs(self, resumed: Resumed, manifest: Manifest) -> Result<u8> {
        let settings = &manifest.settings;
        let lines = pairs::split(pairs::lines(&self.text, &self.name)?, settings.val_fraction);
        let tokenizer = self.tokenizer(&resumed, settings, &pairs::text(&lines.0))?;
        let lesson = Translation::new(lines, &self.name, tokenizer, settings)?;
        begin(&lesson, self.flags, self.all, resumed, manifest)
    }
}

/// Begins to learn, or goes on.
fn begin<L: Lesson>(
    lesson: &L,
    flags: &args::Train,
    all: &Global,
    resumed: Resumed,
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
            let network = lesson.begin(&manifest.settings)?;
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
    ensure!(flags.lora_rank != Some(0), "--lora-rank 0: it must be at least 1");
    if let Some(alpha) = flags.lora_alpha {
        ensure!(alpha > 0.0 && alpha.is_finite(), "--lora-alpha {alpha}: it must be above 0");
    }
    if flags.from.is_none() {
        return Ok(());
    }
    let shape = &flags.shape;
    for (flag, given) in [
        ("architecture", shape.architecture.is_some()),
        ("layers", shape.layers.is_some()),
        ("heads", shape.heads.is_some()),
        ("kv-heads", shape.kv_heads.is_some()),
        ("channels", shape.channels.is_some()),
        ("hidden", shape.hidden.is_some()),
        ("tokenizer", shape.tokenizer.is_some()),
    ] {
        ensure!(!given, "--{flag}: the model of --from has its own; leave it out");
    }
    Ok(())
}

/// What was asked for. A run that is resumed keeps its settings: one that is asked for and differs would
/// give another model than an uninterrupted run.
fn settings(
    flags: &args::Train,
    all: &Global,
    old: Option<&Manifest>,
    parts: Option<&Parts>,
) -> Result<Settings> {
    let preset = |name: PresetName, seed| preset(name, seed).overridden(&flags.shape);
    let usual = match flags.shape.architecture.as_deref() {
        Some(ENCODER_DECODER) => PresetName::Translate,
        _ => PresetName::Tiny,
    };
    let settings = match (old, flags.preset) {
        (None, name) => match parts {
            Some(parts) => further(parts, flags, all.seed())?,
            None => preset(name.unwrap_or(usual), all.seed()),
        },
        (Some(old), Some(name)) => preset(name, all.seed.unwrap_or(old.settings.seed)),
        (Some(old), None) => {
            let seed = all.seed.unwrap_or(old.settings.seed);
            Settings { seed, ..old.settings.clone().given(&flags.shape) }
        }
    };
    only("--architecture", &settings.architecture, &[GPT, LLAMA, ENCODER_DECODER])?;
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

/// For a model that has been published.
fn further(parts: &Parts, flags: &args::Train, seed: u64) -> Result<Settings> {
    let name = parts.path.display();
    let context = parts.config.context();
    ensure!(
        !matches!(parts.config, Config::EncoderDecoder(_)),
        "--from {name}: it is an encoder-decoder, and only a gpt or a llama can learn more"
    );
    let rank = flags.lora_rank.unwrap_or(0);
    let settings = Settings {
        from: flags.from.clone(),
        lora_rank: rank,
        lora_alpha: flags.lora_alpha.unwrap_or(2.0 * rank as f64),
        ..fine_tuning(&parts.config, rank == 0, seed).overridden(&flags.shape)
    };
    ensure!(
        settings.context <= context,
        "--context {}: the model of --from sees {context} tokens at most",
        settings.context
    );
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
