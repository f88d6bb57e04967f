//! What encodes a whole text at once gives what the plain way gives, piece by piece.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizer::{Model, Pairs, SentencePiece, Tokenizer, split::Pattern};

/// Texts in which much repeats, and anything may come.
fn text() -> impl Strategy<Value = String> {
    let some = prop_oneof![
        8 => prop::sample::select(vec![
            " ", "  ", "\n", "\r\n", "\t", "a", "b", "s", "S", "A", "l", "ve", "RE", "'", "'s", "'S", "'ll", "''",
            "1", "12", "345", "/", "!", ".", "€", "—", "é", "É", "中", "文", "ʰ", "ǅ", "\u{301}", "\u{a0}", "\u{3000}",
            "\u{85}", "½", "٣", "ſ", "'ſhe", "😀", "\u{200d}", "Hello", "  \n", "\n  ", " x", "▁", "<0x0A>",
        ]).prop_map(str::to_string),
        2 => Just(" the cat's hat".to_string()),
        1 => "[a-c ']{1,90}",
        1 => "a{1,99}| {1,99}|\n{1,99}|[0-9]{1,80}",
        2 => " ?[бв]{7,9}[г-д]{0,5}| ?[ab]{15,17}[c-d]{0,16}| ?[अ-आ]{5,11}",
        3 => " ?[𠀀-𠀃\u{40000}-\u{40003}\u{B0000}-\u{B0003}\u{B1000}-\u{B1002}\u{F8000}-\u{F8002}xc]{1,9}",
        1 => "[\\s\\S]{1,9}",
        1 => "\\PC{1,9}",
    ];
    prop::collection::vec(some, 0..60).prop_map(|some| some.concat())
}

fn learned() -> String {
    "the cat's hat, the cats' hats ſhe\n\n  12 345 aaaa bbb 中文中 éé \u{301} Hello/ €— ll ve 😀"
        .repeat(3)
}

/// Merges as they are learned, and ranks alone: then a piece that is a token is that token. The last lacks some
/// bytes, and joins what stands on both sides of them. Of the rarest characters the first knows nothing; the others know
/// one, or what two or three bytes of them make, or what the last byte makes with what follows, or with what that makes.
fn vocabularies() -> [Pairs; 3] {
    let pairs = Pairs::train(&learned(), 420);
    let mut ranks = pairs.tokens().to_vec();
    ranks.push(b"zzz the".to_vec()); // no two tokens make it
    ranks.push(" Việt".as_bytes().to_vec());
    let rare = [&b"\xF1\x80"[..], b"\x80\x81", "\u{40001}".as_bytes(), b"\x80\xF3", b"\x82x"];
    let rarer = [
        &b"\xF2\xB1"[..],
        b"\x82\xF2\xB1",
        b"\x80\x83",
        b"\xB0\x80\x83",
        b"\x83\xF2\xB0",
        b"\x80\x81\xF3",
    ];
    ranks.extend(rare.into_iter().chain(rarer).map(<[u8]>::to_vec));
    let mut few = ranks.clone();
    few.retain(|token| ![&b"v"[..], b"l", b"\xE2", b"\x9F", b"\xAD"].contains(&&token[..]));
    few.extend(
        [&b"ae"[..], b"\xA9\x82", b"\xA9\x80", b"\xB8\xE6", b"bs", b"aa", b"\xF3\xB8"]
            .map(<[u8]>::to_vec),
    );
    [pairs, Pairs::from_ranks(ranks), Pairs::from_ranks(few)]
}

proptest! {
    #[test]
    fn pieces_are_those_of_the_plain_twin(texts in prop::collection::vec(text(), 3)) {
        for pairs in vocabularies() {
            for pattern in Pattern::ALL {
                for text in &texts { // the later ones find what the first has left behind
                    let mut ids = Vec::new();
                    pairs.encode_cut(pattern, text, &mut ids);
                    let mut plain = Vec::new();
                    pattern.pieces(text).for_each(|piece| pairs.encode_piece(piece.as_bytes(), &mut plain));
                    prop_assert_eq!(&ids, &plain, "{:?} {:?}", pattern, text);
                }
            }
        }
    }

    #[test]
    fn a_text_without_pieces_is_joined_as_one(texts in prop::collection::vec(text(), 3)) {
        let pieces = sentence_piece();
        let tokenizer = Tokenizer::from(Model::SentencePiece(pieces.clone()));
        for text in texts {
            let mut plain = Vec::new();
            if !text.is_empty() {
                pieces.encode_piece(&format!("▁{}", text.replace(' ', "▁")), &mut plain);
            }
            prop_assert_eq!(tokenizer.encode(&text).unwrap(), plain, "{:?}", text);
        }
    }
}

