//! No processor but Intel's has matrices for registers.

use super::{Strided, Target};

pub(crate) fn has_matrices() -> bool {
    false
}

pub(crate) struct Matrices;

impl Matrices {
    pub(crate) fn ready() -> Self {
        unreachable!("there are no matrices")
    }
}

pub(crate) unsafe fn matrices_of_rows(_x: Strided<'_>, _lanes: usize, _out: *mut u32) {
    unreachable!("there are no matrices")
}

pub(crate) unsafe fn matrices_of_columns(_x: Strided<'_>, _lanes: usize, _out: *mut u32) {
    unreachable!("there are no matrices")
}

pub(crate) unsafe fn matrix_tile(_lanes: usize, _a: *const u32, _b: *const u32, _to: Target) {
    unreachable!("there are no matrices")
}
