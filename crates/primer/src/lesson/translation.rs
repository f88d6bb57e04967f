//! Sentences to translate.

use std::path::Path;

use anyhow::{Result, ensure};
use backprop::{Dropout, Loss};
use neuron::init::seeded;
use rand::RngExt;
use rayon::prelude::*;
use serde_json::Map;
use tokenizer::Tokenizer;
use transformer::{EncoderDecoder, EncoderDecoderConfig, Pairs};

use super::{Exam, Lesson, Size};
use crate::pairs::{self, Line};
use crate::preset::Settings;
use crate::tokenizer_file::WithFile;
use crate::{evaluate, folder, memory, out, translate};

/// How many sentences are shown at each evaluation.
const SHOWN: usize = 4;

/// How many batches tell the loss on what was learned, where all that was held out is looked at.
const BATCHES: usize = 20;

/// A sentence and its translation, as ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    sentence: Vec<u32>,
    translation: Vec<u32>,
}

impl Pair {
    fn ids(&self) -> (&[u32], &[u32]) {
        (&self.sentence, &self.translation)
    }
}

/// Sentences to translate.
#[derive(Debug)]
pub struct Translation {
    tokenizer: WithFile,
    config: EncoderDecoderConfig,
    train: Vec<Pair>,
    val: Vec<Pair>,
    /// The sentences that were held out, each with all of its translations.
    questions: Vec<(String, Vec<String>)>,
    val_bytes: usize,
}

impl Translation {
    /// Pairs from a file called `name`, of which some are held out.
    ///
    /// # Errors
    /// If there are too few, or a pair has a character that the tokenizer does not know.
    pub fn new(
        (learned, kept): (Vec<Line<'_>>, Vec<Line<'_>>),
        name: &str,
        tokenizer: Tokenizer,
        settings: &Settings,
    ) -> Result<Self> {
        let config = settings.encoder_decoder(tokenizer.vocabulary(), pairs::marks(&tokenizer)?);
        config.check()?;
        for (part, pairs) in [("learn from", &learned), ("validate on (--val-fraction)", &kept)] {
            ensure!(!pairs.is_empty(), "{name} leaves no pair to {part}: give more pairs");
        }
        let ids = |lines: &[Line<'_>]| {
            let pairs = lines.par_iter().map(|(sentence, translation)| {
                let sentence = pairs::encode(&tokenizer, sentence)?;
                Ok(Pair { sentence, translation: pairs::encode(&tokenizer, translation)? })
            });
            pairs.collect::<Result<Vec<_>>>()
        };
        let context = config.context;
        let fits = |pair: &Pair| pair.sentence.len().max(pair.translation.len()) < context;
        let (mut train, mut val) = (ids(&learned)?, ids(&kept)?);
        let all = train.len() + val.len();
        let bytes = kept.iter().zip(&val).filter(|(_, pair)| fits(pair));
        let val_bytes = bytes.map(|((_, translation), _)| translation.len() + 1).sum();
        train.retain(fits);
        val.retain(fits);
        let long = all - train.len() - val.len();
        if long > 0 {
            out::tell(&format!(
                "{long} of {all} pairs are longer than the context of {context} tokens, and left out"
            ));
        }
        ensure!(
            !train.is_empty() && !val.is_empty(),
            "no pair of {name} fits into a context of {context}: give a larger --context"
        );
        let questions = pairs::by_sentence(&kept).into_iter().map(|(sentence, translations)| {
            (sentence.to_owned(), translations.into_iter().map(str::to_owned).collect())
        });
        let questions = questions.collect();
        Ok(Translation {
            tokenizer: WithFile::new(tokenizer),
            config,
            train,
            val,
            questions,
            val_bytes,
        })
    }

    /// The mean loss over at most so many pairs, evenly from all over.
    fn loss(network: &EncoderDecoder, pairs: &[Pair], most: usize) -> f64 {
        let some: Vec<_> = evenly(pairs, most).into_iter().map(Pair::ids).collect();
        evaluate::translation_loss(network, &some).mean()
    }
}

impl Lesson for Translation {
    type Network = EncoderDecoder;
    type Example<'a> = &'a Pair;

