//! Packed tiles for any product: which stretch of which side is packed when.
//!
//! ```text
//! for each stretch of k
//!     for each block of rows of a             as many as stay near: packed, or if in `f32` where they are
//!         for a few panels of columns of b    packed
//!             for each panel of b, and each of a: a tile
//! ```
//!
//! So b is packed again for each block of a. Where that takes longer than to pack a again for each block of b, it goes
//! the other way round: a block of columns of b stays near, and a few panels of rows of a pass by.

use std::cell::Cell;
use std::ops::Range;

use super::{Format, Start};
use crate::tiles::buffer::Buffer;
use crate::tiles::{self, Left, Strided, StridedMut, Target};

/// Lanes of 32 bits along k that are packed at once.
const LANES: usize = 384;
/// So many lanes stay near: 640 rows of [`LANES`], or more that are shorter.
const NEAR: usize = 640 * LANES;
/// Panels of the other side that are packed at once.
const PANELS: usize = 4;

thread_local! {
    static A: Cell<Buffer> = Cell::default();
    static B: Cell<Buffer> = Cell::default();
}

/// `c = start + a · b`, in so many parts, each a stretch of rows or of columns: every sum stays whole. The
/// shapes fit each other.
pub(super) fn multiply(
    format: Format,
    c: StridedMut<'_>,
    a: Strided<'_>,
    b: Strided<'_>,
    start: Start<'_, f32>,
    parts: usize,
) {
    if parts <= 1 {
        return one(format, c, a, b, start);
    }
    let [panel_rows, panel_columns, _] = format.panel();
    let (n, m) = (a.rows, b.columns);
    let half =
        |size: usize, panel: usize| (size * (parts / 2) / parts).next_multiple_of(panel).min(size);
    if n >= m {
        let row = half(n, panel_rows);
        let (upper, lower) = c.split_rows(row);
        rayon::join(
            || multiply(format, upper, a.part(0..row, 0..a.columns), b, start, parts / 2),
            || {
                let a = a.part(row..n, 0..a.columns);
                multiply(format, lower, a, b, start, parts - parts / 2);
            },
        );
    } else {
        let column = half(m, panel_columns);
        let (left, right) = c.split_columns(column);
        let (left_start, right_start) = start.split_columns(column);
        rayon::join(
            || multiply(format, left, a, b.part(0..b.rows, 0..column), left_start, parts / 2),
            || {
                let b = b.part(0..b.rows, column..m);
                multiply(format, right, a, b, right_start, parts - parts / 2);
            },
        );
    }
}

/// By one thread.
fn one(format: Format, c: StridedMut<'_>, a: Strided<'_>, b: Strided<'_>, start: Start<'_, f32>) {
    let (n, k, m) = (a.rows, a.columns, b.columns);
    let [_, _, multiple] = format.panel();
    let most = LANES * format.numbers();
    // Equal stretches of k: 768 is 2 · 384, and not 512 + 256. Nothing at all is a stretch, too.
    let stretch =
        k.div_ceil(k.div_ceil(most).max(1)).next_multiple_of(16 * format.numbers()).max(1);
    let (mut a_room, mut b_room) = (A.take(), B.take());
    let _ready = (format == Format::Matrices).then(tiles::Matrices::ready);
    for first in (0..k.max(1)).step_by(stretch) {
        let along = first..k.min(first + stretch);
        let lanes = along.len().div_ceil(format.numbers()).next_multiple_of(multiple);
        let a = a.part(0..n, along.clone());
        let b = b.part(along, 0..m).t();
        let start = if first > 0 { Start::There } else { start };
        Stretch { format, c: &c, a, b, lanes, start }.multiply(&mut a_room, &mut b_room);
    }
    A.set(a_room);
    B.set(b_room);
}

/// A stretch of k.
struct Stretch<'a> {
    format: Format,
    c: &'a StridedMut<'a>,
    a: Strided<'a>, // (n, k)
    b: Strided<'a>, // (m, k): its rows are the columns of b
    lanes: usize,
    start: Start<'a, f32>,
}

