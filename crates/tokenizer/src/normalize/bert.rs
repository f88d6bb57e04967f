//! BERT's way to make a text alike: what an English word would lose by accents and capitals.
//!
//! ```text
//! clean     controls and U+FFFD go, white space becomes a space
//! chinese   each Chinese character is put between spaces: it is a word of its own
//! accents   NFD, then the marks go                                         (é -> e)
//! lower     each character in lower case
//! ```
//!
//! Source: `BasicTokenizer` in <https://github.com/google-research/bert/blob/master/tokenization.py>.

use unicode_categories::UnicodeCategories;
use unicode_normalization_alignments::UnicodeNormalization;

/// Which of the four steps are taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bert {
    pub(crate) clean: bool,
    pub(crate) chinese: bool,
    /// If nothing is said: as `lower`.
    pub(crate) accents: Option<bool>,
    pub(crate) lower: bool,
}

impl Bert {
    /// The text, and whether it still begins as it began.
    pub(crate) fn normalize(&self, text: &str) -> (String, bool) {
        let (mut text, mut from_start) = (text.to_owned(), true);
        if self.clean {
            let controls =
                |character| character == '\0' || character == '\u{FFFD}' || is_control(character);
            from_start = !text.starts_with(controls);
            let spaced = |character: char| if character.is_whitespace() { ' ' } else { character };
            text = text.chars().filter(|&character| !controls(character)).map(spaced).collect();
        }
        if self.chinese && !text.is_ascii() {
            text = spaced_chinese(&text);
        }
        if self.accents.unwrap_or(self.lower) && !text.is_ascii() {
            let apart: String = text.nfd().map(|(character, _)| character).collect();
            from_start &= !apart.starts_with(|c: char| c.is_mark_nonspacing());
            text = apart.chars().filter(|character| !character.is_mark_nonspacing()).collect();
        }
        if self.lower {
            text = text.chars().flat_map(char::to_lowercase).collect();
        }
        (text, from_start)
    }
}

fn is_control(character: char) -> bool {
    !matches!(character, '\t' | '\n' | '\r') && character.is_other()
}

fn spaced_chinese(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        match character {
            '\u{4E00}'..='\u{9FFF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{20000}'..='\u{2A6DF}'
            | '\u{2A700}'..='\u{2B73F}'
            | '\u{2B740}'..='\u{2B81F}'
            | '\u{2B920}'..='\u{2CEAF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{2F800}'..='\u{2FA1F}' => spaced.extend([' ', character, ' ']),
            _ => spaced.push(character),
        }
    }
    spaced
}
