//! Packed tiles for any product: which stretch of which side is packed when.
//!
//! ```text
//! for each stretch of k
//!     for each block of rows of a           as much as stays near: packed, or if in `f32` where it is
//!         for a few panels of columns of b  packed
//!             for each panel of b, and each of a: a tile
//! ```

use std::cell::Cell;

use super::Precision;
use crate::tiles::buffer::Buffer;
use crate::tiles::{self, Left, Strided, StridedMut, Target, Way, pack};

/// Lanes of 32 bits along k that are packed at once.
const LANES: usize = 384;
/// Rows of a that are multiplied at once.
const ROWS: usize = 640;
/// For so many columns of b, a row of a is read so often that it should lie well: numbers that are a page apart
/// do not all stay near. For fewer, packing takes longer than it saves.
const WORTH_PACKING: usize = 512;
/// Numbers that are neighbours along k are near, if there are no more than so many between them.
const NEAR: isize = 256;
/// Panels of b that are packed at once.
const PANELS: usize = 4;

thread_local! {
    static A: Cell<Buffer> = Cell::default();
    static B: Cell<Buffer> = Cell::default();
}

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
    fn numbers(self) -> usize {
        match self {
            Format::Numbers(_) | Format::Rounded(_) => 1,
            Format::Pairs(_) | Format::Matrices => 2,
        }
    }

    /// How many rows of a and columns of b are in a panel, and of how many lanes it is a multiple.
    fn panel(self) -> [usize; 3] {
        match self {
            Format::Matrices => [tiles::MATRIX, tiles::MATRIX, 16],
            _ => [tiles::ROWS, tiles::COLUMNS, 1],
        }
    }

    /// Whether a tile takes the rows of a as they lie, to multiply them by so many columns.
    fn in_place(self, a: Strided<'_>, columns: usize) -> bool {
        matches!(self, Format::Numbers(_)) && columns <= WORTH_PACKING && a.column_stride <= NEAR
    }

    /// # Safety
    /// `out` has room for the panels of x's rows.
    unsafe fn pack_a(self, x: Strided<'_>, lanes: usize, out: *mut u32) {
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
    unsafe fn pack_b(self, x: Strided<'_>, lanes: usize, out: *mut u32) {
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
    unsafe fn tile(self, lanes: usize, a: Left, b: *const u32, to: Target) {
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

/// `c = a · b`, or `c += a · b`, in so many parts, each a stretch of rows or of columns: every sum stays
/// whole. The shapes fit each other.
pub(super) fn multiply(
    format: Format,
    c: StridedMut<'_>,
    a: Strided<'_>,
    b: Strided<'_>,
    add: bool,
    parts: usize,
) {
    if parts <= 1 {
        return one(format, c, a, b, add);
    }
    let [panel_rows, panel_columns, _] = format.panel();
    let (n, m) = (a.rows, b.columns);
    let half =
        |size: usize, panel: usize| (size * (parts / 2) / parts).next_multiple_of(panel).min(size);
    if n >= m {
        let row = half(n, panel_rows);
        let (upper, lower) = c.split_rows(row);
        rayon::join(
            || multiply(format, upper, a.part(0..row, 0..a.columns), b, add, parts / 2),
            || {
                let a = a.part(row..n, 0..a.columns);
                multiply(format, lower, a, b, add, parts - parts / 2);
            },
        );
    } else {
        let column = half(m, panel_columns);
        let (left, right) = c.split_columns(column);
        rayon::join(
            || multiply(format, left, a, b.part(0..b.rows, 0..column), add, parts / 2),
            || {
                let b = b.part(0..b.rows, column..m);
                multiply(format, right, a, b, add, parts - parts / 2);
            },
        );
    }
}

/// By one thread.
fn one(format: Format, c: StridedMut<'_>, a: Strided<'_>, b: Strided<'_>, add: bool) {
    let (n, k, m) = (a.rows, a.columns, b.columns);
    let [panel_rows, panel_columns, multiple] = format.panel();
    let most = LANES * format.numbers();
    // Equal stretches of k: 768 is 2 · 384, and not 512 + 256. Nothing at all is a stretch, too.
    let stretch =
        k.div_ceil(k.div_ceil(most).max(1)).next_multiple_of(16 * format.numbers()).max(1);
    let (mut a_buffer, mut b_buffer) = (A.take(), B.take());
    let _ready = (format == Format::Matrices).then(tiles::Matrices::ready);
    for first_k in (0..k.max(1)).step_by(stretch) {
        let along = first_k..k.min(first_k + stretch);
        let lanes = along.len().div_ceil(format.numbers()).next_multiple_of(multiple);
        for first_row in (0..n).step_by(ROWS) {
            let rows = first_row..n.min(first_row + ROWS);
            let a = a.part(rows.clone(), along.clone());
            let packed_a = (!format.in_place(a, m)).then(|| {
                let out = a_buffer.lanes(a.rows.next_multiple_of(panel_rows) * lanes);
                // SAFETY: there is room for the panels.
                unsafe { format.pack_a(a, lanes, out) };
                out
            });
            for first_column in (0..m).step_by(PANELS * panel_columns) {
                let columns = first_column..m.min(first_column + PANELS * panel_columns);
                let packed_b =
                    b_buffer.lanes(columns.len().next_multiple_of(panel_columns) * lanes);
                let b = b.part(along.clone(), columns.clone()).t();
                // SAFETY: there is room for the panels.
                unsafe { format.pack_b(b, lanes, packed_b) };
                for column in columns.clone().step_by(panel_columns) {
                    let panel_b = packed_b.wrapping_add((column - first_column) * lanes);
                    for row in rows.clone().step_by(panel_rows) {
                        let left = match packed_a {
                            Some(a) => Left::packed(a.wrapping_add((row - first_row) * lanes)),
                            None => Left::in_place(a, row - first_row),
                        };
                        let to = Target {
                            at: c.place(row, column),
                            stride: c.row_stride,
                            rows: panel_rows.min(rows.end - row),
                            columns: panel_columns.min(columns.end - column),
                            add: add || first_k > 0,
                        };
                        // SAFETY: what is to be packed is, and c is ours.
                        unsafe { format.tile(lanes, left, panel_b, to) };
                    }
                }
            }
        }
    }
    A.set(a_buffer);
    B.set(b_buffer);
}
