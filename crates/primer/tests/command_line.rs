//! The program as people use it, on a model so small that it takes a moment.

#![allow(clippy::unwrap_used)] // a helper of a test is a test

use std::fs;

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A text of a few kilobytes, and the flags of a model that learns it in a moment.
fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "The cat sat on the mat. The dog ran to the cat, and the cat ran away.\n".repeat(40);
    fs::write(folder.path().join("text.txt"), text).unwrap();
    folder
}

const SMALL: &str =
    "--layers 1 --heads 2 --channels 16 --context 16 --batch 4 --steps 20 --eval-every 10";

fn primer(folder: &TempDir, line: &str) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_primer"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output();
    program.unwrap()
}

/// What a command that must succeed writes to standard output.
#[track_caller]
fn good(folder: &TempDir, line: &str) -> String {
    let output = primer(folder, line);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "primer {line}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// A command that must fail, in one line that holds each of the words, with status 1.
#[track_caller]
fn bad(folder: &TempDir, line: &str, words: &[&str]) {
    let output = primer(folder, line);
    let told = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = told.lines().filter(|line| line.starts_with("primer: ")).collect();
    assert_eq!(output.status.code(), Some(1), "primer {line}: {told}");
    assert_eq!(lines.len(), 1, "primer {line}: {told}");
    assert_eq!(told.lines().last(), Some(lines[0]), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    for word in words {
        assert!(lines[0].contains(word), "{word:?} is missing in: {}", lines[0]);
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn model(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name).join("model.safetensors")).unwrap()
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), bytes).unwrap();
}

#[test]
fn a_model_is_trained_and_speaks() {
    let folder = room();
    let lines = good(&folder, &format!("train --data text.txt --json {SMALL}"));
    let events: Vec<_> = lines.lines().map(json).collect();
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).count();
    assert_eq!((of("step"), of("eval"), of("done")), (20, 2, 1));
    let (first, last) = (&events[0], &events[events.len() - 1]);
    for key in ["step", "loss", "lr", "grad_norm", "tokens_per_second", "seconds"] {
        assert!(first[key].is_number(), "{key}");
    }
    for key in [
        "step",
        "val_loss",
        "bits_per_byte",
        "best_val_loss",
        "parameters",
        "tokens_per_second",
        "seconds",
        "peak_bytes",
    ] {
        assert!(last[key].is_number(), "{key}");
    }
    assert_eq!(last["out"], "model");
    assert!(last["val_loss"].as_f64().unwrap() < first["loss"].as_f64().unwrap());
    let metrics = fs::read_to_string(folder.path().join("model/metrics.jsonl")).unwrap();
    assert_eq!(metrics, lines);
    for file in ["config.json", "generation_config.json", "tokenizer_config.json", "loss.svg"] {
        assert!(folder.path().join("model").join(file).exists(), "{file}");
    }

    let said = good(&folder, "generate model --prompt The --tokens 10");
    assert_eq!((&said[..3], said.trim_end_matches('\n').chars().count()), ("The", 13));
    assert_eq!(said, good(&folder, "generate model --prompt The --tokens 10"));
    assert_ne!(said, good(&folder, "generate model --prompt The --tokens 10 --seed 7"));
    let said = good(&folder, "generate model --json --greedy --tokens 5 --logprobs 2 --samples 2");
    let said: Vec<_> = said.lines().map(json).collect();
    assert_eq!((said.len(), &said[0]["finish"]), (2, &Value::from("length")));
    let chosen: Vec<_> = (0..5).map(|i| said[0]["logprobs"][i][0]["id"].clone()).collect();
    assert_eq!(said[0]["ids"], Value::from(chosen));
    assert!(
        said[0]["logprobs"][0][0]["logprob"].as_f64()
            > said[0]["logprobs"][0][1]["logprob"].as_f64()
    );

    // One beam is greedy; the best of four is more likely here; and they come best first.
    let beams = |flags: &str| -> Vec<Value> {
        let line = format!("generate model --json --prompt The --tokens 6 {flags}");
        good(&folder, &line).lines().map(json).collect()
    };
    let (one, four) = (beams("--beams 1"), beams("--beams 4 --samples 4"));
    assert_eq!(one[0]["ids"], beams("--greedy")[0]["ids"]);
    let chances: Vec<_> = four.iter().map(|said| said["logprob"].as_f64().unwrap()).collect();
    assert!(chances.len() == 4 && chances.is_sorted_by(|one, next| one >= next), "{chances:?}");
    assert!(chances[0] >= one[0]["logprob"].as_f64().unwrap());
    assert!(good(&folder, "generate model --prompt The --beams 2").starts_with("The"));

    let said = json(&good(&folder, "generate model --json --tokens 400 --stop a"));
    assert_eq!(said["finish"], "stop");
    assert!(!said["text"].as_str().unwrap().contains('a'));

    let measured = json(&good(&folder, "eval model --data text.txt --json"));
    assert_eq!(measured["tokens"], 40 * 70 - 1);
    let loss = measured["loss"].as_f64().unwrap();
    assert!((measured["perplexity"].as_f64().unwrap().ln() - loss).abs() < 1e-9);
    let closer = json(&good(&folder, "eval model --data text.txt --json --stride 3"));
    assert_eq!(closer["tokens"], measured["tokens"]);
    assert_ne!(closer["loss"], measured["loss"]);

    let inspected = json(&good(&folder, "inspect model --json"));
    let counts = inspected["parameters"].as_array().unwrap();
    let counts = counts.iter().map(|array| array["count"].as_u64().unwrap());
    assert_eq!(inspected["total"], counts.sum::<u64>());
    assert_eq!(inspected["total"], last["parameters"]);
    assert!(good(&folder, "inspect model").contains("blocks.0.attention.query.weight"));
}

