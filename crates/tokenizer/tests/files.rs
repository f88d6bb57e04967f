//! Files that cannot be opened: each is refused in one line that names what and where.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizer::{DecodeError, Model, Specials, Tokenizer};

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
        (
            "/normalizer",
            json!({"type": "Rot13"}),
            "normalizer is \"Rot13\", which is not supported",
        ),
        ("/normalizer", json!({"strip_left": true}), "normalizer is {\"strip_left\":true}, which"),
        (
            "/normalizer",
            json!({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Strip"}]}),
            "normalizer.normalizers[1].strip_left is null, which",
        ),
        (
            "/normalizer",
            json!({"type": "Replace", "pattern": {"String": ""}, "content": "a"}),
            "normalizer.pattern is {\"String\":\"\"}, which",
        ),
        ("/truncation", json!({"max_length": 5}), "truncation is {\"max_length\":5}, which"),
        ("/padding", json!({"strategy": "BatchLongest"}), "padding is {\"strategy\""),
        (
            "/pre_tokenizer",
            json!({"type": "UnicodeScripts"}),
            "pre_tokenizer is \"UnicodeScripts\"",
        ),
        (
            "/pre_tokenizer",
            json!({"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Up", "invert": false}),
            "pre_tokenizer.behavior is \"Up\"",
        ),
        (
            "/pre_tokenizer",
            json!({"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Removed", "invert": false}),
            "the pattern \"(a\": ",
        ),
        (
            "/pre_tokenizer/add_prefix_space",
            json!("yes"),
            "pre_tokenizer.add_prefix_space is \"yes\"",
        ),
        ("/post_processor", json!({"type": "Frame"}), "post_processor is \"Frame\""),
        (
            "/post_processor",
            json!({"type": "BertProcessing", "cls": ["[CLS]", 999], "sep": ["[SEP]", 0]}),
            "post_processor: no entry of the vocabulary has its id 999",
        ),
        ("/decoder", json!({"type": "CTC"}), "decoder is \"CTC\""),
        ("/model/type", json!("Trigram"), "the type of the model is \"Trigram\""),
        ("/model/type", json!("Unigram"), "model.vocab: must be a list of tokens and scores"),
        ("/model/dropout", json!(0.1), "model.dropout is 0.1"),
        ("/model/end_of_word_suffix", json!("</w>"), "model.end_of_word_suffix is \"</w>\""),
        ("/model/vocab", json!([["a", 0.1]]), "model.vocab: must be an object of tokens and ids"),
        ("/model/vocab", json!({"a": -1}), "model.vocab: \"a\" has id -1, but it needs a whole"),
        ("/model/vocab", json!({"a": 0.5}), "model.vocab: \"a\" has id 0.5"),
        ("/model/vocab", json!({"a": u32::MAX}), "model.vocab: \"a\" has id 4294967295"),
        ("/model/vocab/!", json!(1), "model.vocab: \"!\" and \"\\\"\" both have id 1"),
        ("/model/merges", json!(["nonsense"]), "model.merges[0]: \"nonsense\" is not two tokens"),
        ("/model/merges", json!(["a b c"]), "model.merges[0]: \"a b c\" is not two tokens"),
        ("/model/merges", json!([["a", "b", "c"]]), "model.merges[0]: a list of 3 is not two"),
        ("/model/merges", json!({}), "not a tokenizer.json: invalid type: map"),
        ("/added_tokens", json!([{"id": 3, "content": "<s>"}]), "added_tokens: \"<s>\" has id 3"),
        (
            "/added_tokens",
            json!([{"id": 3, "content": "a"}]),
            "added_tokens: \"a\" has id 3, and id",
        ),
        (
            "/added_tokens",
            json!([{"id": u32::MAX, "content": "<s>"}]),
            "added_tokens: \"<s>\" has id 4294967295, far beyond the 261 entries",
        ),
    ];
    for (place, value, message) in cases {
        let mut file = pairs();
        *file.pointer_mut(place).unwrap() = value;
        assert!(refusal(&file).starts_with(message), "{place}: {}", refusal(&file));
    }
}

