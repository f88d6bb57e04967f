//! Tensors on their way into a file, piece by piece: their bytes are never there a second time.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{self, Write};

use kernels::{Kind, narrow};
use ndarray::{ArrayViewD, Axis, CowArray, Dimension, IxDyn, concatenate};
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError};

use super::FileError;

/// So many numbers are bytes at once.
const PIECE: usize = 1 << 14;

/// Tensors on their way into a `.safetensors` file, all of the same kind.
#[derive(Debug)]
pub struct Written<'a> {
    kind: Kind,
    dtype: Dtype,
    notes: HashMap<String, String>,
    tensors: Vec<(String, Parts<'a>)>,
}

/// Arrays that are one tensor side by side, along their last axis.
type Parts<'a> = Vec<CowArray<'a, f32, IxDyn>>;

impl<'a> Written<'a> {
    /// For numbers of a kind that such a file can hold.
    ///
    /// # Errors
    /// If it is of another kind.
    pub fn new(kind: Kind) -> Result<Self, FileError> {
        let dtype = match kind {
            Kind::F32 => Dtype::F32,
            Kind::F16 => Dtype::F16,
            Kind::Bf16 => Dtype::BF16,
            other => return Err(FileError::Unwritten(other.name())),
        };
        Ok(Written { kind, dtype, notes: HashMap::new(), tensors: Vec::new() })
    }

    /// The same for a model.
    ///
    /// # Errors
    /// If it is of another kind.
    pub fn model(kind: Kind) -> Result<Self, FileError> {
        let mut written = Self::new(kind)?;
        written.note("format", "pt"); // `transformers` asks for it
        Ok(written)
    }

    /// Something that the file says beside its tensors.
    pub fn note(&mut self, key: &str, value: &str) {
        self.notes.insert(key.to_owned(), value.to_owned());
    }

    /// One tensor more.
    pub fn add<D: Dimension>(
        &mut self,
        name: impl Into<String>,
        array: impl Into<CowArray<'a, f32, D>>,
    ) {
        self.tensors.push((name.into(), vec![array.into().into_dyn()]));
    }

    /// One tensor more, of arrays side by side, along their last axis.
    pub(super) fn add_parts<D: Dimension>(
        &mut self,
        name: impl Into<String>,
        arrays: impl IntoIterator<Item = CowArray<'a, f32, D>>,
    ) {
        self.tensors.push((name.into(), arrays.into_iter().map(CowArray::into_dyn).collect()));
    }

    /// The file.
    ///
    /// # Errors
    /// If it were too large for the format.
    pub fn into_safetensors(self) -> Result<Safetensors<'a>, FileError> {
        let mut end = 0;
        let infos = self.tensors.iter().map(|(name, parts)| {
            let shape = shape(parts);
            let start = end;
            // A block of these kinds is one number.
            end += shape.iter().product::<usize>() * self.kind.block_bytes();
            (name.clone(), TensorInfo { dtype: self.dtype, shape, data_offsets: (start, end) })
        });
        let infos = infos.collect();
        let head = head(self.notes, infos).map_err(|error| {
            let file = "model.safetensors".to_owned();
            FileError::Safetensors { file, error }
        })?;
        let (kind, bytes) = (self.kind, head.len() + end);
        let tensors = self.tensors.into_iter().map(|(_, parts)| parts).collect();
        Ok(Safetensors { head, kind, tensors, bytes })
    }
}

/// What stands before the tensors: its own length, and where each of them is.
fn head(
    notes: HashMap<String, String>,
    infos: Vec<(String, TensorInfo)>,
) -> Result<Vec<u8>, SafeTensorError> {
    let metadata = Metadata::new(Some(notes), infos)?;
    let mut text = serde_json::to_vec(&metadata)?;
    text.resize(text.len().next_multiple_of(8), b' ');
    Ok([&(text.len() as u64).to_le_bytes()[..], &text].concat())
}

fn shape(parts: &Parts<'_>) -> Vec<usize> {
    let mut shape = parts[0].shape().to_vec();
    if let Some(last) = shape.last_mut() {
        *last = parts.iter().filter_map(|part| part.shape().last()).sum();
    }
    shape
}

/// A `.safetensors` file on its way to the disk.
#[derive(Debug)]
pub struct Safetensors<'a> {
    head: Vec<u8>,
    kind: Kind,
    tensors: Vec<Parts<'a>>,
    bytes: usize,
}

impl Safetensors<'_> {
    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes it piece by piece.
    ///
    /// # Errors
    /// If there is no room.
    pub fn write(&self, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
        self.each(|bytes| to.write_all(bytes))
    }

    /// All of its bytes at once.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.bytes);
        let Ok(()) = self.each(|bytes| {
            all.extend_from_slice(bytes);
            Ok::<_, Infallible>(())
        });
        all
    }

    /// Gives one piece after the other.
    fn each<E>(&self, mut give: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        give(&self.head)?;
        for parts in &self.tensors {
            let whole = match &parts[..] {
                [part] => CowArray::from(part.view()),
                parts => side_by_side(parts),
            };
            let whole = whole.as_standard_layout();
            let numbers = whole.as_slice().unwrap_or_default(); // in standard layout they are one slice
            for piece in numbers.chunks(PIECE) {
                give(&narrow(self.kind, piece).unwrap_or_default())?; // no kind that is narrowed in blocks
            }
        }
        Ok(())
    }
}

fn side_by_side<'a>(parts: &[CowArray<'_, f32, IxDyn>]) -> CowArray<'a, f32, IxDyn> {
    let views: Vec<ArrayViewD<'_, f32>> = parts.iter().map(|part| part.view()).collect();
    let last = Axis(views[0].ndim() - 1);
    let whole = concatenate(last, &views).unwrap_or_default();
    CowArray::from(whole)
}
