//! A tokenizer for other programs: `benches/peers/tokenizers_agree.py` compares what it says with what
//! others say, and `tokenizers_speed.py` how long it takes.
//!
//! `ids answer KIND [PATH]` (KIND: json, model, tekken, tiktoken:PATTERN, split:PATTERN) answers each line of standard
//! input with a line. Asked is a JSON value: a text; `{"specials": TEXT}`; `{"ids": [ID, …], "skip_special": BOOL}`.
//! Answered is `{"ids": [ID, …], "text": DECODED}`, `{"ids": [ID, …], "bytes": HEX}`,
//! `{"pieces": [TEXT, …]}` or `{"error": MESSAGE}`.
//!
//! `ids speed KIND PATH TEXT…`: a line for each text, with the seconds that each thing took.
#![allow(clippy::print_stdout)]

use std::{
    env,
    error::Error,
    fs,
    io::{BufRead, BufWriter, Write, stdin, stdout},
    time::Instant,
};

use serde_json::{Value, json};
use tokenizer::{Specials, Tokenizer, split::Pattern};

type Answer = Result<Value, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match &arguments[..] {
        ["answer", kind, path @ ..] => answer(kind, path.first().copied().unwrap_or_default()),
        ["speed", kind, path, texts @ ..] => speed(kind, path, texts),
        _ => Err("needed: answer KIND PATH, or: speed KIND PATH TEXT…".into()),
    }
}

fn answer(kind: &str, path: &str) -> Result<(), Box<dyn Error>> {
    let (kind, name) = kind.split_once(':').unwrap_or((kind, ""));
    if kind == "split" {
        let pattern = Pattern::named(name).ok_or("there is no pattern of this name")?;
        return each_line(|asked| {
            let text = asked.as_str().ok_or("a text is cut, and nothing else")?;
            Ok(json!({"pieces": pattern.pieces(text).collect::<Vec<_>>()}))
        });
    }
    let tokenizer = open(kind, name, &fs::read(path)?)?;
    each_line(|asked| one(&tokenizer, asked))
}

fn open(kind: &str, name: &str, file: &[u8]) -> Result<Tokenizer, Box<dyn Error>> {
    Ok(match kind {
        "json" => Tokenizer::from_json(file)?,
        "model" => Tokenizer::from_sentencepiece(file)?,
        "tekken" => Tokenizer::from_tekken(file)?,
        "tiktoken" => {
            let pattern = Pattern::named(name).ok_or("there is no pattern of this name")?;
            Tokenizer::from_tiktoken(file, pattern, &[])?
        }
        _ => return Err(format!("there is no kind {kind}").into()),
    })
}

/// How long it takes to make the tokenizer, to encode a text for the first time and again, to encode it
/// as many texts of a few pages, and to decode it: the best of three.
fn speed(kind: &str, path: &str, texts: &[&str]) -> Result<(), Box<dyn Error>> {
    let (kind, name) = kind.split_once(':').unwrap_or((kind, ""));
    let file = fs::read(path)?;
    for text in texts {
        let text = fs::read_to_string(text)?;
        let documents = documents(&text);
        let mut best = [f64::INFINITY; 5];
        for _ in 0..3 {
            let start = Instant::now();
            let tokenizer = open(kind, name, &file)?;
            let made = start.elapsed().as_secs_f64();
            let timed = |work: &dyn Fn() -> Answer| -> Result<f64, Box<dyn Error>> {
                let start = Instant::now();
                work()?;
                Ok(start.elapsed().as_secs_f64())
            };
            let encode = || Ok(tokenizer.encode(&text)?.len().into());
            let (cold, warm) = (timed(&encode)?, timed(&encode)?);
            let each = timed(&|| Ok(tokenizer.encode_each(&documents)?.len().into()))?;
            let ids = tokenizer.encode(&text)?;
            let decode = timed(&|| Ok(tokenizer.decode(&ids)?.len().into()))?;
            let times = [made, cold, warm, each, decode];
            best.iter_mut().zip(times).for_each(|(best, time)| *best = best.min(time));
        }
        let [make, cold, warm, each, decode] = best;
        let times =
            json!({"make": make, "cold": cold, "warm": warm, "documents": each, "decode": decode});
        println!("{}", json!({"bytes": text.len(), "seconds": times}));
    }
    Ok(())
}

/// A text in documents: whole lines, 4 KB or more.
fn documents(text: &str) -> Vec<&str> {
    let (mut documents, mut start) = (Vec::new(), 0);
    for (end, _) in text.match_indices('\n') {
        if end - start >= 4096 {
            documents.push(&text[start..end]);
            start = end;
        }
    }
    documents.push(&text[start..]);
    documents
}

fn each_line(answer: impl Fn(&Value) -> Answer) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let asked = serde_json::from_str(&line?).map_err(Box::from);
        let answered = asked.and_then(|asked| answer(&asked));
        let answered = answered.unwrap_or_else(|error| json!({"error": error.to_string()}));
        writeln!(out, "{answered}")?;
        out.flush()?; // who asks waits
    }
    Ok(())
}

fn one(tokenizer: &Tokenizer, asked: &Value) -> Answer {
    if let Some(hex) = asked["bytes"].as_str() {
        let ids = tokenizer.encode_bytes(&unhex(hex)?)?;
        let bytes = tokenizer.decode_bytes(&ids)?;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        return Ok(json!({"ids": ids, "bytes": hex}));
    }
    let ids = match (asked, &asked["specials"]) {
        (Value::String(text), _) => tokenizer.encode(text)?,
        (_, Value::String(text)) => {
            tokenizer.encode_with(text, Specials { in_text: true, around: true })?
        }
        _ => serde_json::from_value(asked["ids"].clone())?,
    };
    let text = tokenizer.decode_with(&ids, asked["skip_special"] == true)?;
    Ok(json!({"ids": ids, "text": text}))
}

fn unhex(hex: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.ok_or("these are no hexadecimal digits")?;
    Ok(digits
        .chunks(2)
        .map(|two| two.iter().fold(0, |byte, digit| byte * 16 + *digit as u8))
        .collect())
}
