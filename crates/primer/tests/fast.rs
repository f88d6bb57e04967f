//! `primer train --recipe fast`: it learns, is saved, opened and resumed exactly.

#![allow(clippy::unwrap_used)] // a helper of a test is a test

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const SMALL: &str = "train --recipe fast --data text.txt --layers 2 --heads 2 --channels 16 --context 16 \
                     --batch 4 --eval-every 10 --eval-batches 0";

fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "The cat sat on the mat. The dog ran to the cat, and the cat ran away.\n".repeat(40);
    fs::write(folder.path().join("text.txt"), text).unwrap();
    folder
}

fn primer(folder: &TempDir, line: &str) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_primer"));
    command.args(line.split_whitespace()).current_dir(folder);
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.success(), text(stdout), text(stderr))
}

fn good(folder: &TempDir, line: &str) -> String {
    let (done, said, told) = primer(folder, line);
    assert!(done, "{line}: {told}");
    said
}

fn model(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name).join("model.safetensors")).unwrap()
}

/// The loss on the validation text at the end.
fn last_loss(lines: &str) -> f64 {
    let done: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(done["event"], "done");
    done["val_loss"].as_f64().unwrap()
}

#[test]
fn a_fast_model_learns_speaks_and_is_examined() {
    let folder = room();
    let fast = last_loss(&good(&folder, &format!("{SMALL} --steps 60 --json --out fast")));
    let article = SMALL.replace("fast", "article");
    let slow = last_loss(&good(&folder, &format!("{article} --steps 60 --json --out slow")));
    assert!(fast < slow - 0.1, "fast {fast}, the article's {slow}");

    let said = good(&folder, "generate fast --prompt The --greedy --tokens 30");
    assert!(said.starts_with("The ") && said.len() > 30, "{said:?}");
    let shape: Value = serde_json::from_str(&good(&folder, "inspect fast --json")).unwrap();
    assert_eq!(shape["architecture"], "sprint");

    // The tail that was held back, word for word the same windows.
    let text = fs::read_to_string(folder.path().join("text.txt")).unwrap();
    fs::write(folder.path().join("tail.txt"), &text[text.len() - text.len() / 10..]).unwrap();
    let line = good(&folder, "eval fast --data tail.txt --json");
    let again: Value = serde_json::from_str(&line).unwrap();
    assert!((again["loss"].as_f64().unwrap() - fast).abs() < 0.05, "{line}, and {fast} before");
}

#[test]
fn it_is_resumed_exactly() {
    let folder = room();
    for more in
        ["", "--without schedule", "--muon 0.02", "--without rotary qk-norm shift --dropout 0.1"]
    {
        let line = format!("{SMALL} --steps 20 --overwrite {more}");
        good(&folder, &format!("{line} --out whole"));
        good(&folder, &format!("{line} --out cut"));
        fs::remove_file(folder.path().join("cut/checkpoints/step-000020/manifest.json")).unwrap();
        fs::write(folder.path().join("cut/model.safetensors"), "").unwrap();
        let (done, _, told) = primer(&folder, "train --out cut --resume");
        assert!(done && told.contains("going on after step 10"), "{told}");
        assert!(model(&folder, "cut") == model(&folder, "whole"), "another model: {more}");
    }
}

#[test]
fn what_makes_no_sense_is_named() {
    let folder = room();
    for (line, words) in [
        ("train --without shift", "--recipe fast alone"),
        ("train --recipe fast --without luck", "--without luck: the recipe has rotary, rms-norm"),
        ("train --recipe fast --architecture llama", "--architecture: --recipe fast has its own"),
    ] {
        let (done, _, told) = primer(&folder, line);
        assert!(!done && told.contains(words), "{line}: {told}");
    }
    good(&folder, &format!("{SMALL} --steps 2 --out fast"));
    for (line, words) in [
        ("export fast --out fast.gguf --format gguf", "it is a sprint"),
        ("inspect fast --attention The", "a sprint does not tell"),
        ("train --from fast --data text.txt --lora-rank 2 --out more", "is a sprint"),
    ] {
        let (done, _, told) = primer(&folder, line);
        assert!(!done && told.contains(words), "{line}: {told}");
    }
    good(&folder, "train --from fast --data text.txt --steps 2 --context 16 --out more");
    good(&folder, "export fast --out half --format safetensors --precision bf16");
    good(&folder, "eval half --data text.txt");
}
