//! What the Hugging Face library finds: `pipelines.json` is printed by `pipelines.py`, beside this file.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizer::{Specials, Tokenizer};

fn reference() -> Value {
    serde_json::from_str(include_str!("pipelines.json")).unwrap()
}

fn open(file: &Value) -> Tokenizer {
    Tokenizer::from_json(file.to_string().as_bytes()).unwrap()
}

/// The small tokenizers by their names, and what the library answered.
fn kinds() -> Vec<(String, Tokenizer, Value)> {
    let Value::Object(mut reference) = reference()["tokenizers"].take() else { panic!() };
    let kind = |(name, both): (&String, &mut Value)| (name.clone(), open(&both[0]), both[1].take());
    reference.iter_mut().map(kind).collect()
}

const EVERYTHING: Specials = Specials { in_text: true, around: true };

#[test]
fn ids_and_text_are_those_of_the_library() {
    for (name, tokenizer, answers) in kinds() {
        assert!(answers.as_array().unwrap().len() > 20);
        for answer in answers.as_array().unwrap() {
            let text = answer[0].as_str().unwrap();
            let plain = tokenizer.encode(text).unwrap();
            assert_eq!(json!(plain), answer[1], "{name}: {text:?}");
            let special = tokenizer.encode_with(text, EVERYTHING).unwrap();
            assert_eq!(json!(special), answer[2], "{name}, with specials: {text:?}");
            assert_eq!(json!(tokenizer.decode(&special).unwrap()), answer[3], "{name}: {text:?}");
            let skipped = tokenizer.decode_with(&special, true).unwrap();
            assert_eq!(json!(skipped), answer[4], "{name}, without specials: {text:?}");
            let whole = tokenizer.decode(&plain).unwrap();
            assert_eq!(streamed(&tokenizer, &plain, false), whole, "{name}, streamed: {text:?}");
        }
    }
}

#[test]
fn what_was_read_and_is_written_is_read_again() {
    for (name, tokenizer, answers) in kinds() {
        let written = tokenizer.to_json();
        let again = Tokenizer::from_json(written.as_bytes()).unwrap();
        assert!(again == tokenizer, "{name}");
        assert_eq!(again.to_json(), written, "{name}");
        for answer in answers.as_array().unwrap() {
            let ids = again.encode_with(answer[0].as_str().unwrap(), EVERYTHING).unwrap();
            assert_eq!(json!(ids), answer[2], "{name}");
        }
    }
}

/// Lists of words, by which a part of the file can be seen alone.
fn listed<'a>(part: (&str, &Value), words: impl IntoIterator<Item = &'a str>) -> Tokenizer {
    let mut vocabulary = serde_json::Map::new();
    for word in words {
        let id = vocabulary.len();
        vocabulary.entry(word).or_insert(json!(id));
    }
    let model = json!({"type": "WordLevel", "vocab": vocabulary, "unk_token": ""});
    let mut file = json!({"model": model, "decoder": {"type": "Fuse"}});
    file[part.0] = part.1.clone();
    open(&file)
}

/// A list of two-element lists: a part of the file, and what the library does with it.
fn parts(name: &str) -> Vec<(Value, Vec<(Value, Value)>)> {
    let pairs = |all: &Value| -> Vec<(Value, Value)> {
        let pair = |both: &Value| (both[0].clone(), both[1].clone());
        all.as_array().unwrap().iter().map(pair).collect()
    };
    pairs(&reference()[name]).iter().map(|(part, answers)| (part.clone(), pairs(answers))).collect()
}

#[test]
fn normalizers_are_those_of_the_library() {
    for (part, answers) in parts("normalizers") {
        for (text, normalized) in answers {
            let (text, normalized) = (text.as_str().unwrap(), normalized.as_str().unwrap());
            let tokenizer = listed(("normalizer", &part), [normalized]);
            let ids = if normalized.is_empty() { vec![] } else { vec![0] };
            assert_eq!(
                tokenizer.encode(text).as_ref(),
                Ok(&ids),
                "{part} of {text:?}: {normalized:?}"
            );
        }
    }
}

