//! To refuse a file in one line that names what and where.

use serde_json::Value;

use crate::FormatError;

/// The type of a part of the file.
pub(super) fn name(part: &Value) -> &str {
    part["type"].as_str().unwrap_or_default()
}

pub(super) fn must_be_null(place: &'static str, part: &Value) -> Result<(), FormatError> {
    if part.is_null() { Ok(()) } else { unsupported(place, kind(part), "null") }
}

pub(super) fn must_be(
    place: &'static str,
    part: &Value,
    wanted: &str,
    supported: &'static str,
) -> Result<(), FormatError> {
    if name(part) == wanted { Ok(()) } else { unsupported(place, kind(part), supported) }
}

/// Its type, if it has one: that says enough.
fn kind(part: &Value) -> &Value {
    part.get("type").unwrap_or(part)
}

pub(super) fn unsupported<T>(
    place: &'static str,
    found: &Value,
    supported: &'static str,
) -> Result<T, FormatError> {
    Err(FormatError::Unsupported { place, found: shown(found), supported })
}

pub(super) fn broken<T>(place: impl Into<String>, problem: String) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: place.into(), problem })
}

pub(super) fn shown(value: &Value) -> String {
    clipped(value.to_string())
}

pub(super) fn short(token: &str) -> String {
    clipped(format!("{token:?}"))
}

/// A message stays one line of a bearable length.
fn clipped(text: String) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
