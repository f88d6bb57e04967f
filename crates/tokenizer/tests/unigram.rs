//! The best way to cut a text is the best of all ways, for any vocabulary and any text.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use tokenizer::{EncodeError, Unigram, unigram::trie::Trie};

/// Tokens over a, b and é, and scores whose sums are exact.
fn vocabulary() -> impl Strategy<Value = Vec<(String, f64)>> {
    prop::collection::btree_map(
        "[abé]{1,4}",
        (-18..-1).prop_map(|half| f64::from(half) / 2.0),
        1..12,
    )
    .prop_map(|tokens| [("<unk>".to_owned(), 0.0)].into_iter().chain(tokens).collect())
}

/// The score of the best of all ways to cut `text`, by trying each.
fn best(tokens: &[(String, f64)], text: &str) -> f64 {
    if text.is_empty() {
        return 0.0;
    }
    let first = tokens.iter().filter(|(token, _)| text.starts_with(&**token));
    let sums = first.map(|(token, score)| score + best(tokens, &text[token.len()..]));
    sums.fold(f64::NEG_INFINITY, f64::max)
}

fn encoded(unigram: &Unigram, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    unigram.encode_piece(text, &mut ids).unwrap();
    ids
}

proptest! {
    #[test]
    fn no_way_is_better(tokens in vocabulary(), text in "[abé]{0,9}") {
        let all = ["a", "b", "é"].map(|letter| (letter.to_owned(), -9.5));
        let missing = |letter: &(String, f64)| tokens.iter().all(|(token, _)| *token != letter.0);
        let tokens = [&tokens[..], &all.into_iter().filter(missing).collect::<Vec<_>>()].concat();
        let ids = encoded(&Unigram::new(tokens.clone(), None, false), &text);
        let sum: f64 = ids.iter().map(|&id| tokens[id as usize].1).sum();
        prop_assert!((sum - best(&tokens, &text)).abs() < 1e-9, "{ids:?}");
        let laid: String = ids.iter().map(|&id| &*tokens[id as usize].0).collect();
        prop_assert_eq!(laid, text);
    }

    /// Between two unknown characters, what is known is cut as if it were alone, and each run is one.
    #[test]
    fn what_is_unknown_parts_the_text(tokens in vocabulary(), parts in prop::collection::vec("[abé]{0,5}", 1..5)) {
        let unigram = Unigram::new(tokens, Some(0), false);
        let mut apart = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            apart.extend((at > 0).then_some(0));
            apart.extend(encoded(&unigram, part));
        }
        apart.dedup_by(|one, before| *one == 0 && *before == 0);
        prop_assert_eq!(encoded(&unigram, &parts.join("水?")), apart);
    }

    #[test]
    fn a_trie_finds_all_that_a_text_begins_with(
        strings in prop::collection::vec(prop::collection::vec(prop_oneof![0_u8..3, any::<u8>()], 0..5), 0..60),
        text in prop::collection::vec(prop_oneof![0_u8..3, any::<u8>()], 0..8),
    ) {
        let trie = Trie::of((0..).zip(&strings).map(|(id, string)| (&**string, id)));
        for text in strings.iter().chain([&text]) {
            let mut found = Vec::new();
            trie.prefixes(text, |length, id| found.push((length, id)));
            let last = |length| strings.iter().rposition(|string| *string == text[..length]);
            let all = (1..=text.len()).filter_map(|length| Some((length, last(length)? as u32)));
            prop_assert_eq!(found, all.collect::<Vec<_>>());
        }
    }
}

fn tokens(tokens: &[(&str, f64)]) -> Vec<(String, f64)> {
    tokens.iter().map(|&(token, score)| (token.to_owned(), score)).collect()
}

#[test]
fn of_equals_the_first_is_taken() {
    let tokens = tokens(&[("a", -1.0), ("b", -1.0), ("aa", -1.5), ("ab", -2.0)]);
    let unigram = Unigram::new(tokens, None, false);
    assert_eq!(encoded(&unigram, "ab"), [3]); // found from the first place, before a + b
    assert_eq!(encoded(&unigram, "aaa"), [0, 2]); // a + aa is found before aa + a
}

#[test]
fn what_is_unknown_costs_ten_more_than_the_rarest() {
    // a, and c unknown: 12 - 10.5 = 1.5
    let with = |score| tokens(&[("<unk>", 0.0), ("a", 12.0), ("ac", score), ("z", -0.5)]);
    assert_eq!(encoded(&Unigram::new(with(1.6), Some(0), false), "ac"), [2]);
    assert_eq!(encoded(&Unigram::new(with(1.4), Some(0), false), "ac"), [1, 0]);
}

#[test]
fn bytes_spell_what_is_unknown() {
    let named = (0..256).map(|byte| (format!("<0x{byte:02X}>"), -20.0));
    let all: Vec<(String, f64)> =
        tokens(&[("<unk>", 0.0), ("a", -1.0)]).into_iter().chain(named).collect();
    let unigram = Unigram::new(all.clone(), Some(0), true);
    assert_eq!(encoded(&unigram, "a水a"), [1, 2 + 0xE6, 2 + 0xB0, 2 + 0xB4, 1]);
    // One missing byte, and the whole run is unknown.
    let lacking = Unigram::new(all[..2 + 0xB4].to_vec(), Some(0), true);
    assert_eq!(encoded(&lacking, "水a\0\0"), [0, 1, 2, 2]);
    assert_eq!(encoded(&lacking, "水\0"), [0]);
}

#[test]
fn without_a_token_for_it_the_unknown_is_named() {
    let unigram = Unigram::new(tokens(&[("a", -1.0)]), None, false);
    let error = unigram.encode_piece("aaüa", &mut Vec::new()).unwrap_err();
    assert!(matches!(error, EncodeError::Unknown { character: 'ü', vocabulary: 1, .. }));
}

#[test]
fn a_long_text_takes_no_time() {
    let tokens = tokens(&[("<unk>", 0.0), ("a", -2.0), ("b", -2.0), ("ab", -3.0), ("ba", -3.5)]);
    let unigram = Unigram::new(tokens, Some(0), false);
    assert_eq!(encoded(&unigram, &"ab".repeat(300_000)), vec![3; 300_000]);
    assert_eq!(encoded(&unigram, &"?".repeat(600_000)), [0]);
}
