//! How a token of a `rwkv` vocabulary is written: what cannot be printed with a backslash.
//!
//! ```text
//! \n \t \r \\      as in many languages         \x0B    a byte in two digits
//! ```

/// A character as it is written.
pub(super) fn escaped(character: char) -> String {
    match character {
        '\n' => "\\n".into(),
        '\t' => "\\t".into(),
        '\r' => "\\r".into(),
        '\\' => "\\\\".into(),
        control @ '\0'..='\x1F' => format!("\\x{:02x}", u32::from(control)),
        other => other.into(),
    }
}

/// The text that was written so, if it is one.
pub(super) fn unescaped(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'x' => 16 * digit(rest.next()?)? + digit(rest.next()?)?,
                other => other,
            },
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    Some(char::from(byte).to_digit(16)? as u8)
}
