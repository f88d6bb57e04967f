//! `primer translate`: a sentence in, its translation out.
//!
//! An encoder–decoder reads the sentence once, and writes. A GPT that was trained on lines of
//! `sentence<TAB>translation` is given the sentence and the tab, and goes on: the article's first idea.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use serde_json::json;
use tokenizer::Tokenizer;
use transformer::{Beam, Beams, EncoderDecoder, Gpt, Reader};

use crate::args::{Global, Translate};
use crate::bleu::bleu;
use crate::{data, folder, out, pairs};

/// How many sentences are translated side by side.
const TOGETHER: usize = 64;

/// Whoever can translate.
#[derive(Debug)]
enum Translator {
    EncoderDecoder(EncoderDecoder),
    Gpt(Gpt, u32, u32), // and the tokens of a tab and of the end of a line
}

/// Translates what was given, line by line.
///
/// # Errors
/// If the model cannot be opened or does not translate, or a sentence is too long for it.
pub fn translate(flags: &Translate, all: &Global) -> Result<()> {
    ensure!(flags.beams > 0, "--beams 0: it must be at least 1");
    ensure!(flags.length_penalty.is_finite(), "--length-penalty: it must be a number");
    let tokenizer = folder::open_tokenizer(&flags.model)?;
    let translator = open(&flags.model, &tokenizer)?;
    let text = match flags.text.as_deref() {
        Some("-") | None => data::read_text(Path::new("-"))?,
        Some(text) => text.to_owned(),
    };
    ensure!(!text.trim().is_empty(), "there is nothing to translate: give a sentence");
    for line in text.lines() {
        ensure!(
            !line.contains('\t'),
            "{line:?} has a tab, after which a translation starts: leave it out"
        );
        if line.trim().is_empty() {
            out::line("")?;
            continue;
        }
        let ids = pairs::encode(&tokenizer, line)?;
        if tokenizer.decode(&ids)? != line {
            out::tell(&format!("the model does not know every word of {line:?}, and will guess"));
        }
        let beam = translator.best(&ids, flags.beams, flags.length_penalty)?;
        let said = tokenizer.decode(&beam.ids)?;
        if all.json {
            out::line(
                &json!({
                    "source": line,
                    "prompt_ids": ids,
                    "ids": beam.ids,
                    "text": said,
                    "logprob": beam.log_chance,
                })
                .to_string(),
            )?;
        } else {
            out::line(&said)?;
        }
    }
    Ok(())
}

fn open(folder: &Path, tokenizer: &Tokenizer) -> Result<Translator> {
    if folder::is_encoder_decoder(folder)? {
        return Ok(Translator::EncoderDecoder(folder::open_encoder_decoder(folder)?));
    }
    let (tab, end) = pairs::marks(tokenizer).with_context(|| {
        format!("{} is a gpt that was not trained on pairs, and cannot translate", folder.display())
    })?;
    Ok(Translator::Gpt(folder::open_language(folder)?, tab, end))
}

impl Translator {
    /// The best translation that is found, without its end.
    fn best(&self, ids: &[u32], width: usize, length_penalty: f64) -> Result<Beam> {
        let (context, words) = match self {
            Translator::EncoderDecoder(network) => (network.config.context, ids.len() + 1),
            Translator::Gpt(gpt, ..) => (gpt.config.context, ids.len() + 2),
        };
        ensure!(
            words <= context,
            "the sentence has {} tokens, and the context of {context} has no room for it: cut it",
            ids.len()
        );
        let (mut found, end) = match self {
            Translator::EncoderDecoder(network) => {
                (network.beams(ids, width, length_penalty), network.config.end)
            }
            Translator::Gpt(gpt, tab, end) => {
                let beams = Beams { width, length: context, end: Some(*end), length_penalty };
                (gpt.beams(&[&[*end], ids, &[*tab]].concat(), beams), *end)
            }
        };
        let mut best = found.swap_remove(0);
        best.ids.pop_if(|id| *id == end);
        Ok(best)
    }
}

/// How good translations are.
#[derive(Debug)]
pub struct Score {
    /// The share that equals one of the references, 0 to 1.
    pub exact_match: f64,
    /// 0 to 100.
    pub bleu: f64,
    /// What was said, sentence by sentence.
    pub said: Vec<String>,
}

impl Score {
    /// Both figures for people, with " · " before each.
    pub fn in_words(&self) -> String {
        format!(" · exact {:.1} % · BLEU {:.1}", 100.0 * self.exact_match, self.bleu)
    }
}

/// Translates each sentence greedily, and holds what is said against its references.
pub fn score(
    network: &EncoderDecoder,
    tokenizer: &Tokenizer,
    questions: &[&(String, Vec<String>)],
) -> Score {
    let fits = |ids: &[u32]| ids.len() < network.config.context;
    let said = questions.par_chunks(TOGETHER).flat_map_iter(|some| {
        let ids = some.iter().map(|(sentence, _)| tokenizer.encode(sentence).unwrap_or_default());
        let ids: Vec<Vec<u32>> = ids.collect();
        let fitting: Vec<&[u32]> = ids.iter().map(Vec::as_slice).filter(|ids| fits(ids)).collect();
        let mut said = network.translate_each(&fitting).into_iter();
        // What is too long is answered by nothing.
        let each = ids.into_iter().map(|ids| if fits(&ids) { said.next() } else { None });
        each.map(|said| tokenizer.decode(&said.unwrap_or_default()).unwrap_or_default())
            .collect::<Vec<_>>()
    });
    let said: Vec<String> = said.collect();
    let right = questions.iter().zip(&said).filter(|((_, wanted), said)| wanted.contains(said));
    let exact_match = right.count() as f64 / questions.len().max(1) as f64;
    let references: Vec<Vec<&str>> = questions
        .iter()
        .map(|(_, references)| references.iter().map(String::as_str).collect())
        .collect();
    let each = said.iter().map(String::as_str).zip(references.iter().map(Vec::as_slice));
    Score { exact_match, bleu: bleu(each), said }
}
