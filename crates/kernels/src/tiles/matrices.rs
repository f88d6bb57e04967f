//! Tiles in registers that are matrices: 16 rows by 16 lanes of 32 bits (Intel's AMX).
//!
//! ```text
//! a panel of a    for each 16 lanes along k: 32 rows, each with its 16 lanes side by side
//! a panel of b    for each lane along k, 32 columns side by side
//! a tile of c     32 by 32 sums in four registers; two more for a, two for b
//! ```
//!
//! A lane is two bf16 that are neighbours along k. One instruction multiplies 16 rows of a by 16 columns
//! of b along 16 lanes: 8,192 products. The standard library does not know these instructions yet, but
//! the assembler does.
//!
//! Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18.

mod pack;

use std::arch::asm;
use std::arch::x86_64::*;
use std::marker::PhantomData;
use std::sync::LazyLock;

pub(crate) use pack::{matrices_of_columns, matrices_of_rows};

use super::{MATRIX, Start, Target};

/// Whether the processor has such registers, and the system lets us use them.
pub(crate) fn has_matrices() -> bool {
    static HAS: LazyLock<bool> = LazyLock::new(|| known() && allowed());
    *HAS
}

/// Bit 22 of what the processor says of itself is bf16 in matrices, and bit 24 the registers.
fn known() -> bool {
    const BITS: u32 = 1 << 22 | 1 << 24;
    if __cpuid(0).eax < 7 || !is_x86_feature_detected!("avx512bf16") {
        return false;
    }
    __cpuid_count(7, 0).edx & BITS == BITS
}

/// The registers are 8 KiB, which each switch of threads has to save: so the system wants to be asked.
#[cfg(target_os = "linux")]
fn allowed() -> bool {
    const ASK: libc::c_long = 0x1023; // ARCH_REQ_XCOMP_PERM
    const REGISTERS: libc::c_long = 18; // XFEATURE_XTILEDATA
    // SAFETY: the call takes two numbers, and changes nothing but what this process may do.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ASK, REGISTERS) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> bool {
    false
}

/// How the eight registers are laid out: 16 rows of 64 bytes each.
#[repr(C, align(64))]
struct Layout {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

static LAYOUT: Layout = Layout {
    palette: 1,
    start: 0,
    reserved: [0; 14],
    row_bytes: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// While it lives, this thread's registers are laid out. It stays in its thread.
pub(crate) struct Matrices(PhantomData<*const ()>);

impl Matrices {
    /// # Panics
    /// If there are no such registers.
    pub(crate) fn ready() -> Self {
        assert!(has_matrices());
        // SAFETY: the registers are there; nothing else in this program uses them.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &LAYOUT, options(nostack, readonly)) };
        Matrices(PhantomData)
    }
}

impl Drop for Matrices {
    fn drop(&mut self) {
        // SAFETY: the registers are there. Empty ones need not be saved.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}

/// A tile of the result.
///
/// # Safety
/// The registers are laid out; `lanes` are a multiple of 16, `a` and `b` hold so many of their panels,
/// and nobody else uses the target's part of the result.
pub(crate) unsafe fn matrix_tile(lanes: usize, a: *const u32, b: *const u32, to: Target) {
    if to.rows == MATRIX && to.columns == MATRIX {
        // SAFETY: the caller's.
        return unsafe { whole(lanes, a, b, to.at, to.stride, to.start) };
    }
    // A sum begins with its start, as it does in a whole tile: its bits do not tell which it was in.
    let mut sums = [[0.0; MATRIX]; MATRIX];
    let row = |row: usize| to.at.wrapping_offset(row as isize * to.stride);
    // SAFETY: as above; and the sums are all that there is of them.
    unsafe {
        if let Some(start) = to.start {
            for (i, sums) in sums.iter_mut().enumerate().take(to.rows) {
                start.row(i).copy_to_nonoverlapping(sums.as_mut_ptr(), to.columns);
            }
        }
        let (at, stride) = (sums.as_mut_ptr().cast::<f32>(), MATRIX as isize);
        whole(lanes, a, b, at, stride, Some(Start { at, stride }));
        for (i, sums) in sums.iter().enumerate().take(to.rows) {
            row(i).copy_from_nonoverlapping(sums.as_ptr(), to.columns);
        }
    }
}

/// 32 by 32 sums, at `c` and `stride` numbers from one row to the next.
///
/// # Safety
/// As for [`matrix_tile`].
unsafe fn whole(
    lanes: usize,
    a: *const u32,
    b: *const u32,
    c: *mut f32,
    stride: isize,
    start: Option<Start>,
) {
    let below = c.wrapping_offset(16 * stride);
    let row_bytes = 4 * stride;
    let (start_at, start_stride) =
        start.map_or((std::ptr::null(), 0), |from| (from.at, from.stride));
    let start_below = start_at.wrapping_offset(16 * start_stride);
    // SAFETY: the registers are laid out as 16 rows of 64 bytes; the caller's promise of what is where.
    unsafe {
        asm!(
            "test {start}, {start}",
            "jnz 2f",
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "jmp 3f",
            "2:",
            "tileloadd tmm0, [{start} + {start_row}]",
            "tileloadd tmm1, [{start} + {start_row} + 64]",
            "tileloadd tmm2, [{start_below} + {start_row}]",
            "tileloadd tmm3, [{start_below} + {start_row} + 64]",
            "3:",
            "test {squares}, {squares}",
            "jz 5f",
            "4:",
            "tileloadd tmm4, [{a} + {a_row}]",
            "tileloadd tmm6, [{b} + {b_row}]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b} + {b_row} + 64]",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "tileloadd tmm5, [{a} + {a_row} + 1024]",
            "tdpbf16ps tmm2, tmm5, tmm6",
            "tdpbf16ps tmm3, tmm5, tmm7",
            "add {a}, 2048",
            "add {b}, 2048",
            "dec {squares}",
            "jnz 4b",
            "5:",
            "tilestored [{c} + {row_bytes}], tmm0",
            "tilestored [{c} + {row_bytes} + 64], tmm1",
            "tilestored [{below} + {row_bytes}], tmm2",
            "tilestored [{below} + {row_bytes} + 64], tmm3",
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            squares = inout(reg) lanes / 16 => _,
            c = in(reg) c,
            below = in(reg) below,
            row_bytes = in(reg) row_bytes,
            a_row = in(reg) 64_usize,
            b_row = in(reg) 4 * MATRIX,
            start = in(reg) start_at,
            start_below = in(reg) start_below,
            start_row = in(reg) 4 * start_stride,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}
