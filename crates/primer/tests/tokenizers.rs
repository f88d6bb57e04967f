//! Tokenizers in every file in which they are published, and `primer tokenizer show`.

#![allow(clippy::unwrap_used)] // a helper of a test is a test

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// a, b, ab and a hole: `a` 0, `b` 1, `ab` 3.
const RANKS: &str = "YQ== 0\nYg== 1\nYWI= 3\n";

const TEKKEN: &str = r#"{
    "config": {"pattern": "[a-z]+", "default_vocab_size": 5, "default_num_special_tokens": 2},
    "vocab": [{"rank": 0, "token_bytes": "YQ=="}, {"rank": 1, "token_bytes": "Yg=="},
              {"rank": 2, "token_bytes": "YWI="}],
    "special_tokens": [{"rank": 0, "token_str": "<unk>"}, {"rank": 1, "token_str": "<s>"}]
}"#;

/// Byte pairs, a special token, and one before each text.
const JSON: &str = r#"{
    "added_tokens": [{"id": 4, "content": "<s>", "special": true, "single_word": false,
                      "lstrip": false, "rstrip": false, "normalized": false}],
    "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
    "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                   {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [4], "tokens": ["<s>"]}}},
    "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
              "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
              "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3, "s": 5, "<": 6, ">": 7, "Ġab": 8},
              "merges": ["a b", "Ġ ab"]}
}"#;

fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    [&[tag << 3 | 2, bytes.len() as u8], bytes].concat()
}

/// A SentencePiece `.model`: `kind` is 1 for Unigram, 2 for byte pairs.
fn model(kind: u8) -> Vec<u8> {
    let pieces =
        [("<unk>", 0.0, 2), ("▁", -1.0, 1), ("a", -2.0, 1), ("b", -3.0, 1), ("ab", -0.5, 1)];
    let piece = |(text, score, kind): (&str, f32, u8)| {
        let number = [&[2 << 3 | 5][..], &score.to_le_bytes(), &[3 << 3, kind]].concat();
        field(1, &[field(1, text.as_bytes()), number].concat())
    };
    [pieces.map(piece).concat(), field(2, &[3 << 3, kind])].concat()
}

fn room() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    fs::create_dir(folder.path().join("model")).unwrap();
    fs::create_dir(folder.path().join("mistral")).unwrap();
    write("t.json", JSON.as_bytes());
    write("model/tokenizer.json", JSON.as_bytes());
    write("t.tiktoken", RANKS.as_bytes());
    write("ranks", RANKS.as_bytes());
    write("t.model.v1", &model(2));
    write("pieces", &model(2));
    write("unigram.model", &model(1));
    write("mistral/tekken.json", TEKKEN.as_bytes());
    write("tekken_240718.json", TEKKEN.as_bytes());
    folder
}

fn primer(folder: &TempDir, words: &[&str], coloured: bool) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_primer"));
    program.arg("tokenizer").args(words).current_dir(folder).env_remove("NO_COLOR");
    if coloured {
        program.env("CLICOLOR_FORCE", "1");
    }
    program.output().unwrap()
}