/// A vocabulary whose digits are cut off before GPT-2's pattern cuts, and its pairs alone.
static DIGITS: LazyLock<(Tokenizer, Pairs)> = LazyLock::new(|| {
    let pairs = Pairs::train(&learned(), 420);
    let json = Tokenizer::from(Model::Pairs(pairs.clone())).to_json();
    let mut json: Value = serde_json::from_str(&json).unwrap();
    json["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": true},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
    ]});
    (Tokenizer::from_json(json.to_string().as_bytes()).unwrap(), pairs)
});

proptest! {
    #[test]
    fn what_cuts_before_the_pattern_cuts_first(text in text()) {
        let (tokenizer, pairs) = &*DIGITS;
        let mut plain = Vec::new();
        let characters = text.split_inclusive(char::is_numeric);
        for part in characters.flat_map(|part| {
            let end = part.trim_end_matches(char::is_numeric).len();
            [&part[..end], &part[end..]]
        }) {
            let pieces = Pattern::Gpt2.pieces(part);
            pieces.for_each(|piece| pairs.encode_piece(piece.as_bytes(), &mut plain));
        }
        prop_assert_eq!(tokenizer.encode(&text).unwrap(), plain, "{:?}", text);
    }
}

/// The bytes by name, some letters, and some joins of them.
fn sentence_piece() -> SentencePiece {
    let mut tokens: Vec<String> = vec!["<unk>".into()];
    tokens.extend((0..=255).map(|byte| format!("<0x{byte:02X}>")));
    tokens.extend("▁abcehtsHlo'.,12中文é\n𠀂".chars().map(String::from));
    let mut merges = Vec::new();
    for (left, right) in [
        ("▁", "▁"),
        ("t", "h"),
        ("th", "e"),
        ("▁", "the"),
        ("▁▁", "▁▁"),
        ("c", "a"),
        ("ca", "t"),
        ("▁", "cat"),
        ("l", "l"),
        ("'", "s"),
        ("a", "a"),
        ("aa", "aa"),
        ("a", "aa"),
        ("中", "文"),
        (".", ","),
        ("▁", "a"),
        ("e", "l"),
        ("𠀂", "𠀂"),
        ("<0xF3>", "<0xB8>"),
        ("<0x82>", "<0xF3>"),
        ("c", "<0xF1>"),
    ] {
        let id = |token: &str| tokens.iter().position(|other| other == token).unwrap() as u32;
        let pair = (id(left), id(right));
        let joined = [left, right].concat();
        let id = tokens.iter().position(|token| *token == joined).unwrap_or(tokens.len());
        if id == tokens.len() {
            tokens.push(joined);
        }
        merges.push((pair, id as u32));
    }
    SentencePiece::new(tokens, merges, Some(0), true, true)
}

/// A large text is encoded in parts: each shift has another character where a part ends.
#[test]
fn parts_of_a_large_text_are_cut_as_the_whole_is() {
    let sentence = "It's  3 cats!\n\n The cat\u{3000} sat.  12345 ab/\n//  ";
    for pairs in vocabularies() {
        for shift in 0..sentence.len() {
            let text = "x".repeat(shift) + &sentence.repeat(140_000 / sentence.len());
            for pattern in [Pattern::Gpt2, Pattern::Cl100k, Pattern::O200k] {
                let mut ids = Vec::new();
                pairs.encode_cut(pattern, &text, &mut ids);
                let mut plain = Vec::new();
                pattern
                    .pieces(&text)
                    .for_each(|piece| pairs.encode_piece(piece.as_bytes(), &mut plain));
                assert!(ids == plain, "{pattern:?}: a part after {shift} shifts is cut wrongly");
            }
        }
    }
}

