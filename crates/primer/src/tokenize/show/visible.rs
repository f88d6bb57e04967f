//! Text as it can be seen in a terminal, whatever is in it.
//!
//! ```text
//! space ·    line feed ↵    tab →    a byte that is no text \xE7    other invisible ones \u{200d}
//! an accent without a letter ◌́
//! ```
//!
//! Nothing else reaches the terminal, so no text can command it.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A token with all that is invisible in it shown; `space` stands for a space.
pub(super) fn visible(bytes: &[u8], space: char) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                ' ' => shown.push(space),
                '\n' => shown.push('↵'),
                '\t' => shown.push('→'),
                '"' | '\'' | '\\' => shown.push(character),
                _ => push(character, &mut shown),
            }
        }
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02X}")));
    }
    shown
}

/// Adds a character: an accent belongs to the letter before it, and anything else that is invisible
/// is written as its number.
fn push(character: char, shown: &mut String) {
    let behind = format!("a{character}"); // accents are not escaped there
    if behind.escape_debug().count() > 2 || is_unseen(character) {
        shown.extend(character.escape_unicode());
        return;
    }
    if shown.is_empty() && character.escape_debug().count() > 1 {
        shown.push('◌');
    }
    shown.push(character);
}

/// What escaping takes for an accent, though nothing of it is seen: joiners, selectors and tags.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{34F}' | '\u{180B}'..='\u{180F}' | '\u{200C}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// A text, or so much of it as fits, and `…`.
pub(super) fn cut(text: &str, widest: usize) -> String {
    if columns(text) <= widest {
        return text.to_owned();
    }
    let mut columns = 1;
    let fits = |character: &char| {
        columns += character.width().unwrap_or(0);
        columns <= widest
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// A text in a column: at its right side, or at its left. Text that is read from the right keeps its
/// neighbours apart by a mark.
pub(super) fn pad(text: &str, width: usize, right: bool) -> String {
    let room = " ".repeat(width.saturating_sub(columns(text)));
    let mark = if text.chars().any(from_the_right) { "\u{200E}" } else { "" };
    if right { format!("{room}{text}{mark}") } else { format!("{text}{mark}{room}") }
}

/// Hebrew, Arabic and others.
fn from_the_right(character: char) -> bool {
    matches!(u32::from(character), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC
        | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}
