//! A `tokenizer.json` made of parts that fit, in any order and with any settings, and any text: what
//! bytes at random would hardly come upon.
#![no_main]

use std::time::Instant;

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tokenizer::{Specials, Tokenizer};

const MODELS: [&str; 4] = [
    include_str!("../seeds/tokenizer_json/byte_level.json"),
    include_str!("../seeds/tokenizer_json/byte_fallback.json"),
    include_str!("../seeds/tokenizer_json/unigram.json"),
    include_str!("../seeds/tokenizer_json/word_piece.json"),
];

fuzz_target!(|bytes: &[u8]| {
    let mut from = Unstructured::new(bytes);
    let Ok(file) = file(&mut from) else { return };
    let Ok(tokenizer) = Tokenizer::from_json(file.to_string().as_bytes()) else { return };
    let written = tokenizer.to_json();
    let read = Tokenizer::from_json(written.as_bytes());
    assert_eq!(read.unwrap_or_else(|error| panic!("{error}: {written}")), tokenizer);

    let text = String::arbitrary_take_rest(from).unwrap_or_default();
    let start = Instant::now();
    for specials in [Specials::default(), Specials { in_text: true, around: true }] {
        let Ok(ids) = tokenizer.encode_with(&text, specials) else { continue };
        let decoded = tokenizer.decode(&ids).unwrap();
        let mut stream = tokenizer.stream();
        let mut streamed: String = ids.iter().map(|&id| stream.push(id)).collect();
        streamed += &stream.finish();
        assert_eq!(streamed, decoded, "{file}");
    }
    assert!(start.elapsed().as_secs() < 5, "{file} takes an age on {text:?}");
});

