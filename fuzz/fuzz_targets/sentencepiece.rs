//! Any `.model` of SentencePiece: it opens or is refused, and what opens encodes, decodes, and is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokenizer::{Specials, Tokenizer};

const TEXT: &str = "It's <s> 12 cafe\u{301}s,\r\n\n 中文 ｶﾞ ﬁ \u{1F469}\u{200D}\u{1F467}  x\0 ▁▁ ";

fuzz_target!(|file: &[u8]| {
    let Ok(tokenizer) = Tokenizer::from_sentencepiece(file) else { return };
    for specials in [Specials::default(), Specials { in_text: true, around: true }] {
        if let Ok(ids) = tokenizer.encode_with(TEXT, specials) {
            let decoded = tokenizer.decode(&ids).unwrap();
            let mut stream = tokenizer.stream();
            let mut streamed: String = ids.iter().map(|&id| stream.push(id)).collect();
            streamed += &stream.finish();
            assert_eq!(streamed, decoded);
        }
    }
});
