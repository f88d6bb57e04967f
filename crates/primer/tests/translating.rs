//! Translating as people use it, on a model so small that it takes a moment.

#![allow(clippy::unwrap_used)] // a helper of a test is a test

use std::fs;
use std::io::Write;

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const ENGLISH: [&str; 7] = ["cat", "dog", "horse", "red", "green", "black", "grey"];
const FRENCH: [&str; 7] = ["chat", "chien", "cheval", "rouge", "vert", "noir", "gris"];

/// Some dozens of pairs: a beast of some colour, or two of them.
fn pairs() -> String {
    let mut lines = String::new();
    for beast in 0..3 {
        for colour in 3..7 {
            let english = format!("a {} {}", ENGLISH[colour], ENGLISH[beast]);
            let french = format!("un {} {}", FRENCH[beast], FRENCH[colour]);
            lines += &format!("{english} .\t{french} .\n");
            for other in 0..3 {
                lines += &format!("{english} and a {} .\t", ENGLISH[other]);
                lines += &format!("{french} et un {} .\n", FRENCH[other]);
            }
        }
    }
    lines
}

fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "pairs.tsv", pairs());
    folder
}

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), text).unwrap();
}

/// So small a model, and so few steps.
const SMALL: &str = "train --data pairs.tsv --architecture encoder-decoder --layers 1 --heads 2 \
                     --channels 16 --context 10 --batch 8 --eval-every 10 --steps 20";

/// Large enough to learn all of it, and no more.
const LARGER: &str = "train --data pairs.tsv --architecture encoder-decoder --layers 1 --heads 2 \
                      --channels 32 --context 10 --batch 16 --eval-every 50 --steps 200 --lr 0.01";

fn command(folder: &TempDir, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_primer"));
    command.args(words).current_dir(folder);
    command
}

fn primer(folder: &TempDir, line: &str) -> Output {
    command(folder, &line.split_whitespace().collect::<Vec<_>>()).output().unwrap()
}

#[track_caller]
fn success(output: Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn good(folder: &TempDir, line: &str) -> String {
    success(primer(folder, line))
}

/// A command that must fail, in one line that holds each of the words, with status 1.
#[track_caller]
fn bad(folder: &TempDir, words: &[&str], wanted: &[&str]) {
    let output = command(folder, words).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = told.lines().filter(|line| line.starts_with("primer: ")).collect();
    assert_eq!((output.status.code(), lines.len()), (Some(1), 1), "{words:?}: {told}");
    assert_eq!(told.lines().last(), Some(lines[0]), "{told}");
    for word in wanted {
        assert!(lines[0].contains(word), "{word:?} is missing in: {}", lines[0]);
    }
}

#[track_caller]
fn bad_line(folder: &TempDir, line: &str, wanted: &[&str]) {
    bad(folder, &line.split_whitespace().collect::<Vec<_>>(), wanted);
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What a model says to a sentence.
fn translate(folder: &TempDir, model: &str, sentence: &str, flags: &[&str]) -> String {
    let words = [&["translate", model, sentence], flags].concat();
    success(command(folder, &words).output().unwrap())
}

fn model(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name).join("model.safetensors")).unwrap()
}

