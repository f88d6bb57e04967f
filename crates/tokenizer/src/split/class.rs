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

use std::sync::OnceLock;

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
        _ => {
            let number = character as usize;
            PAGES[number / PAGE].get_or_init(|| page(number / PAGE))[number % PAGE]
        }
    }
}

/// The classes of 256 characters, looked up when the first of them is asked for.
static PAGES: [OnceLock<&Page>; 0x11_0000 / PAGE] = [const { OnceLock::new() }; 0x11_0000 / PAGE];

type Page = [Class; PAGE];

const PAGE: usize = 256;

/// Characters that are all alike: most pages are.
static BOTH: Page = [Class::Both; PAGE];
static OTHER: Page = [Class::Other; PAGE];

fn page(at: usize) -> &'static Page {
    let page: Page = std::array::from_fn(|place| {
        let character = char::from_u32((at * PAGE + place) as u32);
        character.map_or(Class::Other, by_category)
    });
    match [&BOTH, &OTHER].into_iter().find(|alike| **alike == page) {
        Some(alike) => alike,
        None => Box::leak(Box::new(page)), // each at most once
    }
}

/// The class of a character beyond ASCII.
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
