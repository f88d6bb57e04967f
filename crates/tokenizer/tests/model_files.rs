//! Files of SentencePiece, tiktoken and Mistral: the same ids and texts as theirs, and no harm from
//! broken ones. `benches/peers/sentencepiece_reference.py` made the models and asked `sentencepiece`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use prost::Message;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde::Deserialize;
use tokenizer::{FormatError, Specials, Tokenizer, split::Pattern, tiktoken_file::Known};

/// A model, and what `sentencepiece` says.
#[derive(Deserialize)]
struct Reference {
    model: String,
    texts: Vec<(String, Vec<u32>)>,
    ids: Vec<(Vec<u32>, String)>,
}

fn references() -> BTreeMap<String, Reference> {
    serde_json::from_str(include_str!("model_files.json")).unwrap()
}

fn model(reference: &Reference) -> Vec<u8> {
    STANDARD.decode(&reference.model).unwrap()
}

#[test]
fn texts_have_the_ids_of_sentencepiece() {
    for (name, reference) in references() {
        let tokenizer = Tokenizer::from_sentencepiece(&model(&reference)).unwrap();
        for (text, ids) in &reference.texts {
            assert_eq!(tokenizer.encode(text).unwrap(), *ids, "{name}: {text:?}");
        }
    }
}

#[test]
fn ids_have_the_texts_of_sentencepiece() {
    for (name, reference) in references() {
        let tokenizer = Tokenizer::from_sentencepiece(&model(&reference)).unwrap();
        for (ids, text) in &reference.ids {
            assert_eq!(tokenizer.decode_with(ids, true).unwrap(), *text, "{name}: {ids:?}");
            let mut stream = tokenizer.stream().without_special();
            let pushed: String = ids.iter().map(|&id| stream.push(id)).collect();
            assert_eq!(pushed + &stream.finish(), *text, "{name}, one by one: {ids:?}");
        }
    }
}

#[test]
fn what_a_tokenizer_json_can_say_stays_the_same() {
    for (name, reference) in references() {
        // User-defined pieces, a ▁ at the end and the longest rule of a table it cannot say.
        if !["bpe", "unigram"].contains(&&*name) {
            continue;
        }
        let tokenizer = Tokenizer::from_sentencepiece(&model(&reference)).unwrap();
        let json = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
        for (text, ids) in &reference.texts {
            if name == "bpe" || !text.contains("<") {
                assert_eq!(json.encode(text).unwrap(), *ids, "{name}: {text:?}");
            }
        }
    }
}

#[test]
fn a_tokenizer_json_finds_user_defined_pieces_too() {
    for name in ["bpe_defined", "unigram_defined"] {
        let tokenizer = Tokenizer::from_sentencepiece(&model(&references()[name])).unwrap();
        let json = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
        let id = tokenizer.encode("a[REF]").unwrap().pop().unwrap();
        assert_eq!(tokenizer.token(id).as_deref(), Some("[REF]"));
        assert_eq!(json.encode("a[REF]").unwrap().pop(), Some(id), "{name}");
    }
}

#[test]
fn control_pieces_are_found_if_asked_for() {
    let reference = &references()["bpe"];
    let tokenizer = Tokenizer::from_sentencepiece(&model(reference)).unwrap();
    let specials = Specials { in_text: true, around: false };
    let ids = tokenizer.encode_with("<s>a</s>", specials).unwrap();
    assert_eq!((ids[0], *ids.last().unwrap()), (1, 2));
    assert!(!tokenizer.encode("<s>a</s>").unwrap().contains(&1));
    assert_eq!(tokenizer.decode(&[1]).unwrap(), "<s>");
}

/// Enough of the file to write one.
#[derive(Clone, PartialEq, Message)]
struct Model {
    #[prost(message, repeated, tag = "1")]
    pieces: Vec<Piece>,
    #[prost(message, optional, tag = "2")]
    trainer: Option<Trainer>,
    #[prost(message, optional, tag = "3")]
    normalizer: Option<Normalizer>,
    #[prost(message, optional, tag = "5")]
    denormalizer: Option<Normalizer>,
}