#[test]
fn a_tokenizer_goes_round() {
    let folder = room();
    for kind in [
        "bpe --vocab 280",
        "bpe --vocab 280 --pattern o200k",
        "sentencepiece --vocab 300",
        "unigram --vocab 300 --coverage 1",
        "char",
        "byte",
        "word --vocab 100",
    ] {
        good(&folder, &format!("tokenizer train --data text.txt --kind {kind} --out t.json"));
        let ids = good(&folder, "tokenizer encode t.json --file text.txt");
        write(&folder, "ids", &ids);
        let ids = ids.trim();
        let output = Command::new(env!("CARGO_BIN_EXE_primer"))
            .args(["tokenizer", "decode", "t.json", "--ids", ids])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.stdout, fs::read(folder.path().join("text.txt")).unwrap(), "{kind}");
        let line = json(&good(&folder, "tokenizer encode t.json --file text.txt --json"));
        assert_eq!(line["ids"].as_array().unwrap().len(), ids.split(' ').count());
        assert_eq!(line["bytes"], 40 * 70);
        good(&folder, "tokenizer encode t.json --file text.txt --out raw --dtype u16");
        let raw = fs::read(folder.path().join("raw")).unwrap();
        let raw: Vec<_> = raw.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        assert_eq!(raw.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), ids);
    }
}

#[test]
fn a_dry_run_touches_nothing() {
    let folder = room();
    let told = json(&good(&folder, &format!("train --data text.txt --dry-run --json {SMALL}")));
    assert!(told["parameters"].as_u64() > Some(3000) && told["memory_bytes"].is_u64());
    assert!(told["flops_per_token"].is_u64());
    assert!(!folder.path().join("model").exists());
}