#[test]
fn a_model_is_trained_and_translates() {
    let folder = room();
    let lines = good(&folder, &format!("{LARGER} --json"));
    let events: Vec<_> = lines.lines().map(json).collect();
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).collect::<Vec<_>>();
    assert_eq!((of("step").len(), of("eval").len(), of("done").len()), (200, 4, 1));
    for event in [of("eval"), of("done")].concat() {
        for (key, most) in [("exact_match", 1.0), ("bleu", 100.0)] {
            assert!((0.0..=most).contains(&event[key].as_f64().unwrap()), "{key}: {event}");
        }
        assert!(event["val_loss"].is_number() && event["bits_per_byte"].is_number());
    }
    let done = of("done")[0];
    assert!(done["exact_match"].as_f64() > Some(0.5), "{done}");
    assert!(done["bleu"].as_f64() > Some(50.0), "{done}");

    // A sentence that is there, by each of the ways.
    let (sentence, wanted) = ("a red cat .", "un chat rouge .\n");
    assert_eq!(translate(&folder, "model", sentence, &[]), wanted);
    assert_eq!(translate(&folder, "model", sentence, &["--beams", "3"]), wanted);
    let said = json(&translate(&folder, "model", sentence, &["--json"]));
    let keys: Vec<_> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["source", "prompt_ids", "ids", "text", "logprob"]);
    assert_eq!((&said["source"], &said["text"]), (&sentence.into(), &wanted.trim_end().into()));
    assert!(said["logprob"].as_f64() < Some(0.0));
    for (ids, text) in [("prompt_ids", sentence), ("ids", wanted.trim_end())] {
        let ids: Vec<_> = said[ids].as_array().unwrap().iter().map(Value::to_string).collect();
        let words = ["tokenizer", "decode", "model", "--ids", &ids.join(" ")];
        assert_eq!(success(command(&folder, &words).output().unwrap()).trim_end(), text);
    }
    for flags in [vec!["translate", "model"], vec!["translate", "model", "-", "--beams", "2"]] {
        let input = "a red cat .\n\na green dog .\r\n";
        assert_eq!(with_input(&folder, &flags, input), format!("{wanted}\nun chien vert .\n"));
    }
    let lines = translate(&folder, "model", "a red cat .\na zebra .", &["--json"]);
    assert_eq!(lines.lines().count(), 2, "an unknown word is guessed");

    let measured = json(&good(&folder, "eval model --data pairs.tsv --json"));
    for key in ["tokens", "loss", "perplexity", "bits_per_byte", "exact_match", "bleu"] {
        assert!(measured[key].is_number(), "{key}");
    }
    let tokens = pairs().split_whitespace().filter(|word| FRENCH.contains(word)).count();
    assert!(measured["tokens"].as_u64() > Some(tokens as u64));
    let inspected = json(&good(&folder, "inspect model --json"));
    assert_eq!(inspected["architecture"], "encoder-decoder");
    assert_eq!(inspected["total"], done["parameters"]);
    assert!(good(&folder, "inspect model").contains("decoder.0.cross.query.weight"));

    bad_line(&folder, "generate model", &["encoder-decoder", "primer translate model"]);
    bad_line(&folder, "eval model --data pairs.tsv --stride 2", &["--stride"]);
    bad_line(&folder, "translate model --beams 0 a", &["--beams 0"]);
    bad(&folder, &["translate", "model", &["a"; 10].join(" ")], &["10 tokens", "context of 10"]);
    bad(&folder, &["translate", "model", " "], &["nothing to translate"]);
    bad(&folder, &["translate", "model", "a cat\ta"], &["has a tab"]);
    write(&folder, "long.tsv", format!("a cat .\tun chat .\n{}.\tun .\n", "a ".repeat(10)));
    bad_line(&folder, "eval model --data long.tsv", &["long.tsv", "context of 10"]);
}

