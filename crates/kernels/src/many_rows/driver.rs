//! Who packs what, and which tile goes where.

use std::cell::Cell;
use std::ops::Range;

use ndarray::{Array2, ArrayRef2};

use super::{Arithmetic, blocks, numbers, quantise};
use crate::tiles::buffer::{Buffer, Shared};
use crate::tiles::{self, COLUMNS, Left, Start, Strided, Target, Way, bytes, pack};
use crate::{Kind, Rows, Team};

/// So many rows of x are packed at once.
const AT_ONCE: usize = 512;

thread_local! {
    static X: Cell<Buffer> = Cell::default();
    static W: Cell<Buffer> = Cell::default();
}

/// What a lane of a panel is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Numbers,
    Pairs,
    Matrices,
    Bytes,
}

impl Format {
    fn of(way: Way, kind: Kind, how: Arithmetic) -> Format {
        match (how, kind) {
            (Arithmetic::F32, _) | (_, Kind::F32 | Kind::F16) => Format::Numbers,
            (_, Kind::Bf16) if way == Way::Avx512 && tiles::has_matrices() => Format::Matrices,
            (_, Kind::Bf16) if way.multiplies_pairs() => Format::Pairs,
            (_, Kind::Bf16) => Format::Numbers,
            _ if way.multiplies_bytes() => Format::Bytes,
            _ => Format::Numbers,
        }
    }

    /// How many numbers are in a step along k.
    fn numbers(self) -> usize {
        match self {
            Format::Numbers => 1,
            Format::Pairs | Format::Matrices => 2,
            Format::Bytes => bytes::BLOCK,
        }
    }

    /// How many steps are in a panel at most.
    fn steps(self) -> usize {
        match self {
            Format::Numbers | Format::Pairs | Format::Matrices => tiles::LANES,
            Format::Bytes => tiles::LANES / 8,
        }
    }

    /// How many rows a panel of x has, and how many lanes a step of it.
    fn x_panel(self) -> (usize, usize) {
        match self {
            Format::Numbers | Format::Pairs => (tiles::ROWS, tiles::ROWS),
            Format::Matrices => (tiles::MATRIX, tiles::MATRIX),
            Format::Bytes => (bytes::ROWS, bytes::A_LANES),
        }
    }

    /// How many rows of w are in a panel.
    fn w_panel(self) -> usize {
        if self == Format::Matrices { tiles::MATRIX } else { COLUMNS }
    }
}

/// A matrix, and where its product goes.
#[derive(Clone, Copy)]
struct Part<'a> {
    w: Rows<'a>,
    y: *mut f32,
    stride: isize,
}

// SAFETY: each panel of w has columns of y to itself, and one thread multiplies with it.
unsafe impl Sync for Part<'_> {}