#[derive(Clone, PartialEq, Message)]
struct Piece {
    #[prost(string, tag = "1")]
    text: String,
    #[prost(float, tag = "2")]
    score: f32,
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
struct Trainer {
    #[prost(int32, tag = "3")]
    model_type: i32,
    #[prost(bool, tag = "35")]
    byte_fallback: bool,
}

#[derive(Clone, PartialEq, Message)]
struct Normalizer {
    #[prost(bytes = "vec", tag = "2")]
    table: Vec<u8>,
    #[prost(bool, optional, tag = "3")]
    prefix: Option<bool>,
    #[prost(bool, optional, tag = "4")]
    remove_extra: Option<bool>,
}

const UNIGRAM: i32 = 1;
const BPE: i32 = 2;
const WORD: i32 = 3;

const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const USER_DEFINED: i32 = 4;
const UNUSED: i32 = 5;
const BYTE: i32 = 6;

/// `<unk>` and these pieces; nothing is done to white space.
fn written(model_type: i32, pieces: &[(&str, f32, i32)]) -> Model {
    let piece = |&(text, score, kind): &(&str, f32, i32)| Piece {
        text: text.into(),
        score,
        kind: Some(kind),
    };
    Model {
        pieces: [("<unk>", 0.0, UNKNOWN)].iter().chain(pieces).map(piece).collect(),
        trainer: Some(Trainer { model_type, byte_fallback: false }),
        normalizer: Some(Normalizer {
            table: Vec::new(),
            prefix: Some(false),
            remove_extra: Some(false),
        }),
        denormalizer: None,
    }
}

fn read(model: &Model) -> Result<Tokenizer, FormatError> {
    Tokenizer::from_sentencepiece(&model.encode_to_vec())
}

/// "abc" was joined of "ab" and "c", or of "a" and "bc": the pair that was seen last counts.
#[test]
fn an_unused_piece_is_taken_apart_as_it_was_last_seen() {
    let unused = [("a", -9.0, NORMAL), ("b", -9.0, NORMAL), ("c", -9.0, NORMAL)];
    let joined = [("ab", -1.0, NORMAL), ("abc", -3.0, UNUSED), ("bc", -2.0, UNUSED)];
    let tokenizer = read(&written(BPE, &[unused, joined].concat())).unwrap();
    assert_eq!(tokenizer.encode("abc").unwrap(), [4, 3]);
    assert_eq!(tokenizer.encode("bcb").unwrap(), [2, 3, 2]);
}

/// A letter of a piece that is no piece itself: "xa" is joined of it, and alone it is unknown.
#[test]
fn a_letter_needs_no_number_to_be_joined() {
    let tokenizer = read(&written(BPE, &[("a", -2.0, NORMAL), ("xa", -1.0, NORMAL)])).unwrap();
    assert_eq!(tokenizer.encode("xaxxya").unwrap(), [2, 0, 1]);
}

/// "abc" would be joined of "ab" and "c".
#[test]
fn a_user_defined_piece_is_joined_with_nothing() {
    let letters = [("a", -9.0, NORMAL), ("b", -9.0, NORMAL), ("c", -9.0, NORMAL)];
    let pieces = [&letters[..], &[("ab", 0.0, USER_DEFINED), ("abc", -1.0, NORMAL)]].concat();
    let tokenizer = read(&written(BPE, &pieces)).unwrap();
    assert_eq!(tokenizer.encode("abcaab").unwrap(), [4, 3, 1, 4]);
}

/// At a million below zero, 32 bits do not tell -13 from -13.06: sums begin anew before that.
#[test]
fn a_long_text_is_cut_as_well_as_a_short_one() {
    let pieces = [("a", -9.0, NORMAL), ("b", -4.0, NORMAL), ("ab", -13.06, NORMAL)];
    let tokenizer = read(&written(UNIGRAM, &pieces)).unwrap();
    let ids = tokenizer.encode(&"ab".repeat(150_000)).unwrap();
    assert!(ids == [1, 2].repeat(150_000), "a and b are more likely than ab, everywhere");
}

#[test]
fn what_is_not_supported_is_named() {
    let a = [("a", -1.0, NORMAL)];
    let fails = |model: &Model| read(model).unwrap_err().to_string();
    assert!(fails(&written(WORD, &a)).starts_with("trainer_spec.model_type is WORD, which is not"));
    let mut model = written(BPE, &a);
    model.denormalizer = model.normalizer.clone();
    assert!(read(&model).is_ok());
    model.denormalizer.as_mut().unwrap().table = vec![1];
    assert!(fails(&model).starts_with("denormalizer_spec.precompiled_charsmap is there, which"));
}

#[test]
fn what_contradicts_itself_is_named() {
    let fails = |pieces: &[(&str, f32, i32)]| read(&written(BPE, pieces)).unwrap_err().to_string();
    assert_eq!(fails(&[("a", 0.0, NORMAL), ("a", 0.0, NORMAL)]), "the pieces: have \"a\" twice");
    assert_eq!(fails(&[("", 0.0, NORMAL)]), "piece 1: is empty");
    assert_eq!(fails(&[("a\0", 0.0, NORMAL)]), "piece 1: has a zero byte");
    assert_eq!(fails(&[("a", f32::NAN, NORMAL)]), "piece 1: has a score that is no number");
    assert_eq!(fails(&[("a", 0.0, 7)]), "piece 1: has the unknown type 7");
    assert_eq!(fails(&[("<0x41>", 0.0, BYTE)]), "piece 1: is a byte, but byte_fallback is false");
    let two = fails(&[("<u>", 0.0, UNKNOWN)]);
    assert_eq!(two, "the pieces: have 2 of type UNKNOWN, not one");
    let long = "a".repeat(8000);
    assert_eq!(fails(&[(&long, 0.0, NORMAL)]), "piece 1: has 8000 bytes or more");
    let mut model = written(BPE, &[("<0x41>", 0.0, BYTE)]);
    model.trainer.as_mut().unwrap().byte_fallback = true;
    assert_eq!(read(&model).unwrap_err().to_string(), "the pieces: name 1 of 256 bytes");
}

/// Each table is broken in another way; what can be opened must be able to encode.
#[test]
fn a_broken_table_is_an_error_or_has_fewer_rules() {
    let mut model = written(BPE, &[("a", 0.0, NORMAL)]);
    let mut set = |table: &[u8]| {
        model.normalizer.as_mut().unwrap().table = table.to_vec();
        read(&model)
    };
    for table in
        [&[1][..], &[0; 4], &[0; 5], &[4, 0, 0, 0, 1, 2, 3, 4], &[255; 9], &[3, 0, 0, 0, 0, 0]]
    {
        assert!(set(table).unwrap_err().to_string().starts_with("precompiled_charsmap: its trie"));
    }
    assert!(set(&[4, 0, 0, 0, 0, 0, 0, 0, 0xFF]).is_err()); // no UTF-8
    let long = [&[4, 0, 0, 0, 0, 0, 0, 0], &[b'a'; 65][..]].concat();
    assert!(set(&long).unwrap_err().to_string().contains("more than 64 bytes"));
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..2000 {
        let mut table = vec![16, 0, 0, 0];
        table.extend((0..16).map(|_| random.random::<u8>()));
        table.extend(b"a\0bc\0");
        set(&table).unwrap().encode("a\u{3000}xyz \0 \u{10FFFF}").unwrap();
    }
}

/// Cut anywhere, or with bytes changed, a file is an error or opens; neither takes long or panics.
#[test]
fn broken_models_do_no_harm() {
    for (name, reference) in references() {
        let whole = model(&reference);
        for end in (0..whole.len()).step_by(97) {
            try_all(Tokenizer::from_sentencepiece(&whole[..end]));
        }
        let mut random = ChaCha8Rng::seed_from_u64(name.len() as u64);
        for _ in 0..150 {
            let mut broken = whole.clone();
            for _ in 0..random.random_range(1..4) {
                let at = random.random_range(0..broken.len());
                broken[at] = random.random();
            }
            try_all(Tokenizer::from_sentencepiece(&broken));
        }
    }
    // A length of 2⁶³, and 100,000 messages inside of each other.
    assert!(Tokenizer::from_sentencepiece(b"\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F").is_err());
    assert!(Tokenizer::from_sentencepiece(&[0x53; 100_000]).is_err());
}

fn try_all(tokenizer: Result<Tokenizer, FormatError>) {
    if let Ok(tokenizer) = tokenizer {
        let ids = tokenizer.encode("the cat\u{3000}水 ﬁé [REF]").unwrap_or_default();
        tokenizer.decode(&ids).unwrap();
    }
}

/// The 256 bytes in another order, " a" and "aa", and a hole at 258.
fn tiktoken() -> String {
    let bytes = (0..=255_u8).map(|byte| (vec![byte ^ 0x55], u32::from(byte)));
    let joined = [(b" a".to_vec(), 256), (b"aa".to_vec(), 257), (b"aaaa".to_vec(), 259)];
    bytes
        .chain(joined)
        .map(|(token, rank)| format!("{} {rank}\n", STANDARD.encode(token)))
        .collect()
}

#[test]
fn tiktoken_joins_the_lowest_rank() {
    let specials = [("<|end|>", 258)];
    let tokenizer =
        Tokenizer::from_tiktoken(tiktoken().as_bytes(), Pattern::Cl100k, &specials).unwrap();
    assert_eq!(tokenizer.vocabulary(), 260);
    let a = u32::from(b'a' ^ 0x55);
    assert_eq!(tokenizer.encode(" aaaa aaa").unwrap(), [256, 257, a, 256, 257]);
    assert_eq!(tokenizer.encode("aaaa").unwrap(), [259]);
    let with = Specials { in_text: true, around: false };
    assert_eq!(tokenizer.encode_with("a<|end|>", with).unwrap(), [a, 258]);
    assert_eq!(tokenizer.decode(&[256, 258, 259]).unwrap(), " a<|end|>aaaa");
    let json = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
    assert_eq!(json.encode(" aaaa aaa").unwrap(), [256, 257, a, 256, 257]);
}

#[test]
fn a_broken_tiktoken_file_is_named() {
    let fails = |file: &str, specials: &[(&str, u32)]| {
        let read = Tokenizer::from_tiktoken(file.as_bytes(), Pattern::Gpt2, specials);
        read.unwrap_err().to_string()
    };
    assert_eq!(fails("", &[]), "the file: has no tokens");
    assert_eq!(fails("YQ== 0\nYQ 1", &[]), "line 2: is not a token in base64 and its rank");
    assert_eq!(fails("YQ==", &[]), "line 1: is not a token in base64 and its rank");
    assert_eq!(fails("YQ== -1", &[]), "line 1: is not a token in base64 and its rank");
    assert_eq!(fails("YQ== 4294967295", &[]), "line 1: has rank 4294967295 of 1");
    let twice = "has a token or a rank that was there before";
    assert_eq!(fails("YQ== 0\nYQ== 1", &[]), format!("line 2: {twice}"));
    assert_eq!(fails("YQ== 0\nYg== 0", &[]), format!("line 2: {twice}"));
    let taken = "the special tokens: \"<s>\" has the id of a token of the file";
    assert_eq!(fails("YQ== 0", &[("<s>", 0)]), taken);
}

/// A file of our own is none of the published ones, whatever it looks like.
#[test]
fn an_unknown_file_is_not_taken_for_a_known_one() {
    assert_eq!(Known::of(tiktoken().as_bytes()), None);
}

#[test]
fn tekken_counts_from_behind_the_special_tokens() {
    let file = |specials: &str, size: usize| {
        let tokens = ["YQ==", "Yg==", "YWI=", "YWJh"].iter().enumerate();
        let tokens: Vec<String> = tokens
            .map(|(rank, bytes)| {
                format!(r#"{{"rank":{rank},"token_bytes":"{bytes}","token_str":null}}"#)
            })
            .collect();
        format!(
            r#"{{"config":{{"pattern":"[^ ]+| ","default_vocab_size":{size},
            "default_num_special_tokens":22}},"vocab":[{}]{specials}}}"#,
            tokens.join(",")
        )
    };
    let tokenizer = Tokenizer::from_tekken(file("", 25).as_bytes()).unwrap();
    assert_eq!(tokenizer.encode("abab").unwrap(), [24, 24]); // "aba" is beyond the 25
    assert_eq!(tokenizer.decode(&[3, 24, 21]).unwrap(), "[INST]ab<SPECIAL_21>");
    let fails = |file: &str| Tokenizer::from_tekken(file.as_bytes()).unwrap_err().to_string();
    assert!(fails(&file("", 30)).starts_with("config: wants 30 tokens, 22 of them special"));
    let twice = r#","special_tokens":[{"rank":0,"token_str":"a"},{"rank":1,"token_str":"a"}]"#;
    assert!(fails(&file(twice, 25)).starts_with("special_tokens: are not 22 texts"));
    let beyond = r#","special_tokens":[{"rank":22,"token_str":"a"}]"#;
    assert!(fails(&file(beyond, 25)).starts_with("special_tokens: are not 22 texts"));
}
