//! What others find: `reference.json` is printed by `reference.py`, beside this file.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use serde_json::{Value, json};
use tokenizer::{Pairs, Tokenizer, bytes, split};

#[allow(dead_code)]
#[path = "../examples/merges_as_they_are_learned.rs"]
mod merges_as_they_are_learned;

fn reference() -> Value {
    serde_json::from_str(include_str!("reference.json")).unwrap()
}

/// A list of two-element lists: the question, and the others' answer.
fn answers<'a>(reference: &'a Value, name: &str) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    let all = reference[name].as_array().unwrap();
    assert!(!all.is_empty());
    all.iter().map(|both| (&both[0], &both[1]))
}

#[test]
fn pieces_are_those_of_the_regular_expression() {
    for (text, pieces) in answers(&reference(), "splits") {
        let ours: Vec<&str> = split::pieces(text.as_str().unwrap()).collect();
        assert_eq!(json!(ours), *pieces);
    }
}

#[test]
fn training_finds_the_merges_that_hugging_face_finds() {
    let reference = reference();
    let pairs = Pairs::train(reference["trained on"].as_str().unwrap(), 320);
    let ours: Vec<[String; 2]> =
        pairs.merges().map(|(left, right)| [bytes::spell(left), bytes::spell(right)]).collect();
    assert_eq!(json!(ours), reference["tokenizer"]["model"]["merges"]);

    let tokenizer = Tokenizer::from(pairs);
    for (token, id) in reference["tokenizer"]["model"]["vocab"].as_object().unwrap() {
        assert_eq!(tokenizer.token(id.as_u64().unwrap() as u32).as_ref(), Some(token));
    }
}

#[test]
fn a_file_of_hugging_face_gives_their_ids_and_their_text() {
    let reference = reference();
    let file = reference["tokenizer"].to_string();
    let tokenizer = Tokenizer::from_json(file.as_bytes()).unwrap();
    for (text, theirs) in answers(&reference, "ids") {
        let text = text.as_str().unwrap();
        let ids = tokenizer.encode(text).unwrap();
        assert_eq!(json!(ids), *theirs, "{text:?}");
        assert_eq!(tokenizer.decode(&ids).unwrap(), text);
    }
    for (ids, theirs) in answers(&reference, "broken") {
        let ids: Vec<u32> = serde_json::from_value(ids.clone()).unwrap();
        assert_eq!(json!(tokenizer.decode(&ids).unwrap()), *theirs, "{ids:?}");
    }
}

/// <https://github.com/karpathy/minbpe>, the example of Wikipedia's article on byte-pair encoding.
#[test]
fn three_merges_of_wikipedia() {
    let pairs = Pairs::train("aaabdaaabac", 259);
    let spelled: Vec<_> = pairs.merges().map(|(left, right)| [left, right].concat()).collect();
    assert_eq!(spelled, [&b"aa"[..], b"ab", b"aaab"]);
    let ids = pairs.encode("aaabdaaabac");
    assert_eq!(ids.len(), 5); // XdXac
}

#[test]
fn the_readme_shows_what_the_example_prints() {
    let text = "the cat sat, the cats sat, the cat naps, the cats nap";
    let picture = merges_as_they_are_learned::picture(text, " the cats nap");
    assert!(include_str!("../README.md").contains(&picture), "{picture}");
}
