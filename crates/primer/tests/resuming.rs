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

/// The same, to fail as `PRIMER_FAIL` says: see `fail.rs`.
fn failing(folder: &TempDir, line: &str, fail: &str) -> Output {
    command(folder, line).env("PRIMER_FAIL", fail).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What lies in a folder and should not.
fn litter(folder: &TempDir, name: &str) -> Vec<String> {
    let mut names = vec![];
    let checkpoints = folder.path().join(name).join("checkpoints");
    for place in [folder.path().join(name), checkpoints] {
        for entry in fs::read_dir(place).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let half = name.starts_with("step-") && !entry.path().join("manifest.json").exists();
            names.extend((half || name.starts_with('.')).then_some(name));
        }
    }
    names
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
fn resume_anyway_says_what_is_other_and_goes_on() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 20")).0, Some(0));
    let (status, told) = primer(&folder, "train --resume-anyway --steps 30 --lr 0.1 --keep 9");
    assert_eq!(status, Some(0), "{told}");
    for words in ["--steps is 30 and was 20", "--lr is 0.1", "going on after step 20"] {
        assert!(told.contains(words), "{told}");
    }
    let checkpoints = folder.path().join("model/checkpoints");
    assert!(checkpoints.join("step-000030").exists(), "{told}");
    assert!(checkpoints.join("step-000000").exists(), "--keep is not heard");
    let (status, told) = primer(&folder, "train --resume-anyway --channels 32");
    assert!(status == Some(1) && told.contains("--channels is 32 and was 16"), "{told}");
}

