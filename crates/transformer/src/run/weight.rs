//! A matrix as a file has it.

use std::ops::Range;

use bytes::Bytes;
use kernels::memory::let_go;
use kernels::{Kind, Rows, Team, narrow};

use super::Precision;
use crate::files::{FileError, Tensor};

/// A matrix, (out, in), whose rows are multiplied as they are.
#[derive(Clone, Debug)]
pub(super) struct Weight {
    kind: Kind,
    rows: usize,
    columns: usize,
    bytes: Bytes, // of the file, or our own
}

/// A matrix, and what is added to each row that it makes.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) weight: Weight,
    pub(super) bias: Option<Vec<f32>>, // (out)
}

impl Linear {
    /// Some of the rows.
    pub(super) fn part(&self, rows: Range<usize>) -> Linear {
        let bias = self.bias.as_ref().map(|bias| bias[rows.clone()].to_vec());
        Linear { weight: self.weight.part(rows), bias }
    }
}

/// So many rows are rounded or turned by one thread at a time.
const SHARE: usize = 64;

impl Weight {
    /// A tensor's bytes.
    pub(super) fn new(tensor: Tensor) -> Self {
        let (rows, columns) = (tensor.rows().rows(), tensor.rows().columns());
        Weight { kind: tensor.kind, rows, columns, bytes: tensor.bytes }
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows::new(self.kind, self.rows, self.columns, &self.bytes)
    }

    /// Whether its numbers have 32 bits.
    pub(super) fn is_f32(&self) -> bool {
        self.kind == Kind::F32
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Some of the rows: the same bytes.
    pub(super) fn part(&self, rows: Range<usize>) -> Weight {
        let row = self.bytes.len() / self.rows;
        let bytes = self.bytes.slice(rows.start * row..rows.end * row);
        Weight { rows: rows.len(), bytes, ..*self }
    }

    /// Rounded to fewer bits, if that is asked for and it has more.
    pub(super) fn rounded(self, precision: Precision, team: &Team) -> Weight {
        let kind = match (precision, self.kind) {
            (Precision::Bf16, Kind::F32) => Kind::Bf16,
            (Precision::Q8, Kind::F32 | Kind::F16 | Kind::Bf16) => Kind::Q8_0,
            _ => return self,
        };
        if !self.columns.is_multiple_of(kind.block()) {
            return self;
        }
        let bytes = self.shared(team, self.rows, |rows| {
            let mut numbers = vec![0.0; rows.len() * self.columns];
            for (row, numbers) in rows.zip(numbers.chunks_exact_mut(self.columns)) {
                self.rows().widen(row, numbers);
            }
            narrow(kind, &numbers).unwrap_or_default() // a kind that can be written, as above
        });
        let_go(&self.bytes);
        Weight { kind, bytes, ..self }
    }

    /// Turned over: (in, out) as GPT-2's files have it, into (out, in).
    pub(super) fn turned(self, name: &str, team: &Team) -> Result<Weight, FileError> {
        if self.kind.block() > 1 {
            let (name, found) = (name.to_owned(), self.kind.name().to_owned());
            return Err(FileError::Type { name, found, wanted: "F32, F16 and BF16" });
        }
        let (width, row) = (self.kind.block_bytes(), self.bytes.len() / self.rows);
        let bytes = self.shared(team, self.columns, |columns| {
            let mut turned = vec![0; columns.len() * self.rows * width];
            // A few rows of the file, for all the columns of this share, are in reach at once.
            for (i, from) in self.bytes.chunks_exact(row).enumerate() {
                let from = from[columns.start * width..columns.end * width].chunks_exact(width);
                for (to, from) in turned.chunks_exact_mut(self.rows * width).zip(from) {
                    to[i * width..(i + 1) * width].copy_from_slice(from);
                }
            }
            turned
        });
        let_go(&self.bytes);
        Ok(Weight { rows: self.columns, columns: self.rows, bytes, kind: self.kind })
    }

    /// Bytes made share by share, one after another.
    fn shared(
        &self,
        team: &Team,
        rows: usize,
        make: impl Fn(Range<usize>) -> Vec<u8> + Sync,
    ) -> Bytes {
        let mut shares = vec![Vec::new(); rows.div_ceil(SHARE)];
        team.share_mut(&mut shares, |i, share| {
            *share = make(i * SHARE..rows.min((i + 1) * SHARE));
        });
        shares.concat().into()
    }
}
