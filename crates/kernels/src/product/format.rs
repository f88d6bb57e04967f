//! What is in a panel, how it is packed, and what multiplies two of them.

use super::Precision;
use crate::tiles::{self, Left, Strided, Target, Way, pack};

/// For so many columns of b, a row of a is read so often that it should lie well: numbers that are a page apart
/// do not all stay near. For fewer, packing takes longer than it saves.
const WORTH_PACKING: usize = 512;
/// Numbers that are neighbours along k are near, if there are no more than so many between them.
const NEAR: isize = 256;
/// What is in a panel, and what multiplies two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `f32` by `f32`
    Numbers(Way),
    /// bf16 by bf16, two to a lane
    Pairs(Way),
    /// bf16 by bf16, each rounded but kept in 32 bits: for a processor that does not know bf16
    Rounded(Way),
    /// bf16 by bf16, in registers of 16 rows by 16 lanes
    Matrices,
}

impl Format {
    /// All that this processor knows.
    pub fn all() -> Vec<Format> {
        let numbers = Way::all().into_iter().map(Format::Numbers);
        numbers.chain(Way::all().into_iter().flat_map(Self::in_bf16)).collect()
    }

    /// What is quickest; none, if the `gemm` crate is.
    pub fn of(way: Way, precision: Precision) -> Option<Format> {
        match precision {
            Precision::F32 if way == Way::Plain => None,
            Precision::F32 => Some(Format::Numbers(way)),
            Precision::Bf16 => Some(*Self::in_bf16(way).first()?),
        }
    }

    /// Those that round to bf16, the quickest first.
    fn in_bf16(way: Way) -> Vec<Format> {
        let mut all = Vec::new();
        if way == Way::Avx512 && tiles::has_matrices() {
            all.push(Format::Matrices);
        }
        if way.multiplies_pairs() {
            all.push(Format::Pairs(way));
        }
        all.push(Format::Rounded(way));
        all
    }

    /// How many numbers are in a lane.
    pub(super) fn numbers(self) -> usize {
        match self {
            Format::Numbers(_) | Format::Rounded(_) => 1,
            Format::Pairs(_) | Format::Matrices => 2,
        }
    }

    /// How many rows of a and columns of b are in a panel, and of how many lanes it is a multiple.
    pub(super) fn panel(self) -> [usize; 3] {
        match self {
            Format::Matrices => [tiles::MATRIX, tiles::MATRIX, 16],
            _ => [tiles::ROWS, tiles::COLUMNS, 1],
        }
    }

    /// Whether a tile takes the rows of a as they lie, to multiply them by so many columns.
    pub(super) fn in_place(self, a: Strided<'_>, columns: usize) -> bool {
        matches!(self, Format::Numbers(_)) && columns <= WORTH_PACKING && a.column_stride <= NEAR
    }

    /// # Safety
    /// `out` has room for the panels of x's rows.
    pub(super) unsafe fn pack_a(self, x: Strided<'_>, lanes: usize, out: *mut u32) {
        // SAFETY: the caller's; and a format is made for this processor alone.
        unsafe {
            match self {
                Format::Matrices => tiles::matrices_of_rows(x, lanes, out),
                _ => self.pack::<{ tiles::ROWS }>(x, lanes, out),
            }
        }
    }

    /// # Safety
    /// `out` has room for the panels of x's rows, which are columns of b.
    pub(super) unsafe fn pack_b(self, x: Strided<'_>, lanes: usize, out: *mut u32) {
        // SAFETY: as above.
        unsafe {
            match self {
                Format::Matrices => tiles::matrices_of_columns(x, lanes, out),
                _ => self.pack::<{ tiles::COLUMNS }>(x, lanes, out),
            }
        }
    }

    /// Panels of `W` rows, for all formats but matrices.
    ///
    /// # Safety
    /// `out` has room for them.
    unsafe fn pack<const W: usize>(self, x: Strided<'_>, lanes: usize, out: *mut u32) {
        // SAFETY: as above; what is rounded has been packed.
        unsafe {
            match self {
                Format::Numbers(way) => pack::panels::<false, W>(way, x, lanes, out),
                Format::Rounded(way) => {
                    pack::panels::<false, W>(way, x, lanes, out);
                    round(out, x.rows.next_multiple_of(W) * lanes);
                }
                Format::Pairs(way) => pack::panels::<true, W>(way, x, lanes, out),
                Format::Matrices => unreachable!("matrices have panels of their own"),
            }
        }
    }

    /// # Safety
    /// The panels are packed, or `a` as the format takes it, and the target is nobody else's.
    pub(super) unsafe fn tile(self, lanes: usize, a: Left, b: *const u32, to: Target) {
        // SAFETY: the caller's.
        unsafe {
            match self {
                Format::Numbers(way) | Format::Rounded(way) => {
                    tiles::tile::<false>(way, lanes, a, b, to);
                }
                Format::Pairs(way) => tiles::tile::<true>(way, lanes, a, b, to),
                Format::Matrices => tiles::matrix_tile(lanes, a.at, b, to),
            }
        }
    }
}

/// Rounds so many numbers to bf16, each in its 32 bits.
///
/// # Safety
/// They have been written.
unsafe fn round(at: *mut u32, many: usize) {
    // SAFETY: the caller's.
    for bits in unsafe { std::slice::from_raw_parts_mut(at, many) } {
        *bits = u32::from(tiles::to_bf16(f32::from_bits(*bits))) << 16;
    }
}
