//! `primer eval`: how well does a model predict a text?
//!
//! ```text
//! stride = context   |--------|--------|-----     each token is predicted once, from its window
//! stride < context   |--------|
//!                       ······|---|               windows overlap: the dots are read again, and
//!                          ······|---|            not counted, so each token sees more before it
//! ```

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use backprop::{Loss, windows};
use ndarray::s;
use rayon::prelude::*;
use serde_json::json;
use softmax::cross_entropy;
use transformer::Gpt;

use crate::args::{Eval, Global};
use crate::{data, evaluate, folder, out, pairs, translate};

/// Reads the text and the model, and says how they fit.
///
/// # Errors
/// If either cannot be read, or the text has a character that the model does not know.
pub fn eval(flags: &Eval, all: &Global) -> Result<()> {
    let text = data::read_texts(&flags.data)?;
    let names: Vec<_> = flags.data.iter().map(|path| path.display().to_string()).collect();
    let names = names.join(", ");
    if folder::is_encoder_decoder(&flags.model)? {
        ensure!(flags.stride.is_none(), "--stride: a model that translates reads no windows");
        return translations(&flags.model, &text, &names, all);
    }
    let model = folder::open(&flags.model)?;
    let tokens = model.tokenizer.encode(&text).with_context(|| names.clone())?;
    ensure!(tokens.len() > 1, "{names} has a single token: give more text");
    let context = model.gpt.config.context;
    let stride = flags.stride.unwrap_or(context);
    ensure!(
        (1..=context).contains(&stride),
        "--stride {stride}: it must be at least 1, and at most the context of {context}"
    );

    let started = Instant::now();
    let loss = if stride == context {
        evaluate::loss(&model.gpt, &windows::in_order(&tokens, context))
    } else {
        overlapping(&model.gpt, &tokens, stride)
    };
    report(loss, text.len(), started.elapsed(), None, all)
}

/// Says how well a text of so many bytes was predicted, in so much time, and how well it was translated.
fn report(
    loss: Loss,
    bytes: usize,
    taken: Duration,
    score: Option<translate::Score>,
    all: &Global,
) -> Result<()> {
    let (count, mean) = (loss.count, loss.mean());
    let speed = count as f64 / taken.as_secs_f64();
    let bits = evaluate::bits_per_byte(mean, count, bytes);
    if all.json {
        let mut line = json!({
            "tokens": count,
            "loss": mean,
            "perplexity": mean.exp(),
            "bits_per_byte": bits,
            "tokens_per_second": speed,
        });
        if let Some(score) = score {
            line["exact_match"] = score.exact_match.into();
            line["bleu"] = score.bleu.into();
        }
        return out::line(&line.to_string());
    }
    let score = score.map(|score| score.in_words()).unwrap_or_default();
    out::line(&format!(
        "{count} tokens · loss {mean:.4} · perplexity {:.3} · {bits:.4} bits/byte{score} · \
         {speed:.0} tokens/s",
        mean.exp()
    ))
}

/// How well a model translates the pairs of a text.
fn translations(folder: &Path, text: &str, name: &str, all: &Global) -> Result<()> {
    let (network, tokenizer) =
        (folder::open_encoder_decoder(folder)?, folder::open_tokenizer(folder)?);
    let lines = pairs::lines(text, name)?;
    let context = network.config.context;
    let mut ids = Vec::new();
    for &(sentence, translation) in &lines {
        let pair = (pairs::encode(&tokenizer, sentence)?, pairs::encode(&tokenizer, translation)?);
        ensure!(
            pair.0.len().max(pair.1.len()) < context,
            "{name}: {sentence:?} or its translation is longer than the context of {context} tokens"
        );
        ids.push(pair);
    }
    let started = Instant::now();
    let ids: Vec<_> = ids.iter().map(|pair| (&pair.0[..], &pair.1[..])).collect();
    let loss = evaluate::translation_loss(&network, &ids);
    let taken = started.elapsed();
    let owned = |(sentence, references): (&str, Vec<&str>)| {
        (sentence.to_owned(), references.into_iter().map(str::to_owned).collect())
    };
    let questions: Vec<_> = pairs::by_sentence(&lines).into_iter().map(owned).collect();
    let score = translate::score(&network, &tokenizer, &questions.iter().collect::<Vec<_>>());
    let bytes = lines.iter().map(|line| line.1.len() + 1).sum();
    report(loss, bytes, taken, Some(score), all)
}

/// The loss where windows overlap: of each, the tokens alone that no window before it has predicted.
fn overlapping(gpt: &Gpt, tokens: &[u32], stride: usize) -> Loss {
    let context = gpt.config.context;
    let questions = tokens.len() - 1;
    let mut pieces = Vec::new(); // start, first that counts, end
    let (mut start, mut counted) = (0, 0);
    while counted < questions {
        let end = (start + context).min(questions);
        pieces.push((start, counted, end));
        (start, counted) = (start + stride, end);
    }
    let losses = pieces.into_par_iter().map(|(start, first, end)| {
        let logits = gpt.logits(&tokens[start..end], end - start);
        let new = logits.slice(s![first - start.., ..]).to_owned();
        let (sum, _) = cross_entropy(new, &tokens[first + 1..=end]);
        Loss { sum, count: end - first }
    });
    losses.collect::<Vec<_>>().into_iter().sum()
}
