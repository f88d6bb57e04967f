//! A file from a stranger: it opens, or is refused in one line; never more than a second, nor more
//! memory than twice the file and 64 MiB.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::Plan;
use crate::room::{Room, SMALL};
use crate::table::Row;

/// Memory that any file may take.
const ROOM: u64 = 64 << 20;

/// Each kind of file: its path, and what opens it.
const KINDS: [(&str, &str); 9] = [
    ("model/config.json", "generate model --tokens 2"),
    ("model/generation_config.json", "generate model --tokens 2"),
    ("model/tokenizer.json", "generate model --tokens 2 --prompt The"),
    ("model/model.safetensors", "generate model --tokens 2"),
    ("parts/model.safetensors.index.json", "generate parts --tokens 2"),
    ("model.gguf", "generate model.gguf --tokens 2"),
    ("some.model", "tokenizer encode some.model --text the"),
    ("run/checkpoints/step-000010/manifest.json", "train --resume --dry-run --out run"),
    ("text.txt", "train --data text.txt --dry-run --context 16"),
];

/// What a long text is read by, and how many rare characters it has: with more than 256, by characters, an id
/// takes two bytes.
const LONG: [(&str, u32); 4] = [("char", 0), ("char", 300), ("word", 300), ("bpe:1000", 300)];

/// Files of every kind, broken in every way.
///
/// # Errors
/// If a program cannot be started.
pub fn files(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line = format!("{SMALL} --steps 10 --save-every 10 --eval-every 10");
    for out in ["model", "run", "parts"] {
        room.reference(&line, out)?;
    }
    room.run("export model --format gguf --out model.gguf")?;
    fs::rename(room.path("parts/model.safetensors"), room.path("parts/one.safetensors"))?;
    fs::write(room.path("parts/model.safetensors.index.json"), index(&room)?)?;
    let seeds = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/sentencepiece");
    fs::copy(seeds.join("unigram.model"), room.path("some.model"))?;

    let (mut slowest, mut largest, mut opened) = (0.0_f64, 0, 0);
    for (file, line) in KINDS {
        let path = room.path(file);
        let whole = fs::read(&path).with_context(|| file.to_owned())?;
        let good = room.run(line)?;
        row.trial(good.status == Some(0), || format!("{file} as it is: {}", good.words()));
        let broken = (0..plan.hostile).map(|_| broken(&whole, rng));
        let evil = evil(&whole);
        for bytes in evil.into_iter().chain(broken) {
            fs::write(&path, &bytes)?;
            let ended = room.run(line)?;
            let most = 2 * bytes.len() as u64 + ROOM;
            let fine = ended.status == Some(0) || ended.is_one_line();
            let fits = ended.peak <= most && ended.work <= 1.0;
            row.trial(fine && fits, || {
                let kept =
                    std::env::temp_dir().join(format!("torture-{}", crate::room::sha256(&bytes)));
                let _it_is_only_to_look_at = fs::write(&kept, &bytes);
                let (work, peak) = (ended.work, ended.peak);
                format!("{file}, {}: {work:.1} s, {peak} bytes, {}", kept.display(), ended.words())
            });
            slowest = slowest.max(ended.work);
            largest = largest.max(ended.peak);
            opened += usize::from(ended.status == Some(0));
        }
        fs::write(&path, &whole)?;
    }
    row.note = format!(
        "{} kinds; {opened} opened; at most {slowest:.2} s of a processor, {} MiB",
        KINDS.len(),
        largest >> 20
    );
    for (tokenizer, more) in LONG {
        let peak = long(row, &room, tokenizer, more)?;
        row.note += &format!("; 32 MiB by {tokenizer} {} MiB", peak >> 20);
    }
    Ok(())
}

/// The memory that it takes to read a text of 32 MiB, whose last line has so many characters more.
fn long(row: &mut Row, room: &Room, tokenizer: &str, more: u32) -> Result<u64> {
    let mut text = "To be, or not to be: that is the question.\n".repeat((32 << 20) / 43);
    text.extend(('\u{4e00}'..).take(more as usize));
    fs::write(room.path("long.txt"), &text)?;
    let ended =
        room.run(&format!("train --data long.txt --tokenizer {tokenizer} --dry-run --context 16"))?;
    let fits = ended.status == Some(0) && ended.peak <= 2 * text.len() as u64 + ROOM;
    row.trial(fits, || format!("32 MiB by {tokenizer}: {} bytes, {}", ended.peak, ended.words()));
    Ok(ended.peak)
}

/// The index of a model in parts.
fn index(room: &Room) -> Result<String> {
    let bytes = fs::read(room.path("parts/one.safetensors"))?;
    let length = usize::try_from(u64::from_le_bytes(*bytes.first_chunk().context("a header")?))?;
    let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length])?;
    let names = header.as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let map =
        names.filter(|name| name != "__metadata__").map(|name| (name, "one.safetensors".into()));
    Ok(serde_json::json!({ "weight_map": serde_json::Map::from_iter(map) }).to_string())
}

/// What is known to have hurt other programs.
fn evil(whole: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(whole).into_owned();
    let mut evil = vec![
        vec![],
        vec![0],
        b"null".to_vec(),
        b"{}".to_vec(),
        b"[]".to_vec(),
        vec![0xff; 100],
        vec![b'['; 200_000],
        "{\"a\":".repeat(100_000).into_bytes(),
        [u64::MAX.to_le_bytes().as_slice(), whole].concat(),
        [(1_u64 << 40).to_le_bytes().as_slice(), whole].concat(),
    ];
    // Its numbers, one at a time, become larger than any machine; its texts lead elsewhere.
    let digits: Vec<_> =
        text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    if text.starts_with('{') {
        for at in digits.iter().step_by(1 + digits.len() / 40) {
            for number in ["99999999999", "18446744073709551615", "-1", "1e308", "0"] {
                evil.push(format!("{}{number}{}", &text[..*at], &text[at + 1..]).into_bytes());
            }
        }
    }
    for path in ["../../etc/passwd", "/etc/passwd", "..", "/dev/zero"] {
        evil.push(text.replace("one.safetensors", path).into_bytes());
        evil.push(text.replace("config.json", path).into_bytes());
    }
    // A length somewhere in the first bytes of a binary file.
    for at in (0..whole.len().min(400).saturating_sub(8)).step_by(4) {
        let mut bytes = whole.to_vec();
        bytes[at..at + 8].copy_from_slice(&(u64::MAX >> 2).to_le_bytes());
        evil.push(bytes);
    }
    evil
}

/// Broken at random.
fn broken(whole: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    // Headers are short, and most is decided there.
    let end = if rng.random_bool(0.5) { bytes.len() } else { bytes.len().min(2000) };
    for _ in 0..rng.random_range(1..8) {
        let at = rng.random_range(0..end.min(bytes.len()).max(1));
        let span = at..bytes.len().min(at + rng.random_range(1..40));
        match rng.random_range(0..6) {
            0 => bytes.truncate(at),
            1 => _ = bytes.drain(span),
            2 => bytes[span].iter_mut().for_each(|byte| *byte = rng.random()),
            3 => bytes[span].iter_mut().for_each(|byte| *byte = 0xff),
            4 => {
                let piece = bytes[span].to_vec();
                bytes.splice(at..at, piece.repeat(rng.random_range(1..50)));
            }
            _ => {
                bytes[span].iter_mut().take(1).for_each(|byte| *byte ^= 1 << rng.random_range(0..8))
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}