fn with_input(folder: &TempDir, words: &[&str], input: &str) -> String {
    let mut command = command(folder, words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    success(child.wait_with_output().unwrap())
}

/// The article's first idea: a sentence, a separator, and its translation, as one text to go on with.
#[test]
fn a_gpt_translates_too() {
    let folder = room();
    let line = SMALL.replace("encoder-decoder", "gpt").replace("--context 10", "--context 24");
    let line = line.replace("--steps 20", "--steps 100");
    good(&folder, &format!("{line} --tokenizer word --lr 0.01"));
    let said = json(&translate(&folder, "model", "a red cat .", &["--json"]));
    let words: Vec<_> = said["text"].as_str().unwrap().split(' ').collect();
    assert!(words.len() > 2 && words[0] == "un" && words[words.len() - 1] == ".", "{said}");
    let said = translate(&folder, "model", "a red cat .", &["--beams", "2"]);
    assert!(said.starts_with("un ") && said.ends_with(" .\n"), "{said}");
    bad(&folder, &["translate", "model", &["a"; 23].join(" ")], &["23 tokens", "context of 24"]);

    write(&folder, "text.txt", "A cat sat on a mat, and a dog sat on the cat. ".repeat(20));
    good(&folder, &format!("{line} --data text.txt --out other").replace("--data pairs.tsv", ""));
    bad_line(&folder, "translate other A", &["other", "not trained on pairs"]);
}

#[test]
fn the_model_is_the_same_for_any_threads_and_after_an_interruption() {
    let folder = room();
    let line = format!("{SMALL} --dropout 0.1 --accumulate 2");
    for threads in [1, 2] {
        good(&folder, &format!("{line} --out {threads} --threads {threads}"));
    }
    assert!(model(&folder, "1") == model(&folder, "2"), "another model");

    // As if the power had gone before the last checkpoint was whole.
    let last = folder.path().join("1/checkpoints/step-000020/manifest.json");
    fs::remove_file(last).unwrap();
    fs::remove_file(folder.path().join("1/model.safetensors")).unwrap();
    let told = primer(&folder, "train --resume --out 1");
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("going on after step 10"), "{told}");
    assert!(model(&folder, "1") == model(&folder, "2"), "another model");

    write(&folder, "pairs.tsv", pairs().replace("red", "blue"));
    bad_line(&folder, "train --resume --out 1", &["--data", "another text"]);
}

#[test]
fn a_dry_run_touches_nothing() {
    let folder = room();
    let told = json(&good(&folder, &format!("{SMALL} --dry-run --json")));
    for key in ["parameters", "memory_bytes", "flops_per_token", "tokens_per_step"] {
        assert!(told[key].as_u64() > Some(8), "{key}: {told}");
    }
    assert!(!folder.path().join("model").exists());
    good(&folder, &SMALL.replace("--steps 20", "--steps 1"));
    let inspected = json(&good(&folder, "inspect model --json"));
    assert_eq!(inspected["total"], told["parameters"]);
}

#[test]
fn bad_pairs_are_named() {
    let folder = room();
    for (text, words) in [
        ("a cat\tun chat\na dog un chien\n", ["bad.tsv, line 2, has no tab", "<TAB>"]),
        ("a cat\tun chat\tCC-BY\n", ["bad.tsv, line 1, has 3 columns", "<TAB>"]),
        ("a cat\tun chat\n\na dog\t\n", ["bad.tsv, line 3, has an empty column", "nothing"]),
        ("\n\n", ["bad.tsv has no pairs", "<TAB>"]),
        ("a cat\tun chat\n", ["bad.tsv leaves no pair to", "give more pairs"]),
    ] {
        write(&folder, "bad.tsv", text);
        bad_line(&folder, &SMALL.replace("pairs.tsv", "bad.tsv"), &words);
    }
    let short = SMALL.replace("--context 10", "--context 3");
    bad_line(&folder, &short, &["pairs.tsv", "context of 3"]);
    write(&folder, "text.txt", "a cat sat on a mat. ".repeat(9));
    good(&folder, "tokenizer train --data text.txt --kind char --out chars.json");
    bad_line(&folder, &format!("{SMALL} --tokenizer chars.json"), &["no token for a tab"]);
    bad_line(&folder, &format!("{SMALL} --tokenizer nonsense"), &["nonsense"]);
    let gpt = SMALL.replace("encoder-decoder", "gpt");
    bad_line(&folder, &format!("{gpt} --label-smoothing 0.1"), &["--label-smoothing"]);
    bad_line(&folder, &format!("{SMALL} --label-smoothing 1"), &["--label-smoothing 1"]);
    assert!(!folder.path().join("model/config.json").exists());
}

/// A pair that does not fit is left out, and the others are learned from.
#[test]
fn a_pair_that_is_too_long_is_left_out_and_told_of() {
    let folder = room();
    write(&folder, "pairs.tsv", pairs() + &"a ".repeat(12) + ".\tun .\n");
    let output = primer(&folder, &SMALL.replace("--steps 20", "--steps 1"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("1 of 49 pairs are longer than the context of 10 tokens"), "{told}");
    assert!(output.status.success(), "{told}");
}