#[test]
fn bad_data_is_named() {
    let folder = room();
    write(&folder, "empty.txt", "");
    write(&folder, "short.txt", "hello");
    write(&folder, "binary.txt", b"abc\0def");
    write(&folder, "latin.txt", b"caf\xe9 noir");
    fs::create_dir(folder.path().join("none")).unwrap();
    for (data, words) in [
        ("nowhere.txt", ["nowhere.txt", "does not exist"]),
        ("empty.txt", ["empty.txt", "is empty"]),
        ("short.txt", ["short.txt has 5 tokens", "context of 16"]),
        ("binary.txt", ["binary.txt", "byte 3"]),
        ("latin.txt", ["latin.txt", "byte 3 (0xe9)"]),
        ("none", ["none", "no .txt file"]),
    ] {
        bad(&folder, &format!("train --data {data} {SMALL}"), &words);
    }
    bad(
        &folder,
        "tokenizer train --data latin.txt --vocab 300 --out t.json",
        &["latin.txt", "byte 3"],
    );
    bad(
        &folder,
        "tokenizer train --data text.txt --kind unigram --vocab 3 --out t.json",
        &["--vocab N", "at least 260"],
    );
    bad(
        &folder,
        "tokenizer train --data text.txt --vocab 300 --pattern gpt1 --out t.json",
        &["--pattern gpt1", "gpt2, cl100k"],
    );
    assert!(!folder.path().join("model").join("config.json").exists());
    bad(
        &folder,
        &format!("train --data text.txt --tokenizer nonsense {SMALL}"),
        &["nonsense", "bpe:N"],
    );
}

#[test]
fn bad_settings_are_named() {
    let folder = room();
    let train = format!("train --data text.txt {SMALL}").replace("--heads 2 ", "");
    bad(&folder, &train.replace("--layers 1", "--layers 0 --heads 2"), &["--layers 0"]);
    bad(&folder, &format!("{train} --heads 3"), &["16 channels", "3 heads"]);
    for (flag, words) in [
        ("--batch 0", "--batch 0"),
        ("--steps 0", "--steps 0"),
        ("--threads 0", "--threads 0"),
        ("--eval-every 0", "--eval-every 0"),
        ("--dropout 1", "--dropout 1"),
        ("--lr nan", "--lr NaN"),
        ("--val-fraction 0", "--val-fraction 0"),
        ("--precision f16", "f16"),
        ("--architecture rnn", "rnn"),
        ("--kv-heads 1", "2 heads"),
        ("--architecture llama --kv-heads 3", "3 for keys"),
        ("--lora-rank 0 --from model", "--lora-rank 0"),
        ("--from model", "--layers"),
    ] {
        let train =
            train.replace("--batch 4", "").replace("--steps 20", "").replace("--eval-every 10", "");
        bad(&folder, &format!("{train} --heads 2 {flag}"), &[words]);
    }
    assert_eq!(primer(&folder, "train --nonsense").status.code(), Some(2));
    assert_eq!(primer(&folder, "train --layers x").status.code(), Some(2));
    write(&folder, "file", "");
    bad(&folder, &format!("{train} --heads 2 --out file"), &["--out file is a file"]);
    bad(
        &folder,
        &format!("{train} --heads 2 --out /proc/model"),
        &["--out /proc/model", "written"],
    );
    bad(&folder, &format!("{train} --heads 2 --out file/model"), &["file/model"]);
}

