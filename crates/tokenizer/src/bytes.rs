//! 256 numbers spell any text: a text is bytes already, and the id of a byte is the byte.
//!
//! ```text
//! "é€" -> C3 A9 E2 82 AC -> 195 169 226 130 172        (UTF-8)
//! ```
//!
//! Nothing is unknown any more, and no text is needed to find the vocabulary. But a text is long in
//! bytes, and a model must learn by itself which of them belong together.
//!
//! In a file each token must be written as text, and most bytes alone are none. So GPT-2 writes the
//! bytes that can be printed as the character of the same number, and the others as the characters
//! from 256 on: a space (the byte 32) becomes `Ġ`.
//! Source: `bytes_to_unicode` in <https://github.com/openai/gpt-2/blob/master/src/encoder.py>.

/// Each byte, at its own place: a token that is one byte can be borrowed from here.
pub(crate) static EACH: [u8; 256] = {
    let mut each = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        each[byte] = byte as u8;
        byte += 1;
    }
    each
};

/// The character that each byte is written as.
static CHARACTERS: [char; 256] = {
    let mut characters = ['\0'; 256];
    let mut byte = 0;
    let mut free = 256;
    while byte < 256 {
        let number = if is_printed(byte as u8) { byte as u32 } else { free };
        free += !is_printed(byte as u8) as u32;
        characters[byte] = match char::from_u32(number) {
            Some(character) => character,
            None => panic!("below 512 every number is a character"),
        };
        byte += 1;
    }
    characters
};

const fn is_printed(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// The ids of a text's bytes: the bytes themselves.
pub fn encode(text: &str) -> Vec<u32> {
    text.bytes().map(u32::from).collect()
}

/// Bytes as the characters that stand for them in a file.
///
/// ```
/// assert_eq!(tokenizer::bytes::spell(b" the"), "Ġthe");
/// ```
pub fn spell(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| CHARACTERS[usize::from(byte)]).collect()
}

/// The bytes that the characters stand for, if each of them stands for one.
///
/// ```
/// assert_eq!(tokenizer::bytes::unspell("Ġthe").as_deref(), Some(&b" the"[..]));
/// assert_eq!(tokenizer::bytes::unspell("€"), None);
/// ```
pub fn unspell(spelled: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(spelled.len());
    for character in spelled.chars() {
        bytes.push(byte_of(character)?);
    }
    Some(bytes)
}

/// The byte that each of the first characters stands for, and 256 where there is none.
static BYTES: [u16; 324] = {
    let mut bytes = [256; 324];
    let mut byte = 0;
    while byte < 256 {
        bytes[CHARACTERS[byte] as usize] = byte as u16;
        byte += 1;
    }
    bytes
};

fn byte_of(character: char) -> Option<u8> {
    u8::try_from(*BYTES.get(character as usize)?).ok()
}

/// The bytes in the order of the characters that they are written as: 188 that can be printed, then
/// the other 68. GPT-2 numbers its first 256 tokens so.
pub fn in_order() -> impl Iterator<Item = u8> {
    let printed = (0..=255).filter(|&byte| is_printed(byte));
    printed.chain((0..=255).filter(|&byte| !is_printed(byte)))
}

/// Bytes as text; those that are none become U+FFFD.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
