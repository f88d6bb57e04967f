//! A tensor on its way into a GGUF file: in which order its rows go there, and in which kind of numbers.
//!
//! ```text
//! as it is     row r
//! paired       of a head 0, half, 1, half + 1 …    llama's queries and keys: what turns together
//! turned       row r is column r                   GPT-2's matrices, which are (in, out) elsewhere
//! ```

use std::borrow::Cow;
use std::io::Write;

use kernels::{Kind, Rows, narrow};

use super::GgufError;
use crate::files::tensors::Tensor;

/// A tensor on its way into a GGUF file.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    name: String,
    kind: Kind,
    shape: Vec<usize>,
    numbers: Numbers<'a>,
    order: Order,
}

/// Where its numbers are.
#[derive(Clone, Debug)]
enum Numbers<'a> {
    Stored(Tensor),
    F32(Cow<'a, [f32]>),
}

/// In which order its rows go into the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    AsItIs,
    /// Heads of this size.
    Paired(usize),
    Turned,
}

/// The kind in which a tensor is written if `wanted` is asked for: vectors always in F32, and what does
/// not come out even in blocks in F16.
fn kind(shape: &[usize], wanted: Kind) -> Kind {
    let columns = shape.last().copied().unwrap_or(1);
    match wanted {
        _ if shape.len() < 2 => Kind::F32,
        wanted if columns % wanted.block() != 0 => Kind::F16,
        wanted => wanted,
    }
}

impl<'a> Part<'a> {
    /// Numbers in rows, to be written in this kind. `shape`: from the outside in.
    pub fn new(name: String, wanted: Kind, shape: Vec<usize>, numbers: Cow<'a, [f32]>) -> Self {
        let kind = kind(&shape, wanted);
        Part { name, kind, shape, numbers: Numbers::F32(numbers), order: Order::AsItIs }
    }

    /// A tensor of a file, to be written in this kind, or in its own.
    pub(super) fn of(
        name: String,
        wanted: Option<Kind>,
        tensor: Tensor,
        order: Order,
    ) -> Result<Self, GgufError> {
        let mut shape = tensor.shape.clone();
        let rows = shape.first().copied().unwrap_or(0);
        let fits = match order {
            Order::AsItIs => true,
            Order::Paired(size) => size > 0 && size % 2 == 0 && rows % size == 0,
            Order::Turned => shape.len() == 2 && tensor.kind.block() == 1,
        };
        if !fits {
            let problem =
                format!("{} has the shape {shape:?} in {}", tensor.name, tensor.kind.name());
            return Err(GgufError::Unwritten(problem));
        }
        if order == Order::Turned {
            shape.reverse();
        }
        let kind = kind(&shape, wanted.unwrap_or(tensor.kind));
        Ok(Part { name, kind, shape, numbers: Numbers::Stored(tensor), order })
    }

    /// Its name in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of its numbers in the file.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its shape, from the outside in.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn columns(&self) -> usize {
        if self.shape.len() < 2 { 1 } else { self.shape[self.shape.len() - 1] }
    }

    fn rows(&self) -> usize {
        self.shape.iter().product::<usize>() / self.columns().max(1)
    }

    /// How many bytes it has in the file.
    pub(super) fn length(&self) -> Result<usize, GgufError> {
        let numbers = self.shape.iter().product();
        let written = matches!(self.kind, Kind::F32 | Kind::F16 | Kind::Bf16 | Kind::Q8_0);
        match self.kind.row_bytes(numbers) {
            Some(length) if written || self.stored_so() => Ok(length),
            _ => {
                let kind = self.kind.name();
                let problem =
                    format!("{} in {kind}: F32, F16, BF16 and Q8_0 are written", self.name);
                Err(GgufError::Unwritten(problem))
            }
        }
    }

    /// Whether whole rows of its bytes can be written as they are.
    fn stored_so(&self) -> bool {
        match &self.numbers {
            Numbers::Stored(tensor) => tensor.kind == self.kind && self.order != Order::Turned,
            Numbers::F32(_) => false,
        }
    }

    /// Which row of the numbers goes into a row of the file.
    fn source(&self, row: usize) -> usize {
        match self.order {
            Order::Paired(size) => {
                let (head, at) = (row / size, row % size);
                head * size + at % 2 * (size / 2) + at / 2
            }
            _ => row,
        }
    }

    pub(super) fn write(&self, to: &mut impl Write) -> Result<(), GgufError> {
        let mut numbers = vec![0.0; self.columns()];
        for row in 0..self.rows() {
            let from = self.source(row);
            match &self.numbers {
                Numbers::Stored(tensor) if self.stored_so() => {
                    let length = tensor.bytes.len() / self.rows();
                    to.write_all(&tensor.bytes[from * length..(from + 1) * length])?;
                    continue;
                }
                Numbers::Stored(tensor) => self.widen(tensor, from, &mut numbers),
                Numbers::F32(all) => {
                    let columns = numbers.len();
                    numbers.copy_from_slice(&all[from * columns..(from + 1) * columns]);
                }
            }
            let bytes = narrow(self.kind, &numbers).unwrap_or_default(); // `length` has refused others
            to.write_all(&bytes)?;
        }
        Ok(())
    }

    /// The numbers of a row, or of a column that becomes one.
    fn widen(&self, tensor: &Tensor, row: usize, numbers: &mut [f32]) {
        let singly = |count| Rows::new(tensor.kind, count, 1, &tensor.bytes);
        match self.order {
            Order::Turned => {
                let (all, rows) = (singly(numbers.len() * self.rows()), self.rows());
                for (at, number) in numbers.iter_mut().enumerate() {
                    all.widen(at * rows + row, std::slice::from_mut(number));
                }
            }
            _ if self.shape.len() < 2 => singly(self.rows()).widen(row, numbers),
            _ => tensor.rows().widen(row, numbers),
        }
    }
}
