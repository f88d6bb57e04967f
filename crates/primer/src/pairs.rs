//! Sentences and their translations: a line for each pair, `sentence<TAB>translation`.
//!
//! The tab and the end of the line serve the model as well. A translation starts after a tab and ends
//! with a new line, so every vocabulary has tokens for both. And whoever reads the file as one text
//! reads what the article tries first: a sentence, a separator, its translation.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use tokenizer::Tokenizer;

/// A sentence and its translation.
pub type Line<'a> = (&'a str, &'a str);

/// The pairs of a text that is called `name`.
///
/// # Errors
/// If a line has not two columns: which.
pub fn lines<'a>(text: &'a str, name: &str) -> Result<Vec<Line<'a>>> {
    let mut pairs = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() {
            continue;
        }
        let columns: Vec<_> = line.split('\t').collect();
        match columns[..] {
            [sentence, translation] if !sentence.is_empty() && !translation.is_empty() => {
                pairs.push((sentence, translation));
            }
            [_] => bail!("{name}, line {number}, has no tab: write sentence<TAB>translation"),
            [_, _] => {
                bail!("{name}, line {number}, has an empty column: write something, or nothing")
            }
            _ => bail!(
                "{name}, line {number}, has {} columns: write sentence<TAB>translation, for example \
                 with cut -f1,2",
                columns.len()
            ),
        }
    }
    ensure!(!pairs.is_empty(), "{name} has no pairs: write lines of sentence<TAB>translation");
    Ok(pairs)
}

/// The pairs cut in two: what is learned from, and what is held out. A sentence is held out with all of
/// its translations, wherever they stand, by a checksum of its own: a fraction of about `val_fraction`.
pub fn split<'a>(pairs: Vec<Line<'a>>, val_fraction: f64) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let below = val_fraction * 2.0_f64.powi(64);
    pairs.into_iter().partition(|(sentence, _)| {
        let digest: [u8; 32] = Sha256::digest(sentence.as_bytes()).into();
        let number = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number as f64 >= below
    })
}

/// Each sentence once, with all of its translations.
pub fn by_sentence<'a>(pairs: &[Line<'a>]) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for &(sentence, translation) in pairs {
        let place = *places.entry(sentence).or_insert(all.len());
        if place == all.len() {
            all.push((sentence, Vec::new()));
        }
        all[place].1.push(translation);
    }
    all
}

/// The text that the pairs were read from.
pub fn text(pairs: &[Line<'_>]) -> String {
    pairs.iter().map(|(sentence, translation)| format!("{sentence}\t{translation}\n")).collect()
}

/// The tokens that a translation starts after, a tab, and ends with, a new line.
///
/// # Errors
/// If the vocabulary has none of its own for them.
pub fn marks(tokenizer: &Tokenizer) -> Result<(u32, u32)> {
    let one = |text: &str, name| match tokenizer.encode(text).as_deref() {
        Ok(&[id]) if tokenizer.decode(&[id]).as_deref() == Ok(text) => Ok(id),
        _ => bail!("the tokenizer has no token for {name}, which pairs need: train one on pairs"),
    };
    Ok((one("\t", "a tab")?, one("\n", "the end of a line")?))
}

/// The ids of a sentence or of its translation.
///
/// # Errors
/// If it has something that the tokenizer does not know.
pub fn encode(tokenizer: &Tokenizer, text: &str) -> Result<Vec<u32>> {
    tokenizer.encode(text).with_context(|| format!("the sentence {text:?}"))
}
