//! A text is made alike before it is cut: é may be one character or two, and a space may be ▁.
//!
//! ```text
//! NFC NFD NFKC NFKD              the four normal forms of Unicode
//! Lowercase  StripAccents        Hé -> hé -> he (after NFD)
//! Strip  Prepend  Replace        " a b" -> "a b" -> "▁a b" -> "▁a▁b"
//! BertNormalizer  Nmt            what BERT and Google's translators did, in one step
//! ByteLevel                      each byte as the character that stands for it
//! Precompiled                    a table that a SentencePiece model brings along
//! ```
//!
//! What is alike shall have the same ids. The price is that decoding cannot give back the difference.
//!
//! The tables are those that the Hugging Face library reads: normal forms of Unicode 9, and general
//! categories of Unicode 8. A later one would give other ids to some texts.
//! Sources: <https://www.unicode.org/reports/tr15/>, and `normalizers/` in
//! <https://github.com/huggingface/tokenizers>.

pub mod bert;
pub mod precompiled;
pub(crate) mod sentence_piece;

use std::borrow::Cow;

use unicode_normalization::{
    IsNormalized, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};
use unicode_normalization_alignments::{UnicodeNormalization, char::is_combining_mark};

use crate::{EncodeError, bytes, cut::find::Find};

/// What is done to a text, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Normalizer {
    pub(crate) steps: Vec<Step>,
}

/// One thing that is done to a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
    Lowercase,
    StripAccents,
    Nmt,
    Bert(bert::Bert),
    ByteLevel,
    Precompiled(precompiled::Precompiled),
    SentencePiece(Box<sentence_piece::Rules>),
    Strip { left: bool, right: bool },
    Prepend(String),
    Replace { find: Find, content: String },
}

/// A text after normalizing.
#[derive(Debug)]
pub(crate) struct Normalized<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Whether it begins where the text that it was made of begins: nothing was taken from its front.
    pub(crate) from_start: bool,
}

impl Normalizer {
    /// A space goes in front, and all spaces become ▁.
    pub(crate) fn to_metaspace() -> Self {
        let space = Step::Replace { find: Find::Text(" ".into()), content: "▁".into() };
        Normalizer { steps: vec![Step::Prepend("▁".into()), space] }
    }

    /// Whether all that is done is that spaces become ▁; and whether one goes in front.
    pub(crate) fn to_blanks(&self) -> Option<bool> {
        match &self.steps[..] {
            all if *all == Self::to_metaspace().steps => Some(true),
            all if *all == Self::to_metaspace().steps[1..] => Some(false),
            _ => None,
        }
    }

    /// The text as it is cut: the same, and not copied, where nothing has to change.
    pub(crate) fn normalize<'a>(&self, text: &'a str) -> Result<Normalized<'a>, EncodeError> {
        let mut normalized = Normalized { text: Cow::Borrowed(text), from_start: true };
        for step in &self.steps {
            if let Some((text, from_start)) = step.change(&normalized.text)? {
                normalized.text = Cow::Owned(text);
                normalized.from_start &= from_start;
            }
        }
        Ok(normalized)
    }

    /// Whether what comes out are the characters that stand for bytes.
    pub(crate) fn spells(&self) -> bool {
        self.steps.contains(&Step::ByteLevel)
    }
}

/// What became of a text, and whether it still has its front; or nothing, where it stayed as it was.
type Changed = Option<(String, bool)>;

impl Step {
    fn change(&self, text: &str) -> Result<Changed, EncodeError> {
        use IsNormalized::Yes;
        let all = |text: String| Some((text, true));
        Ok(match self {
            Step::Nfc if text.is_ascii() || is_nfc_quick(text.chars()) == Yes => None,
            Step::Nfd if text.is_ascii() || is_nfd_quick(text.chars()) == Yes => None,
            Step::Nfkc if text.is_ascii() || is_nfkc_quick(text.chars()) == Yes => None,
            Step::Nfkd if text.is_ascii() || is_nfkd_quick(text.chars()) == Yes => None,
            Step::Nfc => all(text.nfc().map(|(character, _)| character).collect()),
            Step::Nfd => all(text.nfd().map(|(character, _)| character).collect()),
            Step::Nfkc => all(text.nfkc().map(|(character, _)| character).collect()),
            Step::Nfkd => all(text.nfkd().map(|(character, _)| character).collect()),
            Step::Lowercase => all(lowercase(text)),
            Step::StripAccents if text.is_ascii() => None,
            Step::StripAccents => Some(without(text, is_combining_mark)),
            Step::Nmt => Some(nmt(text)),
            Step::Bert(bert) => Some(bert.normalize(text)),
            Step::ByteLevel => all(bytes::spell(text.as_bytes())),
            Step::Precompiled(table) => all(table.normalize(text)),
            Step::SentencePiece(rules) => all(rules.normalize(text)),
            &Step::Strip { left, right } => Some(strip(text, left, right)),
            Step::Prepend(_) if text.is_empty() => None,
            Step::Prepend(front) => all([front, text].concat()),
            Step::Replace { find, content } => replace(text, find, content)?,
        })
    }
}

/// Each character by itself: a Σ at the end of a word becomes σ, not ς.
fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The text without some characters, and whether its first one is still there.
fn without(text: &str, mut gone: impl FnMut(char) -> bool) -> (String, bool) {
    let kept = text.chars().next().is_none_or(&mut gone);
    (text.chars().filter(|&character| !gone(character)).collect(), !kept || text.is_empty())
}

fn strip(text: &str, left: bool, right: bool) -> (String, bool) {
    let stripped = if left { text.trim_start() } else { text };
    let from_start = stripped.len() == text.len();
    (if right { stripped.trim_end() } else { stripped }.to_owned(), from_start)
}

/// Some controls are taken out, and what is like a space becomes one.
fn nmt(text: &str) -> (String, bool) {
    let control = |character| {
        matches!(character, '\u{1}'..='\u{8}' | '\u{B}' | '\u{E}'..='\u{1F}' | '\u{7F}' | '\u{8F}'
            | '\u{9F}')
    };
    let space = |character| match character {
        '\t'
        | '\n'
        | '\u{C}'
        | '\r'
        | '\u{1680}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2581}'
        | '\u{FEFF}'
        | '\u{FFFD}' => ' ',
        _ => character,
    };
    let (text, from_start) = without(text, control);
    (text.chars().map(space).collect(), from_start)
}

/// What is found becomes `content`.
pub(crate) fn replace(text: &str, find: &Find, content: &str) -> Result<Changed, EncodeError> {
    if let Find::Text(found) = find {
        let kept = !(content.is_empty() && text.starts_with(&**found));
        return Ok(text.contains(&**found).then(|| (text.replace(&**found, content), kept)));
    }
    let mut places = Vec::new();
    find.places(text, &mut places)?;
    let Some(first) = places.first() else { return Ok(None) };
    let from_start = !(content.is_empty() && first.start == 0 && first.end > 0);
    let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
    for place in places {
        replaced.push_str(&text[end..place.start]);
        replaced.push_str(content);
        end = place.end;
    }
    replaced.push_str(&text[end..]);
    Ok(Some((replaced, from_start)))
}
