//! A part of the file, and where it is: what is missing or not supported there is refused by its name.

use serde_json::{Value, value::RawValue};

use super::refuse::{broken, shown, unsupported};
use crate::FormatError;

/// How many bytes a part may have; the vocabulary is none of them.
const LARGEST: usize = 1 << 20;

/// How many steps a part may have, those of a `Sequence` counted one by one.
pub(super) const STEPS: usize = 32;

/// A part of the file.
pub(super) struct Part<'a> {
    pub(super) value: &'a Value,
    pub(super) place: String,
}

/// The value of a part, `null` where it is absent.
pub(super) fn parsed(place: &str, part: Option<&RawValue>) -> Result<Value, FormatError> {
    match part {
        None => Ok(Value::Null),
        Some(part) if part.get().len() > LARGEST => {
            let found = format!("{} bytes long", part.get().len());
            unsupported(place, found, "at most 1048576 bytes")
        }
        Some(part) => Ok(serde_json::from_str(part.get())?),
    }
}

impl<'a> Part<'a> {
    /// The name of what it is.
    pub(super) fn kind(&self) -> Result<&'a str, FormatError> {
        match self.value.get("type").and_then(Value::as_str) {
            Some(kind) => Ok(kind),
            None => unsupported(&*self.place, shown(self.value), "null or an object with a type"),
        }
    }

    /// It is something else than what could be there.
    pub(super) fn refused<T>(&self, supported: &'static str) -> Result<T, FormatError> {
        unsupported(&*self.place, shown(&Value::from(self.kind()?)), supported)
    }

    /// A place in this part.
    pub(super) fn at(&self, name: &str) -> Part<'a> {
        let value = self.value.get(name).unwrap_or(&Value::Null);
        Part { value, place: format!("{}.{name}", self.place) }
    }

    /// The parts of a list, one by one.
    pub(super) fn each(&self, name: &str) -> Result<impl Iterator<Item = Part<'a>>, FormatError> {
        let Part { value, place } = self.at(name);
        let Value::Array(all) = value else {
            return unsupported(place, shown(value), "a list");
        };
        let part = move |(at, value)| Part { value, place: format!("{place}[{at}]") };
        Ok(all.iter().enumerate().map(part))
    }

    /// `true` or `false`; what it is if it is absent is `None` where it must be there.
    pub(super) fn flag(&self, name: &str, absent: Option<bool>) -> Result<bool, FormatError> {
        let Part { value, place } = self.at(name);
        match value.as_bool().or(if value.is_null() { absent } else { None }) {
            Some(flag) => Ok(flag),
            None => unsupported(place, shown(value), "true or false"),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<&'a str, FormatError> {
        let Part { value, place } = self.at(name);
        value.as_str().map_or_else(|| unsupported(place, shown(value), "a text"), Ok)
    }

    pub(super) fn character(&self, name: &str) -> Result<char, FormatError> {
        let mut characters = self.text(name)?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => unsupported(self.at(name).place, shown(self.at(name).value), "one character"),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<usize, FormatError> {
        let Part { value, place } = self.at(name);
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        number.map_or_else(|| unsupported(place, shown(value), "a number"), Ok)
    }

    /// Refuses a part of too many steps.
    pub(super) fn few(&self, steps: usize) -> Result<(), FormatError> {
        match steps > STEPS {
            true => broken(&*self.place, format!("has more than {STEPS} steps")),
            false => Ok(()),
        }
    }
}
