//! Prints a tokenizer's file and the ids of a text as one JSON object, for `benches/peers/tokenizer.py`
//! to compare with others: `ids KIND TRAINED_ON TEXT`, where KIND is characters, words:N, bytes,
//! pairs:N or, in place of both KIND and TRAINED_ON, `file PATH`.
#![allow(clippy::print_stdout)]

use std::{env, error::Error, fs, time::Instant};

use tokenizer::Tokenizer;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, from, text] = &arguments[..] else {
        return Err("three arguments are needed: KIND TRAINED_ON TEXT, or: file PATH TEXT".into());
    };
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

    let answer = serde_json::json!({
        "tokenizer": tokenizer.to_json(),
        "ids": ids,
        "text": tokenizer.decode(&ids)?,
        "seconds_to_make": made,
        "seconds_to_encode": encoded,
    });
    println!("{answer}");
    Ok(())
}
