//! Any GGUF file: it opens or is refused; what opens has its tensors inside of it, and its vocabulary works.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tokenizer::{Specials, Tokenizer};
use transformer::files::Kind;
use transformer::files::gguf::{Gguf, metadata, parts, write};

const TEXT: &str = "It's <s> 12 cafe\u{301}s,\r\n\n 中文 \u{1F469}\u{200D}\u{1F467}  x\0 ▁▁ ";

fuzz_target!(|file: &[u8]| {
    let bytes = bytes::Bytes::copy_from_slice(file);
    let Ok(gguf) = Gguf::read(bytes.clone()) else { return };
    let all = bytes.as_ptr_range();
    for tensor in &gguf.tensors {
        let place = tensor.bytes.as_ptr_range();
        assert!(all.start <= place.start && place.end <= all.end);
    }
    if let Ok(vocabulary) = gguf.vocabulary()
        && let Ok(tokenizer) = Tokenizer::from_gguf(&vocabulary)
    {
        let specials = Specials { in_text: true, around: true };
        if let Ok(ids) = tokenizer.encode_with(TEXT, specials) {
            tokenizer.decode(&ids).unwrap();
        }
        if let Ok(written) = tokenizer.to_gguf() {
            Tokenizer::from_gguf(&written).unwrap();
        }
    }
    if let (Ok(config), Ok(tensors)) = (gguf.config(), gguf.tensors())
        && let Ok(parts) = parts(&config, &tensors, Some(Kind::Q8_0))
        && let Ok(keys) = metadata(&config, "", Kind::Q8_0)
    {
        let mut written = Vec::new();
        write(&mut written, &keys, &parts).unwrap();
        let again = Gguf::read(written.into()).unwrap();
        assert_eq!(again.tensors.len(), parts.len());
    }
});
