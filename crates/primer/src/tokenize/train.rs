//! `primer tokenizer train`: texts of any size into a tokenizer.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read, stderr, stdin};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tokenizer::{
    ReadError, Tokenizer,
    count::Counter,
    split::Pattern,
    train::{Kind, Progress},
};

use super::WORDS;
use crate::args::{Global, TokenizerTrain};
use crate::{data, durable, only, out};

/// The kinds, as they are asked for.
const KINDS: [&str; 6] = ["bpe", "sentencepiece", "unigram", "word", "char", "byte"];

/// How often a line says how far it is, where there is no bar.
const SILENCE: Duration = Duration::from_secs(5);

pub(super) fn train(flags: &TokenizerTrain, all: &Global) -> Result<()> {
    only("--kind", &flags.kind, &KINDS)?;
    let started = Instant::now();
    let tokenizer = match kind(flags)? {
        None => Tokenizer::bytes(),
        Some((kind, vocabulary)) => learn(flags, kind, vocabulary)?,
    };
    durable::write(&flags.out, tokenizer.to_json().as_bytes())?;
    let (seconds, vocabulary) = (started.elapsed().as_secs_f64(), tokenizer.vocabulary());
    if all.json {
        let out = flags.out.display().to_string();
        let line = json!({ "vocabulary": vocabulary, "seconds": seconds, "out": out });
        return out::line(&line.to_string());
    }
    out::tell(&format!("{vocabulary} tokens in {seconds:.1} s: {}", flags.out.display()));
    Ok(())
}

/// What is to be learned, and how many tokens of it; nothing, where the bytes are all.
fn kind(flags: &TokenizerTrain) -> Result<Option<(Kind, usize)>> {
    let Some(pattern) = Pattern::named(&flags.pattern) else {
        bail!("--pattern {} is not one of gpt2, cl100k, o200k, llama3 and qwen2", flags.pattern);
    };
    let coverage = flags.coverage;
    ensure!((0.0..=1.0).contains(&coverage), "--coverage {coverage} is not between 0 and 1");
    let (kind, least) = match flags.kind.as_str() {
        "byte" => return Ok(None),
        "char" => return Ok(Some((Kind::Characters, flags.vocab.unwrap_or(usize::MAX)))),
        "word" => return Ok(Some((Kind::Words, flags.vocab.unwrap_or(WORDS)))),
        "sentencepiece" => (Kind::SentencePiece { coverage }, 260),
        "unigram" => (Kind::Unigram { coverage }, 260),
        _ => (Kind::Pairs(pattern), 256),
    };
    match flags.vocab {
        Some(vocabulary) if vocabulary >= least => Ok(Some((kind, vocabulary))),
        _ => bail!("--kind {} needs --vocab N: how many tokens, at least {least}", flags.kind),
    }
}

fn learn(flags: &TokenizerTrain, kind: Kind, vocabulary: usize) -> Result<Tokenizer> {
    let mut files = Vec::new();
    for path in &flags.data {
        files.extend(data::files(path)?);
    }
    let mut shown = Shown::new();
    let mut counter = Counter::new(kind);
    for file in &files {
        read(&mut counter, file, &mut |progress| shown.tell(progress))?;
    }
    let tokenizer = Tokenizer::train(&counter.finish(), vocabulary, &mut |progress| {
        shown.tell(progress);
    });
    shown.bar.finish_and_clear();
    Ok(tokenizer)
}

fn read(counter: &mut Counter, path: &Path, told: &mut dyn FnMut(Progress)) -> Result<()> {
    let name = path.display();
    let read = if path == Path::new("-") {
        counter.read(NoZero { inner: stdin().lock(), read: 0 }, told)
    } else {
        let file = File::open(path).map_err(|error| data::explain(&error, path))?;
        counter.read(NoZero { inner: file, read: 0 }, told)
    };
    match read {
        Ok(0) => bail!("{name} is empty: give a file with some text"),
        Ok(_) => Ok(()),
        Err(ReadError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
            bail!("{name} is no text: {error}")
        }
        Err(ReadError::Io(error)) => Err(data::explain(&error, path)),
        Err(error) => bail!("{name} is {error}"),
    }
}

/// A reader of texts, in which no byte is 0.
struct NoZero<R> {
    inner: R,
    read: usize,
}

impl<R: Read> Read for NoZero<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        if let Some(at) = bytes[..count].iter().position(|&byte| byte == 0) {
            let byte = self.read + at;
            let problem = format!("byte {byte} is 0, as in a binary file; give a text file");
            return Err(io::Error::new(ErrorKind::InvalidData, problem));
        }
        self.read += count;
        Ok(count)
    }
}

/// A bar on a terminal, a line now and then elsewhere.
struct Shown {
    bar: ProgressBar,
    spoke: Instant,
    looked: Instant,
}

impl Shown {
    fn new() -> Self {
        let bar =
            if stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
        Shown { bar, spoke: Instant::now(), looked: Instant::now() }
    }

    fn tell(&mut self, progress: Progress) {
        if self.looked.elapsed() < Duration::from_millis(50) {
            return;
        }
        self.looked = Instant::now();
        let words = match progress {
            Progress::Read { bytes } => {
                self.look("{spinner} {msg} · {elapsed}");
                format!("{:.1} MB read", bytes as f64 / 1e6)
            }
            Progress::Learned { done, of } => {
                self.look("{bar:28} {pos}/{len} · {msg} · {eta} left");
                self.bar.set_length(of as u64);
                self.bar.set_position(done as u64);
                if self.bar.is_hidden() {
                    format!("learned {done} of {of}")
                } else {
                    "learned".into()
                }
            }
        };
        if !self.bar.is_hidden() {
            self.bar.set_message(words);
        } else if self.spoke.elapsed() >= SILENCE {
            out::tell(&words);
            self.spoke = Instant::now();
        }
    }

    fn look(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }
}