#[test]
fn bad_models_are_named() {
    let folder = room();
    good(&folder, &format!("train --data text.txt {SMALL}"));
    let before = model(&folder, "model");
    bad(
        &folder,
        &format!("train --data text.txt {SMALL}"),
        &["--out model", "--resume", "--overwrite"],
    );
    bad(
        &folder,
        &format!("train --data text.txt --overwrite {SMALL} --heads 3").replace("--heads 2", ""),
        &["3 heads"],
    );
    assert!(model(&folder, "model") == before, "the model has changed");

    bad(&folder, "generate model --prompt Thé", &["prompt", "'é'", "byte 2"]);
    write(&folder, "other.txt", "A cat? No!");
    bad(&folder, "eval model --data other.txt", &["other.txt", "byte 0"]);
    bad(&folder, "eval model --data text.txt --stride 17", &["--stride 17", "16"]);
    bad(&folder, "generate nowhere", &["nowhere", "does not exist"]);
    bad(&folder, "tokenizer decode model --ids 999", &["999"]);
    bad(&folder, "tokenizer decode model --ids x", &["x is no id"]);

    let path = folder.path().join("model/model.safetensors");
    fs::write(&path, &before[..before.len() - 100]).unwrap();
    bad(&folder, "generate model", &["model.safetensors"]);
    fs::write(&path, &before[..4]).unwrap();
    bad(&folder, "generate model", &["model.safetensors"]);
    fs::write(&path, &before).unwrap();
    let config = folder.path().join("model/config.json");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("\"gpt2\"", "\"bert\"")).unwrap();
    bad(&folder, "generate model", &["config.json", "bert"]);
    fs::write(&config, "{").unwrap();
    bad(&folder, "inspect model", &["config.json"]);
    fs::write(&config, text).unwrap();
    good(&folder, "generate model --tokens 3");
}

#[test]
fn a_loss_that_is_no_number_stops_training_and_keeps_the_last_good_model() {
    let folder = room();
    bad(
        &folder,
        &format!("train --data text.txt {SMALL} --steps 200 --lr 1e30").replace("--steps 20 ", ""),
        &["loss", "keeps the model after step"],
    );
    good(&folder, "generate model --tokens 5");
}

#[test]
fn a_model_of_no_numbers_says_so() {
    let folder = room();
    good(&folder, &format!("train --data text.txt {SMALL}"));
    let mut bytes = model(&folder, "model");
    let header = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    bytes[8 + header..].fill(0xff); // as an f32: no number
    write(&folder, "model/model.safetensors", bytes);
    bad(&folder, "generate model", &["no score of the model is a number"]);
    bad(&folder, "train --data /dev/zero --out other", &["/dev/zero is a device"]);
}

#[test]
fn an_adapter_cannot_ask_for_much() {
    let folder = room();
    good(&folder, &format!("train --data text.txt {SMALL}"));
    good(
        &folder,
        "train --data text.txt --from model --lora-rank 2 --steps 4 --context 16 --out beside",
    );
    good(&folder, "generate beside --tokens 3");
    let config = fs::read_to_string(folder.path().join("beside/adapter_config.json")).unwrap();

    // It belongs to itself.
    fs::create_dir(folder.path().join("loop")).unwrap();
    let base = json(&config)["base_model_name_or_path"].as_str().unwrap().to_owned();
    write(&folder, "loop/adapter_config.json", config.replace(&base, "loop"));
    bad(&folder, "generate loop", &["loop", "an adapter of itself"]);

    // Two thin matrices, whose product would be larger than any machine.
    let wide = r#"{"base_model.model.transformer.h.0.mlp.c_fc.lora_A.weight":{"dtype":"F32","shape":[1,1000000],"data_offsets":[0,4000000]},"base_model.model.transformer.h.0.mlp.c_fc.lora_B.weight":{"dtype":"F32","shape":[1000000,1],"data_offsets":[4000000,8000000]}}"#;
    let header = (wide.len() as u64).to_le_bytes();
    let bytes = [header.as_slice(), wide.as_bytes(), &vec![0; 8_000_000]].concat();
    write(&folder, "beside/adapter_model.safetensors", bytes);
    bad(&folder, "generate beside", &["c_fc", "1000000"]);
}

#[test]
fn any_number_of_threads_gives_the_same_model() {
    let folder = room();
    for threads in [1, 2] {
        let out = format!("--out {threads} --threads {threads} --dropout 0.1 --accumulate 2");
        good(&folder, &format!("train --data text.txt {SMALL} {out}"));
    }
    assert!(model(&folder, "1") == model(&folder, "2"), "another model");
    assert!(folder.path().join("1/checkpoints/step-000020/manifest.json").exists());
}

