//! Any file: it opens or is refused; what opens encodes, decodes, and is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokenizer::{Specials, Tokenizer};

const TEXT: &str =
    "It's <s> 12 cafe\u{301}s,\r\n\n 中文 <|endoftext|> ''s \u{1F469}\u{200D}\u{1F467}  x\0 ";

fuzz_target!(|file: &[u8]| {
    let Ok(tokenizer) = Tokenizer::from_json(file) else { return };
    for specials in [Specials::default(), Specials { in_text: true, around: true }] {
        if let Ok(ids) = tokenizer.encode_with(TEXT, specials) {
            let _ = tokenizer.decode(&ids);
            let _ = tokenizer.decode_with(&ids, true);
        }
    }
    let written = tokenizer.to_json();
    let read = Tokenizer::from_json(written.as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(read, tokenizer);
});
