//! Any ids: a text or an error, and the same text where they come one by one.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tokenizer::Tokenizer;

static TOKENIZERS: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| {
    let text = "né 中文 हिन्दी 👩\u{200D}👧 the cat's hat";
    let mut all = vec![
        Tokenizer::bytes(),
        Tokenizer::characters(text),
        Tokenizer::words(text, 9),
        Tokenizer::byte_pairs(&text.repeat(3), 300),
    ];
    all.extend(SEEDS.iter().map(|seed| Tokenizer::from_json(seed).unwrap()));
    all
});

/// Of each kind of file one.
const SEEDS: [&[u8]; 4] = [
    include_bytes!("../seeds/tokenizer_json/byte_level.json"),
    include_bytes!("../seeds/tokenizer_json/byte_fallback.json"),
    include_bytes!("../seeds/tokenizer_json/unigram.json"),
    include_bytes!("../seeds/tokenizer_json/word_piece.json"),
];

fuzz_target!(|ids: Vec<u16>| {
    for tokenizer in TOKENIZERS.iter() {
        let vocabulary = tokenizer.vocabulary() as u32;
        let ids: Vec<u32> = ids.iter().map(|&id| u32::from(id) % (vocabulary + 1)).collect();
        let mut stream = tokenizer.stream();
        let mut text: String = ids.iter().map(|&id| stream.push(id)).collect();
        text += &stream.finish();
        match tokenizer.decode(&ids) {
            Ok(decoded) => assert_eq!(decoded, text),
            Err(_) => assert!(ids.contains(&vocabulary) || tokenizer_has_gaps(tokenizer)),
        }
    }
});

fn tokenizer_has_gaps(tokenizer: &Tokenizer) -> bool {
    (0..tokenizer.vocabulary() as u32).any(|id| tokenizer.token(id).is_none())
}
