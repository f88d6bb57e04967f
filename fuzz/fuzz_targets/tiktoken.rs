//! Any rank file, and any Tekken file, under any pattern: it opens or is refused, and what opens encodes,
//! decodes, and is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokenizer::{Tokenizer, split::Pattern};

const TEXT: &str = "It's 12 cafe\u{301}s,\r\n\n 中文 \u{1F469}\u{200D}\u{1F467}  x\0 <|end|>";

fuzz_target!(|file: &[u8]| {
    let pattern = Pattern::ALL[file.len() % Pattern::ALL.len()];
    let ranks = Tokenizer::from_tiktoken(file, pattern, &[("<|end|>", 300)]);
    for tokenizer in [ranks, Tokenizer::from_tekken(file)].into_iter().flatten() {
        if let Ok(ids) = tokenizer.encode(TEXT) {
            let _ = tokenizer.decode(&ids).unwrap();
        }
        let written = tokenizer.to_json();
        let read = Tokenizer::from_json(written.as_bytes());
        assert!(read.unwrap_or_else(|error| panic!("{error}: {written}")).to_json() == written);
    }
});
