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

mod class;
mod oniguruma;
mod patterns;
mod regex;
mod spellings;

pub(crate) use class::beyond_ascii;
pub use class::{Class, class};
pub use patterns::Pattern;
pub use regex::Regex;

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
    let space = if first == ' ' { 1 } else { 0 };
    let from = &text[space..];
    ending(text)
        .or_else(|| Some(space + run(from, Class::is_letter)?))
        .or_else(|| Some(space + run(from, Class::is_number)?))
        .or_else(|| Some(space + run(from, is_mark)?))
        .or_else(|| white_space(text))
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
fn white_space(text: &str) -> Option<usize> {
    let end = run(text, Class::is_space)?;
    let (last, _) = text[..end].char_indices().next_back()?;
    Some(if end < text.len() && last > 0 { last } else { end })
}

/// `[^\s\p{L}\p{N}]`
fn is_mark(class: Class) -> bool {
    matches!(class, Class::Mark | Class::Other)
}

/// How far the characters at the start of `text` are all of one kind, if any is.
fn run(text: &str, wanted: impl Fn(Class) -> bool) -> Option<usize> {
    let end = text.find(|character| !wanted(class(character))).unwrap_or(text.len());
    (end > 0).then_some(end)
}

/// A text in parts of `size` bytes or a few more, each of which ends between two characters where `ends` says
/// that no piece reaches across.
pub(crate) fn parts(
    text: &str,
    size: usize,
    ends: impl Fn(char, char) -> bool,
) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = (0..=size.min(rest.len())).rev().find(|&at| rest.is_char_boundary(at))?;
        let mut before = rest[..from].chars().next_back();
        let end = rest[from..].char_indices().find_map(|(at, after)| {
            let ends = before.replace(after).is_some_and(|before| ends(before, after));
            ends.then_some(from + at)
        });
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// Whether a blank comes after a letter of English or a digit: no piece of any kind reaches across that.
pub(crate) fn ends_word(before: char, after: char) -> bool {
    after == ' ' && before.is_ascii_alphanumeric()
}

/// Whether a run of letters or of digits ends between two characters: no piece of any pattern reaches across.
/// (What stands on a letter belongs to it, and so may the 's of a word.)
///
/// ```
/// use tokenizer::split::ends_run;
///
/// assert!(ends_run('t', ' ') && ends_run('文', '。') && ends_run('3', 'x'));
/// assert!(!ends_run('t', '\'') && !ends_run(' ', 't') && !ends_run('e', '\u{301}'));
/// ```
pub fn ends_run(before: char, after: char) -> bool {
    let (last, next) = (class(before), class(after));
    match last {
        Class::Number => !next.is_number(),
        _ => last.is_letter() && !next.is_letter() && next != Class::Mark && after != '\'',
    }
}
