//! Vocabularies as GGUF files say them.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use tokenizer::{
    Specials, Tokenizer,
    count::Counter,
    gguf_vocabulary::{TokenKind, Vocabulary},
    split::Pattern,
    train::{COVERAGE, Kind},
};

const TEXT: &str = "It's the cat's hat: 1234 cafés, DON'T\r\n\n  x = y²;  \u{3000}中文 \
    \u{1F469}\u{200D} ſo \t the end  ";

fn trained(kind: Kind, vocabulary: usize) -> Tokenizer {
    let mut counter = Counter::new(kind);
    for n in 0..300 {
        counter.push(&format!("the cat's {n} hats, it's {} cafés\n 中 {TEXT}", n * n));
    }
    Tokenizer::train(&counter.finish(), vocabulary, &mut |_| ())
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|&text| text.to_owned()).collect()
}

/// Byte pairs of all bytes and what these merges make.
fn byte_pairs(pre: &str, merges: &[&str], more: &[(&str, TokenKind)]) -> Vocabulary {
    let bytes = (0..=255).map(|byte: u8| tokenizer::bytes::spell(&[byte]));
    let mut tokens: Vec<String> = bytes.collect();
    tokens.extend(merges.iter().map(|merge| merge.replace(' ', "")));
    let mut kinds = vec![TokenKind::Normal; tokens.len()];
    for &(token, kind) in more {
        tokens.push(token.to_owned());
        kinds.push(kind);
    }
    let merges = strings(merges);
    let (model, pre) = ("gpt2".into(), Some(pre.into()));
    Vocabulary { model, pre, tokens, kinds, merges, ..Vocabulary::default() }
}