#[test]
fn cuts_are_those_of_the_library() {
    for (part, answers) in parts("pre_tokenizers") {
        for (text, pieces) in answers {
            let pieces: Vec<String> = serde_json::from_value(pieces).unwrap();
            let tokenizer = listed(("pre_tokenizer", &part), pieces.iter().map(|piece| &**piece));
            let ids = tokenizer.encode(text.as_str().unwrap()).unwrap();
            let ours: Vec<String> = ids.iter().map(|&id| tokenizer.token(id).unwrap()).collect();
            assert_eq!(ours, pieces, "{part} of {text}");
        }
    }
}

#[test]
fn decoders_are_those_of_the_library() {
    for (part, answers) in parts("decoders") {
        for (tokens, text) in answers {
            let tokens: Vec<String> = serde_json::from_value(tokens).unwrap();
            let tokenizer = listed(("decoder", &part), tokens.iter().map(|token| &**token));
            let id = |token: &String| (0..).find(|&id| tokenizer.token(id).as_ref() == Some(token));
            let ids: Vec<u32> = tokens.iter().map(|token| id(token).unwrap()).collect();
            assert_eq!(json!(tokenizer.decode(&ids).unwrap()), text, "{part} of {tokens:?}");
            assert_eq!(
                streamed(&tokenizer, &ids, false),
                text.as_str().unwrap(),
                "{part}, streamed"
            );
        }
    }
}

fn streamed(tokenizer: &Tokenizer, ids: &[u32], skip_special: bool) -> String {
    let stream = tokenizer.stream();
    let mut stream = if skip_special { stream.without_special() } else { stream };
    let text: String = ids.iter().map(|&id| stream.push(id)).collect();
    text + &stream.finish()
}

proptest! {
    #[test]
    fn a_stream_says_what_decoding_at_once_says(
        draws in prop::collection::vec(any::<u32>(), 0..30),
        skip_special: bool,
    ) {
        thread_local!(static KINDS: Vec<(String, Tokenizer, Value)> = kinds());
        KINDS.with(|kinds| {
            for (name, tokenizer, _) in kinds {
                let ids = draws.iter().map(|draw| draw % tokenizer.vocabulary() as u32);
                let ids: Vec<u32> = ids.filter(|&id| tokenizer.token(id).is_some()).collect();
                let whole = tokenizer.decode_with(&ids, skip_special).unwrap();
                prop_assert_eq!(streamed(tokenizer, &ids, skip_special), whole, "{}", name);
            }
            Ok(())
        })?;
    }
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(kind in 0..11_usize, at: prop::sample::Index, byte: u8) {
        thread_local!(static FILES: Vec<String> = {
            let reference = reference();
            let kinds = reference["tokenizers"].as_object().unwrap().values();
            kinds.map(|both| both[0].to_string()).collect()
        });
        let mut file = FILES.with(|files| files[kind].clone().into_bytes());
        let place = at.index(file.len());
        file[place] = byte;
        if let Ok(tokenizer) = Tokenizer::from_json(&file) {
            let text = "The  cat's <s>hat</s> ½ é\u{301}\n";
            let _ = tokenizer.encode_with(text, EVERYTHING).map(|ids| tokenizer.decode(&ids));
            let again = Tokenizer::from_json(tokenizer.to_json().as_bytes());
            prop_assert!(again.is_ok_and(|again| again == tokenizer));
        }
    }
}

/// Text leaves as soon as nothing that comes can change it.
#[test]
fn a_stream_does_not_wait() {
    for (name, tokenizer, _) in kinds() {
        let ids = tokenizer.encode("the cat sat").unwrap();
        let mut stream = tokenizer.stream();
        let said: usize = ids.iter().filter(|&&id| !stream.push(id).is_empty()).count();
        assert!(said + 1 >= ids.len(), "{name}: {said} of {}", ids.len()); // a first ▁ alone says nothing
        assert_eq!(stream.finish(), "", "{name}");
    }
}
