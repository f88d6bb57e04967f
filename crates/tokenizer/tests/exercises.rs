//! The exercises of the README, solved: a test for each.

#![allow(clippy::unwrap_used)] // helpers of tests

use tokenizer::{Pairs, SentencePiece, Tokenizer, Unigram};

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

#[test]
fn joined_or_likeliest() {
    // Joining a + b leaves no b for bc. To know that, one must look ahead.
    let tokens = [("a", -1.0), ("b", -4.0), ("c", -4.0), ("ab", -2.0), ("bc", -2.0)];
    let names = tokens.map(|(token, _)| token.to_owned()).to_vec();
    let chances = tokens.map(|(token, chance)| (token.to_owned(), chance)).to_vec();
    let (mut joined, mut likeliest) = (vec![], vec![]);
    let merges = vec![((0, 1), 3), ((1, 2), 4)];
    SentencePiece::new(names, merges, None, true, false).encode_piece("abc", &mut joined);
    Unigram::new(chances, None, false).encode_piece("abc", &mut likeliest).unwrap();
    assert_eq!(joined, [3, 2]); // ab c, whose chance is e^-6
    assert_eq!(likeliest, [0, 4]); // a bc, e^-3
}

#[test]
fn where_a_text_can_be_cut() {
    // Where no token holds both neighbours: a join across would have made a token that holds them.
    let pairs = Pairs::train("the cat sat on the mat, and the rat sat on the cat", 280);
    let ids = |piece: &[u8]| {
        let mut ids = vec![];
        pairs.encode_piece(piece, &mut ids);
        ids
    };
    let (mut same, mut other) = (0, 0);
    for word in ["themathat", "onsatand", "catratcat", "the cat"] {
        for at in 1..word.len() {
            let (left, right) = word.as_bytes().split_at(at);
            let two = &word.as_bytes()[at - 1..=at];
            let across = pairs.tokens().iter().any(|token| token.windows(2).any(|it| it == two));
            let apart = [ids(left), ids(right)].concat();
            assert!(across || apart == ids(word.as_bytes()), "{word:?} at {at}");
            same += usize::from(!across);
            other += usize::from(apart != ids(word.as_bytes()));
        }
    }
    assert!(same > 5 && other > 5, "{same} places to cut, {other} where it would do harm");
}
