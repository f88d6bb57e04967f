//! Room for panels: it begins on a cache line, only grows, and is used again.

use std::mem::MaybeUninit;

/// 64 bytes, and where they may lie.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line(#[allow(dead_code)] [u32; 16]);

/// Lanes of 32 bits.
#[derive(Default)]
pub(crate) struct Buffer(Vec<MaybeUninit<Line>>);

impl Buffer {
    /// So many lanes. What is in them is unknown, and may never have been written.
    pub(crate) fn lanes(&mut self, lanes: usize) -> *mut u32 {
        let lines = lanes.div_ceil(16);
        if self.0.capacity() < lines {
            self.0 = Vec::with_capacity(lines);
        }
        self.0.as_mut_ptr().cast()
    }
}

/// The place of a buffer that threads share: each writes panels of its own, or all read.
#[derive(Clone, Copy)]
pub(crate) struct Shared(pub(crate) *mut u32);

// SAFETY: it is an address; what is done with it has a reason of its own.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    /// (A closure that names the field would capture the bare pointer.)
    pub(crate) fn at(self, lane: usize) -> *mut u32 {
        self.0.wrapping_add(lane)
    }
}
