//! The `pattern` of a `Split` or a `Replace`, to and fro.

use serde_json::{Value, json};

use super::{
    ANY_CHARACTER,
    part::Part,
    refuse::{shown, unsupported},
};
use crate::{
    FormatError,
    cut::find::Find,
    split::{Pattern, Regex},
    words,
};

pub(super) fn read(part: &Part) -> Result<Find, FormatError> {
    let pattern = part.at("pattern");
    match (pattern.value["String"].as_str(), pattern.value["Regex"].as_str()) {
        (Some(""), _) | (_, Some("")) => {
            unsupported(pattern.place, shown(pattern.value), "a pattern that is not empty")
        }
        (Some(text), None) => Ok(Find::Text(text.to_owned())),
        (None, Some(ANY_CHARACTER)) => Ok(Find::Characters),
        (None, Some(words::PATTERN)) => Ok(Find::Words),
        (None, Some(regex)) => match Pattern::of_regex(regex) {
            Some(pattern) => Ok(Find::Pattern(pattern)),
            None => Ok(Find::Regex(Regex::new(regex)?)),
        },
        _ => unsupported(pattern.place, shown(pattern.value), "a \"String\" or a \"Regex\""),
    }
}

/// How many bytes it matches, at the least; a regular expression may match none.
pub(super) fn shortest(find: &Find) -> usize {
    if let Find::Text(text) = find { text.len() } else { 1 }
}

pub(super) fn write(find: &Find) -> Value {
    match find {
        Find::Text(text) => json!({"String": text}),
        Find::Pattern(pattern) => json!({"Regex": pattern.regex()}),
        Find::Regex(regex) => json!({"Regex": regex.pattern()}),
        Find::Words => json!({"Regex": words::PATTERN}),
        Find::WordsOrNot => json!({"Regex": r"\w+|[^\w\s]+"}),
        Find::Spaces => json!({"Regex": r"\s"}),
        Find::Digits => json!({"Regex": r"\p{N}"}),
        Find::Punctuation => json!({"Regex": r"\p{P}"}),
        Find::Characters => json!({"Regex": ANY_CHARACTER}),
    }
}
