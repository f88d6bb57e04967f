//! `primer generate`: the model speaks.
//!
//! The prompt is said first, then what the model goes on with, as it comes. With `--json`, everything
//! comes at the end, and `text` is what the model said itself.

use std::ops::ControlFlow;

use anyhow::{Result, ensure};
use neuron::init::seeded;
use softmax::Sampler;
use tokenizer::Tokenizer;
use transformer::{Beams, Reader};

use crate::args::{self, Global};
use crate::model::{Model, start};
use crate::{data, out, speak};

/// Opens a model and lets it speak.
///
/// # Errors
/// If the model cannot be opened, or does not know a character of the prompt.
pub fn generate(flags: &args::Generate, all: &Global) -> Result<()> {
    ensure!(all.json || flags.logprobs.is_none(), "--logprobs is for --json: give both");
    let sampler = flags.sampling.sampler()?;
    let model = Model::open(&flags.model, flags.precision, all)?;
    let prompt = match (&flags.prompt, &flags.prompt_file) {
        (Some(prompt), _) => prompt.clone(),
        (_, Some(file)) => data::read_text(file)?,
        _ => String::new(),
    };
    let ids = model.prompt(&prompt, flags.special)?;
    if let Some(width) = flags.beams {
        return follow_beams(&model, &prompt, &ids, flags, width, all);
    }
    for sample in 0..flags.samples {
        if !all.json {
            out::write(if sample == 0 { "" } else { "---------------\n" })?;
            out::write(&prompt)?;
        }
        let rng = &mut seeded(all.seed().wrapping_add(sample as u64));
        let said = speak::speak(&model, &ids, &sampler, rng, flags, !all.json)?;
        out::line(&if all.json { said.to_json(&ids).to_string() } else { String::new() })?;
    }
    Ok(())
}

/// Says the likeliest of the texts that beam search finds, or as many as there are to be samples.
fn follow_beams(
    model: &Model,
    prompt: &str,
    ids: &[u32],
    flags: &args::Generate,
    width: usize,
    all: &Global,
) -> Result<()> {
    ensure!(width > 0 && flags.tokens > 0, "--beams and --tokens must be at least 1");
    let (samples, length_penalty) = (flags.samples, flags.length_penalty);
    ensure!(
        samples <= width,
        "--samples {samples}: {width} --beams find no more than {width} texts"
    );
    ensure!(length_penalty.is_finite(), "--length-penalty: it must be a number");
    let (length, end) = (flags.tokens, model.ends.first().copied());
    let end = end.filter(|_| !flags.ignore_eos);
    let beams = Beams { width, length, end, length_penalty };
    for (number, said) in speak::beams(model, ids, beams, flags).iter().take(samples).enumerate() {
        out::line(&match all.json {
            true => said.to_json(ids).to_string(),
            false => {
                let line = if number == 0 { "" } else { "---------------\n" };
                format!("{line}{prompt}{}", said.text())
            }
        })?;
    }
    Ok(())
}

/// Text after the prompt, for looking at while training.
pub fn sample(model: &impl Reader, tokenizer: &Tokenizer, seed: u64, tokens: usize) -> String {
    let (mut ids, sampler) = (Vec::new(), Sampler::default());
    model.generate(&[start(tokenizer)], &sampler, &mut seeded(seed), |id, _| {
        ids.push(id);
        if ids.len() < tokens { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let mut stream = tokenizer.stream();
    let text: String = ids.into_iter().map(|id| stream.push(id)).collect();
    text + &stream.finish()
}