impl Stretch<'_> {
    fn multiply(&self, a_room: &mut Buffer, b_room: &mut Buffer) {
        let [panel_rows, panel_columns, _] = self.format.panel();
        let (n, m) = (self.a.rows, self.b.rows);
        let [rows, columns] =
            [block(n, self.lanes, panel_rows), block(m, self.lanes, panel_columns)];
        let in_place = self.format.in_place(self.a, m);
        // What is packed in all, in rows of either side
        if in_place || n + m * n.div_ceil(rows) <= m + n * m.div_ceil(columns) {
            for rows in cut(0..n, rows) {
                let a = (!in_place).then(|| self.pack_a(&rows, a_room));
                for columns in cut(0..m, PANELS * panel_columns) {
                    let b = self.pack_b(&columns, b_room);
                    for (column, b) in self.panels(&columns, b, panel_columns) {
                        for row in rows.clone().step_by(panel_rows) {
                            let a = match a {
                                Some(a) => self.panel(a, row - rows.start),
                                None => Left::in_place(self.a, row),
                            };
                            self.tile(row..rows.end, column..columns.end, a, b);
                        }
                    }
                }
            }
        } else {
            for columns in cut(0..m, columns) {
                let b = self.pack_b(&columns, b_room);
                for rows in cut(0..n, PANELS * panel_rows) {
                    let a = self.pack_a(&rows, a_room);
                    for row in rows.clone().step_by(panel_rows) {
                        let a = self.panel(a, row - rows.start);
                        for (column, b) in self.panels(&columns, b, panel_columns) {
                            self.tile(row..rows.end, column..columns.end, a, b);
                        }
                    }
                }
            }
        }
    }

    fn pack_a(&self, rows: &Range<usize>, room: &mut Buffer) -> *const u32 {
        let out = room.lanes(rows.len().next_multiple_of(self.format.panel()[0]) * self.lanes);
        let a = self.a.part(rows.clone(), 0..self.a.columns);
        // SAFETY: there is room for the panels.
        unsafe { self.format.pack_a(a, self.lanes, out) };
        out
    }

    fn pack_b(&self, columns: &Range<usize>, room: &mut Buffer) -> *const u32 {
        let out = room.lanes(columns.len().next_multiple_of(self.format.panel()[1]) * self.lanes);
        let b = self.b.part(columns.clone(), 0..self.b.columns);
        // SAFETY: there is room for the panels.
        unsafe { self.format.pack_b(b, self.lanes, out) };
        out
    }

    /// Where each panel of packed columns begins: in c, and in memory.
    fn panels(
        &self,
        columns: &Range<usize>,
        packed: *const u32,
        panel: usize,
    ) -> impl Iterator<Item = (usize, *const u32)> {
        let (first, lanes) = (columns.start, self.lanes);
        let places = columns.clone().step_by(panel);
        places.map(move |column| (column, packed.wrapping_add((column - first) * lanes)))
    }

    /// A panel of packed rows, from a row on.
    fn panel(&self, packed: *const u32, row: usize) -> Left {
        Left::packed(packed.wrapping_add(row * self.lanes))
    }

    /// The tile that begins at a row and a column, as far as there are others.
    fn tile(&self, rows: Range<usize>, columns: Range<usize>, a: Left, b: *const u32) {
        let [panel_rows, panel_columns, _] = self.format.panel();
        let (at, stride) = (self.c.place(rows.start, columns.start), self.c.row_stride);
        let start = match self.start {
            Start::Nothing => None,
            Start::There => Some(tiles::Start { at, stride }),
            Start::Row(row) => Some(tiles::Start { at: row[columns.start..].as_ptr(), stride: 0 }),
        };
        let (rows, columns) = (panel_rows.min(rows.len()), panel_columns.min(columns.len()));
        let to = Target { at, stride, rows, columns, start };
        // SAFETY: what is to be packed is, and c is ours.
        unsafe { self.format.tile(self.lanes, a, b, to) };
    }
}

/// So many rows at once that they stay near, in blocks of equal size.
fn block(rows: usize, lanes: usize, panel: usize) -> usize {
    let most = (NEAR / lanes.max(1)).max(panel);
    rows.div_ceil(rows.div_ceil(most).max(1)).next_multiple_of(panel).max(panel)
}

/// Some after others.
fn cut(all: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    let end = all.end;
    all.step_by(size).map(move |start| start..end.min(start + size))
}