fn texts_of(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<String> {
    ids.iter().map(|&id| tokenizer.decode(&[id]).unwrap()).collect()
}

#[test]
fn what_is_learned_here_goes_there_and_back() {
    let named = [Pattern::Gpt2, Pattern::Llama3, Pattern::Qwen2, Pattern::O200k, Pattern::Tekken];
    let pairs = named.map(|pattern| trained(Kind::Pairs(pattern), 400));
    let pieces = trained(Kind::SentencePiece { coverage: COVERAGE }, 400);
    let rest = [Tokenizer::bytes(), Tokenizer::characters(TEXT), pieces];
    for tokenizer in pairs.into_iter().chain(rest) {
        let vocabulary = match tokenizer.to_gguf() {
            Ok(vocabulary) => vocabulary,
            Err(error) => panic!("{error}"),
        };
        let again = Tokenizer::from_gguf(&vocabulary).unwrap();
        let ids = tokenizer.encode(TEXT).unwrap();
        assert_eq!(again.encode(TEXT).unwrap(), ids, "{:?}", vocabulary.pre);
        assert_eq!(again.decode(&ids), tokenizer.decode(&ids));
        assert_eq!(again.vocabulary(), tokenizer.vocabulary());
    }
}

#[test]
fn what_gguf_cannot_say_is_named() {
    let words = Tokenizer::words(TEXT, 50).to_gguf().unwrap_err().to_string();
    assert!(words.contains("words"), "{words}");
    let unigram = trained(Kind::Unigram { coverage: COVERAGE }, 300).to_gguf().unwrap_err();
    assert!(unigram.to_string().contains("Unigram"), "{unigram}");
    for pattern in [Pattern::Cl100k, Pattern::Qwen35] {
        // The one has no name, and with the other's goes Unicode's form C.
        let error = trained(Kind::Pairs(pattern), 300).to_gguf().unwrap_err().to_string();
        assert!(error.contains("a cut of its own"), "{error}");
    }
}

#[test]
fn the_name_of_a_pattern_says_how_texts_are_cut() {
    let cut = |pre: &str| {
        // A space and what follows it are joined, and so are digits: what is left apart was cut.
        let merges = ["1 2", "12 3", "123 4", "Ġ 1", "Ġ a", "n C", "Ċ Ċ", "' S"];
        let tokenizer = Tokenizer::from_gguf(&byte_pairs(pre, &merges, &[])).unwrap();
        let ids = tokenizer.encode(" a1234 1inC'S\n\n").unwrap();
        texts_of(&tokenizer, &ids).join("|")
    };
    assert_eq!(cut("gpt-2"), " a|1234| 1|i|nC|'|S|\n|\n".replace("\n|\n", "\n\n"));
    assert_eq!(cut("llama-bpe"), " a|123|4| |1|i|nC|'S|\n\n");
    assert_eq!(cut("qwen2"), " a|1|2|3|4| |1|i|nC|'S|\n\n");
    assert_eq!(cut("smollm"), " a|1|2|3|4| |1|i|nC|'|S|\n\n");
    assert_eq!(cut("tekken"), " a|1|2|3|4| |1|i|n|C|'S|\n\n");
    assert_eq!(cut("gpt-4o"), " a|123|4| |1|i|n|C|'S|\n\n");
    assert_eq!(cut("default"), " a|123|4| |1|i|nC|'|S|\n\n");
    let error = Tokenizer::from_gguf(&byte_pairs("klingon", &[], &[])).unwrap_err().to_string();
    assert!(error.starts_with("tokenizer.ggml.pre is \"klingon\""), "{error}");
    assert!(!error.contains('\n'));
}

#[test]
fn a_piece_that_is_a_token_is_that_token_where_llama_3_says_so() {
    // "abc" is made by no merge that happens.
    let merges = ["a b", "b c", "a bc"];
    let ids = |pre| {
        let tokenizer = Tokenizer::from_gguf(&byte_pairs(pre, &merges, &[])).unwrap();
        texts_of(&tokenizer, &tokenizer.encode("abc").unwrap())
    };
    assert_eq!(ids("llama-bpe"), ["abc"]);
    assert_eq!(ids("dbrx"), ["ab", "c"]);
}

#[test]
fn kinds_say_what_a_token_is_for() {
    let more =
        [("<s>", TokenKind::Control), ("<x>", TokenKind::UserDefined), ("[9]", TokenKind::Unused)];
    let vocabulary = Vocabulary { bos: Some(256), ..byte_pairs("llama-bpe", &[], &more) };
    let tokenizer = Tokenizer::from_gguf(&vocabulary).unwrap();
    let text = "<s><x>[9]";
    let ids = tokenizer.encode(text).unwrap();
    assert_eq!((ids.len(), ids[3]), (7, 257)); // <s> and [9] are three characters each
    let specials = Specials { in_text: true, around: true };
    assert_eq!(tokenizer.encode_with(text, specials).unwrap()[..3], [256, 256, 257]);
    assert_eq!(tokenizer.decode(&[256, 257, 258]).unwrap(), "<s><x>[9]");
    assert_eq!(tokenizer.decode_with(&[256, 257], true).unwrap(), "<x>");
    // Whether a text begins with <s> is Llama 3's habit, unless the file says otherwise.
    let silent = Vocabulary { add_bos: Some(false), ..vocabulary.clone() };
    let around = Specials { in_text: false, around: true };
    let silent = Tokenizer::from_gguf(&silent).unwrap();
    assert_eq!(silent.encode_with("a", around).unwrap().len(), 1);
    // And so it is written into a tokenizer.json, and back into a GGUF file.
    let again = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
    assert_eq!(again.encode_with(text, specials), tokenizer.encode_with(text, specials));
    let written = tokenizer.to_gguf().unwrap();
    assert_eq!((written.bos, written.add_bos), (Some(256), Some(true)));
    assert_eq!(written.kinds, vocabulary.kinds);
}

#[test]
fn a_merge_that_never_happens_is_left_out() {
    let more = [("<s>", TokenKind::Control), ("<s>a", TokenKind::Normal)];
    let mut vocabulary = byte_pairs("gpt-2", &["a b"], &more);
    vocabulary.merges.push("<s> a".into());
    let written = Tokenizer::from_gguf(&vocabulary).unwrap().to_gguf().unwrap();
    assert_eq!(written.merges, ["a b"]);
    Tokenizer::from_gguf(&written).unwrap();
}

/// `<unk> <s> </s>`, the bytes, letters, and what is joined of them.
fn pieces() -> Vocabulary {
    let mut tokens = strings(&["<unk>", "<s>", "</s>"]);
    let mut kinds = vec![TokenKind::Unknown, TokenKind::Control, TokenKind::Control];
    tokens.extend((0..=255).map(|byte| format!("<0x{byte:02X}>")));
    kinds.resize(tokens.len(), TokenKind::Byte);
    tokens.extend(strings(&["▁", "a", "b", "c", "ab", "bc", "abc", "▁a"]));
    kinds.resize(tokens.len(), TokenKind::Normal);
    let mut scores = vec![0.0; tokens.len() - 8];
    scores.extend([-9.0, -9.0, -9.0, -9.0, -2.0, -1.0, -3.0, -4.0]);
    Vocabulary { model: "llama".into(), tokens, kinds, scores, ..Vocabulary::default() }
}

#[test]
fn the_highest_score_is_joined_first() {
    let tokenizer = Tokenizer::from_gguf(&pieces()).unwrap();
    let ids = |text: &str| tokenizer.encode(text).unwrap();
    let spelled = |text: &str| -> Vec<String> {
        ids(text).into_iter().map(|id| tokenizer.token(id).unwrap()).collect()
    };
    assert_eq!(spelled("abc ab"), ["▁", "abc", "▁", "ab"]); // bc, then a + bc before ▁ + a
    assert_eq!(spelled("é a"), ["▁", "<0xC3>", "<0xA9>", "▁a"]);
    assert_eq!(tokenizer.decode(&ids("abc é<s>")).unwrap(), "abc é<s>");
    let bare = Vocabulary { add_space_prefix: Some(false), ..pieces() };
    let bare = Tokenizer::from_gguf(&bare).unwrap();
    assert_eq!(bare.decode(&bare.encode(" abc").unwrap()).unwrap(), " abc");
    assert_eq!(bare.encode("abc").unwrap().len(), 1);
    let written = tokenizer.to_gguf().unwrap();
    assert_eq!(Tokenizer::from_gguf(&written).unwrap().encode(TEXT), tokenizer.encode(TEXT));
    assert_eq!((written.kinds, written.tokens), (pieces().kinds, pieces().tokens));
}

#[test]
fn merges_that_no_score_can_say_are_refused() {
    // Of "abc" only a + bc is listed, but joining arrives at ab + c: scores would join that, too.
    let json = r#"{"model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true,
        "vocab": {"<unk>": 0, "▁": 1, "a": 2, "b": 3, "c": 4, "ab": 5, "bc": 6, "abc": 7},
        "merges": ["a b", "b c", "a bc"]}, "normalizer": {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}}"#;
    let tokenizer = Tokenizer::from_json(json.as_bytes()).unwrap();
    let error = tokenizer.to_gguf().unwrap_err().to_string();
    assert_eq!(error, "tokenizer.ggml.merges: do not make the token \"abc\"");
    let said = json.replace(r#""a bc""#, r#""ab c""#);
    let tokenizer = Tokenizer::from_json(said.as_bytes()).unwrap();
    let again = Tokenizer::from_gguf(&tokenizer.to_gguf().unwrap()).unwrap();
    for text in ["abc", "bcabc", "abbc", "aabcc"] {
        assert_eq!(again.encode(text), tokenizer.encode(text), "{text}");
    }
}