#[test]
fn so_does_a_model_with_a_single_gradient() {
    let folder = room();
    let large =
        "--layers 1 --heads 2 --channels 256 --context 32 --batch 2 --steps 3 --eval-batches 1";
    for threads in [1, 2, 3] {
        let out = format!("--out {threads} --threads {threads}");
        good(&folder, &format!("train --data text.txt {large} {out}"));
    }
    assert!(model(&folder, "1") == model(&folder, "2"), "another model");
    assert!(model(&folder, "1") == model(&folder, "3"), "another model");
    let manifest = folder.path().join("1/checkpoints/step-000003/manifest.json");
    assert_eq!(json(&fs::read_to_string(manifest).unwrap())["shares"], 1);
}

#[test]
fn a_large_batch_goes_through_the_model_in_pieces() {
    let folder = room();
    let learn = |flags: &str| {
        let line = format!("train {flags} --json");
        let events: Vec<Value> = good(&folder, &line).lines().map(json).collect();
        let steps = events.iter().filter(|event| event["event"] == "step");
        let losses: Vec<f64> = steps.map(|step| step["loss"].as_f64().unwrap()).collect();
        (losses, events[events.len() - 1]["peak_bytes"].as_f64().unwrap() / 1e6)
    };
    let shape = "--data text.txt --layers 2 --heads 2 --channels 64 --context 256 --steps 3";
    // Two shares of 4 windows, two at once; then eight times as many.
    let (_, small) = learn(&format!("{shape} --batch 8 --out small"));
    let (losses, large) = learn(&format!("{shape} --batch 64 --keep 9 --out large"));
    assert!(large < small + 20.0, "{large} MB in place of {small}");

    // As an older version began: its batches go through at once, and the sums are rounded otherwise.
    let checkpoints = folder.path().join("large/checkpoints");
    fs::remove_dir_all(checkpoints.join("step-000003")).unwrap();
    let manifest = checkpoints.join("step-000000/manifest.json");
    let began = fs::read_to_string(&manifest).unwrap();
    let older = began.replace("\"format\": 3", "\"format\": 1").replace("\"at_once\": 2,", "");
    fs::write(&manifest, older).unwrap();
    let (whole, larger) = learn("--resume --out large");
    assert!(larger > large + 30.0, "{larger} MB, not in pieces {large}");
    assert_ne!(losses, whole);
    for (loss, whole) in losses.iter().zip(&whole) {
        assert!((loss / whole - 1.0).abs() < 1e-5, "{loss}, all at once {whole}");
    }
}

#[test]
fn a_profile_says_which_lines_took_the_time() {
    let folder = room();
    let told = good(&folder, &format!("train --data text.txt --profile --json {SMALL}"));
    let profile = told.lines().map(json).find(|event| event["event"] == "profile").unwrap();
    let kernels = profile["kernels"].as_array().unwrap();
    let number = |kernel: &Value, name: &str| kernel[name].as_f64().unwrap();
    let of = |place: &str| {
        let is_there =
            |kernel: &&Value| kernel["place"].as_str().is_some_and(|name| name.starts_with(place));
        kernels.iter().filter(is_there).count()
    };
    // forward and backward: expand and project; query, key, value and output
    assert_eq!(of("transformer/src/feed_forward.rs:"), 6, "{kernels:#?}");
    assert_eq!(of("attention/src/cross.rs:"), 12, "{kernels:#?}");
    for name in ["gelu", "gelu_again", "softmax", "adamw"] {
        let kernel = kernels.iter().find(|kernel| kernel["kernel"] == name).unwrap();
        assert!(number(kernel, "calls") > 0.0 && number(kernel, "seconds") > 0.0, "{kernel}");
    }
    let shares: f64 = kernels.iter().map(|kernel| number(kernel, "share")).sum();
    let all = shares + number(&profile, "between_kernels");
    assert!((all - 1.0).abs() < 1e-6, "the shares add up to {all}");
}