#[test]
fn a_second_training_in_the_same_folder_is_refused() {
    let folder = room();
    let line = format!("{SMALL} 100000 --json").replace("--eval-every 10 ", "");
    let (mut child, _rest) = start(&folder, &line, 3);
    for second in [format!("{line} --overwrite"), "train --resume".to_owned()] {
        let (status, told) = primer(&folder, &second);
        assert!(status == Some(1) && told.contains("another training writes there"), "{told}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (status, told) = primer(&folder, "train --resume-anyway --steps 5");
    assert_eq!(status, Some(0), "{told}");
}

#[test]
fn a_crash_in_the_middle_of_saving_loses_nothing() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 40 --out whole")).0, Some(0));
    for point in primer::fail::POINTS {
        // In the third save or later: a save writes some twelve files.
        let time = if point.starts_with("file-") { 40 } else { 2 };
        let line = format!("{SMALL} 40 --save-every 5 --keep 1 --out cut --overwrite");
        let output = failing(&folder, &line, &format!("{point}@{time}=kill"));
        assert_eq!(output.status.code(), None, "{point} was not passed: {}", told(&output));
        let (status, told) = primer(&folder, "train --out cut --resume");
        assert_eq!(status, Some(0), "{point}: {told}");
        assert!(model(&folder, "cut") == model(&folder, "whole"), "{point}: another model");
        assert_eq!(litter(&folder, "cut"), [""; 0], "{point}");
    }
}

#[test]
fn a_full_disk_is_told_and_the_last_checkpoint_stays() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 40 --out whole")).0, Some(0));
    for time in [20, 21, 25, 29] {
        let line = format!("{SMALL} 40 --out cut --overwrite");
        let output = failing(&folder, &line, &format!("file-written@{time}+=full"));
        let told = told(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        for words in ["cannot write cut/", "it needs", "are free there", "keeps the model after"] {
            assert!(told.lines().last().unwrap().contains(words), "{words}: {told}");
        }
        assert_eq!(litter(&folder, "cut"), [""; 0], "{time}");
        let (status, told) = primer(&folder, "train --out cut --resume");
        assert_eq!(status, Some(0), "{told}");
        assert!(model(&folder, "cut") == model(&folder, "whole"), "another model");
    }
}

#[test]
fn a_bad_step_is_left_out_and_the_third_in_a_row_stops() {
    let folder = room();
    let line = format!("{SMALL} 40 --json --out bad --overwrite");
    for (fail, words) in [
        ("gradient@13=nan", "the loss of step 13 is"),
        ("loss@13=inf", "the loss of step 13 is inf"),
        ("gradient@13=1e30", "the loss of step 13 is"),
    ] {
        let output = failing(&folder, &line, fail);
        let (told, lines) = (told(&output), String::from_utf8(output.stdout).unwrap());
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(told.contains(words) && told.contains("the step is not taken"), "{told}");
        assert!(lines.contains("\"event\":\"skipped\",\"step\":13,"), "{lines}");
        assert!(lines.contains("\"skipped\":1,\"parameters\""), "{lines}");
        let (whole, saved) = (model(&folder, "bad"), folder.path().join("bad/checkpoints"));
        // Interrupted after it, and gone on: the same.
        for later in ["step-000030", "step-000040"] {
            fs::remove_dir_all(saved.join(later)).unwrap();
        }
        let (status, told) = primer(&folder, "train --out bad --resume");
        assert!(status == Some(0) && told.contains("after step 20"), "{told}");
        assert!(model(&folder, "bad") == whole, "{fail}: another model");
    }

    let output = failing(&folder, &line, "gradient@13+=nan");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let last = told.lines().last().unwrap();
    for words in
        ["step 15", "blocks.0.", "norm NaN", "rate of", "bad keeps the model after step 10"]
    {
        assert!(last.contains(words), "{words}: {last}");
    }
    let (status, told) = primer(&folder, "generate bad --tokens 3");
    assert_eq!(status, Some(0), "{told}");
}

#[test]
fn the_hundred_and_first_bad_step_in_all_stops() {
    let folder = room();
    let (status, words) = primer(&folder, &format!("{SMALL} 120"));
    assert_eq!(status, Some(0), "{words}");
    let saved = folder.path().join("model/checkpoints");
    fs::remove_dir_all(saved.join("step-000120")).unwrap();
    // As if 99 of its steps had been left out. (The first format has no checksum of its own.)
    let manifest = saved.join("step-000110/manifest.json");
    let json = fs::read_to_string(&manifest).unwrap().replace("\"format\": 3", "\"format\": 1");
    fs::write(manifest, json.replace("\"skipped\": 0", "\"skipped\": 99")).unwrap();
    let resume = "train --out model --resume";

    let output = failing(&folder, resume, "gradient@113=nan");
    let (status, words) = (output.status.code(), told(&output));
    assert!(status == Some(0) && words.contains("not taken (100 so far)"), "{words}");

    fs::remove_dir_all(saved.join("step-000120")).unwrap();
    let output = failing(&folder, resume, "gradient@112+=nan");
    let (status, words) = (output.status.code(), told(&output));
    let last = words.lines().last().unwrap();
    assert!(status == Some(1) && last.contains("100 steps before it were not taken"), "{words}");
}

#[test]
fn what_a_manifest_says_is_looked_at() {
    let folder = room();
    assert_eq!(primer(&folder, &format!("{SMALL} 20")).0, Some(0));
    let path = folder.path().join("model/checkpoints/step-000020/manifest.json");
    let json = fs::read_to_string(path).unwrap();
    let read = primer::checkpoint::check::read;
    assert_eq!(read(json.as_bytes()).unwrap().step, 20);
    // As the version before wrote it: all examples of a share at once, and its checksum holds.
    let before = json.replace("\"format\": 3", "\"format\": 2").replace("  \"at_once\": 32,\n", "");
    let (open, own) = before.rsplit_once("\"own\": \"").unwrap();
    let unsealed = format!("{open}\"own\": \"{}", &own[64..]);
    let seal = primer::checkpoint::checksum(unsealed.as_bytes());
    let before = format!("{open}\"own\": \"{seal}{}", &own[64..]);
    assert_eq!(read(before.as_bytes()).unwrap().at_once, None);
    // As an older version wrote it, without a checksum of its own.
    let json = json.replace("\"format\": 3", "\"format\": 1");
    for (was, is, words) in [
        ("\"step\": 20", "\"step\": 20", ""),
        ("\"format\": 1", "\"format\": 4", "format 4"),
        ("\"format\": 1", "\"format\": -1", "format -1"),
        ("\"step\": 20", "\"step\": 21", "step 21 of 20"),
        ("\"skipped\": 0", "\"skipped\": 21", "21 of them skipped"),
        ("\"shares\": 2", "\"shares\": 0", "0 shares"),
        ("\"at_once\": 32", "\"at_once\": 0", "no examples at once"),
        ("\"batch\": 4", "\"batch\": 4000000000000000000", "--batch"),
        ("\"layers\": 1", "\"layers\": 0", "--layers 0"),
        ("optimizer.safetensors", "other.safetensors", "no optimizer.safetensors"),
        ("config.json", "../../config.json", "leads out"),
        ("config.json", "/etc/passwd", "leads out"),
    ] {
        assert!(json.contains(was), "{was}");
        let told = read(json.replace(was, is).as_bytes()).err().map(|error| format!("{error:#}"));
        let told = told.unwrap_or_default();
        assert!(told.contains(words) && told.is_empty() == words.is_empty(), "{is}: {told}");
    }
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