/// What is not an error but another list: the cut leaves words, and those are looked up.
#[test]
fn a_list_may_be_cut_in_any_way() {
    let mut file = characters();
    file["pre_tokenizer"]["pattern"]["Regex"] = json!("[a-z]+");
    file["model"]["vocab"] = json!({"ab": 0, "c": 1, " ": 3});
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(tokenizer.encode("ab c").unwrap(), [0, 3, 1]);
    let message = tokenizer.encode("ab abc").unwrap_err().to_string();
    assert!(message.starts_with("the character 'a' (U+0061) at byte 0 is not among the 4"));
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
    file["model"]["vocab"]["\n"] = json!(3); // which a dot does not find, but it is left between
    let read = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(read.encode("a\nb").unwrap(), [0, 3, 1]);
    assert!(read.encode("a\n\nb").is_err());
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
fn a_vocabulary_may_have_holes() {
    let mut file = pairs();
    file["model"]["vocab"]["<|endoftext|>"] = json!(262);
    file["added_tokens"] = json!([
        {"id": 262, "content": "<|endoftext|>", "special": true},
        {"id": 270, "content": "<|pad|>", "special": true},
    ]);
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(tokenizer.vocabulary(), 271);
    assert_eq!(tokenizer.decode(&[270, 262]).unwrap(), "<|pad|><|endoftext|>");
    assert_eq!(tokenizer.decode(&[261]).unwrap_err(), DecodeError::Hole { id: 261 });
    assert_eq!(tokenizer.decode(&[265]).unwrap_err(), DecodeError::Hole { id: 265 });
    assert_eq!(
        tokenizer.decode(&[271]).unwrap_err(),
        DecodeError::Unknown { id: 271, vocabulary: 271 }
    );
    assert_eq!(Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap(), tokenizer);
}

/// Written as they were read: what merges cannot make is kept, too.
#[test]
fn a_token_that_spells_no_bytes_is_kept() {
    let mut file = pairs();
    file["model"]["vocab"]["€ "] = json!(260);
    file["model"]["vocab"][""] = json!(261);
    file["model"]["vocab"]["a€ "] = json!(262);
    file["model"]["merges"].as_array_mut().unwrap().push(json!(["a", "€ "]));
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(tokenizer.decode(&[260, 261]).unwrap(), "€ ");
    let written: Value = serde_json::from_str(&tokenizer.to_json()).unwrap();
    assert_eq!(written["model"]["vocab"], file["model"]["vocab"]);
    assert_eq!(Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap(), tokenizer);
}

#[test]
fn special_tokens_are_found_where_they_are_asked_for() {
    let mut file = pairs();
    file["added_tokens"] = json!([
        {"id": 260, "content": "<|end|>", "special": true},
        {"id": 261, "content": "<think>"},
    ]);
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    let ids = |specials| tokenizer.encode_with("a<|end|><think>", specials).unwrap();
    let in_text = Specials { in_text: true, around: false };
    assert_eq!(ids(in_text), [64, 260, 261]);
    assert_eq!(ids(Specials::default()).len(), 9);
    assert_eq!(ids(Specials::default())[8], 261);
    assert_eq!(tokenizer.decode_with(&[64, 260, 261], true).unwrap(), "a<think>");
}

#[test]
fn what_stands_around_a_text_stands_around_what_did_before() {
    let mut file = pairs();
    let around = |id| json!({"type": "BertProcessing", "cls": ["a", id], "sep": ["b", id + 1]});
    file["post_processor"] = json!({"type": "Sequence", "processors": [around(5), around(7)]});
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    let around = Specials { in_text: false, around: true };
    assert_eq!(tokenizer.encode_with("a", around).unwrap(), [7, 5, 64, 6, 8]); // as the library has it
    assert_eq!(tokenizer.encode("a").unwrap(), [64]);
}

/// The library reads some scores a bit off the nearest number: so do we, and what is written from that
/// is read as that.
#[test]
fn scores_are_read_as_the_library_reads_them() {
    let read = |score: &str| -> (f64, String) {
        let model = format!(r#"{{"type": "Unigram", "unk_id": 0, "vocab": [["a", {score}]]}}"#);
        let file = format!(r#"{{"model": {model}, "decoder": {{"type": "Fuse"}}}}"#);
        let tokenizer = Tokenizer::from_json(file.as_bytes()).unwrap();
        let Model::Unigram(unigram) = tokenizer.model() else { panic!() };
        (unigram.tokens()[0].1, tokenizer.to_json())
    };
    let cases = [
        ("-3", -3.0),
        ("-18.18795904506174282", -18.187959045061742),
        ("-15.68649733122728151", -15.686497331227281),
        ("-0.90591844597818180", -0.9059184459781817),
        ("-9809019533884305016685.986", -9.809019533884305e21),
    ];
    for (text, score) in cases {
        let (ours, written) = read(text);
        assert_eq!(ours, score, "{text}");
        let again = Tokenizer::from_json(written.as_bytes()).unwrap();
        let Model::Unigram(unigram) = again.model() else { panic!() };
        assert_eq!(unigram.tokens()[0].1, score, "{written}");
    }
}

/// What must be refused, or opened, in little time and memory whatever it says.
#[test]
fn a_file_cannot_ask_for_much() {
    let deep = |kind: &str, list: &str| {
        let open = format!("{{\"type\":\"{kind}\",\"{list}\":[");
        format!("{}{}", open.repeat(10_000), "]}".repeat(10_000))
    };
    let twice = json!({"type": "Replace", "pattern": {"String": "a"}, "content": "aa"});
    let twice = json!({"type": "Sequence", "normalizers": vec![twice; 20]}).to_string();
    let many = json!({"type": "Sequence", "normalizers": vec![json!({"type": "NFC"}); 40]});
    let around = json!({"Sequence": {"id": "A", "type_id": 0}});
    let around = json!({"type": "TemplateProcessing", "single": [around, around]}).to_string();
    let large = json!({"type": "Prepend", "prepend": "a".repeat(2_000_000)}).to_string();
    let cases = [
        ("normalizer", deep("Sequence", "normalizers"), "not a tokenizer.json: recursion limit"),
        ("pre_tokenizer", deep("Sequence", "pretokenizers"), "not a tokenizer.json: recursion"),
        ("decoder", deep("Sequence", "decoders"), "not a tokenizer.json: recursion limit"),
        ("post_processor", deep("Sequence", "processors"), "not a tokenizer.json: recursion"),
        ("normalizer", twice, "normalizer: could make a text more than 64 times longer"),
        ("normalizer", many.to_string(), "normalizer.normalizers[33]: has more than 32 steps"),
        ("normalizer", large, "normalizer is 2000031 bytes long, which"),
        ("post_processor", around, "post_processor.single[1] is {\"Sequence\""),
    ];
    let start = std::time::Instant::now();
    for (place, part, message) in cases {
        let file = pairs().to_string();
        let file = file.replace(&format!("\"{place}\":null"), &format!("\"{place}\":{part}"));
        let file = match place {
            "decoder" | "pre_tokenizer" => format!("{{\"{place}\":{part},\"model\":{{}}}}"),
            _ => file,
        };
        let refusal = Tokenizer::from_json(file.as_bytes()).unwrap_err().to_string();
        assert!(refusal.starts_with(message), "{refusal}");
    }
    assert!(start.elapsed().as_secs() < 5);
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
