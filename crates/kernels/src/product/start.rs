//! What the sums of a product begin with.

/// What the sums of a product begin with.
#[derive(Debug)]
pub enum Start<'a, F> {
    /// 0
    Nothing,
    /// What is there
    There,
    /// The same number for all rows: as many as there are columns
    Row(&'a [F]),
}

impl<F> Start<'_, F> {
    /// That of the columns before `column`, and of those from it on.
    pub(super) fn split_columns(self, column: usize) -> (Self, Self) {
        match self {
            Start::Row(row) => {
                let (left, right) = row.split_at(column);
                (Start::Row(left), Start::Row(right))
            }
            other => (other, other),
        }
    }
}

// A reference at most, whatever F is.
impl<F> Copy for Start<'_, F> {}

impl<F> Clone for Start<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}
