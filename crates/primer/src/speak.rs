//! One text, token by token, and what is to be known of it at the end.

use std::ops::ControlFlow;
use std::time::Instant;

use anyhow::{Result, ensure};
use rand::Rng;
use serde_json::{Value, json};
use softmax::{Sampler, log_chances};
use tokenizer::Stream;
use transformer::{Beams, Reader};

use crate::args::Generate;
use crate::model::Model;
use crate::stop::Held;
use crate::{memory, out};

/// What a model has said.
#[derive(Debug, Default)]
pub struct Said {
    ids: Vec<u32>,
    text: String,
    stopped: bool,
    logprobs: Option<Vec<Value>>,
    log_chance: Option<f64>, // of a beam
    prefill_seconds: f64,
    decode_seconds: f64,
}

/// Lets a model speak: `aloud`, on standard output as the text comes.
///
/// # Errors
/// If nobody reads standard output any more, or no score is a number.
pub fn speak(
    model: &Model,
    prompt: &[u32],
    sampler: &Sampler,
    rng: &mut impl Rng,
    flags: &Generate,
    aloud: bool,
) -> Result<Said> {
    let mut said = Said { logprobs: flags.logprobs.map(|_| Vec::new()), ..Said::default() };
    let mut held = Held::new(&flags.stop);
    let mut stream = going_on(model, prompt);
    if flags.tokens == 0 {
        return Ok(said);
    }
    let mut written = Ok(());
    let mut clock = Instant::now();
    model.network.generate(prompt, sampler, rng, |id, logits| {
        let seconds = clock.elapsed().as_secs_f64();
        clock = Instant::now();
        let first = said.ids.is_empty();
        *if first { &mut said.prefill_seconds } else { &mut said.decode_seconds } += seconds;
        said.ids.push(id);
        if let (Some(list), Some(count)) = (&mut said.logprobs, flags.logprobs) {
            list.push(likeliest(logits, count));
        }
        let (text, stop) = match !flags.ignore_eos && model.ends.contains(&id) {
            true => (String::new(), true),
            false => held.push(&stream.push(id)),
        };
        said.stopped = stop;
        said.text += &text;
        if aloud && !text.is_empty() {
            written = out::write(&text);
        }
        let go_on = !stop && written.is_ok() && said.ids.len() < flags.tokens;
        if go_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    written?;
    let words = said.ids.len();
    ensure!(
        said.stopped || words == flags.tokens,
        "after {words} tokens no score of the model is a number: its weights are damaged, or ran away"
    );
    if !said.stopped {
        let (text, stopped) = held.push(&stream.finish());
        let rest = if stopped { text } else { text + &held.finish() };
        said.text += &rest;
        if aloud {
            out::write(&rest)?;
        }
    }
    Ok(said)
}

/// The texts that beam search finds, the best first.
pub fn beams(model: &Model, prompt: &[u32], beams: Beams, flags: &Generate) -> Vec<Said> {
    let clock = Instant::now();
    let found = model.network.beams(prompt, beams);
    let seconds = clock.elapsed().as_secs_f64();
    let said = found.into_iter().map(|beam| {
        let (mut held, mut stream) = (Held::new(&flags.stop), going_on(model, prompt));
        let log_chance = Some(beam.log_chance);
        let mut said = Said { decode_seconds: seconds, log_chance, ..Said::default() };
        for id in beam.ids {
            said.ids.push(id);
            let (text, stop) = match beams.end == Some(id) {
                true => (String::new(), true),
                false => held.push(&stream.push(id)),
            };
            said.text += &text;
            said.stopped = stop;
            if stop {
                return said;
            }
        }
        let (text, stopped) = held.push(&stream.finish());
        said.text += &if stopped { text } else { text + &held.finish() };
        said
    });
    said.collect()
}

/// Text that follows the prompt: where a vocabulary has the space inside of the word, the first word of a
/// text stands without it, and no other does.
fn going_on<'a>(model: &'a Model, prompt: &[u32]) -> Stream<'a> {
    let mut stream = model.tokenizer.stream();
    prompt.iter().for_each(|&id| drop(stream.push(id)));
    stream
}

/// The `count` likeliest tokens, and the logarithms of their chances before anything bends them.
fn likeliest(logits: &[f32], count: usize) -> Value {
    let chances = log_chances(logits);
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|&one, &other| chances[other].total_cmp(&chances[one]));
    let chosen = order.into_iter().take(count);
    chosen.map(|id| json!({ "id": id, "logprob": f64::from(chances[id]) })).collect()
}

impl Said {
    /// The text that was said.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All that is known of it, for a program to read.
    pub fn to_json(&self, prompt: &[u32]) -> Value {
        let speed =
            |tokens: usize, seconds: f64| if seconds > 0.0 { tokens as f64 / seconds } else { 0.0 };
        let mut object = json!({
            "prompt_ids": prompt,
            "ids": self.ids,
            "text": self.text,
            "finish": if self.stopped { "stop" } else { "length" },
        });
        if let Some(log_chance) = self.log_chance {
            object["logprob"] = log_chance.into();
        }
        if let Some(logprobs) = &self.logprobs {
            object["logprobs"] = logprobs.clone().into();
        }
        object["prefill_tokens_per_second"] = speed(prompt.len(), self.prefill_seconds).into();
        let later = self.ids.len().saturating_sub(1);
        object["decode_tokens_per_second"] = speed(later, self.decode_seconds).into();
        object["peak_bytes"] = memory::peak_bytes().into();
        object
    }
}
