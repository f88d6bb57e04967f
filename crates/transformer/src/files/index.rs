//! `model.safetensors.index.json`: which tensor is in which file, where a model has several.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{FileError, Tensors};

/// Which tensor is in which file.
///
/// ```
/// use transformer::files::Index;
///
/// let index = Index::read(br#"{"weight_map": {"a": "two.safetensors", "b": "one.safetensors"}}"#)?;
/// assert_eq!(index.files(), ["one.safetensors", "two.safetensors"]);
///
/// let outside = Index::read(br#"{"weight_map": {"a": "../../etc/passwd"}}"#).unwrap_err();
/// assert!(outside.to_string().contains("leads out of the model's folder"));
/// # Ok::<(), transformer::FileError>(())
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Index {
    weight_map: BTreeMap<String, String>,
}

/// Where it is found, beside `config.json`.
pub const INDEX: &str = "model.safetensors.index.json";

/// Room for some twenty thousand tensors.
const LONGEST: usize = 1 << 21;

impl Index {
    /// From the bytes of the file.
    ///
    /// # Errors
    /// If it is not valid, lists nothing, or a file that it names leads out of the model's folder.
    pub fn read(json: &[u8]) -> Result<Self, FileError> {
        if json.len() > LONGEST {
            return Err(FileError::Long { what: INDEX.to_owned(), bytes: json.len() as u64 });
        }
        let wrong = |error| FileError::Json { file: INDEX, error };
        let index: Index = serde_json::from_slice(json).map_err(wrong)?;
        if index.weight_map.is_empty() {
            return Err(FileError::Index("it lists no tensors".to_owned()));
        }
        let plain =
            |file: &str| !matches!(file, "" | "." | "..") && !file.contains(['/', '\\', ':', '\0']);
        match index.files().into_iter().find(|file| !plain(file)) {
            Some(file) => {
                Err(FileError::Index(format!("{file:?} leads out of the model's folder")))
            }
            None => Ok(index),
        }
    }

    /// The names of the files, each once.
    pub fn files(&self) -> Vec<&str> {
        let files: BTreeSet<&str> = self.weight_map.values().map(String::as_str).collect();
        files.into_iter().collect()
    }

    /// That each tensor is in the file that is named for it.
    ///
    /// # Errors
    /// Names the first that is in none, or in another.
    pub fn check(&self, tensors: &Tensors) -> Result<(), FileError> {
        for (name, file) in &self.weight_map {
            let wrong = match tensors.file(name) {
                Some(found) if found == file => continue,
                Some(found) => format!("the tensor {name} should be in {file}, and is in {found}"),
                None => {
                    format!("the tensor {name} should be in {file}, and is in none of the files")
                }
            };
            return Err(FileError::Index(wrong));
        }
        Ok(())
    }
}
