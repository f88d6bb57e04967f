//! Models in the shapes that are published: trained, written elsewhere, opened again, taught more.

#![allow(clippy::unwrap_used)] // a helper of a test is a test

use std::fs;

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const SMALL: &str = "--layers 2 --heads 4 --kv-heads 2 --channels 16 --context 16 --batch 4 --steps 30 \
                     --eval-every 30 --lr 0.01";

/// A text of a few kilobytes, and a llama that has learned it in a moment.
fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "The cat sat on the mat. The dog ran to the cat, and the cat ran away.\n".repeat(40);
    fs::write(folder.path().join("text.txt"), &text).unwrap();
    fs::write(folder.path().join("other.txt"), text.replace("cat", "hat")).unwrap();
    good(&folder, &format!("train --architecture llama --data text.txt {SMALL} --out llama"));
    folder
}

fn primer(folder: &TempDir, line: &str) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_primer"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output();
    program.unwrap()
}

#[track_caller]
fn good(folder: &TempDir, line: &str) -> String {
    let output = primer(folder, line);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "primer {line}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn bad(folder: &TempDir, line: &str, words: &[&str]) {
    let output = primer(folder, line);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "primer {line}: {told}");
    let last = told.lines().last().unwrap_or_default();
    assert!(last.starts_with("primer: ") && !told.contains("panicked"), "{told}");
    for word in words {
        assert!(last.contains(word), "{word:?} is missing in: {last}");
    }
}

/// What a model says after a few letters, and the scores of the first token.
fn said(folder: &TempDir, model: &str) -> (Value, Vec<f64>) {
    let line = format!("generate {model} --prompt Th --greedy --tokens 12 --json --logprobs 5");
    let said: Value = serde_json::from_str(&good(folder, &line)).unwrap();
    let scores = said["logprobs"][0].as_array().unwrap();
    (said["ids"].clone(), scores.iter().map(|score| score["logprob"].as_f64().unwrap()).collect())
}

#[track_caller]
fn assert_same(one: &(Value, Vec<f64>), other: &(Value, Vec<f64>), within: f64) {
    assert_eq!(one.0, other.0);
    for (one, other) in one.1.iter().zip(&other.1) {
        assert!((one - other).abs() <= within, "{one} and {other}");
    }
}

#[test]
fn what_is_exported_says_the_same() {
    let folder = room();
    let own = said(&folder, "llama");
    for (out, flags, within) in [
        ("a.gguf", "--format gguf", 1e-5),
        ("b.gguf", "--format gguf --precision f16", 2e-2),
        ("c.gguf", "--format gguf --precision bf16", 1e-1),
        ("d", "--format safetensors", 1e-5),
        ("e", "--format safetensors --precision bf16", 1e-1),
    ] {
        good(&folder, &format!("export llama --out {out} {flags}"));
        let there = said(&folder, out);
        assert_same(&own, &(own.0.clone(), there.1), within);
    }
    assert_same(&own, &said(&folder, "a.gguf"), 1e-5);
    // … and back
    good(&folder, "export a.gguf --out f --format safetensors");
    assert_same(&own, &said(&folder, "f"), 1e-5);

    bad(&folder, "export llama --out a.gguf --format gguf", &["a.gguf exists", "--overwrite"]);
    bad(&folder, "export llama --out g --format safetensors --precision q8", &["q8", "gguf"]);
    let (tokens, text) =
        ("tokenizer encode a.gguf --text The", "tokenizer encode llama --text The");
    assert_eq!(good(&folder, tokens), good(&folder, text));
    let eval = |model: &str| -> Value {
        serde_json::from_str(&good(&folder, &format!("eval {model} --data text.txt --json")))
            .unwrap()
    };
    let (one, other) = (eval("llama")["loss"].as_f64(), eval("a.gguf")["loss"].as_f64());
    assert!((one.unwrap() - other.unwrap()).abs() < 1e-5);
}

