//! Where a text is cut before pairs are joined, so that no token reaches from one word into the next.
//!
//! ```text
//! '(?:[sdmt]|ll|ve|re)      the endings of "it's", "we'll" …
//! | ?\p{L}+                 letters, with the space before them
//! | ?\p{N}+                 digits, with the space before them
//! | ?[^\s\p{L}\p{N}]+       anything else that is seen, with the space before it
//! |\s+(?!\S)                white space, but for its last character if something seen follows
//! |\s+                      white space
//! ```
//!
//! That is GPT-2's pattern (<https://github.com/openai/gpt-2/blob/master/src/encoder.py>), and this
//! its hand-written twin: each piece is found in one walk, nothing is tried and taken back. The
//! pieces laid side by side are the text again.

use unicode_general_category::{GeneralCategory as G, get_general_category};

/// What the pattern asks of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `\p{L}`: it belongs to a general category of letters.
    Letter,
    /// `\p{N}`: it belongs to a general category of numbers.
    Number,
    /// `\s`: it is white space.
    Space,
    /// None of these.
    Other,
}

/// The class of a character. (Rust's `is_alphabetic` is not `\p{L}`: it takes some marks in.)
pub fn class(character: char) -> Class {
    match character {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Number,
        ' ' | '\t'..='\r' => Class::Space,
        '\0'..='\x7f' => Class::Other,
        _ if character.is_whitespace() => Class::Space,
        _ => match get_general_category(character) {
            G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter => Class::Letter,
            G::DecimalNumber | G::LetterNumber | G::OtherNumber => Class::Number,
            _ => Class::Other,
        },
    }
}

/// The pieces of a text, in order.
///
/// ```
/// let pieces: Vec<_> = tokenizer::split::pieces("It's  3 cats!\n").collect();
/// assert_eq!(pieces, ["It", "'s", " ", " 3", " cats", "!", "\n"]);
/// ```
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(first_piece(rest)?);
        rest = after;
        Some(piece)
    })
}

/// Where the first piece of `text` ends.
fn first_piece(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if let Some(end) = ending(text) {
        return Some(end);
    }
    let after = text[first.len_utf8()..].chars().next().map(class);
    let piece = match (first, class(first), after) {
        (' ', _, Some(class)) if class != Class::Space => 1 + run(&text[1..], class),
        (_, Class::Space, _) => white_space(text),
        (_, class, _) => run(text, class),
    };
    Some(piece)
}

/// `'(?:[sdmt]|ll|ve|re)`
fn ending(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'\'', b's' | b'd' | b'm' | b't', ..] => Some(2),
        [b'\'', b'l', b'l', ..] | [b'\'', b'v' | b'r', b'e', ..] => Some(3),
        _ => None,
    }
}

/// `\s+(?!\S)|\s+`
fn white_space(text: &str) -> usize {
    let end = run(text, Class::Space);
    match text[..end].char_indices().next_back() {
        Some((last, _)) if end < text.len() && last > 0 => last,
        _ => end,
    }
}

/// How far the characters at the start of `text` are all of one class.
fn run(text: &str, wanted: Class) -> usize {
    text.find(|character| class(character) != wanted).unwrap_or(text.len())
}

/// A text in a few parts of about `size` bytes, which can be cut into pieces apart from each other:
/// a part begins where white space follows what is none, and no piece reaches over such a place.
pub(crate) fn parts(text: &str, size: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(cut) = cut_after(rest, size) {
        let (part, after) = rest.split_at(cut);
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// The first such place in `text` after its first `size` bytes.
fn cut_after(text: &str, size: usize) -> Option<usize> {
    let start = (size..text.len()).find(|&at| text.is_char_boundary(at))?;
    let mut seen = false;
    let (cut, _) = text[start..].char_indices().find(|&(_, character)| {
        let space = class(character) == Class::Space;
        let cut = seen && space;
        seen = !space;
        cut
    })?;
    Some(start + cut)
}
