//! Every tensor of a model, by its published name, whatever files they came from.
//!
//! ```text
//! model.safetensors                      one file …
//! model-00001-of-00005.safetensors  …    … or several, and an index of which tensor is where
//! model.gguf                             … or that of llama.cpp
//! ```
//!
//! A tensor keeps the bytes of its file, which may be mapped into memory: nothing is copied or widened
//! until somebody asks for its numbers. Whoever reads a model takes tensor after tensor, each in the
//! shape that the configuration calls for, and asks at the end whether any is left over.
//!
//! The layout of safetensors: <https://github.com/huggingface/safetensors#format>.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use kernels::{Kind, Rows};
use ndarray::{Array1, Array2, ArrayD};
use safetensors::{Dtype, SafeTensors};

use super::FileError;

/// An array of numbers as its file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name in the Hugging Face layout.
    pub name: String,
    /// How its numbers are written down.
    pub kind: Kind,
    /// How long it is along each axis; the numbers of the last one stand side by side.
    pub shape: Vec<usize>,
    /// The numbers, as many as the shape says.
    pub bytes: Bytes,
}

impl Tensor {
    /// A tensor whose bytes are as many as its shape says.
    ///
    /// # Errors
    /// If they are not: the file lies about one or the other.
    pub fn new(
        name: String,
        kind: Kind,
        shape: Vec<usize>,
        bytes: Bytes,
    ) -> Result<Self, FileError> {
        let columns = shape.last().copied().unwrap_or(1);
        let rows = shape.iter().rev().skip(1).try_fold(1, |rows: usize, n| rows.checked_mul(*n));
        let wanted =
            rows.zip(kind.row_bytes(columns)).and_then(|(rows, row)| rows.checked_mul(row));
        match wanted {
            Some(wanted) if wanted == bytes.len() => Ok(Tensor { name, kind, shape, bytes }),
            _ => Err(FileError::Bytes { name, shape, kind: kind.name(), bytes: bytes.len() }),
        }
    }

    /// What its numbers are, row by row.
    pub fn numbers(&self) -> Vec<f32> {
        let rows = self.rows();
        let mut numbers = vec![0.0; rows.rows() * rows.columns()];
        for (row, numbers) in numbers.chunks_exact_mut(rows.columns().max(1)).enumerate() {
            rows.widen(row, numbers);
        }
        numbers
    }

    /// The same as a matrix, to multiply with: all axes but the last are its rows.
    pub fn rows(&self) -> Rows<'_> {
        let columns = self.shape.last().copied().unwrap_or(1);
        let rows = self.shape.iter().rev().skip(1).product();
        Rows::new(self.kind, rows, columns, &self.bytes)
    }
}

/// Every tensor of a model, and which of them have been used.
#[derive(Debug, Default)]
pub struct Tensors {
    tensors: BTreeMap<String, Held>,
    gguf: bool,
    side_by_side: bool,
}

#[derive(Debug)]
struct Held {
    tensor: Tensor,
    file: Arc<str>,
    used: AtomicBool,
}

/// What stands before the names in a file that was written from a whole model, and not in one from a
/// part of it.
const PREFIXES: [&str; 2] = ["transformer.", "model."];

/// Room for some twenty thousand tensors: the largest Llama has 1,138.
const LONGEST_HEADER: u64 = 1 << 21;

impl Tensors {
    /// The tensors of safetensors files, each with its name and bytes.
    ///
    /// # Errors
    /// If a file is damaged, a tensor is in two of them, or holds numbers of a type that cannot be read.
    pub fn from_safetensors(files: Vec<(String, Bytes)>) -> Result<Self, FileError> {
        let mut tensors = Tensors::default();
        for (file, bytes) in files {
            tensors.add_safetensors(&file, &bytes)?;
        }
        Ok(tensors)
    }

    fn add_safetensors(&mut self, file: &str, bytes: &Bytes) -> Result<(), FileError> {
        let header = bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
        if header > LONGEST_HEADER {
            return Err(FileError::Long { what: format!("the header of {file}"), bytes: header });
        }
        let damaged = |error| FileError::Safetensors { file: file.to_owned(), error };
        let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let numbers = bytes.slice(size_of::<u64>() + header..);
        let file = Arc::from(file);
        for (name, info) in metadata.tensors() {
            let kind = match info.dtype {
                Dtype::F32 => Kind::F32,
                Dtype::F16 => Kind::F16,
                Dtype::BF16 => Kind::Bf16,
                other => {
                    let (found, wanted) = (other.to_string(), "only F32, F16 and BF16");
                    return Err(FileError::Type { name, found, wanted });
                }
            };
            let (start, end) = info.data_offsets;
            let bytes = numbers.slice(start..end); // read_metadata has checked that they are there
            self.add(&file, Tensor::new(name, kind, info.shape.clone(), bytes)?)?;
        }
        Ok(())
    }

