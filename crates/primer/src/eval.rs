//! `primer eval`: how well does a model predict a text?
//!
//! ```text
//! stride = context   |--------|--------|-----     each token is predicted once, from its window
//! stride < context   |--------|
//!                       ······|---|               windows overlap: the dots are read again, and
//!                          ······|---|            not counted, so each token sees more before it
//! ```
//!
//! Many windows are read side by side, each by one thread; where there are few, threads share each
//! product.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use backprop::Loss;
use ndarray::s;
use rayon::prelude::*;
use serde_json::json;
use softmax::cross_entropy;
use tokenizer::Specials;
use transformer::files::Config;

use crate::args::{Eval, Global};
use crate::ids::Ids;
use crate::model::{self, Model};
use crate::parts::Parts;
use crate::{data, evaluate, folder, out, pairs, translate};

/// Reads the text and the model, and says how they fit.
///
/// # Errors
/// If either cannot be read, or the text has a character that the model does not know.
pub fn eval(flags: &Eval, all: &Global) -> Result<()> {
    let text = data::read_texts(&flags.data)?;
    let names: Vec<_> = flags.data.iter().map(|path| path.display().to_string()).collect();
    let names = names.join(", ");
    let parts = Parts::open(&flags.model)?;
    if let Config::EncoderDecoder(_) = parts.config {
        ensure!(flags.stride.is_none(), "--stride: a model that translates reads no windows");
        return translations(&parts.path, &text, &names, all);
    }
    let specials = Specials { in_text: false, around: true };
    let tokenizer = parts.tokenizer()?;
    let bytes = text.len();
    let tokens = Ids::of(&tokenizer, text, specials).with_context(|| names.clone())?;
    ensure!(tokens.len() > 1, "{names} has a single token: give more text");
    let context = parts.config.context();
    let stride = flags.stride.unwrap_or(context);
    ensure!(
        (1..=context).contains(&stride),
        "--stride {stride}: it must be at least 1, and at most the context of {context}"
    );
    let pieces = pieces(tokens.len() - 1, context, stride);
    let many = pieces.len() >= 2 * model::threads(all);
    let threads = if many { 1 } else { model::threads(all) };
    let model = Model::of(&parts, tokenizer, flags.precision, threads)?;

    let started = Instant::now();
    let loss = |piece: &Piece| piece.loss(&model, &tokens);
    let losses: Vec<Loss> = match many {
        true => pieces.par_iter().map(loss).collect(),
        false => pieces.iter().map(loss).collect(),
    };
    let loss = losses.into_iter().sum();
    report(loss, bytes, started.elapsed(), None, all)
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

/// A window of a text, and from where on its predictions count: before that, a window before it has
/// predicted.
struct Piece {
    start: usize,
    first: usize,
    end: usize,
}

/// The windows of a text that asks so many questions.
fn pieces(questions: usize, context: usize, stride: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut start, mut first) = (0, 0);
    while first < questions {
        let end = (start + context).min(questions);
        pieces.push(Piece { start, first, end });
        (start, first) = (start + stride, end);
    }
    pieces
}

impl Piece {
    /// The loss of what counts.
    fn loss(&self, model: &Model, tokens: &Ids) -> Loss {
        let tokens = tokens.some(self.start..self.end + 1);
        let (mut at, mut sum) = (0, 0.0);
        model.network.each_logits(&tokens[..self.end - self.start], |logits| {
            let known = (self.first - self.start).saturating_sub(at).min(logits.nrows());
            let new = logits.slice(s![known.., ..]).to_owned();
            let next = at + logits.nrows();
            sum += cross_entropy(new, &tokens[at + known + 1..=next]).0;
            at = next;
        });
        Loss { sum, count: self.end - self.first }
    }
}
