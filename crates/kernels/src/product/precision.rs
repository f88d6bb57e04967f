//! In which precision products of `f32` are worked out: one setting for the whole process.
//!
//! Mixed precision: weights, sums and everything between products stay in 32 bits. Only the numbers that
//! go into a product are rounded, to bf16: the upper half of an `f32`, with all of its range and 8 bits of
//! its digits. (Micikevicius et al. 2018, <https://arxiv.org/abs/1710.03740>; Kalamkar et al. 2019,
//! <https://arxiv.org/abs/1905.12322>, for bf16.)

use std::sync::atomic::{AtomicBool, Ordering};

/// In what the numbers of a product are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits
    #[default]
    F32,
    /// 16 bits, with sums in 32
    Bf16,
}

static IN_BF16: AtomicBool = AtomicBool::new(false);

/// From now on, products of `f32` are worked out so, in the whole process.
pub fn set(precision: Precision) {
    IN_BF16.store(precision == Precision::Bf16, Ordering::Relaxed);
}

/// How products of `f32` are worked out.
pub fn get() -> Precision {
    if IN_BF16.load(Ordering::Relaxed) { Precision::Bf16 } else { Precision::F32 }
}
