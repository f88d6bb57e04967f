//! `primer tokenizer`: text into numbers and back.

mod show;
mod train;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use tokenizer::{
    Specials, Tokenizer,
    count::Counter,
    train::{COVERAGE, Kind},
};

use crate::args::{Decode, Encode, Global, Source, Text, TokenizerCommand, Width};
use crate::{data, durable, folder, out, tokenizer_file};

/// How many words a tokenizer of words knows, if nothing else is said.
const WORDS: usize = 10_000;

/// Trains, encodes or decodes.
///
/// # Errors
/// If a file cannot be read or written, or a text or an id is not in the vocabulary.
pub fn tokenize(command: &TokenizerCommand, all: &Global) -> Result<()> {
    match command {
        TokenizerCommand::Train(flags) => train::train(flags, all),
        TokenizerCommand::Encode(flags) => encode(flags, all),
        TokenizerCommand::Decode(flags) => decode(flags, all),
        TokenizerCommand::Show(flags) => show::show(flags, all),
    }
}

/// The tokenizer that `char`, `word`, `byte`, `bpe:N`, `sentencepiece:N`, `unigram:N` or the path of a
/// file asks for: made from the whole text where every character counts, else from what is learned from.
///
/// # Errors
/// If it is none of these, or the file cannot be opened.
pub fn make(kind: &str, whole: &str, learned: &str) -> Result<Tokenizer> {
    Ok(match kind.split_once(':').unwrap_or((kind, "")) {
        ("char", "") => Tokenizer::characters(whole),
        ("byte", "") => Tokenizer::bytes(),
        ("word", "") => Tokenizer::words(learned, WORDS),
        ("word", number) => Tokenizer::words(learned, size(kind, number, 2)?),
        ("bpe", number) => Tokenizer::byte_pairs(learned, size(kind, number, 256)?),
        ("sentencepiece", number) => {
            let vocabulary = size(kind, number, 260)?;
            counted(Kind::SentencePiece { coverage: COVERAGE }, learned, vocabulary)
        }
        ("unigram", number) => {
            let vocabulary = size(kind, number, 260)?;
            counted(Kind::Unigram { coverage: COVERAGE }, learned, vocabulary)
        }
        _ if Path::new(kind).exists() => folder::open_tokenizer(Path::new(kind))?,
        _ => bail!(
            "--tokenizer {kind} is no file, nor one of char, word, byte, bpe:N, sentencepiece:N and \
             unigram:N"
        ),
    })
}

fn counted(kind: Kind, text: &str, vocabulary: usize) -> Tokenizer {
    let mut counter = Counter::new(kind);
    counter.push(text);
    Tokenizer::train(&counter.finish(), vocabulary, &mut |_| ())
}

fn size(kind: &str, number: &str, least: usize) -> Result<usize> {
    let size = number.parse().ok().filter(|&size| size >= least);
    let name = kind.split(':').next().unwrap_or(kind);
    size.with_context(|| {
        format!("--tokenizer {kind}: say how many tokens, at least {least}, as in {name}:4096")
    })
}

fn open(source: &Source) -> Result<Tokenizer> {
    tokenizer_file::open(&source.tokenizer, source.pattern.as_deref())
}

/// The text that was given, and what it is called.
fn given(flags: &Text) -> Result<(String, String)> {
    Ok(match (&flags.text, &flags.file) {
        (Some(text), _) => (text.clone(), "--text".to_owned()),
        (_, Some(file)) => (data::read_text(file)?, file.display().to_string()),
        _ => (standard_input(flags.input.as_deref())?, "standard input".to_owned()),
    })
}

fn specials(flags: &Text) -> Specials {
    Specials { in_text: flags.special_tokens, around: flags.add_special_tokens }
}

fn encode(flags: &Encode, all: &Global) -> Result<()> {
    let tokenizer = open(&flags.source)?;
    let (text, name) = given(&flags.text)?;
    let started = Instant::now();
    let ids = tokenizer.encode_with(&text, specials(&flags.text)).context(name)?;
    let speed = text.len() as f64 / 1e6 / started.elapsed().as_secs_f64();
    if let Some(path) = &flags.out {
        durable::write(path, &raw(&ids, flags.dtype)?)?;
    }
    if all.json {
        let mut line = json!({});
        if flags.out.is_none() {
            line["ids"] = json!(ids);
            line["tokens"] = ids.iter().map(|&id| tokenizer.token(id)).collect();
        } else {
            line["count"] = ids.len().into();
        }
        line["bytes"] = text.len().into();
        line["megabytes_per_second"] = speed.into();
        return out::line(&line.to_string());
    }
    if let Some(path) = &flags.out {
        out::tell(&format!("{} ids, {speed:.1} MB/s: {}", ids.len(), path.display()));
        return Ok(());
    }
    let mut line = String::with_capacity(6 * ids.len());
    for id in ids {
        let space = if line.is_empty() { "" } else { " " };
        write!(line, "{space}{id}")?;
    }
    out::line(&line)
}

/// What `-`, or nothing, stands for.
fn standard_input(input: Option<&str>) -> Result<String> {
    if let Some(other) = input.filter(|input| *input != "-") {
        bail!("{other} is not expected here: use --file {other}, --text, --ids, or -");
    }
    data::read_text(&PathBuf::from("-"))
}

/// Ids as raw little-endian numbers.
fn raw(ids: &[u32], width: Width) -> Result<Vec<u8>> {
    if width == Width::U32 {
        return Ok(ids.iter().flat_map(|id| id.to_le_bytes()).collect());
    }
    let largest = ids.iter().max().copied().unwrap_or(0);
    ensure!(
        largest <= u32::from(u16::MAX),
        "the id {largest} does not fit in two bytes: use --dtype u32"
    );
    Ok(ids.iter().flat_map(|&id| (id as u16).to_le_bytes()).collect())
}

fn decode(flags: &Decode, all: &Global) -> Result<()> {
    let tokenizer = open(&flags.source)?;
    let words = match &flags.ids {
        Some(ids) => ids.clone(),
        None => standard_input(flags.input.as_deref())?,
    };
    let between = |c: char| c.is_whitespace() || ",[]".contains(c);
    let words = words.split(between).filter(|word| !word.is_empty());
    let id = |word: &str| {
        let told = || format!("{word} is no id: ids are whole numbers between spaces or commas");
        word.parse().with_context(told)
    };
    let ids: Vec<u32> = words.map(id).collect::<Result<_>>()?;
    let text = tokenizer.decode_with(&ids, flags.skip_special_tokens)?;
    if all.json { out::line(&json!({ "text": text }).to_string()) } else { out::write(&text) }
}