trait TakeRest: Sized {
    fn arbitrary_take_rest(from: Unstructured<'_>) -> Result<Self>;
}

impl TakeRest for String {
    fn arbitrary_take_rest(from: Unstructured<'_>) -> Result<Self> {
        <String as arbitrary::Arbitrary>::arbitrary_take_rest(from)
    }
}

fn file(from: &mut Unstructured) -> Result<Value> {
    let mut file: Value = serde_json::from_str(from.choose(&MODELS)?).unwrap();
    if from.arbitrary()? {
        file["normalizer"] = normalizer(from, 2)?;
    }
    if from.arbitrary()? {
        file["pre_tokenizer"] = cut(from, 2)?;
    }
    if from.arbitrary()? {
        file["decoder"] = decoder(from, 2)?;
    }
    if from.arbitrary()? {
        file["model"]["unk_token"] = Value::Null;
    }
    for flag in ["fuse_unk", "byte_fallback", "ignore_merges"] {
        if from.ratio(1, 4)? {
            file["model"][flag] = json!(from.arbitrary::<bool>()?);
        }
    }
    for _ in 0..from.int_in_range(0..=2)? {
        let id = file["added_tokens"].as_array().map_or(0, Vec::len) + 1000;
        let flags: [bool; 5] = from.arbitrary()?;
        let added = json!({"id": id, "content": word(from)?, "single_word": flags[0], "lstrip": flags[1],
            "rstrip": flags[2], "normalized": flags[3], "special": flags[4]});
        if let Some(all) = file["added_tokens"].as_array_mut() {
            all.push(added);
        }
    }
    Ok(file)
}

fn word(from: &mut Unstructured) -> Result<String> {
    const WORDS: [&str; 16] = [
        "", " ", "▁", "a", "the", "  ", "\n", "é", "e\u{301}", "中", "</s>", "<0x41>", "##", "'",
        "İ", "ﬁ",
    ];
    let any = from.ratio(1, 4)?;
    if any {
        from.arbitrary().map(|text: &str| text.chars().take(6).collect())
    } else {
        Ok((*from.choose(&WORDS)?).into())
    }
}

fn pattern(from: &mut Unstructured) -> Result<Value> {
    const REGEXES: [&str; 12] = [
        "",
        " ",
        ".",
        r"\s",
        r"\s+",
        " {2,}",
        r"\d|$",
        "^",
        "(?=[A-Z])",
        r"\p{L}+",
        "[一-龥]+",
        r"\s+(?!\S)|\s+",
    ];
    Ok(if from.arbitrary()? {
        json!({"String": word(from)?})
    } else {
        json!({"Regex": from.choose(&REGEXES)?})
    })
}

fn several(
    from: &mut Unstructured,
    one: impl Fn(&mut Unstructured) -> Result<Value>,
) -> Result<Value> {
    let count = from.int_in_range(0..=3)?;
    (0..count).map(|_| one(from)).collect()
}

fn normalizer(from: &mut Unstructured, deep: u32) -> Result<Value> {
    let [a, b, c, d]: [bool; 4] = from.arbitrary()?;
    Ok(match from.int_in_range(0..=if deep > 0 { 12 } else { 11 })? {
        0 => json!({"type": "NFC"}),
        1 => json!({"type": "NFD"}),
        2 => json!({"type": "NFKC"}),
        3 => json!({"type": "NFKD"}),
        4 => json!({"type": "Lowercase"}),
        5 => json!({"type": "StripAccents"}),
        6 => json!({"type": "Nmt"}),
        7 => json!({"type": "Strip", "strip_left": a, "strip_right": b}),
        8 => json!({"type": "Replace", "pattern": pattern(from)?, "content": word(from)?}),
        9 => json!({"type": "Prepend", "prepend": word(from)?}),
        10 => json!({"type": "ByteLevel"}),
        11 => json!({"type": "BertNormalizer", "clean_text": a, "handle_chinese_chars": b,
            "strip_accents": if c { json!(d) } else { Value::Null }, "lowercase": d}),
        _ => {
            json!({"type": "Sequence", "normalizers": several(from, |from| normalizer(from, deep - 1))?})
        }
    })
}

fn cut(from: &mut Unstructured, deep: u32) -> Result<Value> {
    const BEHAVIORS: [&str; 5] =
        ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];
    let [a, b]: [bool; 2] = from.arbitrary()?;
    let behavior = *from.choose(&BEHAVIORS)?;
    Ok(match from.int_in_range(0..=if deep > 0 { 11 } else { 10 })? {
        0 => json!({"type": "Whitespace"}),
        1 => json!({"type": "WhitespaceSplit"}),
        2 => json!({"type": "BertPreTokenizer"}),
        3 => {
            json!({"type": "ByteLevel", "add_prefix_space": a, "trim_offsets": true, "use_regex": b})
        }
        4 => json!({"type": "Metaspace", "replacement": "▁", "split": a,
            "prepend_scheme": from.choose(&["always", "never", "first"])?}),
        5 => json!({"type": "Punctuation", "behavior": behavior}),
        6 => json!({"type": "Digits", "individual_digits": a}),
        7 => json!({"type": "UnicodeScripts"}),
        8 => json!({"type": "CharDelimiterSplit", "delimiter": "a"}),
        9 => json!({"type": "FixedLength", "length": from.int_in_range(0..=4)?}),
        10 => {
            json!({"type": "Split", "pattern": pattern(from)?, "behavior": behavior, "invert": a})
        }
        _ => {
            json!({"type": "Sequence", "pretokenizers": several(from, |from| cut(from, deep - 1))?})
        }
    })
}

fn decoder(from: &mut Unstructured, deep: u32) -> Result<Value> {
    let flag: bool = from.arbitrary()?;
    Ok(match from.int_in_range(0..=if deep > 0 { 9 } else { 8 })? {
        0 => json!({"type": "ByteLevel"}),
        1 => json!({"type": "ByteFallback"}),
        2 => json!({"type": "Fuse"}),
        3 => {
            json!({"type": "Strip", "content": "a", "start": from.int_in_range(0..=2)?, "stop": from.int_in_range(0..=2)?})
        }
        4 => json!({"type": "Replace", "pattern": pattern(from)?, "content": word(from)?}),
        5 => json!({"type": "WordPiece", "prefix": word(from)?, "cleanup": flag}),
        6 => {
            json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": flag})
        }
        7 => json!({"type": "BPEDecoder", "suffix": word(from)?}),
        8 => {
            json!({"type": "CTC", "pad_token": word(from)?, "word_delimiter_token": word(from)?, "cleanup": flag})
        }
        _ => {
            json!({"type": "Sequence", "decoders": several(from, |from| decoder(from, deep - 1))?})
        }
    })
}