#[test]
fn what_contradicts_itself_is_refused_in_one_line() {
    let good = byte_pairs("gpt-2", &["a b"], &[]);
    let with = |change: fn(&mut Vocabulary)| {
        let mut vocabulary = good.clone();
        change(&mut vocabulary);
        Tokenizer::from_gguf(&vocabulary).unwrap_err().to_string()
    };
    let all = [
        (with(|v| v.tokens.clear()), "tokenizer.ggml.tokens: are 0"),
        (with(|v| v.kinds.truncate(9)), "token_type: are 9, and there are 257 tokens"),
        (with(|v| v.scores = vec![0.0]), "scores: are 1, and there are 257 tokens"),
        (with(|v| v.bos = Some(257)), "bos_token_id: is 257, and the vocabulary has 257 entries"),
        (with(|v| v.tokens[7] = "ab".into()), "tokens: have \"ab\" twice: 7 and 256"),
        (with(|v| v.merges[0] = "ab".into()), "merges[0]: \"ab\" is not two tokens"),
        (with(|v| v.merges[0] = "a c".into()), "merges[0]: \"a c\" is not two tokens"),
        (with(|v| v.model = "bert".into()), "tokenizer.ggml.model is \"bert\""),
    ];
    for (error, wanted) in all {
        assert!(error.contains(wanted) && !error.contains('\n'), "{error}");
    }
    let mut characters = Tokenizer::characters("ab\n").to_gguf().unwrap();
    assert_eq!(characters.tokens, ["\\n", "a", "b"]);
    characters.tokens[1] = "ab".into();
    let error = Tokenizer::from_gguf(&characters).unwrap_err().to_string();
    assert!(error.contains("single characters"), "{error}");
}