    fn begin(&self, settings: &Settings) -> Result<EncoderDecoder> {
        Ok(EncoderDecoder::random(self.config.clone(), &mut seeded(settings.seed)))
    }

    fn open(&self, folder: &Path) -> Result<EncoderDecoder> {
        let model = folder::open_encoder_decoder(folder)?;
        let same = model.config == self.config;
        ensure!(same, "{}: its model has another shape than its settings say", folder.display());
        Ok(model)
    }

    fn files<'a>(
        &self,
        network: &'a EncoderDecoder,
        settings: &Settings,
    ) -> Result<folder::Files<'a>> {
        folder::encoder_decoder_files(network, &self.tokenizer, settings.dropout)
    }

    fn size(&self, settings: &Settings) -> Size {
        let words = |length: fn(&Pair) -> usize| {
            self.train.iter().map(length).sum::<usize>() as f64 / self.train.len() as f64
        };
        let (sentence, translation) =
            (words(|pair| pair.sentence.len() + 1), words(|pair| pair.translation.len() + 1));
        let tokens = (settings.batch as f64 * (sentence + translation)) as usize;
        Size {
            parameters: self.config.parameters().unwrap_or(0),
            kept: memory::kept_to_translate(&self.config, settings.batch, sentence, translation),
            scores: 0,
            flops_per_token: memory::flops_to_translate(&self.config, sentence, translation),
            tokens_per_step: tokens * settings.accumulate,
            tokens_at_once: memory::TOKENS,
        }
    }

    fn describe(&self) -> String {
        let (train, val, vocabulary) = (self.train.len(), self.val.len(), self.config.vocabulary);
        format!("{train} pairs to learn from, {val} to validate on · vocabulary {vocabulary}")
    }

    fn draw(&self, settings: &Settings, step: usize) -> Vec<&Pair> {
        // Which pairs come is worked out from the seed and the step, as everything random is.
        let rng = &mut seeded(settings.seed.wrapping_mul(1_000_003).wrapping_add(step as u64));
        let count = settings.batch * settings.accumulate;
        (0..count).map(|_| &self.train[rng.random_range(0..self.train.len())]).collect()
    }

    fn tokens(pair: &&Pair) -> usize {
        pair.sentence.len() + pair.translation.len() + 2
    }

    fn learn(
        network: &EncoderDecoder,
        pairs: &[&Pair],
        settings: &Settings,
        dropout: Dropout,
        grad: &mut EncoderDecoder,
    ) -> Loss {
        let pairs = Pairs::new(&network.config, pairs.iter().map(|pair| pair.ids()));
        network.learn(&pairs, settings.label_smoothing, dropout, grad)
    }

    fn examine(&self, network: &EncoderDecoder, settings: &Settings, last: bool) -> Exam {
        let most = settings.eval_batches * settings.batch;
        let most_held_out = if most == 0 || last { usize::MAX } else { most };
        let most_learned = if most == 0 { BATCHES * settings.batch } else { most };
        let train = Self::loss(network, &self.train, most_learned);
        let val = Self::loss(network, &self.val, most_held_out);

        let questions = evenly(&self.questions, most_held_out);
        let score = translate::score(network, &self.tokenizer, &questions);
        let words = self.val.iter().map(|pair| pair.translation.len() + 1).sum();
        let shown = questions.iter().zip(&score.said).take(SHOWN);
        Exam {
            train_loss: train,
            val_loss: val,
            bits_per_byte: evaluate::bits_per_byte(val, words, self.val_bytes),
            figures: Map::from_iter([
                ("exact_match".to_owned(), score.exact_match.into()),
                ("bleu".to_owned(), score.bleu.into()),
            ]),
            words: score.in_words(),
            sample: shown.map(|((sentence, _), said)| format!("{sentence} → {said}\n")).collect(),
        }
    }
}

/// At most so many, evenly from all over: those of one place are often alike.
fn evenly<T>(all: &[T], most: usize) -> Vec<&T> {
    let count = most.min(all.len());
    (0..count).map(|i| &all[i * all.len() / count]).collect()
}
