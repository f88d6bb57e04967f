//! Products by tiles: both sides packed, and a tile of the result kept in registers along all of `k`.
//!
//! ```text
//! c = a · bᵀ, or c += a · bᵀ        (n, k) · (m, k)ᵀ -> (n, m)
//!
//! a panel of a    for each lane along k, the numbers of 8 rows of a side by side
//! a panel of b    for each lane along k, the numbers of 48 rows of b side by side
//! a tile of c     8 by 48 sums: for each lane, 48 numbers of b times each of 8 numbers of a
//! ```
//!
//! A tile reads 56 numbers for 384 products, in the order in which they lie, whatever the strides of the
//! matrices are. (The scheme is Goto and van de Geijn's, "Anatomy of High-Performance Matrix
//! Multiplication", 2008.) A lane has 32 bits: one `f32`, or two bf16 that are neighbours along k. So one
//! packing and one driver serve both. [`bytes`] has the same for numbers of 8 bits.
//!
//! Each sum goes along k from the first lane to the last, whatever else is in the tile: its bits depend
//! on nobody's number of rows, tiles or threads.

pub(crate) mod buffer;
pub(crate) mod bytes;
#[cfg(target_arch = "x86_64")]
mod matrices;
#[cfg(not(target_arch = "x86_64"))]
#[path = "tiles/no_matrices.rs"]
mod matrices;
pub(crate) mod pack;
mod plain;
pub(crate) mod view;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use std::sync::LazyLock;

pub(crate) use matrices::{
    Matrices, has_matrices, matrices_of_columns, matrices_of_rows, matrix_tile,
};
pub(crate) use plain::to_bf16;
pub(crate) use view::{Left, Start, Strided, StridedMut, Target};

/// How many rows of `a` are in a panel.
pub(crate) const ROWS: usize = 8;
/// How many rows of `b` are in a panel.
pub(crate) const COLUMNS: usize = 48;
/// So many lanes go into a panel at most, so that one of `b` stays near while all of `a` passes by.
pub(crate) const LANES: usize = 1024;
/// How many rows of `a`, and columns of `b`, are in a panel of matrices.
pub(crate) const MATRIX: usize = 32;

/// What a processor can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Registers of 512 bits
    Avx512,
    /// Registers of 256 bits, and a product and a sum in one
    Avx2,
    /// What every processor has: the plain twin
    Plain,
}

impl Way {
    /// All that this processor knows, the quickest first and the plain one last.
    pub fn all() -> Vec<Way> {
        let mut ways = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
            {
                ways.push(Way::Avx512);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                ways.push(Way::Avx2);
            }
        }
        ways.push(Way::Plain);
        ways
    }

    /// The first of them.
    pub fn quickest() -> Way {
        static QUICKEST: LazyLock<Way> = LazyLock::new(|| Way::all()[0]);
        *QUICKEST
    }

    /// Whether it multiplies bf16 by bf16.
    pub(crate) fn multiplies_pairs(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512 => is_x86_feature_detected!("avx512bf16"),
            Way::Plain => true,
            _ => false,
        }
    }

    /// Whether it multiplies bytes by bytes.
    pub(crate) fn multiplies_bytes(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512 => is_x86_feature_detected!("avx512vnni"),
            Way::Plain => true,
            _ => false,
        }
    }
}

/// A tile of the result: panels of so many lanes, of one `f32` or of pairs of bf16.
///
/// # Safety
/// This processor knows the way (and multiplies pairs, if it has to). `a` holds the target's rows, of which
/// there is one, `b` a panel of [`COLUMNS`] that begins on 64 bytes, and nobody else uses the target's part
/// of the result.
pub(crate) unsafe fn tile<const PAIRS: bool>(
    way: Way,
    lanes: usize,
    a: Left,
    b: *const u32,
    to: Target,
) {
    // SAFETY: the caller's.
    unsafe {
        match way {
            #[cfg(target_arch = "x86_64")]
            Way::Avx512 if PAIRS => x86::pairs_512(lanes, a, b, to),
            #[cfg(target_arch = "x86_64")]
            Way::Avx512 => x86::numbers_512(lanes, a, b, to),
            #[cfg(target_arch = "x86_64")]
            Way::Avx2 if !PAIRS => x86::numbers_256(lanes, a, b, to),
            _ => plain::tile::<PAIRS>(lanes, a, b, to),
        }
    }
}
