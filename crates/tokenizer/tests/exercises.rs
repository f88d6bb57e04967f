//! The exercises of the README, solved: a test for each.

#![allow(clippy::unwrap_used)] // helpers of tests

use tokenizer::{Pairs, Tokenizer};

fn merges(pairs: &Pairs) -> Vec<String> {
    let spell = |part: &[u8]| String::from_utf8(part.to_vec()).unwrap().replace(' ', "␣");
    pairs.merges().map(|(left, right)| format!("{}+{}", spell(left), spell(right))).collect()
}

#[test]
fn merges_by_hand() {
    // l+o and o+w come three times each, and l is before o. Then lo+w comes three times.
    assert_eq!(merges(&Pairs::train("low low lower", 258)), ["l+o", "lo+w"]);
}

#[test]
fn letters_and_bytes() {
    // ï is two bytes.
    assert_eq!(Tokenizer::characters("naïve").encode("naïve").unwrap().len(), 5);
    assert_eq!(Tokenizer::bytes().encode("naïve").unwrap().len(), 6);
}

#[test]
fn a_word_never_seen() {
    let pairs = Pairs::train("cat cat cats", 259);
    assert_eq!(merges(&pairs), ["a+t", "c+at", "␣+cat"]);
    let spelled = pairs.encode("scats");
    let spelled = spelled.iter().map(|&id| &pairs.tokens()[id as usize][..]);
    assert_eq!(spelled.collect::<Vec<_>>(), [&b"s"[..], b"cat", b"s"]);
}

#[test]
fn shorter_and_shorter() {
    let text = "the cat sat on the mat, and the rat sat on the cat";
    let lengths: Vec<_> =
        (256..290).map(|vocabulary| Pairs::train(text, vocabulary).encode(text).len()).collect();
    assert!(lengths.is_sorted_by(|longer, shorter| longer >= shorter));
    assert!(lengths[0] == text.len() && lengths[33] < text.len() / 2);
}

#[test]
fn the_merges_alone() {
    let text = "the cat sat on the mat, and the rat sat on the cat";
    let pairs = Pairs::train(text, 280);
    for word in ["cat", " cat", "that", " sand", "other"] {
        let mut pieces: Vec<Vec<u8>> = word.bytes().map(|byte| vec![byte]).collect();
        for (left, right) in pairs.merges() {
            let mut at = 0;
            while at + 1 < pieces.len() {
                if pieces[at] == left && pieces[at + 1] == right {
                    let right = pieces.remove(at + 1);
                    pieces[at].extend(right);
                }
                at += 1;
            }
        }
        let ids = pairs.encode(word);
        let encoded: Vec<_> = ids.iter().map(|&id| pairs.tokens()[id as usize].clone()).collect();
        assert_eq!(pieces, encoded, "{word:?}");
    }
}
