//! Files that cannot be opened: each is refused in one line that names what and where.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizer::Tokenizer;

fn pairs() -> Value {
    serde_json::from_str(&Tokenizer::byte_pairs("the cat, the cats", 260).to_json()).unwrap()
}

fn characters() -> Value {
    serde_json::from_str(&Tokenizer::characters("abc").to_json()).unwrap()
}

fn refusal(file: &Value) -> String {
    let message = Tokenizer::from_json(file.to_string().as_bytes()).unwrap_err().to_string();
    assert!(!message.contains('\n') && message.len() < 300, "{message}");
    message
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let cases = [
        ("/normalizer", json!({"type": "NFC"}), "normalizer is \"NFC\", which is not supported"),
        ("/truncation", json!({"max_length": 5}), "truncation is {\"max_length\":5}, which"),
        ("/pre_tokenizer", json!({"type": "Metaspace"}), "pre_tokenizer is \"Metaspace\""),
        ("/pre_tokenizer", json!(null), "pre_tokenizer is null"),
        ("/pre_tokenizer/add_prefix_space", json!(true), "pre_tokenizer.add_prefix_space is true"),
        ("/post_processor", json!({"type": "TemplateProcessing"}), "post_processor is \"Templ"),
        ("/decoder", json!({"type": "WordPiece"}), "decoder is \"WordPiece\""),
        ("/model/type", json!("Unigram"), "the type of the model is \"Unigram\""),
        ("/model/byte_fallback", json!(true), "model.byte_fallback is true"),
        ("/model/ignore_merges", json!(true), "model.ignore_merges is true"),
        ("/model/dropout", json!(0.1), "model.dropout is 0.1"),
        ("/model/end_of_word_suffix", json!("</w>"), "model.end_of_word_suffix is \"</w>\""),
        ("/model/vocab", json!([["a", 0.1]]), "model is \"BPE, with no object as its vocab\""),
        ("/model/vocab", json!({"a": 1}), "model.vocab: \"a\" has id 1, but it needs each id"),
        ("/model/vocab", json!({"a": -1}), "model.vocab: \"a\" has id -1"),
        ("/model/vocab/!", json!(1), "model.vocab: "),
        ("/model/merges", json!(["nonsense"]), "model.merges[0]: \"nonsense\" is not two tokens"),
        ("/model/merges", json!([["a", "b", "c"]]), "model.merges[0]: "),
        ("/model/merges", json!({}), "model.merges: must be a list, and is {}"),
        ("/added_tokens", json!([{"id": 3, "content": "<s>"}]), "added_tokens: \"<s>\" has id 3"),
        (
            "/added_tokens",
            json!([{"id": 999, "content": "<s>"}]),
            "added_tokens: \"<s>\" has id 999",
        ),
    ];
    for (place, value, message) in cases {
        let mut file = pairs();
        *file.pointer_mut(place).unwrap() = value;
        assert!(refusal(&file).starts_with(message), "{place}: {}", refusal(&file));
    }
}

#[test]
fn a_list_is_refused_where_it_is_no_list_of_ours() {
    let cases = [
        ("/pre_tokenizer/pattern/Regex", json!("\\w+"), "pre_tokenizer.pattern is {\"Regex\""),
        ("/pre_tokenizer/behavior", json!("Removed"), "pre_tokenizer.behavior is \"Removed\""),
        ("/model/vocab", json!({"ab": 0}), "model.vocab: \"ab\" is not one character"),
        ("/added_tokens", json!([{"id": 0, "content": "a"}]), "an entry of added_tokens is \"a\""),
    ];
    for (place, value, message) in cases {
        let mut file = characters();
        *file.pointer_mut(place).unwrap() = value;
        assert!(refusal(&file).starts_with(message), "{place}: {}", refusal(&file));
    }
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    let refusal = |file: &[u8]| Tokenizer::from_json(file).unwrap_err().to_string();
    assert_eq!(refusal(b""), "not a tokenizer.json: EOF while parsing a value at line 1 column 0");
    assert!(refusal(&b"[".repeat(100_000)).starts_with("not a tokenizer.json: "));
    assert!(refusal(b"{\"model\": \"\xFF\"}").starts_with("not a tokenizer.json: "));
    assert!(refusal(b"{}").starts_with("not a tokenizer.json: missing field `model`"));
}

#[test]
fn merges_may_be_pairs_and_the_type_may_be_missing() {
    let ours = pairs();
    let mut file = ours.clone();
    file["model"].as_object_mut().unwrap().remove("type");
    for merge in file["model"]["merges"].as_array_mut().unwrap() {
        *merge = json!(merge.as_str().unwrap().split(' ').collect::<Vec<_>>());
    }
    let read = |file: &Value| Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(read(&file), read(&ours));
}

#[test]
fn characters_may_be_cut_by_a_dot() {
    let mut file = characters();
    file["pre_tokenizer"]["pattern"]["Regex"] = json!(".");
    let read = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(read, Tokenizer::characters("abc"));
    file["model"]["vocab"]["\n"] = json!(3);
    assert!(refusal(&file).starts_with("pre_tokenizer.pattern is {\"Regex\":\".\"}"));
}

#[test]
fn an_added_token_is_kept_and_its_text_is_ordinary() {
    for inside in [false, true] {
        let mut file = pairs();
        if inside {
            file["model"]["vocab"]["<|endoftext|>"] = json!(260);
        }
        file["added_tokens"] = json!([{"id": 260, "content": "<|endoftext|>", "special": true}]);
        let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
        assert_eq!(tokenizer.vocabulary(), 261);
        assert_eq!(tokenizer.decode(&[260]).unwrap(), "<|endoftext|>");
        assert_eq!(tokenizer.encode("<|endoftext|>").unwrap().len(), 13);

        let written: Value = serde_json::from_str(&tokenizer.to_json()).unwrap();
        assert_eq!(written["model"]["vocab"], file["model"]["vocab"]);
        assert_eq!(written["added_tokens"][0]["special"], true);
        assert_eq!(Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap(), tokenizer);
    }
}

#[test]
fn a_vocabulary_without_all_the_bytes_names_the_character_that_it_cannot_spell() {
    let mut file = pairs();
    file["model"]["vocab"] = json!({"a": 0, "b": 1, "ab": 2});
    file["model"]["merges"] = json!(["a b"]);
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(tokenizer.encode("aab").unwrap(), [0, 2]);
    let message = tokenizer.encode("abé").unwrap_err().to_string();
    assert!(message.starts_with("the character 'é' (U+00E9) at byte 2 is not among the 3"));
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(at in 0..4000_usize, byte: u8, cut in 0..4000_usize) {
        for tokenizer in [Tokenizer::characters("abc"), Tokenizer::byte_pairs("the cat", 258)] {
            let mut file = tokenizer.to_json().into_bytes();
            let place = at % file.len();
            file[place] = byte;
            if let Ok(read) = Tokenizer::from_json(&file) {
                let _ = read.encode("the cat").map(|ids| read.decode(&ids));
            }
            file.truncate(cut);
            prop_assert!(Tokenizer::from_json(&file).is_err() || cut >= file.len());
        }
    }
}