/// What a command that must succeed writes.
#[track_caller]
fn good(folder: &TempDir, words: &[&str]) -> String {
    let output = primer(folder, words, false);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// A command that must fail, in one line that holds each of the words.
#[track_caller]
fn bad(folder: &TempDir, words: &[&str], said: &[&str]) {
    let output = primer(folder, words, false);
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().last().unwrap_or_default();
    assert_eq!(output.status.code(), Some(1), "{words:?}: {told}");
    assert_eq!(told.lines().filter(|line| !line.starts_with("WARNING")).count(), 1, "{told}");
    assert!(line.starts_with("primer: ") && output.stdout.is_empty(), "{told}");
    said.iter().for_each(|word| assert!(line.contains(word), "{word:?} is missing in: {line}"));
}

#[test]
fn every_file_is_opened_for_what_is_in_it() {
    let folder = room();
    let pattern = &["--pattern", "gpt2"][..];
    for (file, flags, ids) in [
        ("t.json", &[][..], "2 1 0"),
        ("model", &[], "2 1 0"),
        ("t.tiktoken", pattern, "3 1 0"),
        ("ranks", pattern, "3 1 0"),
        ("tekken_240718.json", &[], "4 3 2"),
        ("mistral", &[], "4 3 2"),
        ("t.model.v1", &[], "1 4 3 2"),
        ("pieces", &[], "1 4 3 2"),
        ("unigram.model", &[], "1 4 3 2"),
    ] {
        let encode = ["encode", file, "--text", "abba"];
        assert_eq!(good(&folder, &[&encode, flags].concat()).trim(), ids, "{file}");
        let decode = ["decode", file, "--ids", ids];
        assert_eq!(good(&folder, &[&decode, flags].concat()).trim(), "abba", "{file}");
    }
}

#[test]
fn special_tokens_are_text_unless_asked_for() {
    let folder = room();
    let encode = ["encode", "t.json", "--text", "<s>ab"];
    let ids = |flags: &[&str]| good(&folder, &[&encode, flags].concat()).trim().to_owned();
    assert_eq!(ids(&[]), "6 5 7 2");
    assert_eq!(ids(&["--special-tokens"]), "4 2");
    assert_eq!(ids(&["--add-special-tokens"]), "4 6 5 7 2");
    assert_eq!(ids(&["--add-special-tokens", "--special-tokens"]), "4 4 2");
    let line: Value = serde_json::from_str(&ids(&["--special-tokens", "--json"])).unwrap();
    assert_eq!((&line["ids"], &line["tokens"]), (&json!([4, 2]), &json!(["<s>", "ab"])));
    assert_eq!(line["bytes"], 5);
    assert!(line["megabytes_per_second"].is_number());

    let decode = ["decode", "t.json", "--ids", "4 2"];
    assert_eq!(good(&folder, &decode), "<s>ab");
    assert_eq!(good(&folder, &[&decode[..], &["--skip-special-tokens"]].concat()), "ab");
}

#[test]
fn what_cannot_be_opened_is_said_in_one_line() {
    let folder = room();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let encode = |file| ["encode", file, "--text", "a"];
    bad(&folder, &encode("t.tiktoken"), &["t.tiktoken", "--pattern NAME", "cl100k"]);
    let wrong = [&encode("t.tiktoken")[..], &["--pattern", "gtp2"]].concat();
    bad(&folder, &wrong, &["--pattern gtp2", "o200k"]);
    let unwanted = [&encode("t.json")[..], &["--pattern", "gpt2"]].concat();
    bad(&folder, &unwanted, &["t.json", "leave --pattern out"]);
    bad(&folder, &encode("nowhere"), &["nowhere does not exist"]);
    write("empty", b"");
    bad(&folder, &encode("empty"), &["empty is empty"]);
    write("notes.txt", b"no tokenizer at all\n");
    bad(&folder, &encode("notes.txt"), &["notes.txt is no tokenizer", ".tiktoken"]);
    write("lfs.json", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    bad(&folder, &encode("lfs.json"), &["git lfs pull"]);
    write("broken.tiktoken", b"YQ== 0\nYg==\n");
    let broken = [&encode("broken.tiktoken")[..], &["--pattern", "gpt2"]].concat();
    bad(&folder, &broken, &["broken.tiktoken", "line 2"]);
    write("broken.model", b"\x0A\x7Fxyz");
    bad(&folder, &encode("broken.model"), &["broken.model", "no SentencePiece model"]);
    write("config.json", br#"{"config": {}, "vocab": []}"#);
    bad(&folder, &encode("config.json"), &["config.json"]);
    fs::create_dir(folder.path().join("nothing")).unwrap();
    bad(&folder, &encode("nothing"), &["nothing/tokenizer.json does not exist"]);
}

#[test]
fn the_tokens_of_a_text_are_shown_with_their_joins() {
    let folder = room();
    let shown = good(&folder, &["show", "t.json", "--text", "ab ab ab"]);
    let lines = [
        "ab│ ab│ ab",
        "",
        "3 tokens, 8 bytes: 2.7 bytes a token",
        "",
        "id  token  text  times",
        " 2  ab     ab",
        "    a + b -> ab (rank 0)",
        " 8  Ġab    ·ab      ×2",
        "    a + b -> ab (rank 0)",
        "    Ġ + ab -> Ġab (rank 1)",
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), lines);
    let shown = good(&folder, &["show", "t.model.v1", "--text", "ab"]);
    assert!(shown.starts_with(" │ab\n") && shown.contains("a + b -> ab (rank 0)"), "{shown}");
    let words = ["show", "t.json", "--text", "<s>ab", "--special-tokens", "--json"];
    let line: Value = serde_json::from_str(&good(&folder, &words)).unwrap();
    let join = json!({ "left": "a", "right": "b", "joined": "ab", "rank": 0 });
    let tokens = json!([
        { "id": 4, "token": "<s>", "text": "<s>" },
        { "id": 2, "token": "ab", "text": "ab", "joins": [join] },
    ]);
    assert_eq!(line, json!({ "ids": [4, 2], "tokens": tokens, "bytes": 5 }));
}

#[test]
fn tokens_of_a_unigram_model_are_shown_with_their_scores() {
    let folder = room();
    let shown = good(&folder, &["show", "unigram.model", "--text", "ab"]);
    let told = "2 tokens, 2 bytes: 1.0 bytes a token; the scores add up to -1.500";
    assert!(
        shown.contains(told) && shown.contains("-0.5000") && !shown.contains("rank"),
        "{shown}"
    );
}

/// `odd.txt` with this text, and `odd.json`, which has its characters.
fn write_characters(folder: &TempDir, text: &str) {
    fs::write(folder.path().join("odd.txt"), text).unwrap();
    good(folder, &["train", "--kind", "char", "--data", "odd.txt", "--out", "odd.json"]);
}

#[test]
fn colours_alternate_and_no_text_commands_the_terminal() {
    let folder = room();
    good(&folder, &["train", "--kind", "byte", "--data", "t.json", "--out", "bytes.json"]);
    good(&folder, &["train", "--kind", "char", "--data", "t.json", "--out", "c.json"]);
    let text = "a\u{1b}[2J\u{7}\t\u{200d}猫 שלום\r\né";
    let words = ["show", "bytes.json", "--text", text];
    let plain = good(&folder, &words);
    assert!(!plain.contains(['\u{1b}', '\u{7}', '\t', '\r', '\u{200d}']), "{plain:?}");
    assert!(plain.starts_with("a│\\u{1b}│[│2│J│\\u{7}│→│\\xE2│\\x80│\\x8D│"), "{plain}");
    let coloured = String::from_utf8(primer(&folder, &words, true).stdout).unwrap();
    let lights: Vec<_> = coloured.split("\u{1b}[48;5;").skip(1).map(|rest| &rest[..3]).collect();
    assert!(
        lights.len() > 20 && lights.windows(2).take(9).all(|two| two[0] != two[1]),
        "{lights:?}"
    );
    assert!(!coloured.contains("\u{1b}[2J") && !coloured.contains('│'), "{coloured:?}");
    assert_eq!(good(&folder, &["show", "bytes.json", "--text", ""]), "0 tokens, 0 bytes\n");
    write_characters(&folder, "e\u{301}\u{200c}❤\u{fe0f}\u{202e}\u{3000}\u{e0041}");
    let shown = good(&folder, &["show", "odd.json", "--file", "odd.txt"]);
    let pieces = "e│◌\u{301}│\\u{200c}│❤│\\u{fe0f}│\\u{202e}│\\u{3000}│\\u{e0041}\n";
    assert!(shown.starts_with(pieces), "{shown}");
    bad(&folder, &["show", "c.json", "--text", "猫"], &["--text", "猫"]);
}