/// The same where no pattern cuts: in the first of the two, all that is not ASCII is one run.
#[test]
fn parts_of_a_large_text_are_joined_as_the_whole_is() {
    let pieces = sentence_piece();
    let tokenizer = Tokenizer::from(Model::SentencePiece(pieces.clone()));
    for sentence in
        ["中文𠀂𠀂é文中\u{40002}\u{F8000}中c\u{40000}水", "the cat  aaaa hats, ell. 12é "]
    {
        for shift in 0..sentence.len() {
            let text = "x".repeat(shift) + &sentence.repeat(30_000 / sentence.len());
            let mut plain = Vec::new();
            pieces.encode_piece(&format!("▁{}", text.replace(' ', "▁")), &mut plain);
            assert!(tokenizer.encode(&text).unwrap() == plain, "after {shift} shifts: {sentence}");
        }
    }
}

/// More different pieces than are remembered at a time.
#[test]
fn what_is_forgotten_is_found_again() {
    let [pairs, ranks, _] = vocabularies();
    let text: String = (0..150_000).map(|number| format!(" q{number:x}z")).collect();
    for pairs in [pairs, ranks] {
        let mut plain = Vec::new();
        Pattern::Gpt2
            .pieces(&text)
            .for_each(|piece| pairs.encode_piece(piece.as_bytes(), &mut plain));
        for _ in 0..2 {
            assert!(pairs.encode(&text) == plain);
        }
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let text = learned().repeat((17 << 20) / learned().len()); // more than is encoded together
    let [pairs, ..] = vocabularies();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| pairs.encode(&text))
    };
    assert!(with(1) == with(3));
}

/// The definition: the lowest rank of two neighbours, the leftmost if it is there more than once.
fn plainly(tokens: &[Vec<u8>], word: &str) -> Vec<u32> {
    let rank = |joined: &[u8]| tokens.iter().position(|token| token == joined);
    let mut pieces: Vec<Vec<u8>> = word.bytes().map(|byte| vec![byte]).collect();
    loop {
        let ranks =
            pieces.windows(2).enumerate().filter_map(|(at, two)| Some((rank(&two.concat())?, at)));
        let Some((_, at)) = ranks.min() else { break };
        let right = pieces.remove(at + 1);
        pieces[at].extend(right);
    }
    pieces.iter().map(|piece| rank(piece).unwrap() as u32).collect()
}

proptest! {
    /// Any tokens in any order: a join may make room for one of a lower rank, or of the same.
    #[test]
    fn a_long_word_is_joined_as_the_definition_says(
        mut tokens in prop::collection::btree_set("[ab]{2,6}|a{2,12}|b?a{1,9}b?", 0..20),
        order in any::<u64>(),
        word in "[ab]{90,150}|(a|b){33,40}|a{33,99}|(aab){12,40}|(a{20,40}b{0,40}){1,4}",
    ) {
        use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};
        tokens.extend(["a".to_string(), "b".to_string()]);
        let mut tokens: Vec<Vec<u8>> = tokens.into_iter().map(String::into_bytes).collect();
        tokens.shuffle(&mut ChaCha8Rng::seed_from_u64(order));
        let pairs = Pairs::from_ranks(tokens.clone());
        let mut ids = Vec::new();
        pairs.encode_piece(word.as_bytes(), &mut ids);
        prop_assert_eq!(&ids, &plainly(&tokens, &word));
        prop_assert_eq!(pairs.encode(&word), ids);
    }
}

/// No two tokens make "axb", since none is "x": it is found where it is a whole piece.
#[test]
fn a_byte_that_is_left_out_joins_nothing() {
    let pairs = Pairs::from_ranks(["a", "b", "axb"].map(|token| token.as_bytes().to_vec()).into());
    assert_eq!(pairs.encode("axb"), [2]);
    assert_eq!(pairs.encode("ab"), [0, 1]);
    assert_eq!(pairs.encode("baxb"), [1, 0, 1]);
}

#[test]
fn many_texts_at_once_are_as_one_by_one() {
    let text = learned().repeat(200);
    let texts: Vec<&str> = text.split_inclusive(' ').collect();
    let tokenizer = Tokenizer::byte_pairs(&text, 300);
    let each: Vec<_> = texts.iter().map(|text| tokenizer.encode(text).unwrap()).collect();
    assert_eq!(tokenizer.encode_each(&texts).unwrap(), each);
    assert!(Tokenizer::characters("ab").encode_each(&["a", "c"]).is_err());
}
