//! To refuse a file in one line that names what and where.

use serde_json::{Value, value::RawValue};

use crate::FormatError;

pub(super) fn must_be_null(place: &str, part: Option<&RawValue>) -> Result<(), FormatError> {
    match part {
        None => Ok(()),
        Some(part) => unsupported(place, clipped(part.get().replace('\n', " ")), "null"),
    }
}

pub(super) fn unsupported<T>(
    place: impl Into<String>,
    found: String,
    supported: &'static str,
) -> Result<T, FormatError> {
    Err(FormatError::Unsupported { place: place.into(), found, supported })
}

pub(super) fn broken<T>(place: impl Into<String>, problem: String) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: place.into(), problem })
}

pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Object(parts) if parts.contains_key("type") => shown(&parts["type"]),
        Value::Array(all) if all.len() > 60 => format!("a list of {}", all.len()),
        Value::Object(parts) if parts.len() > 60 => format!("an object of {} parts", parts.len()),
        _ => clipped(value.to_string()),
    }
}

pub(super) fn short(token: &str) -> String {
    clipped(format!("{token:?}"))
}

/// A message stays one line of a bearable length.
pub(super) fn clipped(text: String) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
