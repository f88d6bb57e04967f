//! What is looked for in a text, to cut there or to replace it.

use std::ops::Range;

use unicode_categories::UnicodeCategories;
use unicode_general_category::{GeneralCategory as G, get_general_category};

use crate::{
    EncodeError,
    split::{Pattern, Regex},
    words,
};

/// Something to look for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Find {
    /// This text, letter for letter.
    Text(String),
    /// The pieces of a pattern that is written by hand.
    Pattern(Pattern),
    /// Any other regular expression.
    Regex(Regex),
    /// `[\s\S]`: each character.
    Characters,
    /// [`words::PATTERN`]
    Words,
    /// `\w+|[^\w\s]+`
    WordsOrNot,
    /// Each character that is white space.
    Spaces,
    /// Each character that is a number: ½ and Ⅷ, too.
    Digits,
    /// Each character that is punctuation, or one of ASCII's symbols.
    Punctuation,
}

impl Find {
    /// Where it is, in order, added to `places`.
    pub(crate) fn places(
        &self,
        text: &str,
        places: &mut Vec<Range<usize>>,
    ) -> Result<(), EncodeError> {
        match self {
            Find::Text(found) => {
                places.extend(text.match_indices(&**found).map(|(at, found)| at..at + found.len()));
            }
            Find::Pattern(pattern) => side_by_side(pattern.pieces(text), places),
            Find::Regex(regex) => regex.matches(text, places)?,
            Find::Characters => each(text, |_| true, places),
            Find::Words => side_by_side(words::cut(text), places),
            Find::WordsOrNot => runs(text, places),
            Find::Spaces => each(text, char::is_whitespace, places),
            Find::Digits => each(text, char::is_numeric, places),
            Find::Punctuation => each(text, is_punctuation, places),
        }
        Ok(())
    }
}

/// The places of pieces that make up the whole text.
fn side_by_side<'a>(pieces: impl Iterator<Item = &'a str>, places: &mut Vec<Range<usize>>) {
    let mut end = 0;
    places.extend(pieces.map(|piece| {
        let start = end;
        end += piece.len();
        start..end
    }));
}

fn each(text: &str, wanted: impl Fn(char) -> bool, places: &mut Vec<Range<usize>>) {
    let found = text.char_indices().filter(|&(_, character)| wanted(character));
    places.extend(found.map(|(at, character)| at..at + character.len_utf8()));
}

/// Runs of characters of words, and runs of others that are no white space.
fn runs(text: &str, places: &mut Vec<Range<usize>>) {
    let kind = |character: char| (!character.is_whitespace()).then(|| is_word(character));
    let mut before = None;
    for (at, character) in text.char_indices() {
        let now = kind(character);
        match places.last_mut() {
            Some(place) if now.is_some() && now == before => place.end = at + character.len_utf8(),
            _ if now.is_some() => places.push(at..at + character.len_utf8()),
            _ => {}
        }
        before = now;
    }
}

/// `\w`: letters, marks, digits, what joins words, and the two joiners that are not seen.
pub(crate) fn is_word(character: char) -> bool {
    character.is_alphabetic()
        || matches!(character, '\u{200C}' | '\u{200D}')
        || matches!(
            get_general_category(character),
            G::NonspacingMark
                | G::SpacingMark
                | G::EnclosingMark
                | G::DecimalNumber
                | G::ConnectorPunctuation
        )
}

fn is_punctuation(character: char) -> bool {
    character.is_ascii_punctuation() || character.is_punctuation()
}
