//! What tiles are made from, and where they go.

use std::marker::PhantomData;
use std::ops::Range;

use ndarray::ArrayRef2;

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

/// The part of a result that a tile fills: rows of numbers side by side, `stride` from one to the next.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) at: *mut f32,
    pub(crate) stride: isize,
    /// At most those of a tile
    pub(crate) rows: usize,
    /// At most those of a tile
    pub(crate) columns: usize,
    /// to what is there, or in its place
    pub(crate) add: bool,
}

impl Target {
    /// Puts a row of sums where it belongs, as far as it belongs anywhere.
    ///
    /// # Safety
    /// Nobody else uses this part of the result, and it has the row.
    #[inline(always)]
    pub(crate) unsafe fn put(self, row: usize, from: usize, sums: &[f32]) {
        let at = self.at.wrapping_offset(row as isize * self.stride);
        for (column, sum) in (from..self.columns).zip(sums) {
            // SAFETY: the row and the column are inside of the part, which is the caller's alone.
            unsafe {
                let at = at.add(column);
                *at = if self.add { *at + sum } else { *sum };
            }
        }
    }
}
