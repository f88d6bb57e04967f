//! What must hold for any text at all.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use tokenizer::{DecodeError, EncodeError, Pairs, Tokenizer, split, words};

/// Texts in which much repeats, and anything may come.
fn text() -> impl Strategy<Value = String> {
    let some = prop_oneof![
        4 => Just(" the cat's hat".to_string()),
        2 => Just("  \n".to_string()),
        2 => "[a-c ']{1,60}",
        2 => "[\\s\\S]{1,9}",
        1 => "\\PC{1,9}",
    ];
    prop::collection::vec(some, 0..9).prop_map(|some| some.concat())
}

/// Every kind that can spell `text`.
fn kinds(text: &str) -> [Tokenizer; 5] {
    [
        Tokenizer::characters(text),
        Tokenizer::words(text, usize::MAX),
        Tokenizer::bytes(),
        Tokenizer::byte_pairs(text, 300),
        Tokenizer::byte_pairs("the cat's hat, the cats' hats", 280),
    ]
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(text in text()) {
        for tokenizer in kinds(&text) {
            let ids = tokenizer.encode(&text).unwrap();
            prop_assert!(ids.iter().all(|&id| (id as usize) < tokenizer.vocabulary()));
            prop_assert_eq!(tokenizer.decode(&ids).unwrap(), &*text);
        }
    }

    #[test]
    fn a_file_gives_back_what_was_written(text in text()) {
        for tokenizer in kinds(&text) {
            let read = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
            prop_assert_eq!(read, tokenizer);
        }
    }

    #[test]
    fn pieces_laid_side_by_side_are_the_text(text in text()) {
        prop_assert_eq!(split::pieces(&text).collect::<String>(), &*text);
        prop_assert_eq!(words::cut(&text).collect::<String>(), &*text);
        prop_assert!(split::pieces(&text).all(|piece| !piece.is_empty()));
    }

    #[test]
    fn a_stream_says_what_decoding_at_once_says(ids in prop::collection::vec(0..259_u32, 0..40)) {
        let euros = Tokenizer::byte_pairs(&"\u{20AC}\u{E9}".repeat(9), 259);
        let mut stream = euros.stream();
        let mut text: String = ids.iter().map(|&id| stream.push(id)).collect();
        text += &stream.finish();
        prop_assert_eq!(text, euros.decode(&ids).unwrap());
    }

    #[test]
    fn a_stream_of_any_bytes_too(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let tokenizer = Tokenizer::bytes();
        let mut stream = tokenizer.stream();
        let mut text: String = bytes.iter().map(|&byte| stream.push(byte.into())).collect();
        text += &stream.finish();
        prop_assert_eq!(text, String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_long_word_is_joined_as_a_short_one_is(word in "[ab]{33,99}") {
        let pairs = Pairs::train("abba babbab aabab baabba bbabaab", 280);
        let ids = pairs.encode(&word);
        prop_assert_eq!(ids, plainly_joined(&pairs, &word));
    }
}

/// The definition, word for word: for each merge in the order of learning would not do, since a
/// later merge may make room for an earlier one. So look for the lowest rank, anew each time.
fn plainly_joined(pairs: &Pairs, word: &str) -> Vec<u32> {
    let mut tokens: Vec<Vec<u8>> = word.bytes().map(|byte| vec![byte]).collect();
    let merges: Vec<_> = pairs.merges().collect();
    let place = |tokens: &[Vec<u8>], (left, right): (&[u8], &[u8])| {
        tokens.windows(2).position(|two| two[0] == left && two[1] == right)
    };
    while let Some(at) = merges.iter().find_map(|&merge| place(&tokens, merge)) {
        let right = tokens.remove(at + 1);
        tokens[at].extend(right);
    }
    let id =
        |token: &Vec<u8>| pairs.tokens().iter().position(|other| other == token).unwrap() as u32;
    tokens.iter().map(id).collect()
}

/// A large text is encoded in parts of 256 KiB: each shift has another character where a part ends.
#[test]
fn parts_of_a_large_text_are_cut_as_the_whole_is() {
    let sentence = "It's  3 cats!\n\n The cat\u{3000} sat.  ";
    let pairs = Pairs::train(&sentence.repeat(9), 300);
    let of_piece = |piece: &str| pairs.encode(piece);
    for shift in 0..sentence.len() {
        let text = "x".repeat(shift) + &sentence.repeat(300_000 / sentence.len());
        let whole = pairs.encode(&text);
        let ids: Vec<u32> = split::pieces(&text).flat_map(of_piece).collect();
        assert!(whole == ids, "a part after {shift} shifts is cut wrongly");
    }
}

#[test]
fn a_megabyte_without_a_space_takes_no_time() {
    let pairs = Tokenizer::byte_pairs(&"ab".repeat(100), 260);
    let text = "ab".repeat(500_000);
    let start = std::time::Instant::now();
    let ids = pairs.encode(&text).unwrap();
    assert!(start.elapsed().as_secs() < 20, "the plain way takes an hour");
    assert_eq!(pairs.decode(&ids).unwrap(), text);
}

#[test]
fn the_same_text_gives_the_same_merges_in_any_number_of_threads() {
    let text = "a rose is a rose, it is said. ".repeat(30_000);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Tokenizer::byte_pairs(&text, 300))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn without_a_text_there_are_the_bytes_alone() {
    assert_eq!(Tokenizer::byte_pairs("", 1000).vocabulary(), 256);
    assert_eq!(Tokenizer::byte_pairs("aaaa", 1000).vocabulary(), 258); // aa, aaaa, and no more
    assert_eq!(Tokenizer::byte_pairs("aaaa", 0).vocabulary(), 256);
    assert_eq!(Tokenizer::words("", 0).vocabulary(), 1);
    assert_eq!(Tokenizer::characters("").encode(""), Ok(vec![]));
}

#[test]
fn what_has_no_id_is_named() {
    let error = Tokenizer::characters("abc").encode("ab\u{200B}").unwrap_err();
    assert_eq!(error, EncodeError::Unknown { character: '\u{200B}', at: 2, vocabulary: 3 });
    assert!(error.to_string().starts_with(r"the character '\u{200b}' (U+200B) at byte 2 is not"));
}

#[test]
fn an_id_past_the_end_is_named() {
    let alphabet: String = ('\0'..'A').collect();
    let tokenizer = Tokenizer::characters(&alphabet);
    let error = tokenizer.decode(&[1, 90]).unwrap_err();
    assert_eq!(error, DecodeError::Unknown { id: 90, vocabulary: 65 });
    assert!(error.to_string().starts_with("your vocabulary has 65 entries and this id is 90"));
    assert_eq!(tokenizer.stream().push(90), "\u{FFFD}");
}
