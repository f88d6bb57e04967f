//! What was asked for: flags, presets, and what a resumed run or a published model says already.

use std::fs;

use anyhow::{Result, ensure};
use transformer::files::Config;

use crate::args::{self, Global, PresetName, Recipe};
use crate::checkpoint::Manifest;
use crate::parts::Parts;
use crate::preset::{
    BF16, Difference, ENCODER_DECODER, F32, GPT, LLAMA, SPRINT, Settings, fine_tuning, preset,
};
use crate::{only, out};

/// The flags that are no settings.
pub(super) fn check(flags: &args::Train) -> Result<()> {
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
pub(super) fn settings(
    flags: &args::Train,
    all: &Global,
    old: Option<&Manifest>,
    parts: Option<&Parts>,
) -> Result<Settings> {
    let fast = flags.recipe == Recipe::Fast;
    ensure!(fast || flags.without.is_empty(), "--without: it is for --recipe fast alone");
    let other = flags.shape.architecture.as_deref().filter(|name| fast && *name != SPRINT);
    ensure!(other.is_none(), "--architecture: --recipe fast has its own, sprint; leave it out");
    let preset = |name: PresetName, seed| match fast {
        true => preset(name, seed).fast(&flags.shape, &flags.without),
        false => preset(name, seed).overridden(&flags.shape),
    };
    let usual = match flags.shape.architecture.as_deref() {
        Some(ENCODER_DECODER) => PresetName::Translate,
        _ => PresetName::Tiny,
    };
    let settings = match (old, flags.preset) {
        (None, name) => match parts {
            Some(parts) => further(parts, flags, all.seed())?,
            None => preset(name.unwrap_or(usual), all.seed()),
        },
        (Some(old), None) if fast => {
            preset(PresetName::Tiny, all.seed.unwrap_or(old.settings.seed))
        }
        (Some(old), Some(name)) => preset(name, all.seed.unwrap_or(old.settings.seed)),
        (Some(old), None) => {
            let seed = all.seed.unwrap_or(old.settings.seed);
            Settings { seed, ..old.settings.clone().given(&flags.shape) }
        }
    };
    only("--architecture", &settings.architecture, &[GPT, LLAMA, SPRINT, ENCODER_DECODER])?;
    only("--precision", &settings.precision, &[F32, BF16])?;
    settings.check()?;
    let smooths = settings.label_smoothing > 0.0 && settings.architecture != ENCODER_DECODER;
    ensure!(!smooths, "--label-smoothing: it is for --architecture encoder-decoder alone");
    let differences = old.map(|old| settings.differences(&old.settings)).unwrap_or_default();
    for Difference { flag, now, then, in_shape } in differences {
        ensure!(
            !in_shape,
            "{flag} is {now} and was {then}: leave it out, or start anew with --overwrite"
        );
        let told = format!("{flag} is {now} and was {then}: going on would give another model");
        ensure!(
            flags.resume_anyway,
            "{told}; leave it out, start anew with --overwrite, or say --resume-anyway"
        );
        out::tell(&told.replace("would give", "gives"));
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
    let adapts = rank > 0 && matches!(parts.config, Config::Sprint(_));
    ensure!(!adapts, "--lora-rank: {name} is a sprint, which learns whole");
    let settings = Settings {
        from: Some(fs::canonicalize(&parts.path).unwrap_or_else(|_| parts.path.clone())),
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