    /// The tensors of a GGUF file, under the names and in the shapes of the Hugging Face layout; whether
    /// the two numbers that are turned together stand `side_by_side`.
    ///
    /// # Errors
    /// If two have the same name.
    pub fn from_gguf(tensors: Vec<Tensor>, side_by_side: bool) -> Result<Self, FileError> {
        let mut all = Tensors { gguf: true, side_by_side, ..Tensors::default() };
        let file = Arc::from("the GGUF file");
        tensors.into_iter().try_for_each(|tensor| all.add(&file, tensor))?;
        Ok(all)
    }

    fn add(&mut self, file: &Arc<str>, tensor: Tensor) -> Result<(), FileError> {
        match self.tensors.entry(tensor.name.clone()) {
            Entry::Vacant(place) => {
                let (file, used) = (file.clone(), AtomicBool::new(false));
                place.insert(Held { tensor, file, used });
                Ok(())
            }
            Entry::Occupied(first) => {
                let (first, second) = (first.get().file.to_string(), file.to_string());
                Err(FileError::Twice { name: tensor.name, first, second })
            }
        }
    }

    /// The tensor of this name, which must have this shape.
    ///
    /// # Errors
    /// If there is none, or it has another shape.
    pub fn take(&self, name: &str, shape: &[usize]) -> Result<Tensor, FileError> {
        let held = self.find(name).ok_or_else(|| FileError::Missing(name.to_owned()))?;
        let Tensor { name, shape: found, .. } = &held.tensor;
        if found != shape {
            let (name, found, wanted) = (name.clone(), found.clone(), shape.to_vec());
            return Err(FileError::Shape { name, found, wanted });
        }
        held.used.store(true, Ordering::Relaxed);
        Ok(held.tensor.clone())
    }

    /// The numbers of a tensor.
    pub(super) fn array(&self, name: &str, shape: &[usize]) -> Result<ArrayD<f32>, FileError> {
        let tensor = self.take(name, shape)?;
        let unfit = |_| FileError::Missing(tensor.name.clone());
        ArrayD::from_shape_vec(shape, tensor.numbers()).map_err(unfit)
    }

    /// The numbers of a tensor that has one row.
    pub(super) fn row(&self, name: &str, len: usize) -> Result<Array1<f32>, FileError> {
        self.take(name, &[len]).map(|tensor| Array1::from(tensor.numbers()))
    }

    /// The numbers of a matrix.
    pub(super) fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Array2<f32>, FileError> {
        let tensor = self.take(name, &[rows, columns])?;
        let unfit = |_| FileError::Missing(tensor.name.clone());
        Array2::from_shape_vec((rows, columns), tensor.numbers()).map_err(unfit)
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// By its whole name, or without what stands before those of a whole model.
    fn find(&self, name: &str) -> Option<&Held> {
        let shorter = || PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
        self.tensors.get(name).or_else(|| self.tensors.get(shorter()?))
    }

    /// That every tensor has been taken, but those that do no harm.
    ///
    /// # Errors
    /// Names the first that is left over.
    pub fn all_used(&self, harmless: impl Fn(&str) -> bool) -> Result<(), FileError> {
        let left =
            |(name, held): &(&String, &Held)| !held.used.load(Ordering::Relaxed) && !harmless(name);
        match self.tensors.iter().find(left) {
            Some((name, _)) => Err(FileError::Extra(name.clone())),
            None => Ok(()),
        }
    }

    /// Whether they came from a GGUF file: there GPT-2's matrices are (out, in).
    pub fn gguf(&self) -> bool {
        self.gguf
    }

    /// Whether the two numbers of a head that are turned together stand side by side in the rows of
    /// queries and keys, and not half a head apart: so it is in a GGUF file of the architecture `llama`.
    pub fn side_by_side(&self) -> bool {
        self.side_by_side
    }

    /// All tensors, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Tensor> {
        self.tensors.values().map(|held| &held.tensor)
    }

    /// The file in which a tensor of exactly this name is.
    pub fn file(&self, name: &str) -> Option<&str> {
        self.tensors.get(name).map(|held| &*held.file)
    }

    /// How many bytes their numbers have.
    pub fn bytes(&self) -> usize {
        self.iter().map(|tensor| tensor.bytes.len()).sum()
    }
}