/// All products; the shapes fit, and the processor knows the way.
pub(super) fn products(
    way: Way,
    team: &Team,
    parts: &mut [(Rows<'_>, &mut ArrayRef2<f32>)],
    x: &ArrayRef2<f32>,
    how: Arithmetic,
) {
    for (w, y) in parts.iter_mut().filter(|(_, y)| !side_by_side(y)) {
        let mut own = Array2::zeros(y.dim());
        products(way, team, &mut [(*w, &mut own)], x, how);
        y.assign(&own);
    }
    for format in [Format::Numbers, Format::Pairs, Format::Matrices, Format::Bytes] {
        let of_format = parts.iter_mut().filter(|(w, y)| {
            !y.is_empty() && side_by_side(y) && Format::of(way, w.kind(), how) == format
        });
        let mut parts: Vec<Part<'_>> = of_format
            .map(|(w, y)| Part { w: *w, y: y.as_mut_ptr(), stride: y.strides()[0] })
            .collect();
        if parts.is_empty() {
            continue;
        }
        let pieces = x.nrows().div_ceil(AT_ONCE);
        let at_once = x.nrows().div_ceil(pieces);
        let x = Strided::of(x);
        for first in (0..x.rows).step_by(at_once) {
            let rows = first..x.rows.min(first + at_once);
            let many = rows.len();
            Job { way, format, x: x.part(rows, 0..x.columns) }.run(team, &parts);
            for part in &mut parts {
                part.y = part.y.wrapping_offset(many as isize * part.stride);
            }
        }
    }
}

/// Whether the numbers of a row lie side by side.
fn side_by_side(y: &ArrayRef2<f32>) -> bool {
    y.is_empty() || y.ncols() == 1 || y.strides()[1] == 1
}

/// Some rows of x, for all parts of one format.
#[derive(Clone, Copy)]
struct Job<'a> {
    way: Way,
    format: Format,
    x: Strided<'a>,
}

impl Job<'_> {
    fn run(self, team: &Team, parts: &[Part<'_>]) {
        let (rows, step_lanes) = self.format.x_panel();
        let tiles = self.x.rows.div_ceil(rows);
        let mut buffer = X.take();
        let packed = Shared(buffer.lanes(tiles * self.steps() * step_lanes));
        // SAFETY: the buffer has room for all tiles, and each has a part of it to itself.
        team.share(tiles, |tile| unsafe { self.pack_x(tile, packed) });

        let columns = self.format.w_panel();
        let panels = |part: &Part<'_>| part.w.rows().div_ceil(columns);
        team.share(parts.iter().map(panels).sum(), |mut panel| {
            let mut parts = parts.iter();
            let part = parts.find(|part| {
                let here = panel < panels(part);
                panel -= if here { 0 } else { panels(part) };
                here
            });
            if let Some(part) = part {
                // SAFETY: all of x is packed; each panel has columns of y to itself.
                unsafe { self.multiply(part, panel * columns, packed) };
            }
        });
        X.set(buffer);
    }

    /// How many steps a row takes. Matrices take sixteen at once: there are zeros at the end.
    fn steps(self) -> usize {
        let steps = self.x.columns.div_ceil(self.format.numbers());
        if self.format == Format::Matrices { steps.next_multiple_of(16) } else { steps }
    }

    /// The stretches of k that are packed at once; one, if there is nothing at all.
    fn stretches(self) -> impl Iterator<Item = Range<usize>> {
        let (all, most) = (self.steps(), self.format.steps());
        (0..all.max(1)).step_by(most).map(move |first| first..all.min(first + most))
    }

    /// Where a tile of x lies, along a stretch: all tiles of a stretch are neighbours.
    fn place(self, packed: Shared, tile: usize, stretch: &Range<usize>) -> *mut u32 {
        let (rows, step_lanes) = self.format.x_panel();
        let tiles = self.x.rows.div_ceil(rows);
        packed.at((stretch.start * tiles + tile * stretch.len()) * step_lanes)
    }

    /// Which columns of x and w a stretch is.
    fn columns(self, stretch: &Range<usize>) -> Range<usize> {
        let numbers = self.format.numbers();
        stretch.start * numbers..self.x.columns.min(stretch.end * numbers)
    }

    /// # Safety
    /// There is room for all tiles, and nobody else has to do with this one.
    unsafe fn pack_x(self, tile: usize, packed: Shared) {
        let rows = self.format.x_panel().0;
        let here = tile * rows..self.x.rows.min((tile + 1) * rows);
        for stretch in self.stretches() {
            let x = self.x.part(here.clone(), self.columns(&stretch));
            let out = self.place(packed, tile, &stretch);
            // SAFETY: as the caller's.
            unsafe {
                match self.format {
                    Format::Numbers => {
                        pack::panels::<false, { tiles::ROWS }>(self.way, x, stretch.len(), out)
                    }
                    Format::Pairs => {
                        pack::panels::<true, { tiles::ROWS }>(self.way, x, stretch.len(), out)
                    }
                    Format::Matrices => tiles::matrices_of_rows(x, stretch.len(), out),
                    Format::Bytes => quantise::panel(self.way, x, out),
                }
            }
        }
    }

    /// A panel of w, from its row `first` on, times all of x.
    ///
    /// # Safety
    /// All of x is packed, and the columns of y that belong to the panel are nobody else's.
    unsafe fn multiply(self, part: &Part<'_>, first: usize, packed: Shared) {
        let rows = self.format.x_panel().0;
        let w_rows = first..part.w.rows().min(first + self.format.w_panel());
        let shape = blocks::shape(part.w.kind());
        let mut buffer = W.take();
        let _ready = (self.format == Format::Matrices).then(tiles::Matrices::ready);
        for stretch in self.stretches() {
            let (steps, columns) = (stretch.len(), self.columns(&stretch));
            let lanes = match self.format {
                Format::Bytes => shape.lanes(),
                format => format.w_panel(),
            };
            let w = buffer.lanes(steps * lanes);
            let (way, here) = (self.way, w_rows.clone());
            // SAFETY: there is room for the panel; then it is read as it was written, as are the tiles of x.
            unsafe {
                match self.format {
                    Format::Numbers => {
                        numbers::panel::<false, COLUMNS>(way, part.w, here, columns, w)
                    }
                    Format::Pairs => numbers::panel::<true, COLUMNS>(way, part.w, here, columns, w),
                    Format::Matrices => {
                        let there = pack::lanes::<true>(columns.len());
                        numbers::panel::<true, { tiles::MATRIX }>(way, part.w, here, columns, w);
                        w.wrapping_add(there * lanes).write_bytes(0, (steps - there) * lanes);
                    }
                    Format::Bytes => blocks::panel(way, part.w, here, stretch.clone(), w),
                }
                for (tile, row) in (0..self.x.rows).step_by(rows).enumerate() {
                    let at = part.y.wrapping_offset(row as isize * part.stride).wrapping_add(first);
                    let to = Target {
                        at,
                        stride: part.stride,
                        rows: rows.min(self.x.rows - row),
                        columns: w_rows.len(),
                        start: (stretch.start > 0).then_some(Start { at, stride: part.stride }),
                    };
                    let x = self.place(packed, tile, &stretch);
                    match self.format {
                        Format::Numbers => {
                            tiles::tile::<false>(self.way, steps, Left::packed(x), w, to)
                        }
                        Format::Pairs => {
                            tiles::tile::<true>(self.way, steps, Left::packed(x), w, to)
                        }
                        Format::Matrices => tiles::matrix_tile(steps, x, w, to),
                        Format::Bytes => bytes::tile(self.way, shape, steps, x, w, to),
                    }
                }
            }
        }
        W.set(buffer);
    }
}
