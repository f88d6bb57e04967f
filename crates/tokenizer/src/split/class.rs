//! What the patterns ask of a character: each belongs to one of eight classes.
//!
//! ```text
//! \p{L}   a letter: Upper, Lower or Both          [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]   Upper, Both, Mark
//! \p{N}   Number                                  [\p{Ll}\p{Lm}\p{Lo}\p{M}]         Lower, Both, Mark
//! \s      white space: Space or Newline           \p{M}                             Mark
//! ```
//!
//! The general categories are those of Unicode 16, as in the regular expressions of tiktoken and of
//! the Hugging Face library (a later version would cut some texts otherwise: it has more letters).
//! `\s` is Unicode's White_Space: U+0085 is in it; U+001C to U+001F, U+180E and U+200B are not.

use std::sync::{
    OnceLock,
    atomic::{AtomicU8, Ordering::Relaxed},
};

use unicode_general_category::{GeneralCategory as G, get_general_category};

/// What the patterns ask of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A letter that begins words, as A and ǅ do: `\p{Lu}`, `\p{Lt}`.
    Upper,
    /// A letter that goes on with words, as a does: `\p{Ll}`.
    Lower,
    /// A letter of a script without the two, as 中, or above a line, as ʰ: `\p{Lo}`, `\p{Lm}`.
    Both,
    /// What stands on a letter, as accents of their own do: `\p{M}`.
    Mark,
    /// A digit of any script, and ½ and Ⅷ: `\p{N}`.
    Number,
    /// The white space that ends a line: `\r` and `\n`.
    Newline,
    /// Any other white space.
    Space,
    /// None of these.
    Other,
}

impl Class {
    /// The class of this number.
    fn numbered(number: u8) -> Option<Self> {
        Some(match number {
            0 => Class::Upper,
            1 => Class::Lower,
            2 => Class::Both,
            3 => Class::Mark,
            4 => Class::Number,
            5 => Class::Newline,
            6 => Class::Space,
            7 => Class::Other,
            _ => return None,
        })
    }

    /// `\p{L}`
    pub const fn is_letter(self) -> bool {
        matches!(self, Class::Upper | Class::Lower | Class::Both)
    }

    /// `\p{N}`
    pub const fn is_number(self) -> bool {
        matches!(self, Class::Number)
    }

    /// `\s`
    pub const fn is_space(self) -> bool {
        matches!(self, Class::Space | Class::Newline)
    }
}

/// The class of a character. (Rust's `is_alphabetic` is not `\p{L}`: it takes some marks in.)
///
/// ```
/// use tokenizer::split::{Class, class};
///
/// assert_eq!("Aa中\u{301}3 !".chars().map(class).collect::<Vec<_>>(), [
///     Class::Upper, Class::Lower, Class::Both, Class::Mark, Class::Number, Class::Space, Class::Other,
/// ]);
/// ```
#[inline]
pub fn class(character: char) -> Class {
    match character {
        'a'..='z' => Class::Lower,
        'A'..='Z' => Class::Upper,
        '0'..='9' => Class::Number,
        '\r' | '\n' => Class::Newline,
        ' ' | '\t'..='\r' => Class::Space,
        '\0'..='\x7f' => Class::Other,
        _ => beyond_ascii(character),
    }
}

/// The class of a character beyond ASCII.
#[inline]
pub(crate) fn beyond_ascii(character: char) -> Class {
    let number = character as usize;
    let alike = ALIKE[number / PAGE].load(Relaxed);
    match Class::numbered(alike) {
        Some(class) => class,
        None => PAGES[number / PAGE].get_or_init(|| page(number / PAGE))[number % PAGE],
    }
}

/// How many characters a page has.
const PAGE: usize = 256;

/// The classes of the characters of each page, looked up when the first of them is asked for.
static PAGES: [OnceLock<[Class; PAGE]>; 0x11_0000 / PAGE] =
    [const { OnceLock::new() }; 0x11_0000 / PAGE];

/// The class of all characters of a page, as a number, once that is known: most pages have but one. (From U+40000 on all
/// but one plane are empty or for private use.)
static ALIKE: [AtomicU8; 0x11_0000 / PAGE] = {
    let mut alike = [const { AtomicU8::new(u8::MAX) }; 0x11_0000 / PAGE];
    let mut at = 0x4_0000 / PAGE;
    while at < alike.len() {
        if at < 0xE_0000 / PAGE || at >= 0xF_0000 / PAGE {
            alike[at] = AtomicU8::new(Class::Other as u8);
        }
        at += 1;
    }
    alike
};

fn page(at: usize) -> [Class; PAGE] {
    let page = std::array::from_fn(|place| {
        let character = char::from_u32((at * PAGE + place) as u32);
        character.map_or(Class::Other, by_category)
    });
    if page == [page[0]; PAGE] {
        ALIKE[at].store(page[0] as u8, Relaxed);
    }
    page
}

/// The class of a character beyond ASCII, from the tables of Unicode.
fn by_category(character: char) -> Class {
    match get_general_category(character) {
        _ if character == '\u{85}' => Class::Space,
        G::UppercaseLetter | G::TitlecaseLetter => Class::Upper,
        G::LowercaseLetter => Class::Lower,
        G::ModifierLetter | G::OtherLetter => Class::Both,
        G::NonspacingMark | G::SpacingMark | G::EnclosingMark => Class::Mark,
        G::DecimalNumber | G::LetterNumber | G::OtherNumber => Class::Number,
        G::SpaceSeparator | G::LineSeparator | G::ParagraphSeparator => Class::Space,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_the_class_of_its_category() {
        for character in '\u{80}'..=char::MAX {
            assert_eq!(class(character), by_category(character), "{}", character.escape_unicode());
        }
    }
}