proptest! {
    #[test]
    fn any_characters_go_there_and_back(text in "[\\s\\S]{1,40}") {
        let tokenizer = Tokenizer::characters(&text);
        let again = Tokenizer::from_gguf(&tokenizer.to_gguf().unwrap()).unwrap();
        prop_assert_eq!(again.encode(&text), tokenizer.encode(&text));
    }

    /// Scores say what merges say, for whatever was learned.
    #[test]
    fn scores_say_what_was_learned(text in "( ?[ab]{1,4}c?){5,60}", other in "[abc ]{0,40}") {
        let mut counter = Counter::new(Kind::SentencePiece { coverage: COVERAGE });
        counter.push(&text);
        let tokenizer = Tokenizer::train(&counter.finish(), 300, &mut |_| ());
        let again = Tokenizer::from_gguf(&tokenizer.to_gguf().unwrap()).unwrap();
        prop_assert_eq!(again.encode(&other), tokenizer.encode(&other));
    }

    /// No list of tokens does harm.
    #[test]
    fn any_vocabulary_opens_or_is_refused(
        model in prop_oneof![Just("llama"), Just("gpt2"), Just("rwkv")],
        tokens in prop::collection::vec("[ab▁<0x>é ]{0,4}", 0..40),
        numbers in prop::collection::vec(0..7_i64, 40),
        merges in prop::collection::vec("[ab]{1,2} [ab]{1,2}", 0..6),
        ids in prop::collection::vec(prop::option::of(0..50_u32), 4),
    ) {
        let kinds = numbers.iter().filter_map(|&number| TokenKind::of(number)).take(tokens.len());
        let vocabulary = Vocabulary {
            model: model.into(),
            kinds: kinds.collect(),
            scores: numbers.iter().map(|&number| number as f32).take(tokens.len()).collect(),
            tokens,
            merges,
            bos: ids[0],
            eos: ids[1],
            unknown: ids[2],
            add_eos: Some(true),
            ..Vocabulary::default()
        };
        if let Ok(tokenizer) = Tokenizer::from_gguf(&vocabulary) {
            let around = Specials { in_text: true, around: true };
            if let Ok(ids) = tokenizer.encode_with("ab a<0x>é ▁b", around) {
                tokenizer.decode(&ids).unwrap();
            }
            if let Ok(written) = tokenizer.to_gguf() {
                Tokenizer::from_gguf(&written).unwrap();
            }
        }
    }
}
