//! What tiles are made from, and where they go.

use std::marker::PhantomData;
use std::ops::Range;

use ndarray::{ArrayRef2, Ix2, RawArrayViewMut};

/// A matrix of numbers to read, with any strides.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
    at: *const f32,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: isize,
    pub(crate) column_stride: isize,
    life: PhantomData<&'a f32>,
}

// SAFETY: it reads as `&[f32]` does.
unsafe impl Send for Strided<'_> {}
// SAFETY: as above.
unsafe impl Sync for Strided<'_> {}

impl<'a> Strided<'a> {
    /// A view of an array.
    pub(crate) fn of(x: &'a ArrayRef2<f32>) -> Self {
        let ((rows, columns), strides) = (x.dim(), x.strides());
        let [row_stride, column_stride] = [strides[0], strides[1]];
        Self { at: x.as_ptr(), rows, columns, row_stride, column_stride, life: PhantomData }
    }

    /// Rows that lie one after the other.
    pub(crate) fn rows_of(numbers: &'a [f32], columns: usize) -> Self {
        let rows = numbers.len() / columns;
        let (at, row_stride) = (numbers.as_ptr(), columns as isize);
        Self { at, rows, columns, row_stride, column_stride: 1, life: PhantomData }
    }

    /// Rows for columns.
    pub(crate) fn t(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Some rows and columns of it.
    ///
    /// # Panics
    /// If it has not so many.
    pub(crate) fn part(self, rows: Range<usize>, columns: Range<usize>) -> Self {
        assert!(rows.start <= rows.end && rows.end <= self.rows);
        assert!(columns.start <= columns.end && columns.end <= self.columns);
        Self {
            at: self.place(rows.start, columns.start),
            rows: rows.len(),
            columns: columns.len(),
            ..self
        }
    }

    /// Where a number would lie.
    pub(crate) fn place(self, row: usize, column: usize) -> *const f32 {
        let steps = row as isize * self.row_stride + column as isize * self.column_stride;
        self.at.wrapping_offset(steps)
    }

    /// One of its numbers.
    ///
    /// # Panics
    /// If it has no such place.
    #[inline(always)]
    pub(crate) fn get(self, row: usize, column: usize) -> f32 {
        assert!(row < self.rows && column < self.columns);
        // SAFETY: the place is inside of the array that was borrowed.
        unsafe { *self.place(row, column) }
    }
}

/// A matrix to write to, whose rows or columns are numbers side by side. Threads may share it out.
pub(crate) struct StridedMut<'a> {
    at: *mut f32,
    rows: usize,
    columns: usize,
    pub(crate) row_stride: isize,
    turned: bool,
    life: PhantomData<&'a mut f32>,
}

// SAFETY: it owns its numbers as `&mut [f32]` does; two parts share none.
unsafe impl Send for StridedMut<'_> {}

impl<'a> StridedMut<'a> {
    /// A view of an array; none, if numbers are neighbours neither along its rows nor its columns.
    ///
    /// # Safety
    /// The array is the caller's alone, as long as the view lives.
    pub(crate) unsafe fn of(x: &RawArrayViewMut<f32, Ix2>) -> Option<Self> {
        let ((rows, columns), strides) = (x.dim(), x.strides());
        let [row_stride, column_stride] = [strides[0], strides[1]];
        let (at, life) = (x.as_ptr().cast_mut(), PhantomData);
        let view = |row_stride, turned| Some(Self { at, rows, columns, row_stride, turned, life });
        match (row_stride, column_stride) {
            (row_stride, 1) => view(row_stride, false),
            (row_stride, _) if columns == 1 => view(row_stride, false),
            (1, column_stride) => view(column_stride, true),
            (_, column_stride) if rows == 1 => view(column_stride, true),
            _ => None,
        }
    }

    /// Whether its columns are what lies side by side.
    pub(crate) fn is_turned(&self) -> bool {
        self.turned
    }

    /// Rows for columns.
    pub(crate) fn turned(self) -> Self {
        Self { rows: self.columns, columns: self.rows, turned: !self.turned, ..self }
    }

    /// Where a number would lie, if it is not turned.
    pub(crate) fn place(&self, row: usize, column: usize) -> *mut f32 {
        self.at.wrapping_offset(row as isize * self.row_stride).wrapping_add(column)
    }

    /// The rows above `row`, and those from it on.
    pub(crate) fn split_rows(self, row: usize) -> (Self, Self) {
        assert!(!self.turned && row <= self.rows);
        let at = self.place(row, 0);
        (Self { rows: row, ..self }, Self { at, rows: self.rows - row, ..self })
    }

    /// The columns before `column`, and those from it on.
    pub(crate) fn split_columns(self, column: usize) -> (Self, Self) {
        assert!(!self.turned && column <= self.columns);
        let at = self.place(0, column);
        (Self { columns: column, ..self }, Self { at, columns: self.columns - column, ..self })
    }
}

/// The rows of `a` that a tile multiplies: packed, or where they are.
#[derive(Clone, Copy)]
pub(crate) struct Left {
    pub(crate) at: *const u32,
    pub(crate) row_stride: isize,
    /// From a lane to the next
    pub(crate) lane_stride: isize,
}

impl Left {
    /// A panel.
    pub(crate) fn packed(panel: *const u32) -> Self {
        Self { at: panel, row_stride: 1, lane_stride: super::ROWS as isize }
    }

    /// Numbers of 32 bits, from a row on, as they lie in their matrix.
    pub(crate) fn in_place(x: Strided<'_>, row: usize) -> Self {
        let at = x.place(row, 0).cast();
        Self { at, row_stride: x.row_stride, lane_stride: x.column_stride }
    }

    /// Where the first lane of each row lies; of those that are missing, that of the last which is not.
    #[inline(always)]
    pub(crate) fn rows<const R: usize>(self, first: usize, rows: usize) -> [*const u32; R] {
        std::array::from_fn(|row| {
            let row = (first + row).min(rows - 1);
            self.at.wrapping_offset(row as isize * self.row_stride)
        })
    }
}

/// The part of a result that a tile fills: rows of numbers side by side, `stride` from one to the next.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) at: *mut f32,
    pub(crate) stride: isize,
    /// At most those of a tile
    pub(crate) rows: usize,
    /// At most those of a tile
    pub(crate) columns: usize,
    /// What the sums begin with; if not with nothing
    pub(crate) start: Option<Start>,
}

/// Rows of numbers, `stride` from one to the next: none at all if each row of a tile begins with the same.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) at: *const f32,
    pub(crate) stride: isize,
}

impl Start {
    /// What a row begins with.
    #[inline(always)]
    pub(crate) fn row(self, row: usize) -> *const f32 {
        self.at.wrapping_offset(row as isize * self.stride)
    }
}

impl Target {
    /// Puts a row of sums where it belongs, as far as it belongs anywhere.
    ///
    /// # Safety
    /// Nobody else uses this part of the result, it has the row, and the start is there.
    #[inline(always)]
    pub(crate) unsafe fn put(self, row: usize, from: usize, sums: &[f32]) {
        let at = self.at.wrapping_offset(row as isize * self.stride);
        for (column, sum) in (from..self.columns).zip(sums) {
            // SAFETY: the row and the column are inside of the part, which is the caller's alone.
            unsafe {
                let start = self.start.map(|start| *start.row(row).add(column));
                *at.add(column) = start.unwrap_or_default() + sum;
            }
        }
    }
}
