//! A tokenizer for other programs: `benches/peers/tokenizer.py` and `tokenizers_agree.py` compare what
//! it says with what others say.
//!
//! `ids KIND TRAINED_ON TEXT` (KIND: characters, words:N, bytes, pairs:N) or `ids file PATH TEXT`: the file
//! and the ids of TEXT, as one JSON object.
//!
//! `ids answer KIND [PATH]` (KIND: json, model, tekken, tiktoken:PATTERN, split:PATTERN) answers each line of standard
//! input with a line. Asked is a JSON value: a text; `{"specials": TEXT}`; `{"ids": [ID, …], "skip_special": BOOL}`.
//! Answered is `{"ids": [ID, …], "text": DECODED}`, `{"ids": [ID, …], "bytes": HEX}`,
//! `{"pieces": [TEXT, …]}` or `{"error": MESSAGE}`.
//!
//! `ids speed KIND PATH TEXT…`: seconds, for `tokenizers_speed.py`.
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
        [kind, from, text] => whole(kind, from, text),
        _ => Err("needed: KIND TRAINED_ON TEXT, or: file PATH TEXT, or: answer KIND PATH".into()),
    }
}

fn whole(kind: &str, from: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(text)?;

    let start = Instant::now();
    let tokenizer = match kind.split_once(':').unwrap_or((kind, "")) {
        ("file", _) => Tokenizer::from_json(&fs::read(from)?)?,
        ("characters", _) => Tokenizer::characters(&fs::read_to_string(from)?),
        ("words", size) => Tokenizer::words(&fs::read_to_string(from)?, size.parse()?),
        ("bytes", _) => Tokenizer::bytes(),
        ("pairs", size) => Tokenizer::byte_pairs(&fs::read_to_string(from)?, size.parse()?),
        _ => return Err(format!("there is no kind {kind}").into()),
    };
    let made = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let ids = tokenizer.encode(&text)?;
    let encoded = start.elapsed().as_secs_f64();

    let answer = json!({
        "tokenizer": tokenizer.to_json(),
        "ids": ids,
        "text": tokenizer.decode(&ids)?,
        "seconds_to_make": made,
        "seconds_to_encode": encoded,
    });
    println!("{answer}");
    Ok(())
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

/// For each text, a line: how long it takes to make the tokenizer, to encode the text for the first time
/// and again, and to decode it; the best of three.
fn speed(kind: &str, path: &str, texts: &[&str]) -> Result<(), Box<dyn Error>> {
    let (kind, name) = kind.split_once(':').unwrap_or((kind, ""));
    let file = fs::read(path)?;
    for text in texts {
        let text = fs::read_to_string(text)?;
        let mut best = [f64::INFINITY; 4];
        let mut count = 0;
        for _ in 0..3 {
            let mut times = [0.0; 4];
            let start = Instant::now();
            let tokenizer = open(kind, name, &file)?;
            tokenizer.encode("")?;
            times[0] = start.elapsed().as_secs_f64();
            for time in &mut times[1..3] {
                let start = Instant::now();
                count = tokenizer.encode(&text)?.len();
                *time = start.elapsed().as_secs_f64();
            }
            let ids = tokenizer.encode(&text)?;
            let start = Instant::now();
            let decoded = tokenizer.decode(&ids)?.len();
            times[3] = start.elapsed().as_secs_f64() * text.len() as f64 / decoded.max(1) as f64;
            best.iter_mut().zip(times).for_each(|(best, time)| *best = best.min(time));
        }
        let [make, cold, warm, decode] = best;
        let line = json!({"bytes": text.len(), "ids": count, "make": make, "cold": cold, "warm": warm, "decode": decode});
        println!("{line}");
    }
    Ok(())
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
