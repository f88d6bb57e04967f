//! Tensors on their way into a file.

use std::borrow::Cow;
use std::collections::HashMap;

use kernels::{Kind, narrow};
use ndarray::{CowArray, Dimension, IxDyn};
use safetensors::Dtype;
use safetensors::tensor::View;

use super::FileError;

/// Tensors on their way into a file, all of the same kind. The bytes of each are made when it is its turn.
pub(super) struct Written<'a> {
    kind: Kind,
    dtype: Dtype,
    tensors: Vec<(String, Numbers<'a>)>,
}

/// The numbers of a tensor, and how they are to be written.
struct Numbers<'a> {
    kind: Kind,
    dtype: Dtype,
    array: CowArray<'a, f32, IxDyn>,
}

impl<'a> Written<'a> {
    /// For numbers of a kind that a `model.safetensors` can hold.
    pub(super) fn new(kind: Kind) -> Result<Self, FileError> {
        let dtype = match kind {
            Kind::F32 => Dtype::F32,
            Kind::F16 => Dtype::F16,
            Kind::Bf16 => Dtype::BF16,
            other => return Err(FileError::Unwritten(other.name())),
        };
        Ok(Written { kind, dtype, tensors: Vec::new() })
    }

    pub(super) fn add<D: Dimension>(
        &mut self,
        name: impl Into<String>,
        array: impl Into<CowArray<'a, f32, D>>,
    ) {
        let (kind, dtype, array) = (self.kind, self.dtype, array.into().into_dyn());
        self.tensors.push((name.into(), Numbers { kind, dtype, array }));
    }

    /// The bytes of the file.
    pub(super) fn into_safetensors(self) -> Result<Vec<u8>, FileError> {
        let file = "model.safetensors".to_owned();
        let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
        safetensors::serialize(self.tensors, Some(metadata))
            .map_err(|error| FileError::Safetensors { file, error })
    }
}

impl View for Numbers<'_> {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let numbers = self.array.as_standard_layout();
        let numbers = numbers.as_slice().unwrap_or_default(); // in standard layout they are one slice
        narrow(self.kind, numbers).unwrap_or_default().into()
    }

    fn data_len(&self) -> usize {
        self.array.len() * self.kind.block_bytes() // a block of these kinds is one number
    }
}
