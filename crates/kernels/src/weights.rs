//! A matrix of weights as a file holds it: numbers in 32 or 16 bits, or in 8, 6 or 4 bits by blocks.
//!
//! A block of whole numbers `q` shares a scale `d`, and some kinds have a smallest number `m` beside it:
//!
//! ```text
//! kind   numbers  bytes      a block, in order                                       a number is
//! Q8_0      32      34   d: f16, 32 q: i8                                            d q
//! Q4_0      32      18   d: f16, 16 bytes of two q                                   d (q - 8)
//! Q4_1      32      20   d: f16, m: f16, 16 bytes of two q                           d q + m
//! Q4_K     256     144   d, m: f16, 8 scales s and t of 6 bits, 128 bytes of two q   (d s) q - (m t)
//! Q6_K     256     210   128 bytes of low, 64 of high bits, 16 scales s: i8, d: f16  (d s) (q - 32)
//! ```
//!
//! The layouts are facts of the GGUF format ([ggml](https://github.com/ggml-org/ggml)'s `ggml-common.h`).
//! All numbers are little-endian, and a row is a whole number of blocks. Every product of a scale and
//! a `q` fits into the 24 digits of an `f32`, so widening rounds at most once, where `m` comes in.
//!
//! Shapes: a matrix is (out, in), one row after the other.

mod narrow;
mod widen;

use std::ops::Range;

pub use narrow::narrow;
pub(crate) use widen::scales;

/// How the numbers of a matrix are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// IEEE 754, 32 bits
    F32,
    /// IEEE 754, 16 bits
    F16,
    /// The upper half of an `f32`
    Bf16,
    /// 8 bits, 32 numbers to a scale
    Q8_0,
    /// 4 bits, 32 numbers to a scale
    Q4_0,
    /// 4 bits, 32 numbers to a scale and a smallest number
    Q4_1,
    /// 4 bits, 32 numbers to a scale and a smallest number of 6 bits, 8 of them to two of 16 bits
    Q4K,
    /// 6 bits, 16 numbers to a scale of 8 bits, 16 of them to one of 16 bits
    Q6K,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 8] = [
        Kind::F32,
        Kind::F16,
        Kind::Bf16,
        Kind::Q8_0,
        Kind::Q4_0,
        Kind::Q4_1,
        Kind::Q4K,
        Kind::Q6K,
    ];

    /// How many numbers are in a block.
    pub const fn block(self) -> usize {
        match self {
            Kind::F32 | Kind::F16 | Kind::Bf16 => 1,
            Kind::Q8_0 | Kind::Q4_0 | Kind::Q4_1 => 32,
            Kind::Q4K | Kind::Q6K => 256,
        }
    }

    /// How many bytes a block takes.
    pub const fn block_bytes(self) -> usize {
        match self {
            Kind::F32 => 4,
            Kind::F16 | Kind::Bf16 => 2,
            Kind::Q8_0 => 34,
            Kind::Q4_0 => 18,
            Kind::Q4_1 => 20,
            Kind::Q4K => 144,
            Kind::Q6K => 210,
        }
    }

    /// How many bytes a row of so many numbers takes, if it is a whole number of blocks.
    ///
    /// ```
    /// use kernels::Kind;
    /// assert_eq!(Kind::Q4_0.row_bytes(64), Some(2 * 18));
    /// assert_eq!(Kind::Q4_0.row_bytes(65), None);
    /// ```
    pub fn row_bytes(self, columns: usize) -> Option<usize> {
        if columns.is_multiple_of(self.block()) {
            (columns / self.block()).checked_mul(self.block_bytes())
        } else {
            None
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::F32 => "F32",
            Kind::F16 => "F16",
            Kind::Bf16 => "BF16",
            Kind::Q8_0 => "Q8_0",
            Kind::Q4_0 => "Q4_0",
            Kind::Q4_1 => "Q4_1",
            Kind::Q4K => "Q4_K",
            Kind::Q6K => "Q6_K",
        }
    }
}

/// A matrix (out, in) in the bytes of a file, wherever they lie.
///
/// ```
/// use kernels::{Kind, Rows, narrow};
///
/// let bytes = narrow(Kind::Bf16, &[1.0, -2.5, 0.1, 3.0]).unwrap();
/// let rows = Rows::new(Kind::Bf16, 2, 2, &bytes);
/// let mut row = [0.0; 2];
/// rows.widen(1, &mut row);
/// assert_eq!(row, [0.100097656, 3.0]); // 0.1 to three digits
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    kind: Kind,
    rows: usize,
    columns: usize,
    /// of a row
    row_bytes: usize,
    bytes: &'a [u8],
}

impl<'a> Rows<'a> {
    /// Takes bytes for a matrix.
    ///
    /// # Panics
    /// If a row is no whole number of blocks, or there are more or fewer bytes than the matrix has.
    pub fn new(kind: Kind, rows: usize, columns: usize, bytes: &'a [u8]) -> Rows<'a> {
        let row_bytes = kind.row_bytes(columns);
        let wanted = row_bytes.and_then(|row| row.checked_mul(rows));
        assert!(
            wanted == Some(bytes.len()),
            "a matrix ({rows}, {columns}) of {} takes {}, not {} bytes",
            kind.name(),
            wanted.map_or_else(|| format!("blocks of {}", kind.block()), |n| n.to_string()),
            bytes.len(),
        );
        Rows { kind, rows, columns, row_bytes: row_bytes.unwrap_or_default(), bytes }
    }

    /// How its numbers are written.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How many rows it has: numbers that come out of a product with it.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many numbers a row has: numbers that go into a product with it.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many bytes a row takes.
    pub fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// All of its bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Some of its rows.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn slice(self, rows: Range<usize>) -> Rows<'a> {
        assert!(
            rows.start <= rows.end && rows.end <= self.rows,
            "rows {rows:?} of {} rows",
            self.rows
        );
        let bytes = &self.bytes[rows.start * self.row_bytes..rows.end * self.row_bytes];
        Rows { rows: rows.len(), bytes, ..self }
    }

    /// What the numbers of a row are, (in).
    ///
    /// # Panics
    /// If there is no such row, or it has more or fewer numbers.
    pub fn widen(self, row: usize, numbers: &mut [f32]) {
        assert!(row < self.rows, "row {row} of {} rows", self.rows);
        assert_eq!(numbers.len(), self.columns, "a row has {} numbers", self.columns);
        widen::widen(self.kind, &self.bytes[row * self.row_bytes..][..self.row_bytes], numbers);
    }
}
