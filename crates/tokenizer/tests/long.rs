//! A long text that is let go piece by piece has the ids of the whole.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use serde_json::{Value, json};
use tokenizer::{Specials, Tokenizer, count::Counter, split::Pattern, train::Kind};

/// Three MiB in which pieces can end in many ways, and a MiB ends each time in another.
fn text() -> String {
    let some = "It's  3 cats!\n\n Théâtre\u{301}'s 中文，中文。\n\tx1 1x '12 é—é ½a  a▁b. CamelCase's\r\n ";
    some.repeat((3 << 20) / some.len())
}

fn learned(kind: Kind, text: &str) -> Tokenizer {
    let mut counter = Counter::new(kind);
    counter.push(text);
    Tokenizer::train(&counter.finish(), 350, &mut |_| ())
}

/// The ids, and how many times some came.
fn long(tokenizer: &Tokenizer, text: &str) -> (Vec<u32>, usize) {
    let (mut ids, mut times) = (Vec::new(), 0);
    let take = |some| {
        ids.extend::<Vec<u32>>(some);
        times += 1;
    };
    tokenizer.encode_long(text.to_owned(), Specials::default(), take).unwrap();
    (ids, times)
}

/// With a member of its file changed.
fn changed(tokenizer: &Tokenizer, member: &str, value: Value) -> Tokenizer {
    let mut json: Value = serde_json::from_str(&tokenizer.to_json()).unwrap();
    json[member] = value;
    Tokenizer::from_json(json.to_string().as_bytes()).unwrap()
}

#[test]
fn a_long_text_has_the_ids_of_the_whole() {
    let text = text();
    let mut kinds = vec![Kind::Words, Kind::Characters, Kind::SentencePiece { coverage: 0.99 }];
    kinds.extend(Pattern::ALL.map(Kind::Pairs));
    let mut tokenizers: Vec<Tokenizer> =
        kinds.into_iter().map(|kind| learned(kind, &text)).collect();
    tokenizers.push(Tokenizer::bytes());
    tokenizers.push(changed(
        &learned(Kind::Pairs(Pattern::Gpt2), &text),
        "normalizer",
        json!({"type": "NFC"}),
    ));
    for tokenizer in tokenizers {
        let (ids, times) = long(&tokenizer, &text);
        assert!(times >= 3, "{tokenizer:?}");
        assert!(ids == tokenizer.encode(&text).unwrap(), "{tokenizer:?}");
    }
}

#[test]
fn what_stands_for_a_blank_is_one() {
    let tokenizer = learned(Kind::SentencePiece { coverage: 0.99 }, "It cats");
    for shift in 0..4 {
        let text = "I".repeat(shift) + &"▁It".repeat(300_000);
        assert!(long(&tokenizer, &text).0 == tokenizer.encode(&text).unwrap(), "{shift}");
    }
}

#[test]
fn what_may_reach_across_is_encoded_at_once() {
    let text = text();
    let pairs = learned(Kind::Pairs(Pattern::Gpt2), &text);
    let added = json!([{"id": 350, "content": "cats!\n", "special": false}]);
    let lower = json!({"type": "Lowercase"});
    for tokenizer in [
        learned(Kind::Unigram { coverage: 0.99 }, &text),
        changed(&pairs, "added_tokens", added),
        changed(&pairs, "normalizer", lower),
    ] {
        assert_eq!(long(&tokenizer, &text), (tokenizer.encode(&text).unwrap(), 1));
    }
}

#[test]
fn an_unknown_character_is_said_with_its_place_in_the_whole_text() {
    let tokenizer = Tokenizer::characters("a");
    let text = format!("{}?", "a".repeat(2 << 20));
    let error = tokenizer.encode_long(text, Specials::default(), |_| ()).unwrap_err();
    assert!(error.to_string().contains("at byte 2097152 is not among"), "{error}");
}
