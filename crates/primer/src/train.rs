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

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tokenizer::Tokenizer;
use transformer::{Gpt, Llama, Sprint};

use crate::args::{self, Global};
use crate::checkpoint::{self, Manifest, checksum};
use crate::language::Language;
use crate::lesson::{Adapting, Lesson, Size, Start, Text, Translation};
use crate::lock::Lock;
use crate::memory::{bytes_in_words, peak_bytes, training_bytes};
use crate::parts::Parts;
use crate::preset::{ENCODER_DECODER, LLAMA, SPRINT, Settings};
use crate::run::{Run, run};
use crate::sentences::sentences;
use crate::stories::stories;
use crate::{data, folder, out, pairs, tokenize};

mod settings;

/// How much of the built-in stories is learned from, and which of them.
const STORIES: (u64, usize) = (1, 2_000_000);

/// Which of the built-in pairs are learned from, by their seed, and how many.
pub const PAIRS: (u64, usize) = (1, 60_000);

/// Into how many shares a batch is cut, each with a gradient of its own. More threads than that share out
/// the products inside of a share. Where a gradient is larger than all that a forward keeps for its backward,
/// to clear and add another takes longer than to share out products alone.
fn shares(size: &Size, batch: usize) -> usize {
    if size.parameters > size.kept + size.scores { 1 } else { batch.min(2) }
}

/// How many examples of a share go through the model at once.
fn at_once(size: &Size, settings: &Settings) -> usize {
    let tokens = size.tokens_per_step / (settings.batch * settings.accumulate);
    (size.tokens_at_once / tokens.max(1)).max(1)
}

/// Trains a model, and gives the status to leave with.
///
/// # Errors
/// If a flag makes no sense, a file cannot be read or written, or the loss is no number.
pub fn train(flags: &args::Train, all: &Global) -> Result<u8> {
    settings::check(flags)?;
    // Before a checkpoint is read that another training could delete.
    let locks = !flags.dry_run && flags.resumes() && flags.out.is_dir();
    let held = locks.then(|| Lock::new(&flags.out)).transpose()?;
    let resumed =
        if flags.resumes() { Some(checkpoint::newest(&flags.out, out::tell)?) } else { None };
    let old = resumed.as_ref().map(|(manifest, _)| manifest);
    let from = flags.from.as_ref().or_else(|| old?.settings.from.as_ref());
    let parts = from.map(|path| Parts::open(path)).transpose()?;
    let settings = settings::settings(flags, all, old, parts.as_ref())?;
    if !flags.dry_run {
        folder::prepare(&flags.out, flags.resumes(), flags.overwrite)?;
    }
    let locks = !flags.dry_run && held.is_none();
    let _held = held.or(locks.then(|| Lock::new(&flags.out)).transpose()?);

    let paths = if flags.data.is_empty() { old.map(|old| old.data.clone()) } else { None };
    let paths = paths.unwrap_or_else(|| flags.data.clone());
    let translates = settings.architecture == ENCODER_DECODER;
    let (text, name) = read(&paths, translates)?;
    let sum = checksum(text.as_bytes());
    if let Some((manifest, folder)) = &resumed {
        let same = manifest.text == sum;
        let told = format!("--data: {name} is another text than that of {}", folder.display());
        ensure!(same || flags.resume_anyway, "{told}; --resume-anyway goes on with it");
        if !same {
            out::tell(&told);
        }
    }
    let given = Given { flags, all, text, name };
    let manifest = Manifest::new(settings, 0, paths, &sum);
    match manifest.settings.architecture.as_str() {
        ENCODER_DECODER => given.pairs(resumed, manifest),
        LLAMA => given.text::<Llama>(parts, resumed, manifest),
        SPRINT => given.text::<Sprint>(parts, resumed, manifest),
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
        let lesson = Text::<M>::new(text, &name, tokenizer, start, settings)?;
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
            let Manifest { data, text, settings, .. } = manifest;
            (network, optimizer, Manifest { data, text, settings, ..old })
        }
        None => {
            let network = lesson.begin(&manifest.settings)?;
            let size = lesson.size(&manifest.settings);
            let shares = shares(&size, manifest.settings.batch);
            let at_once = Some(at_once(&size, &manifest.settings));
            let optimizer = manifest.settings.optimizer(&network);
            (network, optimizer, Manifest { shares, at_once, ..manifest })
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

/// Says what training would take.
fn dry_run(lesson: &impl Lesson, settings: &Settings, all: &Global) -> Result<u8> {
    let size = lesson.size(settings);
    let (count, flops) = (size.parameters, size.flops_per_token);
    let shares = shares(&size, settings.batch);
    let batch = settings.batch.min(shares * at_once(&size, settings));
    let together = lesson.size(&Settings { batch, ..settings.clone() });
    let bytes = training_bytes(peak_bytes(), &together, shares, batch < settings.batch);
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