#[test]
fn a_model_is_drawn_and_watched() {
    let folder = room();
    let picture = good(&folder, "inspect llama");
    for part in ["llama", "2 heads", "silu", "blocks.0.feed_forward.gate.weight", "× 2"] {
        assert!(picture.contains(part), "{part:?} is missing in\n{picture}");
    }
    let made: Value = serde_json::from_str(&good(&folder, "inspect llama --json")).unwrap();
    let counts = made["parameters"].as_array().unwrap().iter();
    assert_eq!(made["total"], counts.map(|array| array["count"].as_u64().unwrap()).sum::<u64>());
    let trained = fs::read_to_string(folder.path().join("llama/metrics.jsonl")).unwrap();
    let done: Value = serde_json::from_str(trained.lines().last().unwrap()).unwrap();
    assert_eq!(made["total"], done["parameters"]);

    let seen: Value =
        serde_json::from_str(&good(&folder, "inspect llama --attention The --json")).unwrap();
    let layers = seen["attention"]["layers"].as_array().unwrap();
    assert_eq!((layers.len(), layers[0].as_array().unwrap().len()), (2, 4));
    for row in layers[1][3].as_array().unwrap() {
        let sum: f64 = row.as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{row}");
    }
    assert_eq!(layers[0][0][0][1], 0.0); // no word hears what is ahead
    good(&folder, "inspect llama --attention The --layer 1 --head 3 --html page.html");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.contains("<svg") || page.contains("\"tokens\":[\"T\",\"h\",\"e\"]"), "{page}");
    bad(&folder, "inspect llama --attention The --layer 2", &["--layer 2", "has 2"]);
}

#[test]
fn a_model_learns_more() {
    let folder = room();
    let more =
        "train --from llama --data other.txt --batch 4 --context 16 --eval-every 10 --lr 0.003";
    good(&folder, &format!("{more} --steps 20 --out more"));
    assert_ne!(said(&folder, "more").1, said(&folder, "llama").1);

    // Resumed, it is the same model.
    good(&folder, &format!("{more} --steps 20 --out again --save-every 10 --minutes 0.000001"));
    good(&folder, "train --resume --out again");
    let numbers =
        |name: &str| fs::read(folder.path().join(name).join("model.safetensors")).unwrap();
    assert_eq!(numbers("again"), numbers("more"));

    bad(&folder, &format!("{more} --layers 3 --out x"), &["--layers", "--from"]);
    bad(
        &folder,
        &format!("{more} --context 17 --out x").replace("--context 16 ", ""),
        &["--context 17", "16"],
    );
    bad(&folder, &more.replace("llama", "nowhere"), &["nowhere does not exist"]);
}

#[test]
fn a_model_learns_beside_itself() {
    let folder = room();
    good(
        &folder,
        "train --data text.txt --layers 1 --heads 2 --channels 16 --context 16 --batch 4 --steps 20 --out gpt",
    );
    for model in ["llama", "gpt"] {
        let more = format!(
            "train --from {model} --lora-rank 2 --data other.txt --batch 4 --context 16 --eval-every 10 --lr 0.02"
        );
        let out = format!("{model}-beside");
        good(&folder, &format!("{more} --steps 20 --out {out}"));
        let adapted = said(&folder, &out);
        assert_ne!(adapted.1, said(&folder, model).1);
        assert!(
            !folder.path().join(&out).join("model.safetensors").exists(),
            "it holds the whole model"
        );

        good(&folder, &format!("export {out} --out {model}-merged --format safetensors"));
        assert_same(&adapted, &said(&folder, &format!("{model}-merged")), 1e-5);

        let numbers = |name: &str| {
            fs::read(folder.path().join(name).join("adapter_model.safetensors")).unwrap()
        };
        good(
            &folder,
            &format!("{more} --steps 20 --out {model}-again --save-every 10 --minutes 0.000001"),
        );
        good(&folder, &format!("train --resume --out {model}-again"));
        assert_eq!(numbers(&format!("{model}-again")), numbers(&out));
    }
}
