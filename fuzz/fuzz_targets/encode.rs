//! Any text: what is found fast is what the plain way finds, and it comes back whole.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tokenizer::{
    Model, Pairs, SentencePiece, Tokenizer,
    split::{Pattern, Regex},
};

/// What a vocabulary is learned from: short, so that a text is easily beside it.
const TEXT: &str = "It's the cat's hat, isn't it?  They'll say 1234 cafés, naïve ones. 中文字 हिन्दी \r\n\n aaaa abab ''";

/// What SentencePiece joins: runs of spaces, and words; in the second, over the end of a word too.
const JOINED: [&[(&str, &str)]; 2] = [
    &[
        ("▁", "▁"),
        ("▁▁", "▁▁"),
        ("▁", "t"),
        ("h", "e"),
        ("▁t", "he"),
        ("a", "t"),
        ("▁", "a"),
        ("▁▁", "▁"),
        ("c", "at"),
        ("a", "a"),
        ("aa", "aa"),
    ],
    &[
        ("▁", "▁"),
        ("e", "▁"),
        ("h", "e▁"),
        ("▁", "t"),
        ("▁t", "he▁"),
        ("a", "t"),
        ("c", "at"),
        ("the", "▁"),
    ],
];

static REGEXES: LazyLock<Vec<(Pattern, Regex)>> = LazyLock::new(|| {
    Pattern::ALL.iter().map(|&pattern| (pattern, Regex::new(pattern.regex()).unwrap())).collect()
});
static PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs::train(&TEXT.repeat(3), 400));
static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(|| PAIRS.clone().into());
static PIECES: LazyLock<Vec<(SentencePiece, Tokenizer)>> = LazyLock::new(|| {
    let both = |joined: &&[(&str, &str)]| {
        let pieces = pieces(joined);
        (pieces.clone(), Tokenizer::from(Model::SentencePiece(pieces)))
    };
    JOINED.iter().map(both).collect()
});

fuzz_target!(|text: &str| {
    for (pattern, regex) in REGEXES.iter() {
        let mut places = Vec::new();
        if regex.matches(text, &mut places).is_ok() {
            let pieces: Vec<&str> = places.into_iter().map(|place| &text[place]).collect();
            assert_eq!(pattern.pieces(text).collect::<Vec<_>>(), pieces, "{pattern:?}");
        }
        let (mut plain, mut fast) = (Vec::new(), Vec::new());
        pattern.pieces(text).for_each(|piece| PAIRS.encode_piece(piece.as_bytes(), &mut plain));
        PAIRS.encode_cut(*pattern, text, &mut fast);
        assert_eq!(fast, plain, "{pattern:?}");
        assert_eq!(TOKENIZER.decode(&fast).unwrap(), text);
    }
    for (pieces, tokenizer) in PIECES.iter() {
        let mut plain = Vec::new();
        if !text.is_empty() {
            pieces.encode_piece(&format!("▁{}", text.replace(' ', "▁")), &mut plain);
        }
        assert_eq!(tokenizer.encode(text).unwrap(), plain);
    }
});

/// The 256 bytes, the letters, and what is joined.
fn pieces(joined: &[(&str, &str)]) -> SentencePiece {
    let mut tokens: Vec<String> = (0..=255).map(|byte| format!("<0x{byte:02X}>")).collect();
    tokens.extend("▁thecas".chars().map(String::from));
    let mut merges = Vec::new();
    for (left, right) in joined {
        let id = |token: &str| tokens.iter().position(|other| other == token).map(|id| id as u32);
        if let (Some(one), Some(other)) = (id(left), id(right)) {
            merges.push(((one, other), tokens.len() as u32));
            tokens.push(format!("{left}{right}"));
        }
    }
    SentencePiece::new(tokens, merges, None, false, true)
}
