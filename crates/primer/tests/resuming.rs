//! Nothing that was learned is lost: checkpoints, Ctrl-C, and closed pipes.

#![allow(clippy::unwrap_used)] // a helper of a test is a test

use std::fs;
use std::io::{BufRead, BufReader, Read};

use std::process::{Child, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

const SMALL: &str = "train --data text.txt --layers 1 --heads 2 --channels 16 --context 16 --batch 4 \
                     --eval-every 10 --dropout 0.1 --steps";

fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "The cat sat on the mat. The dog ran to the cat, and the cat ran away.\n".repeat(40);
    fs::write(folder.path().join("text.txt"), text).unwrap();
    folder
}

fn command(folder: &TempDir, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_primer"));
    command.args(line.split_whitespace()).current_dir(folder);
    command
}

fn primer(folder: &TempDir, line: &str) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command(folder, line).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

fn model(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name).join("model.safetensors")).unwrap()
}

/// Starts to train, and waits for a step.
fn start(folder: &TempDir, line: &str, step: usize) -> (Child, BufReader<ChildStdout>) {
    let mut child =
        command(folder, line).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(&format!("\"step\":{step},")) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "ended before step {step}");
    }
    (child, lines)
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
}

#[test]
fn a_resumed_run_gives_the_same_model_as_an_uninterrupted_one() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 40 --out whole")).0, Some(0));
    assert_eq!(primer(&folder, &format!("{SMALL} 40 --out cut")).0, Some(0));

    // As if the power had gone: the newest checkpoint is damaged, and those before it are whole.
    let cut = folder.path().join("cut");
    let damaged = cut.join("checkpoints/step-000040/optimizer.safetensors");
    let mut bytes = fs::read(&damaged).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&damaged, bytes).unwrap();
    fs::remove_file(cut.join("checkpoints/step-000030/manifest.json")).unwrap();
    fs::write(cut.join("model.safetensors"), "").unwrap();
    let (status, told) = primer(&folder, "train --out cut --resume");
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("step-000040: its optimizer.safetensors is damaged"), "{told}");
    assert!(told.contains("passing over cut/checkpoints/step-000030"), "{told}");
    assert!(told.contains("going on after step 20"), "{told}");
    assert!(model(&folder, "cut") == model(&folder, "whole"), "another model");

    let steps = |name: &str| {
        let lines = fs::read_to_string(folder.path().join(name).join("metrics.jsonl")).unwrap();
        lines.lines().map(|line| line.split(",\"l").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(steps("cut")[..44], steps("whole")[..44]);
    assert_eq!(steps("cut").len(), steps("whole").len());
}

#[test]
fn ctrl_c_saves_and_stops() {
    let folder = room();
    assert_eq!(
        primer(
            &folder,
            &format!("{SMALL} 1500 --out whole --eval-every 1500").replace("--eval-every 10 ", "")
        )
        .0,
        Some(0)
    );
    for (name, status) in [("-INT", 130), ("-TERM", 143)] {
        let line = format!("{SMALL} 1500 --out cut --overwrite --json --eval-every 1500");
        let (mut child, mut rest) = start(&folder, &line.replace("--eval-every 10 ", ""), 5);
        signal(&child, name);
        rest.read_to_string(&mut String::new()).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(status));
    }
    let (status, told) = primer(&folder, "train --out cut --resume");
    assert_eq!(status, Some(0), "{told}");
    assert!(!told.contains("going on after step 0"), "{told}");
    assert!(model(&folder, "cut") == model(&folder, "whole"), "another model");
}

#[test]
fn settings_that_would_give_another_model_are_refused() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 20")).0, Some(0));
    let before = model(&folder, "model");
    for flag in ["--batch 8", "--lr 0.1", "--seed 7", "--steps 30", "--tokenizer byte"] {
        let (status, told) = primer(&folder, &format!("train --resume {flag}"));
        assert_eq!(status, Some(1), "{told}");
        assert!(told.contains(flag.split(' ').next().unwrap()), "{told}");
    }
    let text = fs::read_to_string(folder.path().join("text.txt")).unwrap();
    fs::write(folder.path().join("text.txt"), text.replace("dog", "cow")).unwrap();
    let (status, told) = primer(&folder, "train --resume");
    assert!(status == Some(1) && told.contains("another text"), "{told}");
    let (status, told) = primer(&folder, "train --resume --out nowhere");
    assert!(status == Some(1) && told.contains("no valid checkpoint"), "{told}");
    assert!(model(&folder, "model") == before, "the model has changed");
}

#[test]
fn the_last_checkpoints_and_the_best_are_kept() {
    let folder = room();
    let (status, told) = primer(&folder, &format!("{SMALL} 50 --keep 2"));
    assert_eq!(status, Some(0), "{told}");
    let entries = fs::read_dir(folder.path().join("model/checkpoints")).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["best.json", "step-000040", "step-000050"]);
    assert!(folder.path().join("model/checkpoints/step-000040/config.json").exists());
    let (status, told) = primer(&folder, "generate model/checkpoints/step-000040 --tokens 3");
    assert_eq!(status, Some(0), "{told}");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 10")).0, Some(0));
    let mut child = command(&folder, "generate model --tokens 5000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(!told.contains("primer:") && !told.contains("panicked"), "{told}");

    let (mut child, rest) = start(&folder, &format!("{SMALL} 1500 --json --out other"), 3);
    drop(rest);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(primer(&folder, "generate other --tokens 3").0, Some(0));
}
