//! The keys of a small file of JSON: each is read as what it must be, or refused by its name.

use serde_json::{Map, Value};

use super::FileError;

/// An object of JSON, and where it was found.
pub(super) struct Keys {
    file: &'static str,
    /// The keys that lead to it, each with a dot behind.
    path: String,
    map: Map<String, Value>,
}

/// No published configuration has a tenth of this, and a value takes many times its own bytes.
const LONGEST: usize = 1 << 19;

impl Keys {
    pub(super) fn read(file: &'static str, json: &[u8]) -> Result<Self, FileError> {
        if json.len() > LONGEST {
            return Err(FileError::Long { what: file.to_owned(), bytes: json.len() as u64 });
        }
        let map = serde_json::from_slice(json).map_err(|error| FileError::Json { file, error })?;
        Ok(Keys { file, path: String::new(), map })
    }

    /// What stands there. `null` is as good as nothing.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Whether the key is there, if only with `null`.
    pub(super) fn says(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    pub(super) fn refused(&self, key: &str, wanted: &str) -> FileError {
        let found = self.map.get(key).map_or("missing".to_owned(), Value::to_string);
        let short: String = found.chars().take(80).collect();
        let found = if short == found { found } else { short + "…" };
        let (key, wanted) = (format!("{}{key}", self.path), wanted.to_owned());
        FileError::Unsupported { file: self.file, key, found, wanted }
    }

    fn typed<'a, T>(
        &'a self,
        key: &str,
        wanted: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, FileError> {
        match self.value(key) {
            Some(value) => read(value).map(Some).ok_or_else(|| self.refused(key, wanted)),
            None => Ok(None),
        }
    }

    pub(super) fn size(&self, key: &str) -> Result<Option<usize>, FileError> {
        let size = |value: &Value| value.as_u64().and_then(|size| usize::try_from(size).ok());
        self.typed(key, "a whole number", size)
    }

    /// A size for which there is no usual value.
    pub(super) fn needed(&self, key: &str) -> Result<usize, FileError> {
        self.size(key)?.ok_or_else(|| self.refused(key, "a whole number"))
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, FileError> {
        self.typed(key, "a number", |value| value.as_f64().filter(|number| number.is_finite()))
    }

    pub(super) fn above_zero(&self, key: &str) -> Result<Option<f64>, FileError> {
        match self.number(key)? {
            Some(number) if number <= 0.0 => Err(self.refused(key, "a number above 0")),
            number => Ok(number),
        }
    }

    /// An id, a list of them, or nothing. Some files say -1 for nothing.
    pub(super) fn ids(&self, key: &str) -> Result<Vec<u32>, FileError> {
        let id = |value: &Value| match value.as_i64()? {
            id if id < 0 => Some(None),
            id => u32::try_from(id).ok().map(Some),
        };
        let ids = |value: &Value| match value {
            Value::Array(ids) => ids.iter().map(id).collect::<Option<Vec<_>>>(),
            value => id(value).map(|id| vec![id]),
        };
        let ids = self.typed(key, "an id or a list of ids", ids)?;
        Ok(ids.into_iter().flatten().flatten().collect())
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, FileError> {
        self.typed(key, "true or false", Value::as_bool)
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, FileError> {
        self.typed(key, "a text", Value::as_str)
    }

    /// An object of its own.
    pub(super) fn inner(&self, key: &str) -> Result<Option<Keys>, FileError> {
        let map = self.typed(key, "an object", Value::as_object)?;
        let (file, path) = (self.file, format!("{}{key}.", self.path));
        Ok(map.map(|map| Keys { file, path, map: map.clone() }))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.map.iter()
    }

    /// That a flag is set to nothing else.
    pub(super) fn only(&self, key: &str, wanted: bool) -> Result<(), FileError> {
        match self.flag(key)? {
            Some(found) if found != wanted => {
                Err(self.refused(key, if wanted { "true" } else { "false" }))
            }
            _ => Ok(()),
        }
    }

    /// That a share, if it is there, is all.
    pub(super) fn only_whole(&self, key: &str) -> Result<(), FileError> {
        match self.number(key)? {
            None | Some(1.0) => Ok(()),
            Some(_) => Err(self.refused(key, "1")),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
}
